"""Timing on a GPU, pretended: what is between its events, who else is on the card, which it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from test_measure import SETTING, Device

import workers.latency.here as here
import workers.latency.measurement as module
from search_spaces.errors import LatencyError
from workers.latency import Effort, Subject, measure, setting_here
from workers.latency.measurement import reference_block
from workers.latency.noise import LOOK_EVERY_S, CardWatch
from workers.latency.rounds import GROUP, MAX_ABOVE_BEST
from workers.latency.timing import LEAST_SPIN, MOST_SPIN, EventTimer, Run

GPU = replace(SETTING, device="cuda")


@dataclass
class Card:
    """A card that does one thing after another, while the clock of what launches goes on.

    Attributes:
        now: Seconds of the launching process.
        free_at: When the card has done all that it was given.
        order: What was done, in order.
    """

    now: float = 0.0
    free_at: float = 0.0
    cycles_per_s: float = 1.6e9

    def __post_init__(self) -> None:
        self.order: list[str] = []
        self.spins: list[int] = []

    def give(self, name: str, seconds: float, launch_s: float = 0.0) -> None:
        self.order.append(name)
        self.now += launch_s
        self.free_at = max(self.free_at, self.now) + seconds

    def _sleep(self, cycles: int) -> None:
        self.spins.append(cycles)
        self.give("spin", cycles / self.cycles_per_s)

    def Event(self, enable_timing: bool) -> Event:
        assert enable_timing
        return Event(self)

    def synchronize(self) -> None:
        self.order.append("wait for all")
        self.now = max(self.now, self.free_at)


class Event:
    def __init__(self, card: Card) -> None:
        self.card = card
        self.at: float | None = None

    def record(self) -> None:
        self.card.give("event", 0.0)
        self.at = self.card.free_at

    def query(self) -> bool:
        assert self.at is not None
        return self.at <= self.card.now

    def synchronize(self) -> None:
        assert self.at is not None
        self.card.order.append("wait")
        self.card.now = max(self.card.now, self.at)

    def elapsed_time(self, end: Event) -> float:
        assert self.at is not None and end.at is not None
        return 1e3 * (end.at - self.at)


class Layers:
    """So many layers: the card needs `each_s` for one, its launch takes `launch_s`."""

    def __init__(self, card: Card, number: int, each_s: float, launch_s: float) -> None:
        self.card, self.number, self.each_s, self.launch_s = card, number, each_s, launch_s

    def refresh(self) -> None:
        self.card.give("refresh", 1e-6, 5e-6)

    def run(self) -> None:
        for _ in range(self.number):
            self.card.give("layer", self.each_s, self.launch_s)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    made = Card()
    monkeypatch.setattr(torch, "cuda", made)
    return made


def test_all_is_launched_before_the_first_event_is_reached(card: Card) -> None:
    """Three layers of 2 us, each launched in 5 us: they take 6 us and not 15."""
    timer, layers = EventTimer(), Layers(card, 3, 2e-6, 5e-6)
    run = timer(layers)
    assert run == Run(pytest.approx(6e-6), True)
    layer = ["layer"] * 3
    assert card.order == ["refresh", "spin", "event", *layer, "event", "wait"]


def test_a_network_whose_launching_takes_longer_is_timed_with_a_longer_start(card: Card) -> None:
    """200 layers of 2 us, launched in 1 ms; the first runs would contain the launching."""
    timer, layers = EventTimer(), Layers(card, 200, 2e-6, 5e-6)
    runs = [timer(layers) for _ in range(8)]
    assert not runs[0].is_whole and runs[0].seconds > 500e-6
    assert [run.is_whole for run in runs] == sorted(run.is_whole for run in runs)
    assert runs[-1] == Run(pytest.approx(400e-6), True)
    assert card.spins[0] == LEAST_SPIN
    # A small block beside it does not wait as long.
    assert timer(Layers(card, 3, 2e-6, 5e-6)).is_whole
    assert card.spins[-1] == LEAST_SPIN


def test_a_run_that_waits_for_the_card_never_counts(card: Card) -> None:
    class Waits(Layers):
        def run(self) -> None:
            super().run()
            self.card.synchronize()

    timer, layers = EventTimer(), Waits(card, 3, 2e-6, 5e-6)
    assert not any(timer(layers).is_whole for _ in range(20))
    assert card.spins[-1] == MOST_SPIN


# Who else is there


class OfCard(Device):
    """A card that others use for a share of its time, as the driver tells."""

    def __init__(
        self, share: float | None, slowness: Callable[[float], float] = lambda _: 1.0
    ) -> None:
        super().__init__(slowness)
        self.share = share
        self.looks = 0

    def others(self) -> float | None:
        self.looks += 1
        return self.share

    def measured(self, patch: pytest.MonkeyPatch, count: int = GROUP) -> list[Any]:
        self.install(patch)
        watch = CardWatch(self.others, lambda: self.now)
        patch.setattr(module, "CardWatch", lambda: watch)
        subjects = [Subject.of_block(block) for block in _blocks(count)]
        clock = lambda: self.now  # noqa: E731
        return list(measure(subjects, GPU, Effort(max_seconds=0.1), clock=clock))


def _blocks(count: int) -> Iterator[Any]:
    from test_measure import _block

    return (_block(4 * (1 + index)) for index in range(count))


@pytest.mark.parametrize(
    ("share", "quiet"), [(0.0, True), (0.05, True), (0.06, False), (1.0, False), (None, True)]
)
def test_a_steady_neighbour_is_seen_by_what_the_driver_tells(
    share: float | None, quiet: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slows the reference down as much as the blocks, which therefore looks usual."""
    found = OfCard(share, lambda _: 2.0).measured(monkeypatch)
    assert [measured.is_quiet for measured in found] == [quiet] * GROUP


def test_a_neighbour_that_the_driver_does_not_tell_of_is_seen_by_the_best_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Processes take turns on a card: one run in twenty comes whole, the others wait."""
    turn = iter(range(10**9))
    found = OfCard(None, lambda _: 1.0 if next(turn) % 20 == 0 else 3.0).measured(monkeypatch)
    assert found and not any(measured.is_quiet for measured in found)
    assert MAX_ABOVE_BEST < 3.0


def test_the_card_is_looked_at_now_and_then() -> None:
    now, looks = [0.0], []

    def others() -> float:
        looks.append(now[0])
        return 0.5 if now[0] > LOOK_EVERY_S else 0.0

    watch = CardWatch(others, lambda: now[0])
    seen = []
    for second in range(100):
        now[0] = float(second)
        seen.append(watch.is_alone())
    assert looks == [0.0, 31.0, 62.0, 93.0]
    assert seen == [True] * 31 + [False] * 69


# Which card, and whether it is used at all


def test_onnx_runtime_alone_knows_its_card_by_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a board, or beside a PyTorch for CPUs."""
    import workers.devices.readings as readings
    import workers.latency.onnx_backend as backend

    class Driver:
        def cuInit(self, flags: int) -> int:
            return 0

        def cuDeviceGet(self, device: Any, number: int) -> int:
            return 0

        def cuDeviceGetName(self, name: Any, size: int, device: Any) -> int:
            name.value = b"NVIDIA Jetson Orin"
            return 0

    monkeypatch.setattr(backend, "has_device", lambda device: True)
    monkeypatch.setattr(readings.ctypes, "CDLL", lambda name: Driver())
    setting = setting_here("cuda", backend="onnxruntime")
    assert setting.device_name == "NVIDIA Jetson Orin"
    monkeypatch.setitem(sys.modules, "torch", None)
    assert setting_here("cuda", backend="onnxruntime") == setting


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_card_that_nobody_knows_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import workers.devices.readings as readings
    import workers.latency.onnx_backend as backend

    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(backend, "has_device", lambda device: True)
    monkeypatch.setattr(readings.ctypes, "CDLL", missing)
    with pytest.raises(LatencyError, match=r"`latency\.device` is cuda, but no driver of"):
        here.setting_here("cuda", backend="onnxruntime")


def test_onnx_runtime_that_takes_the_cpu_instead_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where its CUDA libraries cannot be loaded it says so in a log and goes on, on the CPU."""
    import onnxruntime

    real = onnxruntime.InferenceSession

    def fallen_back(model: bytes, options: Any, providers: list[str]) -> Any:
        return real(model, options, providers=["CPUExecutionProvider"])

    monkeypatch.setattr(onnxruntime, "InferenceSession", fallen_back)
    setting = replace(GPU, backend="onnxruntime", batch_size=1)
    rule = "takes CPUExecutionProvider where it was to take CUDAExecutionProvider"
    with pytest.raises(LatencyError, match=rule) as caught:
        list(measure([Subject.of_block(reference_block())], setting))
    assert "\n" not in str(caught.value)
