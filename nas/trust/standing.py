"""How a front stands beside networks of the literature and the control, in figures and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, NamedTuple

from nas.statistics import Comparison, Estimate, Spread, compare_accuracies, pooled_spread
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.results import pareto_front
from nas.trust.baselines import Baseline, baselines_of
from nas.trust.companions import Accuracies, full_epochs, trained_again
from nas.trust.confirmed import PURPOSE as CONFIRMATION
from nas.trust.control import Control, control_of_study
from search_spaces.measures import LATENCY, by_seed_of
from search_spaces.quantities import format_duration, plural

COSTS = ("flops", LATENCY)
"""At which of the costs are networks compared."""


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
            by_seed_of(self.baseline.quality): {
                str(seed): a for seed, a in self.baseline.accuracies.items()
            },
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
    confirmed: Accuracies


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
        [a for a, _ in pairs],
        [b for _, b in pairs],
        trainings.num_images,
        spread,
        (trial.interval, baseline.interval_of_images),
    ), seeds


def common_spread(baselines: Sequence[Baseline], confirmed: Accuracies) -> Spread:
    """How far trainings of one network lie apart, over all that were trained several times."""
    # One for all, so that two trainings of each are enough: too wide for steady networks beside
    # some that do not learn with every seed (benchmarks/results/baselines.md).
    groups = [baseline.accuracies for baseline in baselines]
    return pooled_spread([list(by_seed.values()) for by_seed in (*groups, *confirmed.values())])


@dataclass(frozen=True)
class Compared:
    """How a study stands.

    Attributes:
        baselines: As they were trained.
        spread: Of single trainings of one network.
        standings: Against each baseline at equal FLOPs and at equal latency.
        control: Against the random search, where there was one.
    """

    baselines: tuple[Baseline, ...]
    spread: Spread
    standings: tuple[Standing, ...]
    control: Control | None

    def as_json(self) -> dict[str, Any]:
        """As the commands print it with `--json`; see docs/results.md."""
        return {
            "baselines": [standing.as_json() for standing in self.standings],
            "control": self.control.as_json() if self.control else None,
        }


NOTHING_COMPARED = Compared((), Spread(nan, 0), (), None)
"""Of a study without baselines and control."""


def compared(store: Store, study: StudyRecord, trials: Sequence[TrialRecord]) -> Compared:
    """What is known of a study beside its baselines and its control.

    Args:
        trials: All of the study.
    """
    baselines = baselines_of(store, study)
    front = pareto_front(trials, study.objectives, study.limits) if baselines else []
    confirmed = trained_again(store, study, CONFIRMATION).get(full_epochs(study), {})
    trainings = None
    if study.num_validation_images is not None:
        trainings = Trainings(study.seed, study.num_validation_images, confirmed)
    spread = common_spread(baselines, confirmed)
    return Compared(
        tuple(baselines), spread, tuple(standings(front, baselines, trainings)),
        control_of_study(store, study, trials, spread),
    )  # fmt: skip


AT_EQUAL = {"flops": "at equal FLOPs", LATENCY: "at equal latency"}
"""Headings of what is compared."""

_COUNTED = {"win": "won", "tie": "tied", "loss": "lost"}
_OF_SEARCH = {"win": "the search won", "tie": "a tie", "loss": "the search lost"}


def signed(difference: Estimate) -> str:
    """A difference and half its interval, for example `+0.047 ±0.029`."""
    return f"{difference.value:+.3f} ±{(difference.high - difference.low) / 2:.3f}"


def verdict(standing: Standing) -> str:
    """The difference and what it means, for example `+0.047 ±0.029  win`."""
    if standing.trial is None:
        return "none as cheap"
    if standing.comparison is None:
        return "not known"
    return f"{signed(standing.comparison.difference)} {standing.comparison.verdict:>4}"


def summary(found: Compared) -> str:
    """How often the front won, and what is compared."""
    judged = [str(s.comparison.verdict) for s in found.standings if s.comparison is not None]
    counts = ", ".join(f"{judged.count(said)} {word}" for said, word in _COUNTED.items())
    confirmed = any(len(standing.seeds) > 1 for standing in found.standings)
    rest = "" if confirmed else "; one training each: nas confirm adds what other seeds change"
    return (
        f"{counts}: the front's best network that costs no more, less the baseline; a tie "
        f"is what the data do not tell apart (95%){rest}."
    )


def of_control(control: Control) -> str:
    """The search beside random search, in one line."""
    ours, theirs = control.num_trials
    seconds = [format_duration(value) for value in control.train_s]
    return (
        f"Hypervolume {control.hypervolume:.3f} ({plural(ours, 'trial')}, {seconds[0]} of "
        f"training) against {control.control_hypervolume:.3f} by random search "
        f"({plural(theirs, 'trial')}, {seconds[1]}): "
        f"difference {signed(control.comparison.difference)}, "
        f"{_OF_SEARCH[control.comparison.verdict]}."
    )
