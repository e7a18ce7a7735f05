"""`nas retarget`: another front, for another device, from the trainings already done."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nas.cli.options import folder_option, json_option, storage_option

if TYPE_CHECKING:
    from nas.config.device import DeviceSpec
    from nas.latency.retarget import Retargeted

EPILOG = """
\b
Examples:
  nas retarget quickstart --latency-table phone.csv --constraints 'latency_ms<=3'
  nas retarget quickstart --device raspberry_pi_pico
  nas retarget quickstart --constraints 'flops<=2M, latency_ms=none'
  nas retarget quickstart --latency-table phone.csv --objectives accuracy,latency_ms --json

\b
Search on from there, beginning with what is trained:
  nas retarget quickstart --latency-table phone.csv --constraints 'latency_ms<=3' --continue

\b
The table is made on the other device; see `nas profile --help`:
  nas profile space.yaml --bundle device.pyz
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@click.option(
    "--latency-table", "table", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="TABLE.CSV", help="Latencies of blocks measured on the other device.",
)  # fmt: skip
@click.option(
    "--device", metavar="BOARD",
    help="A board whose RAM and flash networks must fit, by its name, or a YAML file with the keys"
    " of `device:` in an experiment file.",
)  # fmt: skip
@click.option(
    "--constraints", metavar="LIMITS",
    help="Limits in place of the study's on the same quantities, as in 'latency_ms<=3, flops<=10M';"
    " QUANTITY=none takes one away.",
)  # fmt: skip
@click.option(
    "--objectives", metavar="NAMES",
    help="In place of the study's, as in accuracy,latency_ms; a table adds latency_ms to those.",
)  # fmt: skip
@click.option(
    "--continue", "goes_on", is_flag=True,
    help="Search on from there: writes NAME.yaml and launches it as a study of its own.",
)  # fmt: skip
@click.option("--name", metavar="NAME", help="Of the study of --continue.")
@click.option(
    "--num-trials", type=click.IntRange(1),
    help="With --continue: trials beyond those already trained; by default as the study has.",
)  # fmt: skip
@folder_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    study: str,
    storage: str,
    table: Path | None,
    device: str | None,
    constraints: str | None,
    objectives: str | None,
    goes_on: bool,
    name: str | None,
    num_trials: int | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Print the front of a study as it is for another device or with other limits.

    Nothing is trained: every finished network keeps what its training gave and gets the latency of
    the other device, and what it takes of the other board's RAM and flash. The study itself stays
    as it is. With --continue a new study begins with its results, which are not trained again, and
    searches on.
    """
    from nas.cli.commands.launch import command as launch
    from nas.cli.tables.tables import print_front, print_json
    from nas.config.constraints import written_constraints
    from nas.config.device import read_device
    from nas.latency.retarget import retarget
    from nas.store import Store
    from nas.store.results import front_as_json
    from nas.trust.confirmed import confirmation, with_confirmed

    if table is None and device is None and constraints is None and objectives is None:
        raise click.UsageError("give --latency-table, --device, --constraints or --objectives")
    if not goes_on and (name or num_trials):
        raise click.UsageError("--name and --num-trials are for --continue")
    limits = written_constraints(constraints) if constraints else {}
    board = read_device(device) if device is not None else None
    with Store(storage, create=False) as store:
        found = retarget(
            store, store.study(study), table=table, board=board, constraints=limits,
            objectives=_names(objectives),
        )  # fmt: skip
        again = confirmation(store, found.study, found.trials)
    if goes_on:
        name = name or _name(study, table, board)
        file = _write(found, name, table, limits, num_trials, storage)
        # click gives the command its defaults for all that is not named here.
        ctx.invoke(launch, file=file, storage=storage, folder=folder, as_json=as_json)
        return
    if as_json:
        front = front_as_json(found.trials, found.study.objectives, found.study.limits)
        print_json({"study": study, **_facts(found), **with_confirmed(front, again)})
        return
    for line in _in_words(found):
        click.echo(line, err=True)
    if not print_front(found.study, found.trials, again):
        click.echo(f"{study}: the front is empty: no trial is COMPLETE yet", err=True)


def _name(study: str, table: Path | None, board: DeviceSpec | None) -> str:
    """A name that a study of --continue has, where none is given."""
    device = table.stem if table is not None else board and board.name
    return f"{study}-{device or 'retargeted'}"


def _write(
    found: Retargeted,
    name: str,
    table: Path | None,
    limits: Mapping[str, Any],
    num_trials: int | None,
    storage: str,
) -> Path:
    """Writes the experiment file of --continue; the same command again finds the one it wrote."""
    from nas.config import ExperimentFile
    from nas.config.document import Document
    from nas.config.values import check_name
    from nas.latency.retarget import continuing_text
    from nas.runner.preparation import checked_space
    from nas.store import default_url, storage_words
    from search_spaces.errors import SearchError

    try:
        path = Path(f"{check_name(name)}.yaml")
    except ValueError as error:
        raise click.UsageError(f"--name {error}") from None
    shown = None if table is None else os.path.relpath(table)
    text = continuing_text(found, name, table=shown, constraints=limits, num_trials=num_trials)
    try:
        if not path.exists():
            # Before it is written: a file that cannot be launched would stand in the way of the
            # next try.
            checked_space(ExperimentFile(Document(str(path), text)))
            path.write_text(text, encoding="utf-8")
            click.echo(f"wrote {path}", err=True)
        elif path.read_text(encoding="utf-8") != text:
            again = f"nas launch {path}{storage_words(storage, default_url())}"
            said = f"{path} is there and says something else"
            raise SearchError(f"{said}: go on with `{again}`, or give another --name")
    except OSError as error:
        raise SearchError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def _names(text: str | None) -> tuple[str, ...]:
    """Objectives as written on the command line."""
    from search_spaces.measures import aims

    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    known = aims()
    for name in names:
        if name not in known:
            raise click.UsageError(f"an objective must be one of {', '.join(known)}; got {name!r}")
    return tuple(dict.fromkeys(names))


def _facts(found: Retargeted) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "device": None if found.setting is None else asdict(found.setting),
        "board": None if found.board is None else found.board.model_dump(mode="json"),
        "without_operators": list(found.without_operators),
        "objectives": list(found.study.objectives),
        "constraints": found.study.experiment["constraints"],
    }


def _in_words(found: Retargeted) -> list[str]:
    """What the front is one of."""
    from search_spaces.quantities import format_limit

    device = "as the study measured it" if found.setting is None else found.setting.in_words
    limits = ", ".join(f"{lim.quantity} {format_limit(lim)}" for lim in found.study.limits)
    said = [f"latency      {device}", f"limits       {limits or 'none'}"]
    if found.board is not None:
        said.insert(1, f"board        {found.board.in_words}")
    if found.without_operators:
        numbers = ", ".join(map(str, found.without_operators))
        said.append(f"left out     {numbers}: layers that TensorFlow Lite Micro lacks")
    return said
