"""What `nas validate` finds out about the space of an experiment file, before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from nas.config import ExperimentFile
from nas.quantities import UNITS, format_quantity
from search_spaces.automaton import Automaton
from search_spaces.errors import ExperimentFileError
from search_spaces.space import Space
from search_spaces.statistics import COSTS, Cut, Fit, Range, Survey, survey

LEAST_SHARE = 0.001
"""Where less of a space is within its budgets, it is refused."""

_DECIMAL = ("", "k", "M", "G")
_SMALLER = "or allow smaller networks (`width_mult`, `out_channels`, `num_blocks`, a larger stride)"


@dataclass(frozen=True)
class Validation:
    """A valid experiment and what its space holds.

    Attributes:
        ranges: The spread of each cost.
        not_measured: Budgets that only a measurement can tell about.
        missing_data: What is wrong with the data set, where the space says what it is like.
    """

    name: str
    space: Space
    survey: Survey
    ranges: dict[str, Range]
    fit: Fit
    not_measured: dict[str, float]
    missing_data: str | None

    def as_json(self) -> dict[str, Any]:
        """As `nas validate --json` prints it."""
        share = self.fit.share
        return {
            "name": self.name,
            "num_choices": len(self.space.choices),
            "num_combinations": self.space.num_combinations(),
            "num_architectures": self.survey.count.value,
            "num_architectures_error": self.survey.count.error,
            "costs": {name: found._asdict() for name, found in self.ranges.items()},
            "within_budgets": {
                "share": share.value,
                "interval": [share.low, share.high],
                "exact": self.fit.exact,
                "num_looked_at": self.fit.num_looked_at,
            },
            "budgets": [cut._asdict() for cut in self.fit.cuts],
            "not_measured": self.not_measured,
            "missing_data": self.missing_data,
        }


def validate(file: ExperimentFile, space: Space, missing_data: str | None = None) -> Validation:
    """Looks over the space of a file; the experiment's seed draws the sample.

    Raises:
        ExperimentFileError: A budget cannot be met, or almost nothing meets all of them; with
            file, line, key and what to change.
    """
    experiment = file.experiment
    found = survey(Automaton(space), np.random.default_rng(experiment.seed))
    limits = experiment.constraints.limits()
    fit = found.fit(limits)
    _refuse(file, found, fit)
    return Validation(
        experiment.name, space, found, {name: found.range(name) for name in COSTS}, fit,
        {name: limit for name, limit in limits.items() if name not in COSTS}, missing_data,
    )  # fmt: skip


def _refuse(file: ExperimentFile, found: Survey, fit: Fit) -> None:
    for cut in fit.cuts:
        least = found.extremes[cut.name][0]
        if least > cut.limit:
            lowest = format_quantity(least, cut.name)
            rule = f"cannot be met: the cheapest architecture of the space has {lowest}"
            raise _error(file, cut, f"{rule}; {_advice(cut, fit)}")
    if fit.cuts and fit.share.value < LEAST_SHARE:
        most = fit.cuts[0]
        inside = round(fit.share.value * fit.num_looked_at)
        looked_at = f"{fit.num_looked_at:,} architectures looked at"
        rule = f"stops {_percent(most.stops)} of the space: {inside} of {looked_at} fit all budgets"
        raise _error(file, most, f"{rule}; {_advice(most, fit)}")


def _advice(cut: Cut, fit: Fit) -> str:
    """What to change so that one network in twenty fits."""
    if cut.needed is not None:
        return f"raise it to {_rounded_up(cut.needed, cut.name)}, which leaves 5%, {_SMALLER}"
    raised = [
        f"`{other.name}` to {_rounded_up(other.limit * fit.factor, other.name)}"
        for other in fit.cuts
    ]
    return f"raise {' and '.join(raised)}, which leaves 5%, {_SMALLER}"


def _rounded_up(value: float, name: str) -> str:
    """With two digits or three, as the file may have it, and never below the value."""
    base, units = (1024, ("", *UNITS[name])) if name.endswith("_bytes") else (1000, _DECIMAL)
    power = 0
    while value >= 1000 * base**power and power < len(units) - 1:
        power += 1
    tenths = ceil(10 * value / base**power - 1e-9)
    shown = tenths / 10 if power and tenths < 100 else ceil(tenths / 10)
    return f"{shown:g}{units[power]}"


def _percent(share: float) -> str:
    return "all" if share == 1 else f"{share:.1%}" if share < 0.9995 else "over 99.9%"


def _error(file: ExperimentFile, cut: Cut, message: str) -> ExperimentFileError:
    limit = format_quantity(cut.limit, cut.name)
    return file.error(("constraints", cut.name), f"(={limit}) {message}")
