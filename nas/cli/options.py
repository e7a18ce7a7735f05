"""What several commands share: options, and where they find, choose and train networks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from nas.config import ExperimentFile
from nas.store.workspace import DEFAULT_ROOT
from search_spaces.errors import DataError, DataOptionError
from search_spaces.spaces.space import Space
from workers.datasets import dataset_info

if TYPE_CHECKING:
    from nas.store import StudyRecord, TrialRecord
    from nas.store.selection import Selection
    from nas.trust.companion_runs import Place


F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_STORAGE = "sqlite:///nas.db"


def storage_option(function: F) -> F:
    """`--storage`, or the environment's NAS_STORAGE."""
    return click.option(
        "--storage", envvar="NAS_STORAGE", default=DEFAULT_STORAGE, show_default=True,
        metavar="URL", help="Database of the studies (also NAS_STORAGE).",
    )(function)  # fmt: skip


def folder_option(function: F) -> F:
    """`--folder`: where the files of all studies lie."""
    return click.option(
        "--folder", type=click.Path(file_okay=False, path_type=Path), default=DEFAULT_ROOT,
        show_default=True, help="Folder of weights, reports and exported code.",
    )(function)  # fmt: skip


def json_option(function: F) -> F:
    """`--json`: data for programs instead of a table."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def space_argument(function: F) -> F:
    """The experiment file."""
    return click.argument("file", type=click.Path(path_type=Path), metavar="SPACE.YAML")(function)


def plugin_option(function: F) -> F:
    """`--plugin`: modules that register further blocks, imported before anything is read."""

    def load(_ctx: click.Context, _option: click.Parameter, names: tuple[str, ...]) -> None:
        from search_spaces.plugins import load_plugin

        for name in names:
            load_plugin(name)

    return click.option(
        # Eager, since other options and arguments may name what a plugin adds.
        "--plugin", multiple=True, metavar="MODULE", callback=load, expose_value=False,
        is_eager=True, help="Module or .py file that adds blocks or measures; may be repeated.",
    )(function)  # fmt: skip


def selection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--trial`, `--best` and `--under`, handed over together as `selection`."""

    @click.option("--trial", type=click.IntRange(0), metavar="N", help="The trial of this number.")
    @click.option(
        "--best",
        metavar="MEASURE",
        default="knee",
        show_default=True,
        help="Which network of the front: best compromise, or best in one.",
    )
    @click.option(
        "--under",
        metavar="LIMITS",
        help="The best within limits, as in flops=20M,latency_ms=5.",
    )
    # click notes options on the function: `wraps` takes along those that stand below these.
    @functools.wraps(function)
    def command(*args: Any, trial: int | None, best: str, under: str | None, **others: Any) -> Any:
        from nas.store.selection import Selection, parse_under

        # --best has a default, so that nobody knows whether it was given: it yields to both.
        if trial is not None and under is not None:
            raise click.UsageError("--trial and --under each choose a network; give one of them")
        limits = parse_under(under) if under is not None else {}
        return function(*args, selection=Selection(trial, best, limits), **others)

    return command


def selected(study: StudyRecord, trials: list[TrialRecord], selection: Selection) -> TrialRecord:
    """The trial that is meant; says on standard error where the front violates limits."""
    from nas.store.results import nothing_feasible, pareto_front
    from nas.store.selection import selected_trial

    # A trial that was asked for by number is none that the front's limits chose.
    if selection.number is None and not selection.under:
        front = pareto_front(trials, study.objectives, study.limits)
        said = nothing_feasible(front, study.limits)
        if said:
            click.echo(said, err=True)
    return selected_trial(study, trials, selection)


class SpaceToLookAt(NamedTuple):
    """A space whose data set may not be there yet.

    Attributes:
        missing_data: What is wrong with the data set, where the file says what it is like.
    """

    space: Space
    missing_data: str | None


def space_to_look_at(file: ExperimentFile) -> SpaceToLookAt:
    """The space of a file. Its data set may be absent where `space.input` says what it is like.

    Raises:
        ExperimentFileError: With file, line and key; also where no images could make them right.
        DataError: The data set is not there and there is no `space.input`.
    """
    declared = file.experiment.space.input
    try:
        info = dataset_info(file.experiment.dataset)
        return SpaceToLookAt(file.space(info.in_shape, info.num_classes, info.task), None)
    except DataError as error:
        if declared is None or not _may_come(error, file):
            raise file.data_error(error) from error
        return SpaceToLookAt(file.space(declared.in_shape, declared.num_classes), str(error))


def _may_come(error: DataError, file: ExperimentFile) -> bool:
    """Whether it may be only that the data are not here yet: files, a package, a function's own."""
    if isinstance(error, DataOptionError):
        return error.key in ("root", "name")
    return ":" in file.experiment.dataset.name


@contextmanager
def training_place(storage: str, folder: Path, name: str, address: str | None) -> Iterator[Place]:
    """Where networks are trained for what is asked of a study; signals end that in good order."""
    from nas.runner.stopping import interruptible
    from nas.store.workspace import Workspace
    from nas.terminal import TerminalObserver
    from nas.trust.companion_runs import Place

    observer = TerminalObserver()
    with interruptible(observer.message) as stop:
        yield Place(storage, Workspace(folder, name), observer, address, stop=stop)
