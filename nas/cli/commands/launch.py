"""`nas launch`: run or resume a search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import (
    folder_option,
    json_option,
    plugin_option,
    space_argument,
    storage_option,
)
from search_spaces.quantities import plural

if TYPE_CHECKING:
    from nas.runner.run import SearchOutcome

EPILOG = """
\b
Examples:
  nas launch search_spaces/quickstart.yaml
  nas launch space.yaml --storage postgresql+psycopg://nas@db/nas --address auto
  nas launch changed.yaml --as-new second-try
"""


def _checked_name(_ctx: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    from nas.config.values import check_name

    try:
        return None if name is None else check_name(name)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(epilog=EPILOG)
@space_argument
@storage_option
@folder_option
@click.option("--address", metavar="ADDRESS", help="An existing Ray cluster, or `auto`.")
@click.option(
    "--as-new", metavar="NAME", callback=_checked_name, help="Study of this name instead of `name`."
)
@click.option("--num-trials", type=click.IntRange(1), help="Instead of `search.num_trials`.")
@plugin_option
@json_option
def command(
    file: Path,
    storage: str,
    folder: Path,
    address: str | None,
    as_new: str | None,
    num_trials: int | None,
    as_json: bool,
) -> None:
    """Run the search of an experiment file, or go on with it.

    A search that was stopped or killed goes on with the same command: nothing finished is done
    twice. Where the space or the data have changed since, --as-new begins another study.
    """
    from nas.api import launch
    from nas.runner.stopping import interruptible
    from nas.terminal import TerminalObserver

    observer = TerminalObserver()
    with interruptible(observer.message) as stop:
        launched = launch(
            file, name=as_new, storage=storage, folder=folder, num_trials=num_trials,
            progress=observer, address=address, stop=stop,
        )  # fmt: skip
    again = str(file) if as_new is None else f"{file} --as-new {as_new}"
    # What was found is shown in any case; what went wrong beside it comes behind.
    has_front = _show(launched.outcome, again, storage, as_json)
    if launched.outcome.state == "INTERRUPTED":
        raise click.exceptions.Exit(130)
    if launched.unfinished is not None:
        raise launched.unfinished
    if not has_front:
        raise click.exceptions.Exit(1)


def _show(outcome: SearchOutcome, again: str, storage: str, as_json: bool) -> bool:
    """Prints the front and the next commands; returns whether there is a front."""
    from nas.cli.tables.tables import print_front, print_json
    from nas.cli.tables.trust import print_compared
    from nas.quantisation.told import as_json as int8_as_json
    from nas.store import Store
    from nas.store.results import front_as_json
    from nas.trust.confirmed import confirmation, with_confirmed
    from nas.trust.standing import compared

    with Store(storage, create=False) as store:
        study = store.study(outcome.study.name)
        trials = store.trials(study)
        beside = compared(store, study, trials)
        confirmed = confirmation(store, study, trials)
    if as_json:
        facts = {"study": study.name, "state": outcome.state, "reason": outcome.reason}
        found = with_confirmed(front_as_json(trials, study.objectives, study.limits), confirmed)
        in_int8 = int8_as_json(study, trials)
        print_json({**facts, **found, **in_int8, **beside.as_json()})
        has_front = bool(found["front"])
    else:
        has_front = bool(print_front(study, trials, confirmed))
        print_compared(beside)
    _hints(outcome, again, storage, has_front)
    return has_front


def _hints(outcome: SearchOutcome, again: str, storage: str, has_front: bool) -> None:
    """One summary line and the next commands to type, on standard error.

    Args:
        again: What `nas launch` was given.
    """
    from nas.store import default_url, masked, storage_words
    from search_spaces.quantities import format_duration

    progress, name = outcome.progress, outcome.study.name
    reused = f" ({progress.num_reused} known from other studies)" if progress.num_reused else ""
    click.echo(
        f"{name}: {outcome.state.lower()} ({outcome.reason}) after "
        f"{format_duration(outcome.elapsed_s)}: {plural(progress.num_complete, 'trial')} complete, "
        f"{progress.num_pruned} stopped early, {progress.num_failed} failed{reused}; results in "
        f"{masked(storage)}",
        err=True,
    )
    if progress.last_failure:
        click.echo(f"last failure: {progress.last_failure}", err=True)
    suffix = storage_words(storage, default_url())
    commands = [f"nas launch {again}{suffix}    (goes on)"] if outcome.state != "COMPLETE" else []
    if has_front:
        commands += [f"nas report {name}{suffix}", f"nas export {name}{suffix}"]
    if commands:
        click.echo("next:\n" + "\n".join(f"  {line}" for line in commands), err=True)
