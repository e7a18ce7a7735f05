"""What an error that Ray raises for a trial means: its worker died, or gave up."""

from __future__ import annotations

from ray.exceptions import (
    NodeDiedError,
    OutOfMemoryError,
    RayActorError,
    RayTaskError,
    WorkerCrashedError,
)

from workers.failure import Failure, FailureKind, WorkerUnfitError, in_one_line, is_out_of_memory

# One class of Ray's stands for most deaths of an actor; these words tell the causes apart.
NODE_DIED = "its node has died"
LOST = "the worker process ended unexpectedly, as when the system kills it for its memory"
SETUP_FAILED = "raised in its creation task"


def failure_of(error: BaseException | None, text: str) -> Failure:
    """The failure that an error of Ray means.

    Args:
        error: The exception; None where it could not be kept.
        text: What Ray says of it.
    """
    if isinstance(error, RayTaskError):
        cause = error.cause
        if isinstance(cause, WorkerUnfitError):
            return cause.failure
        if cause is not None and is_out_of_memory(cause):
            return Failure(FailureKind.OUT_OF_MEMORY, in_one_line(cause), text)
        return Failure(FailureKind.WORKER_LOST, _last_line(text), text)
    if isinstance(error, OutOfMemoryError):
        reason = "Ray ended the worker because its node ran out of memory"
        return Failure(FailureKind.OUT_OF_MEMORY, reason, text)
    return _of_lost_worker(error, text)


def _of_lost_worker(error: BaseException | None, text: str) -> Failure:
    """Of an actor that is gone; its message says why, as far as Ray knows."""
    if isinstance(error, RayActorError) and (error.actor_init_failed or SETUP_FAILED in text):
        return Failure(FailureKind.SETUP_ERROR, _last_line(text), text)
    if isinstance(error, NodeDiedError) or NODE_DIED in text:
        return Failure(FailureKind.NODE_LOST, "the node of the worker is gone", text)
    if isinstance(error, RayActorError | WorkerCrashedError):
        return Failure(FailureKind.WORKER_LOST, LOST, text)
    return Failure(FailureKind.WORKER_LOST, _last_line(text), text)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no reason is known"
