"""What share of a space fits the RAM and flash of a device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from nas.config import ExperimentFile
from search_spaces.errors import GraphError
from search_spaces.measures import FLASH, RAM
from search_spaces.quantities import format_limit, format_quantity
from search_spaces.spaces.problem import Limit, SpaceProblem, violations
from search_spaces.spaces.space import Space
from search_spaces.spaces.statistics import Share, wilson_interval

NUM_LOOKED_AT = 100
"""Random sets of choices: each network is written as a file for its bytes, which takes its time."""

SIZES = (RAM, FLASH)


@dataclass(frozen=True)
class DeviceFit:
    """How random networks of a space fit a device.

    Attributes:
        share: What is within the budgets of the device, whatever the other ones.
        medians: Of the measures that have a budget.
        num_looked_at: Networks that this is judged by.
        num_without: How many of them cannot be written for the runtime at all.
    """

    share: Share
    medians: dict[str, float]
    num_looked_at: int
    num_without: int

    def as_json(self) -> dict[str, Any]:
        """As `nas validate --json` prints it."""
        return {
            "share": self.share.value, "interval": [self.share.low, self.share.high],
            "num_looked_at": self.num_looked_at, "num_without_operators": self.num_without,
            "medians": self.medians,
        }  # fmt: skip


def device_fit(file: ExperimentFile, space: Space) -> DeviceFit | None:
    """None where there is no budget of a device.

    Raises:
        ExperimentFileError: Nothing that is looked at fits, or can be written for the runtime.
        SearchError: A package that files are written with is not installed.
    """
    limits = tuple(each for each in file.experiment.constraints.limits() if each.quantity in SIZES)
    if not limits:
        return None
    problem = SpaceProblem(space, (), limits)
    rng = np.random.default_rng(file.experiment.seed)
    found, inside, refused = [], 0, ""
    for _ in range(NUM_LOOKED_AT):
        try:
            candidate = problem.candidate(space.sample(rng))
        except GraphError as error:
            refused = str(error)
            continue
        found.append(candidate.costs)
        inside += not violations(candidate, limits)
    if not found:
        raise file.error(("device",), f"cannot run any network that was looked at: {refused}")
    names = dict.fromkeys(limit.quantity for limit in limits)
    if not inside:
        raise _nothing_fits(file, limits, {n: min(costs[n] for costs in found) for n in names})
    share = Share(inside / NUM_LOOKED_AT, *wilson_interval(inside, NUM_LOOKED_AT))
    medians = {name: median(costs[name] for costs in found) for name in names}
    return DeviceFit(share, medians, NUM_LOOKED_AT, NUM_LOOKED_AT - len(found))


def _nothing_fits(
    file: ExperimentFile, limits: Sequence[Limit], least: dict[str, float]
) -> Exception:
    worst = max(limits, key=lambda limit: limit.excess(least[limit.quantity]))
    name = worst.quantity
    rule = f"({format_limit(worst, '=')}) is met by none of {NUM_LOOKED_AT} random networks"
    smallest = f"the smallest of them needs {format_quantity(least[name], name)}"
    return file.error(("constraints", name), f"{rule}; {smallest}")
