"""What a study's trials teach, worked out once for its figures and pages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboards.findings import Findings
from nas.analysis.effects import Effect, effects_at_equal
from nas.analysis.importance import Importance, importances
from nas.analysis.outcomes import Outcomes
from nas.analysis.progress import Step, progress, winners
from nas.analysis.random_search import MIN_EXPLAINED, RandomSearch, random_search
from nas.analysis.volume import Volume
from search_spaces.errors import NasError

EQUAL_COSTS = ("flops", "latency_ms", "params")
"""Costs at which effects are told, where they are known."""

_NUM_PLACES = 80


@dataclass(frozen=True)
class Expectation:
    """What random search is expected to win.

    Attributes:
        epochs: Epochs spent, ascending.
        shares: Of the box, after each of them.
        num_networks: How many networks were drawn for it.
        explained: Share of the variance that its model of accuracy explains.
    """

    epochs: tuple[float, ...]
    shares: tuple[float, ...]
    num_networks: int
    explained: float


@dataclass(frozen=True)
class Lessons:
    """Importances, effects and progress.

    Attributes:
        importances: The largest first; none where there are too few trials.
        effects: By the cost that is held equal; only costs for which there are some.
        steps: The hypervolume after each trial; none where there is nothing to win.
        expectation: Of random search; None where it cannot be estimated.
        no_expectation: Why not, in one line.
    """

    importances: tuple[Importance, ...]
    effects: dict[str, tuple[Effect, ...]]
    steps: tuple[Step, ...]
    expectation: Expectation | None
    no_expectation: str | None

    @property
    def clear_importances(self) -> tuple[Importance, ...]:
        """Those that are more than noise."""
        return tuple(importance for importance in self.importances if importance.is_clear)

    @classmethod
    def of(cls, findings: Findings) -> Lessons:
        """Works them out: a second or two."""
        from threadpoolctl import threadpool_limits

        outcomes = Outcomes.of(findings.trials, findings.curves)
        with threadpool_limits(1):  # small matrices: more threads only wait for each other
            effects = {
                cost: tuple(effects_at_equal(cost, outcomes))
                for cost in EQUAL_COSTS
                if cost in findings.figure_costs
            }
            steps = tuple(progress(findings.trials, findings.study.objectives, findings.limits))
            expectation, reason = _expectation(findings, outcomes, steps)
            return cls(
                tuple(importances(outcomes)), {c: found for c, found in effects.items() if found},
                steps, expectation, reason,
            )  # fmt: skip


def _expectation(
    findings: Findings, outcomes: Outcomes, steps: tuple[Step, ...]
) -> tuple[Expectation | None, str | None]:
    if not steps:
        return None, None
    try:
        drawn = random_search(findings.study, outcomes)
    except NasError as error:
        return None, f"Random search is not estimated: {error}"
    if drawn is None:
        return None, "There are too few trials to estimate what random search would have won."
    if drawn.explained < MIN_EXPLAINED:
        return None, (
            "Random search is not estimated: that takes a model of accuracy, which explains less "
            f"than {MIN_EXPLAINED:.0%} of its variance on trials left out."
        )
    return _curve(findings, drawn, steps[-1].epochs), None


def _curve(findings: Findings, drawn: RandomSearch, epochs: int) -> Expectation:
    """Every network that random search draws is trained to the end."""
    each = max(trial.epochs for trial in findings.in_state("COMPLETE"))
    volume = Volume(winners(findings.trials, findings.limits), findings.study.objectives)
    counts = np.linspace(0, epochs / each, _NUM_PLACES)
    shares = volume.expected(drawn.points, counts)
    return Expectation(
        tuple((counts * each).tolist()), tuple(shares.tolist()), drawn.num_networks,
        drawn.explained,
    )  # fmt: skip
