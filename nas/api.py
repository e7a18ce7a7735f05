"""Searches from Python: what `nas launch` does, for notebooks and scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, get_args

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.config.search import SamplerName, check_evaluator
from nas.store import default_url
from nas.store.workspace import DEFAULT_ROOT, Workspace
from nas.study import Study
from search_spaces.errors import EvaluatorError, ExperimentFileError, SearchError

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

    from nas.runner.progress import Observer, Progress
    from nas.samplers.registry import MakeSampler
    from workers.evaluator import EvaluatorFactory


def search(
    space: str | Path | Mapping[str, Any],
    *,
    storage: str | None = None,
    folder: str | Path = DEFAULT_ROOT,
    num_trials: int | None = None,
    sampler: str | BaseSampler | Callable[..., BaseSampler] | None = None,
    evaluator: str | EvaluatorFactory | None = None,
    progress: bool = True,
    address: str | None = None,
) -> Study:
    """Runs a search, or goes on with the study of the same name.

    The study keeps the qualified names of a sampler and an evaluator that are passed in. That of
    the evaluator is part of the study's identity: with another one, the search does not go on.

    Args:
        space: Path of an experiment file, or its values as a mapping.
        storage: Address of the database; without it that of NAS_STORAGE, else `nas.db`.
        folder: Folder of weights, reports and exported code of all studies.
        num_trials: Instead of `search.num_trials`.
        sampler: Instead of `search.sampler`: a name; a function or class that makes an Optuna
            sampler when called with `seed=`; or such a sampler itself, whose own generator then
            decides, so that the search is not repeatable. Budgets are kept in any case.
        evaluator: Instead of `evaluator`: a class or function that takes a
            `workers.evaluator.TrialTask`, or `module:Name` of one.
        progress: Whether to show on standard error how the search goes on.
        address: An existing Ray cluster, or `auto`. A Ray that this process has already started is
            used in any case; else one is started for this search.

    Returns:
        The study, COMPLETE or INTERRUPTED; the same call goes on with an interrupted one.

    Raises:
        NasError: The experiment, an argument, the data set or the database is at fault.
    """
    from dashboards.for_optuna import shown_in_optuna
    from nas.runner.parts import Parts
    from nas.runner.preparation import checked_space
    from nas.runner.run import run_search
    from nas.terminal import TerminalObserver
    from nas.trust.accompany import accompany
    from nas.trust.baselines import checked_baselines
    from nas.trust.companion_runs import Place

    file = _experiment_file(space)
    if num_trials is not None:
        file = file.with_num_trials(_count(num_trials))
    file, make_sampler = _with_sampler(file, sampler)
    file, make_evaluator = _with_evaluator(file, evaluator)
    storage = _storage(storage)
    study = Study(file.experiment.name, storage, Path(folder))
    observer: Observer = TerminalObserver() if progress else _Silence()
    checked_baselines(file, checked_space(file))
    workspace = Workspace(study.folder, study.name)
    parts = Parts(make_sampler, make_evaluator)
    with shown_in_optuna(observer, storage, workspace) as following:
        outcome = run_search(file, storage, workspace, following, address=address, parts=parts)
    if outcome.state == "COMPLETE":
        accompany(outcome.file, Place(storage, workspace, observer, address, make_evaluator))
    return study


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


def qualified_name(thing: object) -> str:
    """`module:Name` of a class or function; of anything else, that of its class.

    The arguments of a `functools.partial` belong to the name.
    """
    if isinstance(thing, partial):
        given = [*map(repr, thing.args), *(f"{k}={v!r}" for k, v in thing.keywords.items())]
        return f"{qualified_name(thing.func)}({', '.join(given)})"
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{named.__module__}:{named.__qualname__}"


def _storage(given: str | None) -> str:
    return default_url() if given is None else given


def _experiment_file(space: object) -> ExperimentFile:
    if isinstance(space, str | Path):
        return ExperimentFile.read(space)
    if not isinstance(space, Mapping):
        rule = "`space` must be the path of an experiment file or a mapping with its values"
        raise SearchError(f"{rule}; got {_shown(space)}")
    try:
        text = json.dumps(_plain(space, ""), indent=2, ensure_ascii=False)  # which is YAML as well
    except (TypeError, ValueError, RecursionError) as error:
        raise ExperimentFileError(f"experiment: must hold plain values only: {error}") from error
    return ExperimentFile(Document("experiment", text))


def _plain(value: object, key: str) -> object:
    """A value as a file could hold it: paths as text, numbers and arrays of NumPy as Python's.

    Raises:
        ExperimentFileError: It is none that a file could hold.
    """
    import numpy as np

    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {
            name: _plain(each, f"{key}.{name}" if key else name) for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(each, f"{key}[{number}]") for number, each in enumerate(value)]
    if isinstance(value, PurePath):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    rule = "must hold plain values only: text, numbers, true or false, lists, mappings"
    raise ExperimentFileError(f"experiment: `{key}` {rule}; got {_shown(value)}")


def _count(num_trials: object) -> int:
    if isinstance(num_trials, bool) or not isinstance(num_trials, int) or num_trials < 1:
        raise SearchError(f"`num_trials` must be a whole number from 1; got {_shown(num_trials)}")
    return num_trials


def _with_sampler(file: ExperimentFile, sampler: Any) -> tuple[ExperimentFile, MakeSampler | None]:
    """The file with the sampler's name, and what makes the sampler where it is no name."""
    from optuna.samplers import BaseSampler

    from nas.samplers.budget import BudgetSampler, SamplerKind

    if sampler is None:
        return file, None
    if sampler in get_args(SamplerName):
        return file.with_sampler(sampler), None
    is_made = isinstance(sampler, BaseSampler)
    made = _made(sampler, file.experiment.seed) if callable(sampler) and not is_made else sampler
    if not isinstance(made, BaseSampler):
        names = ", ".join(get_args(SamplerName))
        rule = f"`sampler` must be one of {names}, an Optuna sampler, or what makes one of a `seed`"
        raise SearchError(f"{rule}; got {_shown(made)}")
    kind = SamplerKind(
        lambda _, seed: made if is_made else sampler(seed=seed), is_renewed=not is_made
    )
    return file.with_sampler(qualified_name(sampler)), partial(BudgetSampler, kind)


def _made(make: Callable[..., Any], seed: int) -> Any:
    try:
        return make(seed=seed)
    except TypeError as error:
        raise SearchError(
            f"`sampler` must make a sampler when called with `seed=`: {error}"
        ) from error


def _with_evaluator(
    file: ExperimentFile, evaluator: Any
) -> tuple[ExperimentFile, EvaluatorFactory | None]:
    """The file with the evaluator's name, and the evaluator where it is no name."""
    if evaluator is None:
        return file, None
    if isinstance(evaluator, str):
        return file.with_evaluator(_reference(evaluator)), None
    if not callable(evaluator):
        rule = "`evaluator` must be module:Name, or a class or function that takes a task"
        hint = "; pass the class itself" if hasattr(evaluator, "train_epoch") else ""
        raise EvaluatorError(f"{rule}; got {_shown(evaluator)}{hint}")
    return file.with_evaluator(qualified_name(evaluator)), evaluator


def _reference(evaluator: str) -> str:
    try:
        return check_evaluator(evaluator)
    except ValueError as error:
        raise EvaluatorError(f"`evaluator` {error}; got {_shown(evaluator)}") from None


def _shown(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


class _Silence:
    """An observer that shows nothing."""

    def message(self, text: str) -> None: ...

    def profiling(self, done: int, total: int) -> None: ...

    @contextmanager
    def searching(self, progress: Progress) -> Iterator[None]:
        yield
