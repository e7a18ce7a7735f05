"""`nas profile`: the latency table of a space, measured on this device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nas.cli.options import json_option, plugin_option, space_argument, storage_option
from search_spaces.quantities import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nas.config import Experiment
    from nas.latency.check import Check
    from nas.latency.profile import Profile
    from search_spaces.graphs.network import Network
    from search_spaces.spaces.space import Space

EPILOG = """
\b
Examples:
  nas profile space.yaml                   measure what is missing, or was disturbed
  nas profile space.yaml --check 30        and hold the prediction against whole networks
  nas profile space.yaml --out table.csv   and write the table, to be read by `latency: {table: …}`
  nas profile space.yaml                   with `latency: {estimator: vela, accelerator: …}` it
                                           compiles for an Ethos-U instead: no board is needed
  nas profile space.yaml --bundle device.pyz
      one file to be run on another board, with Python and PyTorch or ONNX Runtime alone:
      python device.pyz --out table.csv
"""


_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=EPILOG)
@space_argument
@storage_option
@click.option(
    "--check", "num_checked", type=click.IntRange(2, 1000), metavar="N",
    help="Also measure N random whole networks and compare.",
)  # fmt: skip
@click.option("--out", type=_FILE, metavar="TABLE.CSV", help="Also write the table into a file.")
@click.option(
    "--bundle", type=_FILE, metavar="DEVICE.PYZ",
    help="Measure nothing here; write a program that measures on another board.",
)  # fmt: skip
@plugin_option
@json_option
def command(
    file: Path,
    storage: str,
    num_checked: int | None,
    out: Path | None,
    bundle: Path | None,
    as_json: bool,
) -> None:
    """Measure how long the blocks of a space take on this device.

    Each distinct block at each input shape is measured once, alone, as the section `latency` says;
    where that names an estimator, it is compiled instead.
    The table stays in the database for all studies; what is there already is not measured again,
    unless the device was not quiet at that time or the value is only predicted.
    """
    from nas.cli.options import space_to_look_at
    from nas.config import ExperimentFile
    from nas.trust.baselines import checked_baselines

    experiment_file = ExperimentFile.read(file)
    space = space_to_look_at(experiment_file).space
    experiment = experiment_file.experiment
    if bundle is not None:
        if num_checked is not None or out is not None:
            raise click.UsageError("--bundle measures nothing here: no --check and no --out")
        # Theirs too: baselines are compared with the front at equal latency, on that board as well.
        baselines = checked_baselines(experiment_file, space).networks.values()
        _bundle(bundle, space, experiment, baselines, as_json)
        return
    _profile(file.parent, storage, space, experiment, num_checked, out, as_json)


def _bundle(
    path: Path,
    space: Space,
    experiment: Experiment,
    baselines: Iterable[Network],
    as_json: bool,
) -> None:
    from nas.cli.tables.tables import print_json
    from nas.latency.bundle import write_bundle

    section = experiment.latency
    num_blocks = write_bundle(path, space, section, baselines, experiment.constraints.limits())
    if as_json:
        print_json({"bundle": str(path), "entries": num_blocks})
        return
    click.echo(path)
    needs = "onnxruntime" if section.backend == "onnxruntime" else "torch"
    click.echo(
        f"{plural(num_blocks, 'block')}; on the board, which needs Python 3.11 and {needs}:",
        err=True,
    )
    click.echo(f"  python {path.name} --out table.csv", err=True)


def _profile(
    folder: Path,
    storage: str,
    space: Space,
    experiment: Experiment,
    num_checked: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    from nas.cli.tables.tables import print_json
    from nas.latency.check import check_table
    from nas.latency.profile import profile_space
    from nas.store import Store
    from nas.terminal import TerminalObserver
    from workers.latency import write_table

    with Store(storage) as store:
        observer = TerminalObserver()
        # Asked for by name, it measures again what a launch leaves disturbed or predicted.
        profile = profile_space(
            store, space, experiment.latency, observer, limits=experiment.constraints.limits(),
            folder=folder, refine=True,
        )  # fmt: skip
    # Before the check, which takes long and may be stopped: the table is there by then.
    if out is not None:
        write_table(out, profile.table.as_file(profile.blocks))
    check = (
        None if num_checked is None else check_table(profile.table, space, num_checked, observer)
    )
    if as_json:
        print_json(_as_json(profile, check))
    else:
        _print(profile, check)


def _as_json(profile: Profile, check: Check | None) -> dict[str, Any]:
    table, correction = profile.table, profile.table.correction
    return {
        "setting": {"key": table.setting.key, **vars(table.setting)},
        "estimated": table.setting.is_estimated,
        "entries": len(profile.blocks),
        "measured_now": profile.num_measured,
        "predicted": len(table.predicted(profile.blocks)),
        "not_quiet": len(table.disturbed(profile.blocks)),
        "seconds": profile.seconds,
        "block_error": profile.block_error,
        "correction": vars(correction),
        "check": None if check is None else check.as_json(),
    }


def _print(profile: Profile, check: Check | None) -> None:
    from search_spaces.quantities import format_duration

    table, fit = profile.table, profile.table.correction
    predicted, disturbed = table.predicted(profile.blocks), table.disturbed(profile.blocks)
    click.echo(f"device      {table.setting.in_words}")
    click.echo(f"versions    {table.setting.versions}")
    noun = "compilation" if table.setting.is_estimated else "measurement"
    counts = f"{plural(len(profile.blocks), 'block')}, {plural(profile.num_measured, noun)} in "
    click.echo(f"table       {counts}{format_duration(profile.seconds)}")
    if predicted:
        click.echo(
            f"predicted   {plural(len(predicted), 'block')}, mean error {profile.block_error:.1%}"
        )
    if disturbed:
        click.echo(f"not quiet   {plural(len(disturbed), 'block')}")
    if fit.error is not None:
        left_out = f"mean error {fit.error:.1%} on networks left out of {fit.num_networks}"
        click.echo(f"networks    {fit.in_words}; {left_out}")
    if check is not None:
        noted = "" if check.is_quiet else " (the device was not quiet)"
        click.echo(
            f"check       {len(check.measured_ms)} whole networks: Kendall's tau "
            f"{check.kendall_tau:.3f}, mean error {check.mean_error:.1%}{noted}"
        )
