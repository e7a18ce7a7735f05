"""Simulated workers: how candidates are trained, what ends next, and what was paid for it."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from nas.config.fidelity import FidelitySpec, SchedulerName
from nas.schedulers import FullTraining, Scheduler, make_scheduler
from nas.simulation.table import Result, TableProblem
from search_spaces.errors import DataError

T = TypeVar("T")


class TimeLine(Generic[T]):
    """Trainings that run side by side.

    Attributes:
        now: Simulated time.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, T]] = []

    def __len__(self) -> int:
        return len(self._events)

    def start(self, number: int, running: T, duration: float) -> None:
        """Occupies a worker with trial `number`."""
        # The number keeps `heapq` from comparing trainings that end at the same time.
        heapq.heappush(self._events, (self.now + duration, number, running))

    def next(self) -> T:
        """Waits for the next worker to finish; of those at the same time the earlier trial."""
        self.now, _, running = heapq.heappop(self._events)
        return running


@dataclass(frozen=True)
class Evaluation:
    """All trainings of one architecture.

    Attributes:
        result: The row of the table.
        accuracy: What the longest of its trainings reached.
        epochs: What all of its trainings cost together.
        state: `COMPLETE` where trained to the end, else `PRUNED`.
        finished_at: Simulated time at which its last training ended.
    """

    result: Result
    accuracy: float
    epochs: int
    state: str
    finished_at: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "params": dict(self.result.candidate.values),
            "architecture": self.result.candidate.architecture,
            self.result.quality: self.accuracy,
            "epochs": self.epochs,
            "state": self.state,
            "costs": dict(self.result.candidate.costs),
            "finished_at": self.finished_at,
        }


SHORT_THEN_FULL = "short_then_full"
SCHEDULERS = (*get_args(SchedulerName), SHORT_THEN_FULL)
"""Those of a real search, and the plan to search on short trainings alone."""

# Not 3 as in a search: there a long training goes on from the short one, here it is paid for anew.
# It was chosen on one table; 5 and 17 stand beside it in benchmarks/results/simulate.md.
REDUCTION_FACTOR = 10
NUM_PROMOTED = 10


@dataclass(frozen=True)
class Fidelity:
    """How candidates are trained. Each rung is a training of its own, and is paid for.

    Attributes:
        scheduler: One of `SCHEDULERS`. With `short_then_full` the search sees the shortest training
            alone; after it those that
            `nas.samplers.cost_aware.proposal.most_valuable` picks are trained fully.
        reduction_factor: Of `halving` and `hyperband`: one in so many goes on at each rung.
        num_promoted: Of `short_then_full`: how many are trained fully.
    """

    scheduler: str = "none"
    reduction_factor: int = REDUCTION_FACTOR
    num_promoted: int = NUM_PROMOTED

    def as_dict(self) -> dict[str, Any]:
        """The scheduler and what it reads, as plain values for JSON."""
        read = {
            "halving": ("reduction_factor",),
            "hyperband": ("reduction_factor",),
            SHORT_THEN_FULL: ("num_promoted",),
        }
        keys = ("scheduler", *read.get(self.scheduler, ()))
        return {key: getattr(self, key) for key in keys}

    @property
    def promotes_at_the_end(self) -> bool:
        """Whether the search is over before anything is trained fully."""
        return self.scheduler == SHORT_THEN_FULL

    def stages(self, problem: TableProblem) -> tuple[int, ...]:
        """Epochs of the trainings that one candidate may have, ascending.

        Raises:
            DataError: The table has no shorter training, and the scheduler needs one.
        """
        end = problem.results[0].epochs
        if self.scheduler == "none":
            return (end,)
        if not problem.rungs:
            rung = f"{problem.quality}@E"
            text = f"has no column `{rung}` of a shorter training, which {self.scheduler} needs"
            raise DataError(f"{problem.name}: {text}")
        if problem.rungs[-1] >= end:
            rung = f"{problem.quality}@E"
            text = f"column `epochs` (={end}) must exceed the {problem.rungs[-1]} of `{rung}`"
            raise DataError(f"{problem.name}: {text}")
        return (*problem.rungs[: 1 if self.promotes_at_the_end else None], end)

    def make_scheduler(self, problem: TableProblem) -> Scheduler:
        """The scheduler of a real search, over the table's rungs."""
        stages = self.stages(problem)
        if self.scheduler not in get_args(SchedulerName) or self.scheduler == "none":
            return FullTraining(stages[-1])
        spec = FidelitySpec.model_validate(
            {
                "scheduler": self.scheduler,
                "max_epochs": stages[-1],
                "reduction_factor": self.reduction_factor,
            }
        )
        return make_scheduler(spec, problem.objectives, stages)


FULL = Fidelity()
