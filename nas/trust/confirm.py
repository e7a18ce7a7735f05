"""Trains the front of a study and its near neighbours again with other seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nas.runner.preparation import checked_dataset
from nas.runner.same_study import require_same
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.selection import front_trials
from nas.trust.companion_runs import (
    NUM_SEEDS_IN_ALL,
    TIMES_THE_PROXY,
    Place,
    train_all,
    train_baselines,
)
from nas.trust.companions import study_file
from nas.trust.confirmed import PURPOSE, Confirmation, confirmations, near_front
from search_spaces.errors import SearchError
from search_spaces.spaces.problem import Values


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
        # All that was confirmed by trainings of this length, not only what was trained now.
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
