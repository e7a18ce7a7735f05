"""Runs a training to its end, or to where it is stopped: what each process of a group does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

from workers.training.checkpoint import Checkpoint
from workers.training.group import Group
from workers.training.job import Job, fitting_epochs
from workers.training.trainer import Trainer

SPEED_STEPS = 10
"""Steps that are timed before a training with a budget of time is planned."""

MAX_VALIDATIONS = 100
"""Accuracy is measured so many times at most, evenly over the epochs."""

_KEEP, _STOP = 1, 2
"""What may come after a step, beside going on: a checkpoint, or the end."""

Clock = Callable[[], float]


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch gave.

    Attributes:
        epochs: Epochs trained so far.
        validation_accuracy: Of the averaged weights; None where it was not measured.
        train_s: Seconds of this epoch, the measuring included.
    """

    epochs: int
    validation_accuracy: float | None
    train_loss: float
    train_s: float


@dataclass(frozen=True)
class Outcome:
    """How far a training came.

    Attributes:
        is_complete: Whether it came to its end; else it was stopped, and a checkpoint is written.
        max_epochs: Epochs that it has, or shall have, as planned last.
        trained_s: Seconds of training in all.
    """

    is_complete: bool
    max_epochs: int
    trained_s: float
    curve: list[EpochRecord]


class Watcher(Protocol):
    """Who is told how the training goes on, and may end it; asked in the first process alone."""

    def planned(self, epochs: int) -> None:
        """The training has so many epochs; told again when that changes."""
        ...

    def stepped(self, progress: float, trained_s: float) -> None:
        """A step is done: how far the training is, 0 to 1, and the seconds it took so far."""
        ...

    def epoch(self, record: EpochRecord) -> None:
        """An epoch is through."""
        ...

    def stop_requested(self) -> bool:
        """Whether the training shall end after the step under way."""
        ...


class Loop:
    """One process's way through a training."""

    def __init__(
        self, trainer: Trainer, job: Job, group: Group, watcher: Watcher,
        clock: Clock = time.monotonic,
    ) -> None:  # fmt: skip
        self._trainer, self._job, self._group, self._watcher = trainer, job, group, watcher
        self._clock = clock
        self._curve: list[EpochRecord] = []
        self._trained_s = 0.0

    def run(self, begun: Checkpoint | None) -> Outcome:
        """Goes on from a checkpoint, or begins.

        Raises:
            NonFiniteError: The training has diverged.
            TrainingError: A checkpoint cannot be written.
        """
        if begun is not None and begun.trainer:
            self._trainer.load_state_dict(begun.trainer)
            self._curve = [EpochRecord(**values) for values in begun.curve]
            self._trained_s = begun.trained_s
        started_at = self._clock() - self._trained_s
        if begun is None or not begun.trainer:
            self._plan(self._first_plan())
        self._watcher.planned(self._max_epochs)
        is_complete = self._train(started_at)
        self._keep(started_at)
        return Outcome(is_complete, self._max_epochs, self._trained_s, self._curve)

    @property
    def _max_epochs(self) -> int:
        return self._trainer.schedule.num_steps // self._trainer.steps_per_epoch

    def _train(self, started_at: float) -> bool:
        """Returns whether the training came to its end."""
        trainer, watcher = self._trainer, self._watcher
        kept_at = epoch_at = self._clock()
        while trainer.epochs < self._max_epochs:
            if trainer.train_step():
                epoch_at = self._end_epoch(epoch_at, started_at)
            now = self._clock()
            watcher.stepped(trainer.schedule.progress(trainer.step), now - started_at)
            # Agreed upon at each step: one process that stops alone leaves the others waiting for
            # its gradients.
            next_ = self._decided(now - kept_at)
            if next_ == _STOP:
                return trainer.epochs >= self._max_epochs
            if next_ == _KEEP:
                self._keep(started_at)
                kept_at = self._clock()
        return True

    def _decided(self, unkept_s: float) -> int:
        """What all processes do after a step, as the first of them says."""
        due = unkept_s >= self._job.checkpoint_every_s
        return self._group.decided(_STOP if self._watcher.stop_requested() else due * _KEEP)

    def _end_epoch(self, epoch_at: float, started_at: float) -> float:
        """Measures, tells, plans anew; returns when that was done."""
        trainer = self._trainer
        loss = trainer.end_epoch()
        measured = self._measured()
        now = self._worked_at()
        record = EpochRecord(trainer.epochs, measured, loss, now - epoch_at)
        self._curve.append(record)
        self._watcher.epoch(record)
        if self._job.budget.epochs is None:
            self._plan(self._fitting(now - started_at, self._recent_s()))
        return now

    def _measured(self) -> float | None:
        """Validation accuracy, where it is time; at the end that of the deployed network."""
        trainer = self._trainer
        if trainer.epochs >= self._max_epochs:
            return trainer.deployed().score(self._job.dataset.validation).value
        every = max(1, self._max_epochs // MAX_VALIDATIONS)
        return trainer.validation_accuracy() if trainer.epochs % every == 0 else None

    def _plan(self, epochs: int) -> None:
        before = self._max_epochs
        self._trainer.plan(self._group.decided(epochs))
        if self._max_epochs != before:
            self._watcher.planned(self._max_epochs)

    def _first_plan(self) -> int:
        """Epochs as they were asked for, or as many as fit at the speed of the first steps."""
        if self._job.budget.epochs is not None:
            return self._job.budget.epochs
        trainer = self._trainer
        fresh, start = trainer.state_dict(), 0.0
        for number in range(SPEED_STEPS + 1):
            if number == 1:  # the first step of a process is slower
                start = self._worked_at()
            # An epoch may be shorter than these steps; it begins anew and is forgotten with them.
            if trainer.train_step():
                trainer.batch = 0
        step_s = (self._worked_at() - start) / SPEED_STEPS
        trainer.load_state_dict(fresh)
        return self._fitting(0.0, step_s * trainer.steps_per_epoch)

    def _worked_at(self) -> float:
        """The clock once the device has done its work: a GPU's steps are only launched before."""
        self._group.synchronise()
        return self._clock()

    def _fitting(self, trained_s: float, epoch_s: float) -> int:
        assert self._job.budget.seconds is not None
        left_s = self._job.budget.seconds - trained_s
        return fitting_epochs(self._trainer.epochs, left_s, epoch_s)

    def _recent_s(self) -> float:
        """Mean seconds of the last few epochs."""
        # Of the last ones only, since the machine may have become slower or faster.
        recent = [record.train_s for record in self._curve[-5:]]
        return sum(recent) / len(recent)

    def _keep(self, started_at: float) -> None:
        self._trained_s = self._worked_at() - started_at
        # In every process, though one writes: the sum of losses is collected from all.
        state = self._trainer.state_dict()
        if self._group.leads:
            job, curve = self._job, [asdict(record) for record in self._curve]
            Checkpoint(
                job.conditions, job.execution.to_dict(), job.num_threads, state, curve,
                self._trained_s,
            ).write(job.checkpoint)  # fmt: skip
