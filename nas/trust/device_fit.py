"""What share of a space fits the RAM and flash of a device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from nas.config import ExperimentFile
from nas.samplers.feasible import find_new
from search_spaces.errors import BudgetError
from search_spaces.measures import FLASH, LATENCY, RAM
from search_spaces.quantities import cannot_be_met
from search_spaces.spaces.enumeration import unreachable_limit
from search_spaces.spaces.problem import Candidate, SpaceProblem, violations
from search_spaces.spaces.space import Space
from search_spaces.spaces.statistics import Share, wilson_interval

NUM_LOOKED_AT = 1000
"""Random sets of choices."""

SIZES = (RAM, FLASH)


@dataclass(frozen=True)
class DeviceFit:
    """How random networks of a space fit a device.

    Attributes:
        share: What is within the budgets of the device, whatever the other ones.
        medians: Of the measures that have a budget.
        num_looked_at: Networks that this is judged by.
        example: Where none of these is within all budgets, one in words that small changes of them
            lead to.
        board: What the device is called; None where only limits are given.
    """

    share: Share
    medians: dict[str, float]
    num_looked_at: int
    example: str | None = None
    board: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As `nas validate --json` prints it."""
        return {
            "share": self.share.value, "interval": [self.share.low, self.share.high],
            "num_looked_at": self.num_looked_at, "medians": self.medians, "example": self.example,
            "board": self.board,
        }  # fmt: skip


def device_fit(file: ExperimentFile, space: Space) -> DeviceFit | None:
    """None where there is no budget of a device.

    Raises:
        ExperimentFileError: Nothing that was found fits.
        SearchError: A package that files are written with is not installed.
    """
    known = [each for each in file.experiment.constraints.limits() if each.quantity != LATENCY]
    limits = [each for each in known if each.quantity in SIZES]
    if not limits:
        return None
    unreachable = unreachable_limit(space, limits)
    if unreachable is not None:
        quantity, said = unreachable[0].quantity, cannot_be_met(*unreachable)
        raise file.error(("constraints", quantity), said)
    problem = SpaceProblem(space, (), tuple(known))
    rng = np.random.default_rng(file.experiment.seed)
    found = [problem.candidate(space.sample(rng)) for _ in range(NUM_LOOKED_AT)]
    inside = sum(not violations(candidate, limits) for candidate in found)
    share = Share(inside / NUM_LOOKED_AT, *wilson_interval(inside, NUM_LOOKED_AT))
    names = dict.fromkeys(limit.quantity for limit in limits)
    medians = {name: median(candidate.costs[name] for candidate in found) for name in names}
    is_met = any(not violations(candidate, known) for candidate in found)
    example = None if is_met else _example(file, problem, rng, found)
    device = file.experiment.device
    return DeviceFit(share, medians, NUM_LOOKED_AT, example, device.in_words if device else None)


def _example(
    file: ExperimentFile,
    problem: SpaceProblem,
    rng: np.random.Generator,
    near: Sequence[Candidate],
) -> str:
    """What a search would begin with, in words."""
    try:
        return problem.space.in_words(find_new(problem, frozenset(), rng, near).values)
    except BudgetError as error:
        raise file.error(error.location, error.rule) from error
