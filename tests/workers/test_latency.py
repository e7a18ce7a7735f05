"""The latency of a block: what is run, how often, and what is reported."""

from collections.abc import Callable, Iterator
from itertools import chain, repeat

import pytest
import torch

from search_spaces.graph import Graph
from search_spaces.registry import lower
from workers.latency import (
    MAX_RUNS,
    MIN_RUNS,
    WARM_UP_RUNS,
    LatencySetting,
    measure_blocks,
    processor_name,
)

SETTING = LatencySetting("cpu", 2, 1, "a processor", "torch 2")


def _block(out_channels: int = 8) -> Graph:
    return lower("separable", (4, 6, 6), out_channels, 1, "relu", ())


def _clock(durations: Iterator[float]) -> Callable[[], float]:
    """A clock by which run after run takes the given seconds, and nothing else takes any."""

    def readings() -> Iterator[float]:
        now = 0.0
        for seconds in durations:
            yield now
            now += seconds
            yield now

    return readings().__next__


def test_median_and_spread_by_hand() -> None:
    """Seven runs of 10 to 70 ms: the median is 40, the quartiles are 20 and 60."""
    times = iter([0.07, 0.01, 0.06, 0.02, 0.05, 0.03, 0.04])
    (measured,) = measure_blocks([_block()], SETTING, _clock(times))
    assert measured.block == _block().id
    assert measured.num_runs == MIN_RUNS == 7
    assert measured.latency_ms == pytest.approx(40)
    assert measured.spread_ms == pytest.approx(40)


def test_a_single_slow_run_does_not_count() -> None:
    times = chain([5.0], repeat(0.004))
    (measured,) = measure_blocks([_block()], SETTING, _clock(times))
    assert measured.latency_ms == pytest.approx(4)
    assert measured.spread_ms == pytest.approx(0)


def test_short_runs_are_repeated_for_20_ms() -> None:
    (measured,) = measure_blocks([_block()], SETTING, _clock(repeat(0.001)))
    assert measured.num_runs in (20, 21)  # twenty times 0.001 may be a hair below 0.02


def test_runs_are_never_more_than_200() -> None:
    (measured,) = measure_blocks([_block()], SETTING, _clock(repeat(1e-6)))
    assert measured.num_runs == MAX_RUNS == 200
    assert measured.latency_ms == pytest.approx(0.001)


def test_warm_up_is_run_and_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    import workers.latency as module

    shapes: list[tuple[int, ...]] = []

    class Counting(module.GraphModule):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            assert torch.is_inference_mode_enabled()
            assert not self.training
            shapes.append(tuple(x.shape))
            return super().forward(x)

    monkeypatch.setattr(module, "GraphModule", Counting)
    (measured,) = measure_blocks([_block()], SETTING, _clock(repeat(0.01)))
    assert measured.num_runs == MIN_RUNS
    assert shapes == [(2, 4, 6, 6)] * (WARM_UP_RUNS + MIN_RUNS)


def test_blocks_come_in_order_and_by_their_ids() -> None:
    blocks = [_block(8), _block(16)]
    measured = list(measure_blocks(blocks, SETTING, _clock(repeat(0.01))))
    assert [m.block for m in measured] == [block.id for block in blocks]
    assert measured[0].block != measured[1].block


def test_threads_are_set_and_set_back() -> None:
    before = torch.get_num_threads()
    wanted = before + 1
    setting = LatencySetting("cpu", 1, wanted, "a processor", "torch 2")
    seen = [torch.get_num_threads() for _ in measure_blocks([_block()], setting)]
    assert seen == [wanted]
    assert torch.get_num_threads() == before


def test_threads_are_set_back_when_the_caller_stops_early() -> None:
    before = torch.get_num_threads()
    setting = LatencySetting("cpu", 1, before + 1, "a processor", "torch 2")
    measuring = measure_blocks([_block(), _block(16)], setting)
    next(measuring)
    measuring.close()  # type: ignore[attr-defined]
    assert torch.get_num_threads() == before


def test_setting_key_tells_all_settings_apart() -> None:
    settings = [
        SETTING,
        LatencySetting("cuda", 2, 1, "a processor", "torch 2"),
        LatencySetting("cpu", 3, 1, "a processor", "torch 2"),
        LatencySetting("cpu", 2, 2, "a processor", "torch 2"),
        LatencySetting("cpu", 2, 1, "another", "torch 2"),
        LatencySetting("cpu", 2, 1, "a processor", "torch 3"),
    ]
    keys = {setting.key for setting in settings}
    assert len(keys) == len(settings)
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in keys)
    assert LatencySetting("cpu", 2, 1, "a processor", "torch 2").key == SETTING.key


def test_setting_of_this_machine() -> None:
    setting = LatencySetting.here("cpu", 4, 2)
    assert (setting.device, setting.batch_size, setting.num_threads) == ("cpu", 4, 2)
    assert setting.device_name == processor_name() != ""
    assert setting.versions == f"torch {torch.__version__}"
