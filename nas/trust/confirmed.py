"""Is the front real? What other seeds say of it, in figures and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nas.statistics import (
    Estimate,
    Spread,
    accuracy_interval,
    beliefs,
    compare,
    front_probability,
    mean_interval,
    pooled_spread,
)
from nas.statistics.pareto import Points, as_points
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.results import contenders, pareto_front, quality_interval
from nas.trust.companions import Accuracies, trained_again
from search_spaces.measures import by_seed_of, costs, measure
from search_spaces.quantities import plural


def cost_names(objectives: Sequence[str]) -> list[str]:
    """The objectives that are costs."""
    return [name for name in costs() if name in objectives]


def near_front(study: StudyRecord, trials: Sequence[TrialRecord], number: int) -> list[TrialRecord]:
    """The networks beside the front that lack the least accuracy to be on it.

    What one lacks is the difference to the most accurate network that costs no more in anything.
    Trainings of all networks being about equally noisy, the less a network lacks, the likelier it
    is on the true front.
    """
    front = pareto_front(trials, study.objectives, study.limits)
    on_front = {trial.number for trial in front}
    rest = [t for t in contenders(trials, study.limits) if t.number not in on_front]
    names = cost_names(study.objectives)
    better, dearness = _accuracies(front), as_points((t.values() for t in front), names)
    lacking = [
        # Never of nothing: one of the front dominates or equals it, and costs no more.
        float(better[(dearness <= own).all(axis=1)].max()) - (trial.accuracy or 0.0)
        for trial, own in zip(rest, as_points((t.values() for t in rest), names), strict=True)
    ]
    order = np.argsort(lacking, kind="stable")[:number]
    return [rest[index] for index in order]


def _accuracies(trials: Sequence[TrialRecord]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([trial.accuracy or 0.0 for trial in trials])


PURPOSE = "confirmation"

Verdict = Literal["front", "tie", "behind"]


@dataclass(frozen=True)
class ConfirmedNetwork:
    """A network that was trained again.

    Its rivals are the networks that cost no more in any objective: the most accurate of them keeps
    it off the front.

    Attributes:
        trial: Of the search.
        is_on_front: Whether it is on the front that the search found.
        accuracies: By seed; that of the search is not among them.
        mean: Over the seeds, with its 95% interval; the spread of a single training is pooled over
            all networks.
        on_other_images: The same mean, with what the validation images leave open as well; None
            where that is not known. Rivals saw the same images: it is no part of comparisons.
        front_probability: Of being on the true front of all networks that were trained again.
        tied_with: Numbers of rivals that its accuracy cannot be told apart from.
        behind: Of rivals that are more accurate.
    """

    trial: TrialRecord
    is_on_front: bool
    accuracies: Mapping[int, float]
    mean: Estimate
    on_other_images: Estimate | None
    front_probability: float
    tied_with: tuple[int, ...]
    behind: tuple[int, ...]

    @property
    def verdict(self) -> Verdict:
        """`front` where it is more accurate than every rival, with 95% each."""
        if self.behind:
            return "behind"
        return "tie" if self.tied_with else "front"

    def as_json(self) -> dict[str, Any]:
        """As the commands print it with `--json`; see docs/results.md."""
        images = self.on_other_images
        return {
            self.trial.quality: self.mean.value,
            "interval": [self.mean.low, self.mean.high],
            "interval_with_images": images and [images.low, images.high],
            by_seed_of(self.trial.quality): {
                str(seed): accuracy for seed, accuracy in self.accuracies.items()
            },
            "front_probability": self.front_probability,
            "verdict": self.verdict,
            "tied_with": list(self.tied_with),
            "behind": list(self.behind),
        }


@dataclass(frozen=True)
class Confirmation:
    """The networks of a study that were trained again for so many epochs.

    Attributes:
        costs: The objectives that are costs, by which networks are rivals.
        seeds: With which at least one of them was.
        spread: Of a single training, over seeds.
        networks: The cheapest first.
        missing: Numbers of trials of the front that were not.
    """

    max_epochs: int
    costs: tuple[str, ...]
    seeds: tuple[int, ...]
    spread: Spread
    networks: tuple[ConfirmedNetwork, ...]
    missing: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """As `nas confirm --json` prints it."""
        return {
            "max_epochs": self.max_epochs,
            "seeds": list(self.seeds),
            "spread": self.spread._asdict(),
            "networks": [self._network_as_json(network) for network in self.networks],
            "missing": list(self.missing),
        }

    def _network_as_json(self, network: ConfirmedNetwork) -> dict[str, Any]:
        trial = network.trial
        values = trial.values()
        return {
            "trial": trial.number,
            "architecture": trial.architecture,
            "is_on_front": network.is_on_front,
            "costs": {name: values[name] for name in self.costs},
            f"search_{trial.quality}": trial.accuracy,
            **network.as_json(),
        }

    def of(self, trial: TrialRecord) -> ConfirmedNetwork | None:
        """What is known of a trial; None where it was not trained again."""
        found = (n for n in self.networks if n.trial.number == trial.number)
        return next(found, None)


def with_confirmed(front: Mapping[str, Any], found: Confirmation | None) -> dict[str, Any]:
    """A front as the commands print it with `--json`, and what is known of its trials again.

    Args:
        front: As `nas.store.results.front_as_json` makes it.
    """
    known = {network.trial.number: network for network in found.networks} if found else {}

    def confirmed_as_json(number: int) -> dict[str, Any] | None:
        if found is None or number not in known:
            return None
        return {"epochs": found.max_epochs, **known[number].as_json()}

    return {
        name: [{**trial, "confirmed": confirmed_as_json(trial["trial"])} for trial in value]
        if isinstance(value, list)
        else value
        for name, value in front.items()
    }


def confirmation(
    store: Store, study: StudyRecord, trials: Sequence[TrialRecord]
) -> Confirmation | None:
    """The confirmation by the longest trainings; None where the study was never confirmed."""
    found = confirmations(store, study, trials)
    return found[-1] if found else None


def confirmations(
    store: Store, study: StudyRecord, trials: Sequence[TrialRecord]
) -> list[Confirmation]:
    """One for each length of trainings, the shortest first; lengths are never mixed.

    Args:
        study: With objectives and limits as they are asked for now.
        trials: Of the study, with the costs of the device that is asked for.
    """
    by_epochs = trained_again(store, study, PURPOSE)
    found = (confirmed(study, trials, by_epochs[epochs], epochs) for epochs in sorted(by_epochs))
    return [each for each in found if each is not None]


def confirmed(
    study: StudyRecord, trials: Sequence[TrialRecord], accuracies: Accuracies, max_epochs: int
) -> Confirmation | None:
    """What accuracies with other seeds say; None where no network was trained twice.

    The trainings of the search chose the front, for being good or for being lucky; they are no part
    of it.
    """
    front = pareto_front(trials, study.objectives, study.limits)
    names = cost_names(study.objectives)
    known = [
        trial
        for trial in contenders(trials, study.limits)
        if accuracies.get(trial.architecture) and {*names} <= trial.values().keys()
    ]
    known.sort(key=lambda trial: [trial.values()[name] for name in names])
    groups = [list(accuracies[trial.architecture].values()) for trial in known]
    spread = pooled_spread(groups)
    if spread.degrees_of_freedom == 0:
        return None
    costs = as_points((trial.values() for trial in known), names)
    rng = np.random.default_rng(study.seed)
    probabilities = front_probability(beliefs(groups, costs), costs, rng).tolist()
    numbers = [trial.number for trial in known]
    on_front = {trial.number for trial in front}
    networks = tuple(
        ConfirmedNetwork(
            trial, trial.number in on_front, dict(accuracies[trial.architecture]),
            mean_interval(groups[index], spread),
            _on_other_images(study, trial, groups[index], spread), probabilities[index],
            *_rivals_in(index, numbers, groups, costs, spread),
        )
        for index, trial in enumerate(known)
    )  # fmt: skip
    seeds = sorted({seed for network in networks for seed in network.accuracies})
    missing = tuple(trial.number for trial in front if trial.number not in numbers)
    return Confirmation(max_epochs, tuple(names), tuple(seeds), spread, networks, missing)


def _on_other_images(
    study: StudyRecord, trial: TrialRecord, accuracies: Sequence[float], spread: Spread
) -> Estimate | None:
    number = study.num_validation_images
    if number is None or quality_interval(study, trial) is None:
        return None
    return accuracy_interval(accuracies, number, spread, trial.interval)


def _rivals_in(
    own: int,
    numbers: Sequence[int],
    groups: Sequence[Sequence[float]],
    costs: Points,
    spread: Spread,
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The rivals that a network ties with, and those that it is behind."""
    no_dearer = np.flatnonzero((costs <= costs[own]).all(axis=1)).tolist()
    rivals = [index for index in no_dearer if index != own]
    # By the spread of all networks: intervals from two trainings each would tell next to nothing.
    verdicts = {numbers[i]: compare(groups[own], groups[i], spread).verdict for i in rivals}
    tied, behind = (
        tuple(number for number, verdict in verdicts.items() if verdict == wanted)
        for wanted in ("tie", "loss")
    )
    return tied, behind


LIKELY = 0.8
"""From this probability on a network is said to be on the true front."""

MAX_NAMED = 2
"""Rivals that a table names."""

OTHER_IMAGES = (
    "Other images: with what the validation images leave open besides. All networks saw the same "
    "ones, so that which is better is told by the seeds."
)
"""What is said of `on_other_images`."""


def mean_in_words(network: ConfirmedNetwork) -> str:
    """For example `0.912 ±0.004`: the mean, and how far its 95% interval goes beyond it."""
    mean = network.mean
    return f"{mean.value:.3f} ±{mean.high - mean.value:.3f}"


def other_images_in_words(network: ConfirmedNetwork) -> str:
    """For example `±0.031`: the same with what the images leave open; a dash if not known."""
    found = network.on_other_images
    return (
        "-" if found is None else f"±{max(found.high - found.value, found.value - found.low):.3f}"
    )


def probability_in_words(probability: float) -> str:
    """In percent; what rounds to 0% or 100% is not said to be certain."""
    if probability > 0.995:
        return ">99%"
    return "<1%" if probability < 0.005 else f"{probability:.0%}"


def verdict_in_words(network: ConfirmedNetwork) -> str:
    """For example `tie with 12`, a network that is no dearer; `front` where there is none such."""
    if network.verdict == "front":
        return "front"
    if network.verdict == "tie":
        return f"tie with {_some(network.tied_with)}"
    return f"behind {_some(network.behind)}"


def summary(found: Confirmation) -> list[str]:
    """A few lines: how many of the front are on the true one, and what is not as it seemed."""
    word = measure(found.networks[0].trial.quality).in_words
    front = [network for network in found.networks if network.is_on_front]
    beside = [network for network in found.networks if not network.is_on_front]
    likely = sum(network.front_probability >= LIKELY for network in front)
    number = len(front) + len(found.missing)
    said = {
        "Not to be told apart from a cheaper one": [
            _number(n) for n in front if n.verdict == "tie"
        ],
        f"Lower {word} than a cheaper one": [_number(n) for n in front if n.behind],
        "Beside the search's front, and more likely on the true one than not": [
            f"{_number(n)} ({probability_in_words(n.front_probability)})"
            for n in beside
            if n.front_probability >= 0.5
        ],
        "On the front and not yet confirmed": [str(number) for number in found.missing],
    }
    head = (
        f"On the true front with {LIKELY:.0%} or more: {likely} of {number} networks of the front."
    )
    return [head, *(f"{name}: {', '.join(named)}." for name, named in said.items() if named)]


def trained_in_words(found: Confirmation) -> str:
    """What was trained, and how far single trainings lie apart."""
    num_front = sum(network.is_on_front for network in found.networks)
    seeds = ", ".join(map(str, found.seeds))
    near = len(found.networks) - num_front
    return (
        f"{num_front} of the front and {near} near it, {plural(found.max_epochs, 'epoch')} with "
        f"seeds {seeds}; ± 95% over seeds; one training deviates by {found.spread.deviation:.4f}"
    )


def _number(network: ConfirmedNetwork) -> str:
    return str(network.trial.number)


def _some(numbers: Iterable[int]) -> str:
    """The first few, and how many more there are."""
    listed = list(numbers)
    more = len(listed) - MAX_NAMED
    named = ", ".join(map(str, listed[:MAX_NAMED]))
    return f"{named} and {more} more" if more > 0 else named
