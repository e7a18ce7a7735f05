"""How many trials fit on the nodes of a cluster, and what is said where none does."""

from __future__ import annotations

from typing import Any

import pytest

from nas.config.workers import WorkersSpec
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
