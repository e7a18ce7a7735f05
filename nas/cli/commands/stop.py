"""`nas stop`: end a search from another terminal."""

from __future__ import annotations

import click

from nas.cli.options import json_option, storage_option

EPILOG = """
\b
Examples:
  nas stop quickstart
  nas stop quickstart --now
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@click.option("--now", is_flag=True, help="Do not wait for the reports under way.")
@storage_option
@json_option
def command(study: str, now: bool, storage: str, as_json: bool) -> None:
    """End the search of a study, wherever it runs.

    It finishes the reports under way, as after Ctrl-C, and this command waits for that. With --now
    it ends at once, as after Ctrl-C twice. `nas launch` goes on with it in either case. Where the
    search has ended and its baselines or its control are run, that is what ends.
    """
    from nas.cli.tables.tables import print_json
    from nas.runner.lease import as_it_stands, described, run_for, running
    from nas.runner.status import ask_to_stop, await_end, take_away
    from nas.store import Store

    with Store(storage, create=False) as store:
        record = store.study(study)
        # The study's own search first: only where that has ended does it run something else.
        if running(store, record) is None:
            record = next(iter(run_for(store, record)), record)
        holder = None if now else ask_to_stop(store, record)
        if holder is not None:
            click.echo(
                f"{record.name}: asked {described(holder)} to stop; waiting for it", err=True
            )
            await_end(store, record, holder)
            took = None
        else:
            took = take_away(store, record)
        state = as_it_stands(store, store.study(record.name)).state
    was_running = holder is not None or took is not None
    if as_json:
        print_json({"study": record.name, "was_running": was_running, "state": state})
        return
    said = "stopped" if was_running else "nobody runs it"
    click.echo(f"{record.name}: {said}; it is {state.lower()}", err=True)
