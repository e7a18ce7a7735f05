"""What `nas validate` finds out about the space of an experiment file, before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np

from nas.config import ExperimentFile
from nas.config.contents import checked_contents, require_trainable
from nas.trust.baselines import Chosen, checked_baselines
from nas.trust.device_fit import SIZES, DeviceFit, device_fit
from search_spaces.errors import ExperimentFileError
from search_spaces.graphs.cost import cost
from search_spaces.measures import BYTES, measure
from search_spaces.quantities import cannot_be_met, format_limit, plural
from search_spaces.spaces.automaton import Automaton
from search_spaces.spaces.problem import Limit
from search_spaces.spaces.space import Space
from search_spaces.spaces.statistics import COSTS, Cut, Fit, Range, Survey, survey
from workers.datasets import Contents

LEAST_SHARE = 0.001
"""Where less of a space is within its budgets, it is refused."""

_DECIMAL = ("", "k", "M", "G")
_SMALLER = "or allow smaller networks (`width_mult`, `out_channels`, `num_blocks`, a larger stride)"
_LARGER = "or allow larger networks (`width_mult`, `out_channels`, `num_blocks`, a smaller stride)"


@dataclass(frozen=True)
class Validation:
    """A valid experiment and what its space holds.

    Attributes:
        ranges: The spread of each cost.
        limits: All that the file sets.
        missing_data: Why the data set is not there, where the space says what it is like.
        contents: What the data set holds; None where it is not there.
        device: What fits the device that its budgets are of; None without one.
        baselines: What is trained beside it.
    """

    name: str
    space: Space
    survey: Survey
    ranges: dict[str, Range]
    fit: Fit
    limits: tuple[Limit, ...]
    missing_data: str | None
    baselines: Chosen
    contents: Contents | None
    device: DeviceFit | None = None

    @property
    def not_measured(self) -> list[Limit]:
        """Limits that only a measurement or a training can tell about."""
        return [limit for limit in self.limits if limit.quantity not in (*COSTS, *SIZES)]

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
            "budgets": [_cut_as_json(cut) for cut in self.fit.cuts],
            "not_measured": {
                limit.quantity: limit.value for limit in self.not_measured if not limit.is_lower
            },
            "limits": [limit._asdict() for limit in self.limits],
            **({"device": self.device.as_json()} if self.device else {}),
            "missing_data": self.missing_data,
            "dataset": self.contents and self.contents.as_json(),
            "baselines": {n: cost(net).flops for n, net in self.baselines.networks.items()},
        }


def validate(file: ExperimentFile, space: Space, missing_data: str | None = None) -> Validation:
    """Looks over the space of a file and its data set; the experiment's seed draws the sample.

    Raises:
        ExperimentFileError: A budget cannot be met, or almost nothing meets all of them; a baseline
            cannot be built; the recipe erases the images; with file, line, key and what to change.
        DataError: A part of the data set is not as it should be.
    """
    require_trainable(file, space.in_shape)
    contents = checked_contents(file) if missing_data is None else None
    experiment = file.experiment
    found = survey(Automaton(space), np.random.default_rng(experiment.seed))
    fit = found.fit(experiment.constraints.limits())
    _refuse(file, found, fit)
    return Validation(
        experiment.name, space, found, {name: found.range(name) for name in COSTS}, fit,
        experiment.constraints.all_limits(), missing_data, checked_baselines(file, space),
        contents, device_fit(file, space),
    )  # fmt: skip


def _cut_as_json(cut: Cut) -> dict[str, Any]:
    named = {"name": cut.limit.quantity, "limit": cut.limit.value, "is_lower": cut.limit.is_lower}
    return named | {key: value for key, value in cut._asdict().items() if key != "limit"}


def _refuse(file: ExperimentFile, found: Survey, fit: Fit) -> None:
    for cut in fit.cuts:
        # The least for a limit from above, the most for one from below: False is 0 and True is 1.
        nearest = found.extremes[cut.limit.quantity][cut.limit.is_lower]
        if cut.limit.is_exceeded(nearest):
            raise _error(file, cut, f"{cannot_be_met(cut.limit, nearest)}; {_advice(cut, fit)}")
    if fit.cuts and fit.share.value < LEAST_SHARE:
        most = fit.cuts[0]
        inside = round(fit.share.value * fit.num_looked_at)
        looked_at = f"{plural(fit.num_looked_at, 'architecture')} looked at"
        rule = f"stops {_percent(most.stops)} of the space: {inside} of {looked_at} fit all budgets"
        raise _error(file, most, f"({format_limit(most.limit, '=')}) {rule}; {_advice(most, fit)}")


def _advice(cut: Cut, fit: Fit) -> str:
    """What to change so that one network in twenty fits."""
    other_space = _LARGER if cut.limit.is_lower else _SMALLER
    if cut.needed is None:
        change = _widened([each.limit for each in fit.cuts], fit.factor)
    else:
        change = f"{_VERBS[cut.limit.is_lower]} it to {_new_limit(cut.limit, cut.needed)}"
    return f"{change}, which leaves 5%, {other_space}"


def _widened(limits: Sequence[Limit], factor: float) -> str:
    """All limits moved by a factor."""
    moved: dict[str, list[str]] = {}
    for limit in limits:
        value = limit.value / factor if limit.is_lower else limit.value * factor
        said = f"`{limit.quantity}` to {_new_limit(limit, value)}"
        moved.setdefault(_VERBS[limit.is_lower], []).append(said)
    return " and ".join(f"{verb} {' and '.join(names)}" for verb, names in moved.items())


_VERBS = {False: "raise", True: "lower"}
"""What to do with a limit from above, and with one from below, to let more in."""


def _new_limit(limit: Limit, value: float) -> str:
    """A limit, as the file may have it, that a value is within."""
    return _rounded(value, limit.quantity, floor if limit.is_lower else ceil)


def _rounded(value: float, name: str, to_whole: Callable[[float], int]) -> str:
    """With two digits or three, as the file may have it, and never on the wrong side.

    Args:
        to_whole: `ceil` for a value that is not below the given one, `floor` for one not above.
    """
    unit = measure(name).unit
    base, units = (1024, ("", *unit.factors)) if unit is BYTES else (1000, _DECIMAL)
    power = 0
    # Bytes, too, change their unit at 1,000, so that no number has four digits before its point.
    while value >= 1000 * base**power and power < len(units) - 1:
        power += 1
    nothing = 1e-9 if to_whole is ceil else -1e-9  # of a tenth that is whole but for rounding
    tenths = to_whole(10 * value / base**power - nothing)
    shown = tenths / 10 if power and tenths < 100 else to_whole(tenths / 10)
    return f"{shown:g}{units[power]}"


def _percent(share: float) -> str:
    # What would round to 100.0% is not all: something fits.
    return "all" if share == 1 else f"{share:.1%}" if share < 0.9995 else "over 99.9%"


def _error(file: ExperimentFile, cut: Cut, message: str) -> ExperimentFileError:
    return file.error(("constraints", cut.limit.quantity), message)
