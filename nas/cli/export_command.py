"""`nas export`: a found network as code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import folder_option, json_option, storage_option

if TYPE_CHECKING:
    from nas.store import StudyRecord, TrialRecord

EPILOG = """
\b
Examples:
  nas export quickstart                  the best compromise on the front
  nas export quickstart --best accuracy  the most accurate network
  nas export quickstart --trial 12 --out my_model
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@folder_option
@click.option("--trial", type=click.IntRange(0), help="Number of the trial to export.")
@click.option(
    "--best",
    type=click.Choice(["knee", "accuracy"]),
    default="knee",
    show_default=True,
    help="Which network of the front, where no trial is named.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@json_option
def command(
    study: str,
    storage: str,
    folder: Path,
    trial: int | None,
    best: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write a network as one Python file that needs only PyTorch, its trained weights beside it."""
    from nas.cli.tables import print_json
    from nas.export import export_trial
    from nas.results import with_measured_latency
    from nas.store import Store
    from nas.workspace import Workspace

    with Store(storage, create=False) as store:
        record = store.study(study)
        trials = store.trials(record)
        chosen = _choose(record, trials, trial, best)
        network = store.network(chosen.architecture)
    workspace = Workspace(folder, study)
    target = out or workspace.export
    weights_of = workspace.weights(chosen.number)
    exported = export_trial(network, record, chosen, target, weights_of, trials)
    if as_json:
        weights = None if exported.weights is None else str(exported.weights)
        files = {"code": str(exported.code), "weights": weights}
        print_json({**files, **with_measured_latency(chosen, record.limits, trials)})
        return
    click.echo(exported.code)
    if exported.weights is not None:
        click.echo(exported.weights)
    click.echo(f"try it:\n  python {exported.code}", err=True)


def _choose(
    study: StudyRecord, trials: list[TrialRecord], number: int | None, best: str
) -> TrialRecord:
    from nas.results import knee_trial, nothing_feasible, pareto_front
    from search_spaces.errors import StoreError

    if number is not None:
        found = [trial for trial in trials if trial.number == number]
        if not found:
            raise StoreError(f"study {study.name!r} has no trial {number}; it has {len(trials)}")
        return found[0]
    front = pareto_front(trials, study.objectives, study.limits)
    said = nothing_feasible(front, study.limits)
    if said:
        click.echo(said, err=True)
    if best == "accuracy" and front:
        return max(front, key=lambda trial: trial.accuracy or 0.0)
    return knee_trial(front, study.objectives)
