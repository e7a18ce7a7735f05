"""`nas profile`: the latency table of a space, measured on this device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nas.cli.options import json_option, plugin_option, space_argument, storage_option

if TYPE_CHECKING:
    from nas.latency.check import Check
    from nas.latency.profile import Profile

EPILOG = """
\b
Examples:
  nas profile space.yaml                   measure what is missing, or was disturbed
  nas profile space.yaml --check 30        and hold the prediction against whole networks
"""


@click.command(epilog=EPILOG)
@space_argument
@storage_option
@click.option(
    "--check", "num_checked", type=click.IntRange(2, 1000), metavar="N",
    help="Also measure N random whole networks and compare.",
)  # fmt: skip
@plugin_option
@json_option
def command(file: Path, storage: str, num_checked: int | None, as_json: bool) -> None:
    """Measure how long the blocks of a space take on this device.

    Each distinct block at each input shape is measured once, alone, as the section `latency` says.
    The table stays in the database for all studies; what is there already is not measured again,
    unless the device was not quiet at that time or the value is only predicted.
    """
    from nas.cli.live import TerminalObserver
    from nas.cli.spaces import space_to_look_at
    from nas.cli.tables import print_json
    from nas.config import ExperimentFile
    from nas.latency.check import check_table
    from nas.latency.profile import profile_space
    from nas.store import Store

    experiment_file = ExperimentFile.read(file)
    space = space_to_look_at(experiment_file).space
    with Store(storage) as store:
        section = experiment_file.experiment.latency
        profile = profile_space(store, space, section, TerminalObserver(), refine=True)
        check = None if num_checked is None else check_table(profile.table, space, num_checked)
    if as_json:
        print_json(_as_json(profile, check))
    else:
        _print(profile, check)


def _as_json(profile: Profile, check: Check | None) -> dict[str, Any]:
    table, correction = profile.table, profile.table.correction
    return {
        "setting": {"key": table.setting.key, **vars(table.setting)},
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
    from nas.quantities import format_duration

    table, fit = profile.table, profile.table.correction
    predicted, disturbed = table.predicted(profile.blocks), table.disturbed(profile.blocks)
    click.echo(f"device      {table.setting.in_words}")
    click.echo(f"versions    {table.setting.versions}")
    counts = f"{len(profile.blocks)} blocks, {profile.num_measured} measurements in "
    click.echo(f"table       {counts}{format_duration(profile.seconds)}")
    if predicted:
        click.echo(f"predicted   {len(predicted)} blocks, mean error {profile.block_error:.1%}")
    if disturbed:
        click.echo(f"not quiet   {len(disturbed)} blocks")
    if fit.error is not None:
        model = f"{fit.scale:.3f} of the sum and {1e3 * fit.per_block_ms:+.1f} us a block"
        left_out = f"mean error {fit.error:.1%} on networks left out of {fit.num_networks}"
        click.echo(f"networks    {model}; {left_out}")
    if check is not None:
        noted = "" if check.is_quiet else " (the device was not quiet)"
        click.echo(
            f"check       {len(check.measured_ms)} whole networks: Kendall's tau "
            f"{check.kendall_tau:.3f}, mean error {check.mean_error:.1%}{noted}"
        )
