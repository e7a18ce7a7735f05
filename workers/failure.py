"""Why a trial could not be trained: the kinds of failure, and which kind an exception is.

Imports neither Ray nor torch.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
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
    NO_DEVICE = "no_device"

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


_NO_MEMORY = (
    "out of memory", "can't allocate memory", "cannot allocate", "status_alloc_failed",
    "erroroutofmemory", "memory_allocation", "failed to allocate memory",
)  # fmt: skip
"""How hosts, PyTorch's allocators and the libraries of NVIDIA and AMD say so, in small letters."""

_BROKEN = re.compile(
    # A library, then what it calls an error: "cuDNN error: CUDNN_STATUS_...", "HIP error: ...".
    r"\b(?:cuda(?: driver| runtime)?|cudnn|cublas(?:lt)?|cusolver|cusparse(?:lt)?|cufft|curand"
    r"|nccl|nvrtc|nvml|hip|hip(?:blas(?:lt)?|sparse|fft|rand|solver)|roc(?:blas|solver|sparse|fft|rand)"
    r"|miopen|rccl)\W{1,3}(?:unknown )?error\b"
    r"|\b(?:cuda|cudnn|cublas|cusolver|cusparse|cufft|curand|hip\w*|rocblas|miopen)_?status_?\w+"
    r"|\bcudaerror\w+|\bhiperror\w+|\bmiopenstatus\w+"
    r"|device-side assert|nvml_success|cudacachingallocator|hipcachingallocator"
    r"|unable to find (?:a valid cudnn algorithm|an engine to execute this computation)"
    r"|no kernel image is available|no cuda gpus are available|no hip gpus are available"
    r"|found no nvidia driver|nvidia driver on your system is too old"
    r"|unexpected error from (?:cuda|hip)getdevicecount"
)
"""What a GPU, its driver and its libraries say when they refuse to work, in small letters."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory could not be had: of the host, of PyTorch's allocator or of a GPU."""
    return any(map(_says_no_memory, _with_causes(error)))


def _says_no_memory(error: BaseException) -> bool:
    # By its name, since this module must not import torch.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    said = str(error).lower()
    # PyTorch's allocator on the CPU raises a plain RuntimeError, which only its text tells.
    return isinstance(error, RuntimeError | OSError) and any(each in said for each in _NO_MEMORY)


def is_broken_device(error: BaseException) -> bool:
    """Whether a GPU refuses all further work of this process, as after an illegal access.

    Also where the user's code raised an error of its own because of that one.
    """
    return any(map(_says_broken, _with_causes(error)))


def _says_broken(error: BaseException) -> bool:
    # Of its types of errors PyTorch has one for devices; libraries' are plain RuntimeErrors.
    if type(error).__name__ in ("AcceleratorError", "CudaError", "DistBackendError"):
        return True
    return isinstance(error, RuntimeError) and bool(_BROKEN.search(str(error).lower()))


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that it was raised for or while they were handled."""
    known: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in known:
        known.append(following)
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)
    yield from known


def in_one_line(error: BaseException) -> str:
    """Type and message of an exception."""
    kind, message = type(error).__name__, str(error).strip()
    return on_one_line(f"{kind}: {message}" if message else kind, MAX_REASON)
