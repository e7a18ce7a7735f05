"""What a confirmation says, as people read it."""

from __future__ import annotations

from collections.abc import Iterable

from nas.confirmation.confirmed import Confirmation, ConfirmedNetwork
from nas.quantities import plural

LIKELY = 0.8
"""From this probability on a network is said to be on the true front."""

MAX_NAMED = 2
"""Rivals that a table names."""


def mean_in_words(network: ConfirmedNetwork) -> str:
    """For example `0.912 ±0.004`: the mean, and how far its 95% interval goes beyond it."""
    mean = network.mean
    return f"{mean.value:.3f} ±{mean.high - mean.value:.3f}"


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
    front = [network for network in found.networks if network.is_on_front]
    beside = [network for network in found.networks if not network.is_on_front]
    likely = sum(network.front_probability >= LIKELY for network in front)
    number = len(front) + len(found.missing)
    said = {
        "Not to be told apart from a cheaper one": [
            _number(n) for n in front if n.verdict == "tie"
        ],
        "Less accurate than a cheaper one": [_number(n) for n in front if n.behind],
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
