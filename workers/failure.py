"""Why a trial could not be trained: the kinds of failure, and which kind an exception is.

Imports neither Ray nor torch.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from enum import StrEnum

from search_spaces.errors import NonFiniteError, on_one_line

MAX_REASON = 300
"""Characters of a reason; the traceback has the rest."""


class FailureKind(StrEnum):
    """What went wrong; the value is what stands in the database."""

    OUT_OF_MEMORY = "out_of_memory"
    NON_FINITE_LOSS = "non_finite_loss"
    EVALUATOR_ERROR = "evaluator_error"
    SETUP_ERROR = "setup_error"
    WORKER_LOST = "worker_lost"
    NODE_LOST = "node_lost"
    HUNG = "hung"
    TIME_LIMIT = "time_limit"
    WORKER_REPLACED = "worker_replaced"

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Failure:
    """Why a trial could not be trained.

    Attributes:
        reason: One line.
        traceback: Where it happened; None where no Python code failed.
        error: Type of the exception in the trial's own code; empty where there was none.
    """

    kind: FailureKind
    reason: str
    traceback: str | None = None
    error: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """The failure that an exception in the worker means."""
        kind = FailureKind.EVALUATOR_ERROR
        if isinstance(error, NonFiniteError):
            kind = FailureKind.NON_FINITE_LOSS
        elif is_out_of_memory(error):
            kind = FailureKind.OUT_OF_MEMORY
        elif is_broken_device(error):
            kind = FailureKind.WORKER_LOST
        where = "".join(traceback.format_exception(error))
        own = type(error).__name__ if kind is FailureKind.EVALUATOR_ERROR else ""
        return cls(kind, in_one_line(error), where, own)

    @property
    def cause(self) -> tuple[FailureKind, str]:
        """What failures of one origin have in common: the kind, and the type of an exception."""
        # Not the message: it names the shape or width of each trial, and ten of one cause end the
        # search.
        return self.kind, self.error

    def __str__(self) -> str:
        return f"{self.kind.in_words}: {self.reason}"


class WorkerUnfitError(Exception):
    """Ends a worker process that cannot train the next trial as the first one.

    Attributes:
        failure: What became of its trial.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory could not be had: of the host, of PyTorch's allocator or of a GPU."""
    # By its name, since this module must not import torch.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    said = str(error).lower()
    # PyTorch's allocator on the CPU raises a plain RuntimeError, which only its text tells.
    return isinstance(error, RuntimeError | OSError) and (
        "out of memory" in said or "can't allocate memory" in said or "cannot allocate" in said
    )


def is_broken_device(error: BaseException) -> bool:
    """Whether a GPU refuses all further work of this process, as after an illegal access."""
    return type(error).__name__ == "AcceleratorError" or "CUDA error" in str(error)


def in_one_line(error: BaseException) -> str:
    """Type and message of an exception."""
    kind, message = type(error).__name__, str(error).strip()
    return on_one_line(f"{kind}: {message}" if message else kind, MAX_REASON)
