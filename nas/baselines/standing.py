"""How a front stands against networks of the literature at equal cost: win, tie or loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from nas.baselines.results import Baseline
from nas.statistics import Comparison, Spread, compare_accuracies, pooled_spread
from nas.store import TrialRecord

COSTS = ("flops", "latency_ms")
"""At which of the costs are networks compared."""

BySeed = Mapping[int, float]


@dataclass(frozen=True)
class Standing:
    """One baseline beside the best of the front that costs no more.

    Attributes:
        cost: Name of the cost that is equal or less.
        trial: The most accurate of the front within it; None where all of the front cost more.
        comparison: The front's accuracy less the baseline's; None without a trial, or where the
            number of validation images is not known.
        seeds: Of the trainings that are compared.
    """

    baseline: Baseline
    cost: str
    trial: TrialRecord | None
    comparison: Comparison | None
    seeds: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the commands print it with `--json`; see docs/results.md."""
        found = self.comparison
        interval = [found.difference.low, found.difference.high] if found else None
        return {
            "baseline": self.baseline.name,
            "architecture": self.baseline.architecture,
            "costs": dict(self.baseline.costs),
            "accuracies": {str(seed): a for seed, a in self.baseline.accuracies.items()},
            "at_equal": self.cost,
            "trial": self.trial.number if self.trial else None,
            "difference": found.difference.value if found else None,
            "interval": interval,
            "verdict": found.verdict if found else None,
            "seeds": list(self.seeds),
        }


class Trainings(NamedTuple):
    """What is known of the accuracies of a study's networks.

    Attributes:
        search_seed: Of the trainings that the front was chosen by.
        num_images: Validation images.
        confirmed: Accuracies of other seeds, by architecture.
    """

    search_seed: int
    num_images: int
    confirmed: Mapping[str, BySeed]


def standings(
    front: Sequence[TrialRecord], baselines: Sequence[Baseline], trainings: Trainings | None
) -> list[Standing]:
    """Each baseline at equal FLOPs, and at equal latency where that is known.

    Where network and baseline were both trained with other seeds than the search's, those alone
    are compared: the front was chosen by the search's own, and by its luck. Else one training of
    each is compared, and the interval has what the validation images leave open, not the seeds.

    Args:
        trainings: None where the number of validation images is not known.
    """
    spread = None if trainings is None else common_spread(baselines, trainings.confirmed)
    found = []
    for baseline in baselines:
        for cost in COSTS:
            if cost in baseline.costs and any(cost in trial.values() for trial in front):
                trial = _rival(front, baseline, cost)
                compared = (
                    (None, ()) if trial is None else _compared(trial, baseline, trainings, spread)
                )
                found.append(Standing(baseline, cost, trial, *compared))
    return found


def _rival(front: Sequence[TrialRecord], baseline: Baseline, cost: str) -> TrialRecord | None:
    within = [t for t in front if t.values().get(cost, float("inf")) <= baseline.costs[cost]]
    return max(within, key=lambda trial: trial.accuracy or 0.0, default=None)


def _compared(
    trial: TrialRecord, baseline: Baseline, trainings: Trainings | None, spread: Spread | None
) -> tuple[Comparison | None, tuple[int, ...]]:
    if trainings is None:
        return None, ()
    ours, theirs = trainings.confirmed.get(trial.architecture, {}), baseline.accuracies
    seeds = tuple(sorted((set(ours) & set(theirs)) - {trainings.search_seed}))
    if not seeds:
        ours, seeds = {trainings.search_seed: trial.accuracy or 0.0}, (trainings.search_seed,)
        if trainings.search_seed not in theirs:
            return None, ()
    pairs = [(ours[seed], theirs[seed]) for seed in seeds]
    return compare_accuracies(
        [a for a, _ in pairs], [b for _, b in pairs], trainings.num_images, spread
    ), seeds


def common_spread(baselines: Sequence[Baseline], confirmed: Mapping[str, BySeed]) -> Spread:
    """How far trainings of one network lie apart, over all that were trained several times."""
    groups = [baseline.accuracies for baseline in baselines]
    return pooled_spread([list(by_seed.values()) for by_seed in (*groups, *confirmed.values())])
