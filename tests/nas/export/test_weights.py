"""Which weights come with an exported trial."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from export_kit import NO_LATENCY

from nas.export import Exported, last_training
from nas.store import Store, StudyRecord
from search_spaces.graphs.network import network_paths


def _training(number: int, state: str, minute: int | None, precision: str = "float32") -> Any:
    finished_at = None if minute is None else datetime(2026, 1, 1, 12, minute, tzinfo=UTC)
    return SimpleNamespace(number=number, state=state, finished_at=finished_at, precision=precision)


def test_of_several_full_trainings_the_one_that_ended_last_counts() -> None:
    """Two seeds may end in another order than they began."""
    long, short = _training(7, "COMPLETE", 30), _training(7, "COMPLETE", 20)
    others = [_training(7, "RUNNING", None), _training(7, "FAIL", 40), _training(8, "COMPLETE", 50)]
    others.append(_training(7, "COMPLETE", 59, "int8"))
    trial: Any = SimpleNamespace(number=7)
    assert last_training([long, short, *others], trial) is long
    assert last_training(others, trial) is None


def test_weights_under_the_layers_own_names_are_written_under_their_paths(
    export_2: Callable[..., Exported], weights: Path, store: Store, hand_made: StudyRecord
) -> None:
    """Files from before convolution and batch norm were one unit."""
    trained = torch.load(weights, weights_only=True)
    network = store.network(store.trials(hand_made)[2].architecture)
    names = (name for name, *_ in network.layers())
    name_of = dict(zip(network_paths(network), names, strict=True))
    parts = ((key.rpartition("."), value) for key, value in trained.items())
    former = {f"{name_of[path]}.{suffix}": value for (path, _, suffix), value in parts}
    assert former.keys() != trained.keys()
    torch.save(former, weights)
    written = torch.load(export_2(NO_LATENCY).files["weights"], weights_only=True)
    assert list(written) == list(trained)
    assert all(torch.equal(written[key], trained[key]) for key in trained)
