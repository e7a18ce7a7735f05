"""`nas delete`: remove a study for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import folder_option, json_option, storage_option
from search_spaces.quantities import format_quantity, plural

if TYPE_CHECKING:
    from nas.runner.deletion import Condemned
    from nas.store import Store

EPILOG = """
\b
Examples:
  nas delete quickstart
  nas delete quickstart --yes --json
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@click.option("--yes", is_flag=True, help="Do not ask.")
@storage_option
@folder_option
@json_option
def command(study: str, yes: bool, storage: str, folder: Path, as_json: bool) -> None:
    """Remove a study for good, with the studies that were made for it.

    Its rows, Optuna's part of it, weights, checkpoints, report and exported code go; so do its
    baselines, control, confirmations and calibrations. Latency tables stay, and so does what other
    studies took over from it. A study that somebody runs is not removed.
    """
    from dashboards.for_optuna import detach_files
    from nas.cli.tables.tables import print_json
    from nas.runner.deletion import condemned, remove_all
    from nas.store import Store

    if as_json and not yes:
        raise click.UsageError("--json is for programs, which cannot be asked: give --yes too")
    with Store(storage, create=False) as store:
        doomed = condemned(store, store.study(study), folder)
        num_trials = _num_trials(store, doomed)
        if not yes and not _is_wanted(doomed, num_trials):
            click.echo(f"{study}: nothing was removed", err=True)
            raise click.exceptions.Exit(1)
        # While Optuna still has the study, whose rows say which files are attached to it.
        for each in doomed.studies:
            detach_files(store, each.name, folder)
        left = remove_all(store, doomed, folder)
    names = [each.name for each in doomed.studies]
    if as_json:
        facts = {"num_trials": num_trials, "num_files": len(doomed.files)}
        print_json({"study": study, "removed": names, **facts, "left": [str(p) for p in left]})
        return
    click.echo(f"removed {', '.join(names)}", err=True)
    for path in left:
        click.echo(f"{path} has files that no study of this database wrote; it stays", err=True)


def _num_trials(store: Store, doomed: Condemned) -> int:
    return sum(sum(store.num_trials_by_state(study).values()) for study in doomed.studies)


def _is_wanted(doomed: Condemned, num_trials: int) -> bool:
    """Says what would go, and asks."""
    files = plural(len(doomed.files), "file")
    click.echo(
        f"{doomed.study.name}: {plural(num_trials, 'trial')}, {files} "
        f"({format_quantity(doomed.num_bytes, 'weight_bytes')})",
        err=True,
    )
    if len(doomed.studies) > 1:
        served = ", ".join(study.name for study in doomed.studies[1:])
        click.echo(f"with what was made for it: {served}", err=True)
    try:
        return click.confirm("Remove for good?", err=True)
    # Ctrl-C and the end of input mean no; the line with the question is ended.
    except click.Abort:
        click.echo(err=True)
        return False
