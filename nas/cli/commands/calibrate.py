"""`nas calibrate`: does the short training rank networks as full training does?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import (
    folder_option,
    json_option,
    plugin_option,
    space_argument,
    storage_option,
    training_place,
)
from nas.config.values import MAX_INT
from search_spaces.quantities import plural

if TYPE_CHECKING:
    from nas.trust.calibration import Calibration

EPILOG = """
\b
Examples:
  nas calibrate space.yaml
  nas calibrate space.yaml --full-epochs 60 --seeds 2 --json
  nas calibrate space.yaml --full-batch-size 32   do the batches of a GPU rank as small ones do?
  nas calibrate space.yaml --write          and lets the first rung be the one recommended
"""


@click.command(epilog=EPILOG)
@space_argument
@storage_option
@folder_option
@click.option("--address", metavar="ADDRESS", help="An existing Ray cluster, or `auto`.")
@click.option(
    "--num-networks", type=click.IntRange(4, 1000), default=12, show_default=True,
    help="Networks to train, spread over the costs and blocks of the space.",
)  # fmt: skip
@click.option(
    "--full-epochs", type=click.IntRange(1),
    help="Epochs of full training; 5 times `fidelity.max_epochs` by default.",
)  # fmt: skip
@click.option(
    "--seeds", "num_seeds", type=click.IntRange(1, 100), default=1, show_default=True,
    help="Trainings of each network; what counts is the mean over them.",
)  # fmt: skip
@click.option(
    "--min-tau", type=click.FloatRange(-1, 1), default=0.6, show_default=True,
    help="What the lower bound of Kendall's tau must reach.",
)  # fmt: skip
@click.option(
    "--full-batch-size", type=click.IntRange(1, MAX_INT), metavar="N",
    help="Images in a step of full training; those of the file by default.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Write the recommended first rung into SPACE.YAML.")
@plugin_option
@json_option
def command(
    file: Path,
    storage: str,
    folder: Path,
    address: str | None,
    num_networks: int,
    full_epochs: int | None,
    num_seeds: int,
    min_tau: float,
    full_batch_size: int | None,
    write: bool,
    as_json: bool,
) -> None:
    """Train some networks of a space briefly and fully, and compare the two orders.

    After each epoch: Kendall's tau and Spearman's rho to the order of full training, with 95%
    intervals over networks, and how many of the best are kept. Recommended is the cheapest first
    rung whose lower bound, and that of every later one, reaches --min-tau. Stopped, the same
    command goes on; what other studies have trained is not trained again.
    """
    from nas.cli.tables.tables import print_json
    from nas.config import ExperimentFile
    from nas.trust.calibrate import Plan, calibrate
    from nas.trust.calibration import recommended_text, write_file

    experiment_file = ExperimentFile.read(file)
    plan = Plan(num_networks, full_epochs, num_seeds, min_tau, full_batch_size)
    with training_place(storage, folder, experiment_file.experiment.name, address) as place:
        found = calibrate(experiment_file, plan, place)
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)
    # After what was found is shown, which hours of training went into: a file may not be writable.
    if write:
        write_file(file, recommended_text(experiment_file, found))
        click.echo(f"wrote {file}: first rung at epoch {found.recommended}", err=True)


def _print(found: Calibration) -> None:
    from nas.cli.tables.columns import print_table
    from search_spaces.quantities import format_duration

    columns = ("epochs", "Kendall's tau", "Spearman's rho", f"best {found.num_best} kept", "time")
    rows = [
        [
            f"{rung.epochs}{'*' if rung.is_rung else ' '}", str(rung.kendall_tau),
            str(rung.spearman_rho), f"{rung.kept_of_best:.0%}", format_duration(rung.cost_s),
        ]
        for rung in found.rungs
    ]  # fmt: skip
    size = found.full_batch_size
    in_batches = "" if size is None else f"full training in batches of {size}; "
    print_table([(name, "right") for name in columns], rows)
    click.echo(
        f"{plural(len(found.architectures), 'network')} against "
        f"{plural(found.full_epochs, 'epoch')} "
        f"({format_duration(found.full_cost_s)} each, seeds {', '.join(map(str, found.seeds))}); "
        f"{in_batches}[95% over networks]; * a rung of the file"
    )
    click.echo(recommendation(found))


def _what_would_help(found: Calibration) -> str:
    tau, needed = found.rungs[-1].kendall_tau.value, found.networks_needed
    if needed is None:
        return "A higher fidelity.max_epochs may."
    more = f"--num-networks {needed} keeps these {len(found.architectures)}"
    return f"If tau is {tau:.2f} there, about {plural(needed, 'network')} would show it; {more}."


def recommendation(found: Calibration) -> str:
    """What is recommended, or what would help to recommend something."""
    reached = f"a lower bound of {found.min_tau:g}"
    if found.recommended is None:
        most = plural(found.rungs[-1].epochs, "epoch")
        none = f"Recommended: none; not even {most} reach {reached}."
        return f"{none} {_what_would_help(found)}"
    if found.recommended == found.max_epochs:
        return f"Recommended: fidelity none; only all {found.max_epochs} epochs reach {reached}."
    return f"Recommended: min_epochs {found.recommended}, the cheapest that reaches {reached}."
