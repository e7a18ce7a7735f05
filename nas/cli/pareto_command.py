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
    """Print the front: the trials that no other is better than in all objectives."""
    from nas.cli.tables import print_csv, print_front, print_json
    from nas.results import as_json as trial_json
    from nas.results import knee_trial, pareto_front
    from nas.store import Store

    with Store(storage, create=False) as store:
        record = store.study(study)
        front = pareto_front(store.trials(record), record.objectives)
    if as_json:
        print_json({"study": study, "front": [trial_json(trial) for trial in front]})
    elif as_csv:
        print_csv([trial_json(trial) for trial in front])
    elif front:
        print_front(front, knee_trial(front, record.objectives))
    else:
        click.echo(f"{study}: the front is empty: no trial is COMPLETE yet", err=True)
