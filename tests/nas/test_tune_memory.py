"""What Ray keeps of calls to workers is let go of, on Ray's own collections."""

from __future__ import annotations

import gc
from collections import Counter
from typing import Any
from unittest.mock import create_autospec

import pytest
import ray
from ray.air.execution import ResourceManager, ResourceRequest
from ray.air.execution._internal import RayActorManager
from search_kit import SIX, Search, experiment_file

from nas.runner.tune import forget_answered
from nas.store import Store

NUM_TRIALS = 20

MANY = (
    SIX.replace("out_channels: 8", "out_channels: 64")
    .replace("[1.0, 2.0, 3.0]", str([n / 8 for n in range(1, 41)]))
    .replace("{max_epochs: 2, min_epochs: 2}", "{scheduler: none, max_epochs: 1}")
    .replace("num_trials: 12", "num_trials: 1000")
)
"""A space of 80 architectures: 40 widths times two kernels."""


class Worker:
    """Never started."""


@pytest.fixture
def manager() -> RayActorManager:
    """Without a Ray: nothing has room, so that no worker begins."""
    return RayActorManager(create_autospec(ResourceManager, instance=True))


def _waiting(manager: RayActorManager) -> Any:
    return manager.add_actor(Worker, {}, ResourceRequest([{"CPU": 1}]))


def _unsent(manager: RayActorManager) -> list[Any]:
    return list(manager._pending_actors_to_enqueued_actor_tasks)


def test_calls_of_workers_that_never_began_are_dropped(manager: RayActorManager) -> None:
    """As Tune does where a warm worker takes a trial: it stops the one that was to come."""
    for _ in range(NUM_TRIALS):
        actor = _waiting(manager)
        manager.schedule_actor_task(actor, "stop")
        manager.remove_actor(actor)
    assert len(_unsent(manager)) == NUM_TRIALS  # else Ray does it by itself, and nothing is needed
    comes = _waiting(manager)
    manager.schedule_actor_task(comes, "train")
    forget_answered(manager)
    assert _unsent(manager) == [comes]
    assert not ray.is_initialized()


def test_answers_that_were_read_are_dropped_and_open_calls_stay(manager: RayActorManager) -> None:
    actor, calls = _waiting(manager), [object() for _ in range(NUM_TRIALS)]
    manager._tracked_actors_to_task_futures[actor].update(calls)
    manager._actor_task_events.track_future(calls[-1])
    forget_answered(manager)
    assert manager._tracked_actors_to_task_futures[actor] == {calls[-1]}


def test_a_version_of_ray_without_them_keeps_what_it_has() -> None:
    forget_answered(None)
    forget_answered(object())


def test_a_session_keeps_one_record_of_each_trial_and_no_network(store: Store) -> None:
    search = Search(store, experiment_file(MANY))

    def kept_after(num_trials: int) -> Counter[str]:
        for _ in range(num_trials):
            proposal = search.begin()
            assert proposal is not None
            search.train(proposal)
        del proposal
        gc.collect()
        return Counter(type(each).__name__ for each in gc.get_objects())

    before, now = kept_after(10), kept_after(NUM_TRIALS)
    for name, most in (("FrozenTrial", 1), ("TrialRecord", 1), ("Proposal", 0), ("Trial", 0)):
        assert now[name] - before[name] <= most * NUM_TRIALS, name
