"""How an evaluator of a user's own gets to the workers."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType

from search_spaces.errors import EvaluatorError, reason_of
from workers.evaluator import EvaluatorFactory

_OURS = ("dashboards", "nas", "search_spaces", "workers")


@contextmanager
def shipped(evaluator: EvaluatorFactory, name: str) -> Iterator[None]:
    """While this is open, an evaluator is pickled together with the modules that it lies in.

    A worker, perhaps on another machine, need not be able to import them. What is installed is
    taken to be installed there as well.

    Raises:
        EvaluatorError: It cannot be pickled.
    """
    from ray import cloudpickle

    names = {getattr(part, "__module__", None) for part in _parts(evaluator)}
    modules = {module for name in names for module in _uninstalled(name)}
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        try:
            cloudpickle.dumps(evaluator)
        except Exception as error:  # whatever an object's own pickling raises
            said = f"{name}: cannot be sent to the workers: {reason_of(error)}"
            raise EvaluatorError(said) from error
        yield
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)


def _parts(evaluator: object) -> list[object]:
    """What is called; of a `functools.partial` its function and all that it is given."""
    if not isinstance(evaluator, partial):
        return [evaluator]
    given = (evaluator.func, *evaluator.args, *evaluator.keywords.values())
    return [part for value in given for part in _parts(value)]


def _uninstalled(name: str | None) -> list[ModuleType]:
    """The module of a name and those that lie beside it, unless they are installed or ours."""
    package = (name or "").partition(".")[0]
    root = _file(sys.modules.get(package))
    if root is None or package == "__main__":  # pickled by value in any case
        return []
    folder = os.path.dirname(root) + os.sep
    return [
        module
        for key, module in list(sys.modules.items())
        if (_file(module) or "").startswith(folder)
        and module.__name__ == key
        and key.partition(".")[0] not in _OURS
        and not _is_installed(_file(module) or "")
    ]


def _file(module: ModuleType | None) -> str | None:
    path = getattr(module, "__file__", None)
    return os.path.realpath(path) if isinstance(path, str) else None


def _is_installed(path: str) -> bool:
    places = (sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib"))
    return any(path.startswith(os.path.realpath(place) + os.sep) for place in places)
