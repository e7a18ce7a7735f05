"""`nas list`: the studies of a database."""

from __future__ import annotations

import click

from nas.cli.options import json_option, storage_option

EPILOG = """
\b
Examples:
  nas list
  nas list --storage sqlite:///other.db --json
"""


@click.command(epilog=EPILOG)
@storage_option
@json_option
def command(storage: str, as_json: bool) -> None:
    """List the studies of a database."""
    from nas.cli.tables import print_json, print_table
    from nas.store import Store, masked

    with Store(storage, create=False) as store:
        summaries = store.studies()
    if as_json:
        print_json({"studies": [summary.as_json() for summary in summaries]})
        return
    if not summaries:
        click.echo(f"{masked(storage)}: no study yet; `nas launch FILE` makes one", err=True)
        return
    with_failed = any(summary.num_failed for summary in summaries)
    columns = [("study", "left"), ("state", "left"), ("trials", "right"), ("complete", "right")]
    columns += [("failed", "right")] if with_failed else []
    columns += [("best", "right"), ("data set", "left"), ("created", "right")]
    rows = [
        (
            s.study.name,
            s.study.state,
            str(s.num_trials),
            str(s.num_complete),
            *([str(s.num_failed)] if with_failed else []),
            "-" if s.best_accuracy is None else f"{s.best_accuracy:.4f}",
            s.study.dataset,
            f"{s.study.created_at:%Y-%m-%d}",
        )
        for s in summaries
    ]
    print_table(columns, rows)
