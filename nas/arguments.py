"""What a Python caller may pass to a launch, as an experiment file and parts of a search."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, get_args

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.config.search import SamplerName, check_evaluator
from search_spaces.errors import EvaluatorError, ExperimentFileError, SearchError

if TYPE_CHECKING:
    from nas.samplers.registry import MakeSampler
    from workers.evaluator import EvaluatorFactory


def experiment_file(space: object) -> ExperimentFile:
    """The experiment of a path, or of a mapping with its values.

    Raises:
        ExperimentFileError: It is wrong: file, line and key.
        SearchError: It is neither.
    """
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


def with_name(file: ExperimentFile, name: object) -> ExperimentFile:
    """The file with another name of its study, where one is given."""
    if name is None:
        return file
    if not isinstance(name, str):
        raise SearchError(f"`name` must be text; got {_shown(name)}")
    try:
        return file.with_name(name)
    except ValueError as error:
        raise SearchError(f"`name` {error}; got {_shown(name)}") from None


def with_num_trials(file: ExperimentFile, num_trials: object) -> ExperimentFile:
    """The file with another number of trials, where one is given."""
    if num_trials is None:
        return file
    # To Python, True is a whole number.
    if isinstance(num_trials, bool) or not isinstance(num_trials, int) or num_trials < 1:
        raise SearchError(f"`num_trials` must be a whole number from 1; got {_shown(num_trials)}")
    return file.with_num_trials(num_trials)


def with_sampler(file: ExperimentFile, sampler: Any) -> tuple[ExperimentFile, MakeSampler | None]:
    """The file with the sampler's name, and what makes the sampler where it is no name."""
    from optuna.samplers import BaseSampler

    from nas.samplers.budget import BudgetSampler, SamplerKind

    if sampler is None:
        return file, None
    if sampler in get_args(SamplerName):
        return file.with_sampler(sampler), None
    is_made = isinstance(sampler, BaseSampler)
    # Made to see that it can be: the search makes its own, anew for each trial.
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


def with_evaluator(
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


def qualified_name(thing: object) -> str:
    """`module:Name` of a class or function; of anything else, that of its class.

    The arguments of a `functools.partial` belong to the name.
    """
    if isinstance(thing, partial):
        given = [*map(repr, thing.args), *(f"{k}={v!r}" for k, v in thing.keywords.items())]
        return f"{qualified_name(thing.func)}({', '.join(given)})"
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{named.__module__}:{named.__qualname__}"
