"""Small studies, written through the store as a search writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nas.store import EpochRecord, LayerRecord, Store, StudyRecord
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Block, Network

MAX_EPOCHS = 3


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    opened = Store(f"sqlite:///{tmp_path / 'nas.db'}")
    yield opened
    opened.close()


class StudyWriter:
    """Writes one study trial by trial; each trial has an architecture of its own."""

    def __init__(self, store: Store, **fields: Any) -> None:
        experiment = {
            "objectives": list(fields.pop("objectives", ("accuracy", "flops", "latency_ms"))),
            "constraints": {"flops": 12e6, "params": None},
            "fidelity": {"max_epochs": MAX_EPOCHS, "min_epochs": 1, "reduction_factor": 3},
            "proxy": {"averaging": 0.98},
            "latency": {"device": "cpu", "batch_size": 1, "num_threads": 1},
        }
        known: dict[str, Any] = {
            "name": "digits", "state": "COMPLETE", "identity": "0123456789abcdef", "seed": 7,
            "experiment": experiment, "experiment_file": "name: digits\n", "dataset": "cluttered",
            "dataset_fingerprint": "feedbeef", "in_shape": [1, 8, 8], "num_classes": 10,
            "versions": {"python": "3.11.7", "torch": "2.13.0"}, "hardware": {"num_cpus": 2},
        }  # fmt: skip
        self.store = store
        self.study: StudyRecord = store.create_study(**{**known, **fields})
        self._number = 0

    def trial(
        self,
        accuracies: Sequence[float] = (),
        state: str = "COMPLETE",
        *,
        flops: int = 1_000_000,
        params: int = 1000,
        latency_ms: float | None = 1.0,
        description: str = "width 1, resolution 1; 2x fire squeeze_ratio=0.25",
        failure: str = "",
        layers: Sequence[LayerRecord] = (),
    ) -> int:
        """A trial with its accuracy after each epoch; returns its number."""
        number, self._number = self._number, self._number + 1
        network = _network(number + 1)
        costs = replace(cost(network), flops=flops, params=params, weight_bytes=4 * params)
        self.store.add_trial(
            self.study, number, network, costs,
            choices={}, description=description, latency_ms=latency_ms,
        )  # fmt: skip
        self.store.start_trial(self.study, number, "worker")
        for epochs, accuracy in enumerate(accuracies, 1):
            ended = epochs == len(accuracies) and state != "FAIL"
            epoch = EpochRecord(number, epochs, accuracy, 1.0, 2.0)
            self.store.report(
                self.study, epoch, state if ended else "RUNNING", layers if ended else ()
            )
        if state == "FAIL":
            self.store.fail_trial(self.study, number, failure)
        return number


def _network(out_channels: int) -> Network:
    pen = Builder((1, 8, 8))
    return Network(
        (1, 8, 8), (Block("stem", "stem", pen.graph(pen.conv(pen.input, out_channels))),)
    )


@pytest.fixture
def write_study(store: Store) -> Callable[..., StudyWriter]:
    """Begins a study in `store`; the arguments replace columns of its row."""
    return partial(StudyWriter, store)


@pytest.fixture
def digits(store: Store) -> StudyWriter:
    """Three networks on the front, one that another dominates, one stopped early, one failed."""
    study = StudyWriter(store)
    study.trial([0.2, 0.4, 0.5], flops=1_000_000, latency_ms=0.5)
    study.trial([0.3, 0.6, 0.8125], flops=2_340_000, params=45_600, latency_ms=0.789)
    study.trial([0.3, 0.6, 0.8333], flops=9_990_000, latency_ms=3.0)
    study.trial([0.1, 0.2, 0.3], flops=5_000_000, latency_ms=2.0)
    study.trial([0.99], "PRUNED", flops=7_000_000)
    study.trial([], "FAIL", failure="RuntimeError: out of memory")
    return study
