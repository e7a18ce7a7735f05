"""How the candidates of a simulated search are trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from nas.config.fidelity import FidelitySpec, SchedulerName
from nas.schedulers import FullTraining, Scheduler, make_scheduler
from nas.simulation.table import TableProblem
from search_spaces.errors import DataError

SHORT_THEN_FULL = "short_then_full"
SCHEDULERS = (*get_args(SchedulerName), SHORT_THEN_FULL)
"""Those of a real search, and the plan to search on short trainings alone."""

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
            text = f"has no column `accuracy@E` of a shorter training, which {self.scheduler} needs"
            raise DataError(f"{problem.name}: {text}")
        if problem.rungs[-1] >= end:
            text = f"column `epochs` (={end}) must exceed the {problem.rungs[-1]} of `accuracy@E`"
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
