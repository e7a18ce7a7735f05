"""`nas export`: a found network as code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import folder_option, json_option, storage_option
from nas.cli.selection import selected, selection_options

if TYPE_CHECKING:
    from nas.selection import Selection

EPILOG = """
\b
Examples:
  nas export quickstart                  the best compromise on the front
  nas export quickstart --best accuracy  the most accurate network
  nas export quickstart --under flops=5M,latency_ms=1
  nas export quickstart --trial 12 --out my_model
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@folder_option
@selection_options
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@json_option
def command(
    study: str,
    storage: str,
    folder: Path,
    selection: Selection,
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
        chosen = selected(record, trials, selection)
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
