"""`nas report`: the front of a study as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from nas.cli.options import folder_option, storage_option

EPILOG = """
\b
Examples:
  nas report quickstart
  nas report quickstart --out front.html
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@folder_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def command(study: str, storage: str, folder: Path, out: Path | None) -> None:
    """Write the front as one self-contained HTML file, to look at and to hand on."""
    from dashboards import write_report
    from nas.store import Store
    from nas.store.workspace import Workspace
    from search_spaces.errors import ReportError

    with Store(storage, create=False) as store:
        # Before any folder is made: there may be no such study.
        store.study(study)
        workspace = Workspace(folder, study)
        path = out or workspace.report
        try:
            write_report(store, study, path, workspace=workspace)
        except ReportError as error:
            elsewhere = "" if out else "; --out FILE writes it elsewhere"
            raise ReportError(f"{error}{elsewhere}") from error
    click.echo(path)
