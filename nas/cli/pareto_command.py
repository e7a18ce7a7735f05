"""`nas pareto`: the front of a study."""

from __future__ import annotations

import click

from nas.cli.options import json_option, storage_option

EPILOG = """
\b
Examples:
  nas pareto quickstart
  nas pareto quickstart --json | jq '.front[0]'
  nas pareto quickstart --csv > front.csv
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def command(study: str, storage: str, as_json: bool, as_csv: bool) -> None:
    """Print the front: the trials that no other is better than in all objectives.

    Trials within all limits come before those outside; where none is within, the front is what
    violates the limits least.
    """
    from nas.cli.tables import print_csv, print_front, print_json
    from nas.results import front_as_json
    from nas.store import Store

    with Store(storage, create=False) as store:
        record = store.study(study)
        trials = store.trials(record)
    if not as_json and not as_csv:
        if not print_front(record, trials):
            click.echo(f"{study}: the front is empty: no trial is COMPLETE yet", err=True)
        return
    found = front_as_json(trials, record.objectives, record.limits)
    if as_json:
        print_json({"study": study, **found})
    else:
        print_csv(found["front"])
