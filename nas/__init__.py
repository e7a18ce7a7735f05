"""Architecture search for convolutional networks that must fit a device's budget.

What is listed here is loaded when it is first asked for (PEP 562): importing this package loads
neither torch nor Ray nor Optuna.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nas.api import Launched, launch, load_study, search
    from nas.runner.stopping import StopRequest
    from nas.study import Study
    from search_spaces.errors import NasError, StoppedError
    from workers.evaluator import EpochResult, Evaluator, TrialTask

__version__ = "0.1.0"

__all__ = [
    "EpochResult",
    "Evaluator",
    "Launched",
    "NasError",
    "StopRequest",
    "StoppedError",
    "Study",
    "TrialTask",
    "__version__",
    "launch",
    "load_study",
    "search",
]

_HOMES = {
    "EpochResult": "workers.evaluator",
    "Evaluator": "workers.evaluator",
    "Launched": "nas.api",
    "NasError": "search_spaces.errors",
    "StopRequest": "nas.runner.stopping",
    "StoppedError": "search_spaces.errors",
    "Study": "nas.study",
    "TrialTask": "workers.evaluator",
    "launch": "nas.api",
    "load_study": "nas.api",
    "search": "nas.api",
}
"""The module that each name is defined in."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
