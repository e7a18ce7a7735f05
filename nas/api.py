"""Searches from Python: the one launch that command, notebook and other programs stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nas.arguments import (
    experiment_file,
    with_evaluator,
    with_name,
    with_num_trials,
    with_sampler,
)
from nas.runner.host_process import used_by_search
from nas.store import default_url
from nas.store.workspace import DEFAULT_ROOT, Workspace
from nas.study import Study
from search_spaces.errors import SearchError

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

    from nas.runner.progress import Observer, Progress
    from nas.runner.run import SearchOutcome
    from nas.runner.stopping import StopRequest
    from workers.evaluator import EvaluatorFactory


@dataclass(frozen=True)
class Launched:
    """What became of a launch.

    Attributes:
        study: COMPLETE or INTERRUPTED; the same call goes on with an interrupted one.
        outcome: How the search ended, and how far it came.
        unfinished: What ended the baselines or the control that the file asks for, if anything did;
            the search itself has ended well then.
    """

    study: Study
    outcome: SearchOutcome
    unfinished: SearchError | None = None


@used_by_search()  # also while Ray is imported
def launch(
    space: str | Path | Mapping[str, Any],
    *,
    name: str | None = None,
    storage: str | None = None,
    folder: str | Path = DEFAULT_ROOT,
    num_trials: int | None = None,
    sampler: str | BaseSampler | Callable[..., BaseSampler] | None = None,
    evaluator: str | EvaluatorFactory | None = None,
    progress: bool | Observer = True,
    address: str | None = None,
    stop: StopRequest | None = None,
) -> Launched:
    """Runs a search, or goes on with the study of the same name, in the thread that calls.

    Any thread of any program may: the program's signal handlers, its environment and a Ray that it
    has started are afterwards as they were, and while the search runs, signals are the program's to
    handle. One search runs in a process at a time.

    The study keeps the qualified names of a sampler and an evaluator that are passed in. That of
    the evaluator is part of the study's identity: with another one, the search does not go on.

    Args:
        space: Path of an experiment file, or its values as a mapping.
        name: Of the study, instead of `name`.
        storage: Address of the database; without it that of NAS_STORAGE, else `nas.db`.
        folder: Folder of weights, reports and exported code of all studies.
        num_trials: Instead of `search.num_trials`.
        sampler: Instead of `search.sampler`: a name; a function or class that makes an Optuna
            sampler when called with `seed=`; or such a sampler itself, whose own generator then
            decides, so that the search is not repeatable. Budgets are kept in any case.
        evaluator: Instead of `evaluator`: a class or function that takes a
            `workers.evaluator.TrialTask`, or `module:Name` of one.
        progress: Whether to show on standard error how the search goes on; or who is told instead.
        address: An existing Ray cluster, or `auto`. A Ray that this process has already started is
            used in any case; else one is started for this search.
        stop: What ends the search when it is asked to, from any thread, as `nas stop` does from
            any process.

    Returns:
        The study, COMPLETE or INTERRUPTED, and how that came.

    Raises:
        StoppedError: It was asked to stop before any trial had begun.
        NasError: The experiment, an argument, the data set or the database is at fault.
    """
    from dashboards.for_optuna import shown_in_optuna
    from nas.runner.parts import Parts
    from nas.runner.preparation import checked_space
    from nas.runner.run import run_search
    from nas.runner.stopping import StopRequest
    from nas.trust.accompany import accompany
    from nas.trust.baselines import checked_baselines
    from nas.trust.companion_runs import Place

    file = with_num_trials(with_name(experiment_file(space), name), num_trials)
    file, make_sampler = with_sampler(file, sampler)
    file, make_evaluator = with_evaluator(file, evaluator)
    storage, stop = _storage(storage), stop or StopRequest()
    study = Study(file.experiment.name, storage, Path(folder))
    observer = _observer(progress)
    # Before the search: what is wrong with them would else be told hours later.
    checked_baselines(file, checked_space(file))
    workspace = Workspace(study.folder, study.name)
    parts = Parts(make_sampler, make_evaluator)
    with shown_in_optuna(observer, storage, workspace) as following:
        outcome = run_search(
            file, storage, workspace, following, address=address, parts=parts, stop=stop
        )
    if outcome.state == "COMPLETE":
        place = Place(storage, workspace, observer, address, make_evaluator, stop)
        try:
            accompany(outcome.file, place)
        except SearchError as error:
            return Launched(study, outcome, error)
    return Launched(study, outcome)


def search(
    space: str | Path | Mapping[str, Any],
    *,
    name: str | None = None,
    storage: str | None = None,
    folder: str | Path = DEFAULT_ROOT,
    num_trials: int | None = None,
    sampler: str | BaseSampler | Callable[..., BaseSampler] | None = None,
    evaluator: str | EvaluatorFactory | None = None,
    progress: bool = True,
    address: str | None = None,
) -> Study:
    """Launches a search from a notebook, and gives back its study.

    In the main thread Ctrl-C, or SIGTERM, ends it after the reports under way, and twice at once.

    Args:
        space: This and all else as of `launch`.

    Returns:
        The study, COMPLETE or INTERRUPTED; the same call goes on with an interrupted one.

    Raises:
        SearchError: The baselines or the control were interrupted; the same call goes on.
        NasError: The experiment, an argument, the data set or the database is at fault.
    """
    from nas.runner.stopping import interruptible

    observer = _observer(progress)
    with interruptible(observer.message) as stop:
        launched = launch(
            space, name=name, storage=storage, folder=folder, num_trials=num_trials,
            sampler=sampler, evaluator=evaluator, progress=observer, address=address, stop=stop,
        )  # fmt: skip
    if launched.unfinished is not None:
        raise launched.unfinished
    return launched.study


def load_study(name: str, storage: str | None = None, folder: str | Path = DEFAULT_ROOT) -> Study:
    """A study that is there already.

    Args:
        storage: Address of the database; without it that of NAS_STORAGE, else `nas.db`.

    Raises:
        StoreError: There is none of this name.
    """
    study = Study(name, _storage(storage), Path(folder))
    _ = study.record
    return study


def _storage(given: str | None) -> str:
    return default_url() if given is None else given


def _observer(progress: bool | Observer) -> Observer:
    from nas.terminal import TerminalObserver

    if isinstance(progress, bool):
        return TerminalObserver() if progress else _Silence()
    return progress


class _Silence:
    """An observer that shows nothing."""

    def message(self, text: str) -> None: ...

    def profiling(self, done: int, total: int) -> None: ...

    @contextmanager
    def searching(self, progress: Progress) -> Iterator[None]:
        yield
