"""Trains the front and its near neighbours again with other seeds, and says what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nas.runner.preparation import checked_dataset
from nas.runner.same_study import require_same
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.selection import front_trials
from nas.trust.baselines import train_baselines
from nas.trust.companions import TIMES_THE_PROXY, Place, study_file, train_all
from nas.trust.confirmed import PURPOSE, Confirmation, ConfirmedNetwork, confirmations, near_front
from search_spaces.errors import SearchError
from search_spaces.quantities import plural
from search_spaces.spaces.problem import Values

NUM_SEEDS_IN_ALL = 2**32


@dataclass(frozen=True)
class Plan:
    """What is trained.

    Attributes:
        num_near: Networks beside the front, those that lack the least accuracy to be on it.
        num_seeds: New seeds, at least two.
        is_full: Train `TIMES_THE_PROXY` times as long as the search did.
    """

    num_near: int = 4
    num_seeds: int = 2
    is_full: bool = False


def confirm(study_name: str, plan: Plan, place: Place) -> Confirmation:
    """Trains what the plan says, as the search trained but for the seed, and reads the result.

    The study's baselines are trained with the same seeds, where trainings are as long as theirs.

    What was trained before, by whatever study, is not trained again. Earlier confirmations of the
    same length count too.

    Raises:
        StoreError: There is no such study, or its front is empty.
        SearchError: It was interrupted: the same call goes on. Or the data are other ones now, or
            too few trainings came to their end.
    """
    with Store(place.storage, create=False) as store:
        study = store.study(study_name)
        _require_own(store, study)
        trials = store.trials(study)
    front = front_trials(study, trials)
    near = near_front(study, trials, plan.num_near)
    max_epochs = _train(study, [*front, *near], len(front), plan, place)
    with Store(place.storage, create=False) as store:
        for found in confirmations(store, study, trials):
            if found.max_epochs == max_epochs:
                return found
    raise SearchError(
        f"study {study_name!r}: no network was trained to the end with two new seeds, so nothing "
        f"is known of their spread; `nas status` shows why trainings failed"
    )


def _require_own(store: Store, study: StudyRecord) -> None:
    served = store.served_by(study)
    if served is not None:
        rule = f"serves {served.experiment_name!r} ({served.purpose})"
        raise SearchError(f"study {study.name!r} {rule} and has no front of its own to confirm")


def _train(
    study: StudyRecord, chosen: Sequence[TrialRecord], num_front: int, plan: Plan, place: Place
) -> int:
    """Returns the epochs of each training."""
    file = study_file(study)
    require_same(study, file, checked_dataset(file, place.observer).fingerprint)
    times = TIMES_THE_PROXY if plan.is_full else 1
    max_epochs = times * file.experiment.fidelity.max_epochs
    seeds = [(study.seed + 1 + number) % NUM_SEEDS_IN_ALL for number in range(plan.num_seeds)]
    place.observer.message(
        f"{num_front} networks of the front and {len(chosen) - num_front} near it, {max_epochs} "
        f"epochs each, with seeds {', '.join(map(str, seeds))}"
    )
    starts: list[Values] = [trial.choices for trial in chosen]
    for seed in seeds:
        train_all(file, starts, max_epochs, seed, place, PURPOSE)
        if file.experiment.baselines and not plan.is_full:
            train_baselines(file, place, seed)
    return max_epochs


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
