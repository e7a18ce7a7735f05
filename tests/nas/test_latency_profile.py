"""The latency table of a space: measured once, kept, and said where the device was not quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from search_kit import IN_SHAPE, NUM_CLASSES, experiment_file

import nas.latency.profile as module
from nas.config.latency import LatencySpec
from nas.latency.profile import latency_table
from nas.store import Store
from search_spaces.enumeration import distinct_blocks
from search_spaces.errors import ExperimentFileError
from search_spaces.space import Space
from workers.latency import Measurement, Subject


@dataclass
class Observer:
    messages: list[str] = field(default_factory=list)
    progress: list[tuple[int, int]] = field(default_factory=list)

    def message(self, text: str) -> None:
        self.messages.append(text)

    def profiling(self, done: int, total: int) -> None:
        self.progress.append((done, total))


@dataclass
class Device:
    """Takes as many milliseconds as a block has layers.

    Attributes:
        measured: Ids in the order in which they were measured.
    """

    quiet: bool = True
    broken_after: int | None = None
    measured: list[str] = field(default_factory=list)

    def measure(self, subjects: Sequence[Subject], *_: Any, **__: Any) -> Iterator[Measurement]:
        for subject in subjects:
            if self.broken_after is not None and len(self.measured) >= self.broken_after:
                raise KeyboardInterrupt
            self.measured.append(subject.id)
            ms = float(sum(len(graph.nodes) for graph in subject.graphs))
            yield Measurement(subject.id, ms, 0.9 * ms, 1.1 * ms, 0.01, 20, 0.05, self.quiet)


@pytest.fixture
def space() -> Space:
    return experiment_file().space(IN_SHAPE, NUM_CLASSES)


def _install(device: Device, patch: pytest.MonkeyPatch) -> Device:
    patch.setattr(module, "measure", device.measure)
    return device


def test_each_distinct_block_is_measured_once_and_kept(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, observer = _install(Device(), monkeypatch), Observer()
    table = latency_table(store, space, LatencySpec(), observer)
    wanted = {graph.id for graph in distinct_blocks(space)}
    assert sorted(device.measured) == sorted(wanted)
    assert observer.progress[-1] == (len(wanted), len(wanted))
    network = space.network({"width_mult": 2.0, "stage1.standard.kernel_size": 3})
    layers = sum(len(block.graph.nodes) for block in network.blocks)
    assert table.predict(network) == pytest.approx(layers)
    again = latency_table(store, space, LatencySpec(), observer)
    assert len(device.measured) == len(wanted)
    assert again.blocks == table.blocks
    assert observer.messages == []


def test_another_setting_is_another_table(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = _install(Device(), monkeypatch)
    latency_table(store, space, LatencySpec(), Observer())
    latency_table(store, space, LatencySpec(dtype="bfloat16"), Observer())
    assert len(device.measured) == 2 * len(set(device.measured))


def test_what_was_measured_before_an_interruption_is_kept(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _install(Device(broken_after=3), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        latency_table(store, space, LatencySpec(), Observer())
    second = _install(Device(), monkeypatch)
    latency_table(store, space, LatencySpec(), Observer())
    assert len(first.measured) == 3
    wanted = {graph.id for graph in distinct_blocks(space)}
    assert set(first.measured) | set(second.measured) == wanted
    assert not set(first.measured) & set(second.measured)


def test_a_device_that_was_not_quiet_is_one_line_and_a_mark(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    observer = Observer()
    _install(Device(quiet=False), monkeypatch)
    table = latency_table(store, space, LatencySpec(), observer)
    count = len(table.blocks)
    (line,) = observer.messages
    assert line.startswith(f"the device was not quiet: {count} of {count} blocks were measured")
    assert "\n" not in line
    assert not any(row["is_quiet"] for row in store.latency_blocks(table.setting.key))


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{backend: onnx}", r"`latency.backend` must be 'eager', 'compile' or 'onnxruntime', got"),
        ("{dtype: int8}", r"`latency.dtype` must be 'float32', 'bfloat16' or 'float16', got"),
        ("{num_threads: 0}", r"`latency.num_threads` must be at least 1, got 0"),
        (
            "{backend: onnxruntime, dtype: bfloat16}",
            r"`latency.dtype` must be float32 or float16 where `backend` is onnxruntime$",
        ),
        (
            "{backend: onnxruntime, memory_format: channels_last}",
            r"`latency.memory_format` must be contiguous where `backend` is onnxruntime$",
        ),
    ],
)
def test_wrong_sections_are_one_line(section: str, message: str) -> None:
    text = experiment_file().document.text + f"latency: {section}\n"
    with pytest.raises(ExperimentFileError, match=rf"space.yaml:\d+: {message}"):
        experiment_file(text)
