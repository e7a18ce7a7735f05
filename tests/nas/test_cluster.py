"""How many trials fit on the nodes of a cluster, what is said where none does, and its end."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from nas.config.search import WorkersSpec
from nas.runner.cluster import num_slots, ray_cluster, require_room
from search_spaces.errors import SearchError


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Six CPUs; six CPUs and a GPU; a node that is gone."""
    import ray

    resources = [{"CPU": 6.0}, {"CPU": 6.0, "GPU": 1.0}, {"CPU": 64.0, "GPU": 8.0}]
    found = [
        {"Alive": number < 2, "Resources": has} for number, has in enumerate(resources)
    ]  # fmt: skip
    monkeypatch.setattr(ray, "nodes", lambda: found)
    return found


@pytest.mark.parametrize(
    ("workers", "slots"),
    [
        ({}, 12),
        ({"cpus_per_trial": 4}, 2),  # not three: twelve CPUs are not on one node
        ({"cpus_per_trial": 0.5}, 24),
        ({"cpus_per_trial": 1, "gpus_per_trial": 0.25}, 4),
        ({"cpus_per_trial": 4, "gpus_per_trial": 0.25}, 1),
        ({"cpus_per_trial": 8}, 0),
        ({"cpus_per_trial": 1, "gpus_per_trial": 2}, 0),
    ],
)
def test_a_trial_needs_one_node(
    workers: dict[str, float], slots: int, nodes: list[dict[str, Any]]
) -> None:
    assert num_slots(WorkersSpec(**workers)) == slots


def test_no_node_is_large_enough(nodes: list[dict[str, Any]]) -> None:
    require_room(WorkersSpec(cpus_per_trial=6))
    with pytest.raises(SearchError, match="no node has the 8 CPUs and 0 GPUs that a trial gets"):
        require_room(WorkersSpec(cpus_per_trial=8))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "127.0.0.1:99999"])
def test_nobody_answers(address: str) -> None:
    with (
        pytest.raises(SearchError, match=f"no Ray cluster answers at {address}: "),
        ray_cluster(address, lambda: None, lambda: None),
    ):
        pass


LET_GO = """
import gc, sys, threading, time
import ray
from nas.runner.cluster import ray_cluster

def let_go(references):
    while ray.is_initialized():
        time.sleep(0.0005)
    end = time.monotonic() + 1.5
    while references and time.monotonic() < end:
        cycle = [references.pop()]
        cycle.append(cycle)
        del cycle
        _ = [[] for _ in range(50)]  # enough to be collected for, where collection is on
        pause = time.monotonic() + 0.001
        while time.monotonic() < pause:
            pass

with ray_cluster(None, lambda: None, lambda: None):
    references = [ray.put(number) for number in range(2000)]
    gc.set_threshold(20, 1, 1)
    thread = threading.Thread(target=let_go, args=(references,))
    thread.start()
    sys.setswitchinterval(0.5)  # the thread runs on after Ray's core has ended
thread.join()
print(len(references), gc.isenabled())
"""


@pytest.mark.slow
def test_garbage_of_other_threads_does_not_end_the_process() -> None:
    """References to Ray's objects become garbage while it ends; `ray.shutdown` alone dies of it."""
    done = subprocess.run(
        [sys.executable, "-c", LET_GO], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    left, is_enabled = done.stdout.split()
    assert int(left) < 2000
    assert is_enabled == "True"
