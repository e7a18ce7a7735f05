"""`nas describe`: a network layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nas.cli.options import json_option, plugin_option, storage_option

if TYPE_CHECKING:
    from nas.cli.targets import Target
    from nas.store import TrialRecord

EPILOG = """
\b
Examples:
  nas describe mobilenet_v1 --width-mult 0.5 --resolution 160
  nas describe resnet50 --blocks
  nas describe unet --padding same --width 32 --resolution 240x320
  nas describe space.yaml --seed 3        a random sample; or --smallest, --largest
  nas describe quickstart --trial 12      a trial of a study
  nas describe --compare mobilenet_v1 mobilenet_v1:width_mult=0.5 squeezenet1_1
  nas describe squeezenet1_0 --diagram squeezenet.svg
"""

_POSITIVE = click.FloatRange(min=0, min_open=True, max=16)


def _sides(_: click.Context, __: click.Parameter, text: str | None) -> int | tuple[int, int] | None:
    from nas.cli.targets import parse_sides

    try:
        return None if text is None else parse_sides(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(epilog=EPILOG)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--resolution",
    metavar="SIDE|HxW",
    callback=_sides,
    help="Height and width of the input.",
)
@click.option("--num-classes", type=click.IntRange(1, 1_000_000), help="Outputs of the network.")
@click.option("--width-mult", type=_POSITIVE, help="Channels of every layer, times this.")
@click.option("--width", type=click.IntRange(1, 4096), help="Channels of the first level (unet).")
@click.option("--padding", type=click.Choice(["same", "valid"]), help="Of convolutions (unet).")
@click.option("--norm", type=bool, help="Whether batch norm follows convolutions (unet).")
@click.option("--groups", type=click.IntRange(1, 1024), help="Groups (shufflenet_v1).")
@click.option("--in-channels", type=click.IntRange(1, 1024), help="Channels of the input.")
# No default of click's: a reference network takes no seed, and says so where one is given.
@click.option("--seed", type=click.IntRange(0), help="Seed of the sample from a space file.  [0]")
@click.option("--smallest", "extreme", flag_value="smallest", help="Of a space: fewest FLOPs.")
@click.option("--largest", "extreme", flag_value="largest", help="Of a space: most FLOPs.")
@click.option("--trial", type=click.IntRange(0), help="Number of a trial of a study.")
@storage_option
@click.option("--blocks", "by_block", is_flag=True, help="One line for each block.")
@click.option("--layers", "every_layer", is_flag=True, help="One line for each layer.")
@click.option("--compare", is_flag=True, help="Several networks side by side.")
@click.option(
    "--diagram", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.SVG",
    help="Also draw the network into a file.",
)  # fmt: skip
@plugin_option
@json_option
def command(
    names: tuple[str, ...],
    seed: int | None,
    extreme: str | None,
    trial: int | None,
    storage: str,
    by_block: bool,
    every_layer: bool,
    compare: bool,
    diagram: Path | None,
    as_json: bool,
    **arguments: Any,
) -> None:
    """Show a network layer by layer: shape, parameters, FLOPs, memory, receptive field.

    NAME is a reference network, a space file or a study. A reference network may have arguments
    behind its name: mobilenet_v1:width_mult=0.5,resolution=160x224.
    """
    from nas.cli.targets import Selection, find_target

    if len(names) > 1 and not compare:
        raise click.UsageError("several names are for --compare")
    # Only what was given: a study or a space file takes none, and says so.
    given = {name: value for name, value in arguments.items() if value is not None}
    selection = Selection(given, seed, extreme, trial, storage)
    targets = [find_target(name, selection) for name in names]
    if diagram is not None:
        _draw(targets, diagram)
    if as_json:
        _print_json(targets, compare)
    elif compare:
        from nas.cli.tables.networks import print_comparison

        print_comparison(targets)
    elif diagram is None:
        from nas.cli.tables.networks import print_network

        print_network(targets[0], by_block=by_block, every_layer=every_layer)


def _print_json(targets: Sequence[Target], compare: bool) -> None:
    from nas.cli.tables.tables import print_json
    from search_spaces.graphs.description import facts

    described = []
    for target in targets:
        found = facts(target.name, target.network)
        if target.choices is not None:
            found["choices"] = target.choices
        if target.stopped is not None:
            found["stopped"] = target.stopped.as_json()
        if target.failed is not None:
            found["failure"] = _failure(target.failed, target.traceback)
        if target.diagnostics:
            found["diagnostics"] = [asdict(layer) for layer in target.diagnostics]
        described.append(found)
    print_json(described if compare else described[0])


def _failure(trial: TrialRecord, traceback: str | None) -> dict[str, Any]:
    return {
        "kind": trial.failure_kind, "reason": trial.failure, "epochs": trial.epochs,
        "retries": trial.retries, "traceback": traceback,
    }  # fmt: skip


def _draw(targets: Sequence[Target], path: Path) -> None:
    from dashboards.networks.diagram import diagram
    from nas.cli.targets import TargetError

    if len(targets) > 1:
        raise click.UsageError("--diagram draws one network")
    try:
        path.write_text(diagram(targets[0].name, targets[0].network), encoding="utf-8")
    except OSError as error:
        raise TargetError(f"{path}: cannot be written: {error.strerror}") from error
    click.echo(f"drawn: {path}", err=True)
