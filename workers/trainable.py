"""A warm worker of Ray Tune, and what it is given to do: a trial, from its start or last rung."""

from __future__ import annotations

import io
import logging
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from ray import tune

from search_spaces.errors import DeviceError
from search_spaces.graphs.network import Network
from workers.datasets import Dataset
from workers.devices import cap_memory, require_device
from workers.evaluator import (
    Diagnosing,
    Evaluator,
    EvaluatorFactory,
    Resumable,
    Telling,
    TrialTask,
    Weighted,
    checked_result,
)
from workers.failure import Failure, FailureKind, WorkerUnfitError
from workers.memory import MemoryWatch
from workers.proxy import Recipe, keep_freed_memory


@dataclass(eq=False)
class Assignment:
    """One trial for a worker.

    Tune copies and keeps the config of every trial; a copy of this is the object itself, and
    `release` empties it, so that a search of many trials does not fill the memory.

    Attributes:
        number: Of the trial.
        network: As JSON; None once released.
        max_epochs: Epochs after which the trial is complete.
        checkpoints: Epochs after which weights and state are sent back with the result.
        seed: The study's seed.
        state: What the trial had when its last worker was lost; None for a start from nothing.
    """

    number: int
    network: dict[str, Any] | None
    max_epochs: int
    checkpoints: tuple[int, ...]
    seed: int
    state: bytes | None = None

    def release(self) -> None:
        """Drops what only a worker needs."""
        self.network = self.state = None

    def __copy__(self) -> Assignment:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Assignment:
        return self

    def __repr__(self) -> str:
        return f"trial {self.number}"


logger = logging.getLogger(__name__)


class EvaluatorTrainable(tune.Trainable):  # type: ignore[misc]
    """Evaluates the network that it is assigned, one epoch a step; never ends by itself.

    The config holds an `Assignment` as `trial`. Data set, recipe and the evaluator's factory come
    once for each actor and stay in its memory. What an evaluator raises ends its trial and is
    reported as a result; the process itself ends where it is not fit for a further trial: after it
    ran out of memory, when its GPU refuses to work or is not there, or when it has kept too much
    memory.
    """

    def setup(
        self,
        config: dict[str, Any],
        *,
        dataset: Dataset,
        recipe: Recipe,
        make_evaluator: EvaluatorFactory,
        evaluator_name: str,
        num_threads: int,
        max_memory_growth: float,
        gpus: float = 0,
    ) -> None:
        """Takes what all trials share.

        Args:
            gpus: Of a trial: a part of one, or whole ones. It trains on a GPU where this is above
                0, whatever GPUs the process sees, and nowhere else.
        """
        torch.set_num_threads(num_threads)
        keep_freed_memory()
        self._device = "cuda" if gpus > 0 else "cpu"
        self._dataset = dataset
        self._recipe = recipe
        self._make_evaluator = make_evaluator
        self._name = evaluator_name
        self._memory = MemoryWatch(max_memory_growth)
        self._unfit = _unusable(self._device, gpus)
        self._begin(config)

    def _begin(self, config: dict[str, Any]) -> None:
        """A new trial; its evaluator is made in its first step, where an error fails it alone."""
        self._assigned: Assignment = config["trial"]
        self._evaluator: Evaluator | None = None
        self._epochs = 0

    def step(self) -> dict[str, Any]:
        """The result of one more epoch, or the failure that ended the trial.

        Raises:
            WorkerUnfitError: This process should train nothing further.
        """
        if self._unfit is not None:
            raise WorkerUnfitError(self._unfit)
        try:
            return self._train_epoch()
        # A result, since Tune ends the process of a trial that raises: the next would wait for a
        # new one.
        except Exception as error:
            failure = Failure.of(error)
        self._evaluator = None
        if failure.kind in (FailureKind.OUT_OF_MEMORY, FailureKind.WORKER_LOST):
            raise WorkerUnfitError(failure)
        return {"failure": failure, "pid": os.getpid()}

    def _train_epoch(self) -> dict[str, Any]:
        evaluator = self._begun()
        start = time.perf_counter()
        result = checked_result(evaluator.train_epoch(), self._name)
        self._epochs += 1
        reported = {"epochs": self._epochs, **result._asdict(), **self._kept(evaluator)}
        if isinstance(evaluator, Telling):
            # As pairs: Tune would take a mapping apart, and hand each value on by itself.
            reported["readings"] = list(evaluator.readings().items())
        if self._epochs == self._assigned.max_epochs and isinstance(evaluator, Diagnosing):
            reported["layers"] = [layer._asdict() for layer in evaluator.diagnose()]
        return {**reported, "train_s": time.perf_counter() - start, "pid": os.getpid()}

    def _begun(self) -> Evaluator:
        if self._evaluator is None:
            assigned = self._assigned
            assert assigned.network is not None
            task = TrialTask(
                Network.from_json(assigned.network), self._dataset, self._recipe,
                assigned.max_epochs, assigned.seed, self._device,
            )  # fmt: skip
            self._evaluator = self._make_evaluator(task)
            if assigned.state is not None:
                self._go_on(self._evaluator, assigned.state)
            assigned.release()  # Tune sends the config back with every result
        return self._evaluator

    def _go_on(self, evaluator: Evaluator, saved: bytes) -> None:
        if isinstance(evaluator, Resumable):
            location = self._device
            # Checkpoints may lie in a shared folder: none of them may run code.
            state = torch.load(io.BytesIO(saved), weights_only=True, map_location=location)
            evaluator.load_state_dict(state["evaluator"])
            self._epochs = state["epochs"]

    def _kept(self, evaluator: Evaluator) -> dict[str, bytes]:
        """At a checkpoint: the weights for the export, and the state that a retry goes on from."""
        kept: dict[str, bytes] = {}
        if self._epochs not in self._assigned.checkpoints:
            return kept
        if isinstance(evaluator, Weighted):
            kept["weights"] = _saved(dict(evaluator.weights()))
        if isinstance(evaluator, Resumable) and self._epochs < self._assigned.max_epochs:
            kept["state"] = _saved({"epochs": self._epochs, "evaluator": evaluator.state_dict()})
        return kept

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Frees what the last trial used, looks at what is left, and takes the next trial."""
        self._evaluator = None
        # With the last evaluator gone: what it held is not what the process keeps.
        if self._memory.trial_ended():
            grown, trials = self._memory.growth / 2**20, self._memory.num_trials
            reason = f"worker {os.getpid()} kept {grown:.0f} MiB more after {trials} trials"
            logger.warning("%s; it is replaced", reason)
            self._unfit = Failure(FailureKind.WORKER_REPLACED, reason)
        self._begin(new_config)
        return True


def _saved(values: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    torch.save(values, buffer)
    return buffer.getvalue()


def _unusable(device: str, gpus: float) -> Failure | None:
    """Why this process cannot train on the device that it was given for; None where it can."""
    try:
        require_device(device)
        cap_memory(gpus)
    except DeviceError as error:
        return Failure(FailureKind.NO_DEVICE, f"a worker on {platform.node()}: {error}")
    return None
