"""`nas status`: what runs, by whom, how far it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from nas.cli.options import json_option, storage_option
from search_spaces.quantities import format_left, out_of, plural

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nas.runner.status import StudyStatus
    from nas.store import Store

WATCH_EVERY_S = 2.0

EPILOG = """
\b
Examples:
  nas status
  nas status quickstart --watch
  nas status quickstart --json
"""


@click.command(epilog=EPILOG)
@click.argument("study", required=False)
@click.option("--watch", is_flag=True, help="Draw it anew until nothing runs any more.")
@storage_option
@json_option
def command(study: str | None, watch: bool, storage: str, as_json: bool) -> None:
    """Show what runs, by whom and since when, how far it is and what happened last.

    Without STUDY, of all studies of the database; of baselines and the like only while they run.
    """
    from nas.cli.tables.tables import print_json
    from nas.store import Store, masked

    if watch and as_json:
        raise click.UsageError("--watch draws; for programs call --json again and again")
    with Store(storage, create=False) as store:
        if watch:
            _watch(store, study)
            return
        found = _statuses(store, study)
    if as_json:
        print_json({"studies": [status.as_json() for status in found]})
    elif found:
        _print(found, with_events=study is not None)
    else:
        click.echo(f"{masked(storage)}: no study yet; `nas launch FILE` makes one", err=True)


def _statuses(store: Store, name: str | None) -> list[StudyStatus]:
    """One study, or all that serve no other; after each those that are run for it now."""
    from nas.runner.lease import run_for
    from nas.runner.status import study_status

    studies = [summary.study for summary in store.studies() if summary.serves is None]
    if name is not None:
        studies = [store.study(name)]
    shown = {s.name: s for study in studies for s in (study, *run_for(store, study))}
    return [study_status(store, study) for study in shown.values()]


def _watch(store: Store, name: str | None) -> None:
    from rich.console import Group
    from rich.live import Live

    # Drawn when it was read: Rich by itself would draw the same four times a second.
    with Live(auto_refresh=False) as live:
        while True:
            found = _statuses(store, name)
            live.update(Group(*_parts(found, with_events=name is not None)), refresh=True)
            if not any(status.runner for status in found):
                return
            time.sleep(WATCH_EVERY_S)


def _print(found: list[StudyStatus], *, with_events: bool) -> None:
    from nas.terminal import terminal

    console = terminal()
    for part in _parts(found, with_events=with_events):
        console.print(part)


def _parts(found: list[StudyStatus], *, with_events: bool) -> list[RenderableType]:
    """A line or two for each study, the trials that run, and what happened last."""
    from rich.text import Text

    lines: list[RenderableType] = []
    for status in found:
        # As plain texts: names, hosts and events are none of Rich's markup.
        lines += [Text(_headline(status))]
        if status.runner is not None:
            lines += [Text(f"  run by {_runner(status)}")]
        lines += [Text(f"  {line}") for line in _workers(status)]
        if with_events:
            lines += [Text(f"  {_moment(e.at)}  {e.text}") for e in status.events]
    return lines


def _headline(status: StudyStatus) -> str:
    left = "" if status.left_s is None else f"; {format_left(status.left_s)}"
    counts = status.counts
    wanted = status.num_done if status.study.state == "COMPLETE" else status.num_wanted
    done = f"{out_of(status.num_done, wanted, 'trial')} ({counts.get('COMPLETE', 0)} complete, "
    done += f"{counts.get('PRUNED', 0)} stopped early, {counts.get('FAIL', 0)} failed)"
    return f"{status.study.name}: {status.state.lower()}; {done}{left}"


def _runner(status: StudyStatus) -> str:
    from nas.runner.lease import described

    assert status.runner is not None
    asked = status.runner.stop_requested_at
    return described(status.runner) + ("" if asked is None else f"; asked to stop {_moment(asked)}")


def _workers(status: StudyStatus) -> list[str]:
    from search_spaces.quantities import format_duration

    lines = []
    for trial in status.running:
        since = (datetime.now(UTC) - (trial.since or datetime.now(UTC))).total_seconds()
        again = trial.retries + trial.restarts
        lines.append(
            f"worker {trial.worker}: trial {trial.number}, {plural(trial.epochs, 'epoch')}, for "
            f"{format_duration(since)}{f', begun {again + 1} times' if again else ''}"
        )
    return lines


def _moment(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
