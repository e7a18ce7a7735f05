"""Numbers with units."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nas.store.records import MeasuredLatency
from nas.store.results import measured_in_short, measured_in_words
from search_spaces.measures import costs, measure
from search_spaces.quantities import (
    format_duration,
    format_quantity,
    out_of,
    parse_duration,
    parse_quantity,
    seconds_left,
)


@pytest.mark.parametrize(
    ("text", "quantity", "value"),
    [
        ("30M", "flops", 30e6),
        ("1.5 G", "flops", 1.5e9),
        ("500k", "params", 500e3),
        (".5k", "params", 500),
        ("2e3", "params", 2000),
        (12, "flops", 12),
        (0.25, "latency_ms", 0.25),
        ("8ms", "latency_ms", 8),
        ("250us", "latency_ms", 0.25),
        ("1.5 s", "latency_ms", 1500),
        ("8", "latency_ms", 8),
        ("2 KiB", "weight_bytes", 2048),
        ("1MiB", "peak_activation_bytes", 1048576),
        ("1GiB", "weight_bytes", 1073741824),
    ],
)
def test_quantities_are_read(text: object, quantity: str, value: float) -> None:
    assert parse_quantity(text, quantity) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["30ms", "30 m", "30K", "-5M", "M", "", "1_000", "3 0", "٣", True, None, [3], "nan"]
)
def test_quantities_that_are_none(text: object) -> None:
    with pytest.raises(ValueError, match=r"^must be a number, optionally with k, M, G$"):
        parse_quantity(text, "flops")


@pytest.mark.parametrize("read", [lambda v: parse_quantity(v, "flops"), parse_duration])
def test_whole_numbers_too_large_for_a_float(read: object) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match="at most 308 digits"):
        read(10**400)


@pytest.mark.parametrize(
    ("value", "quantity", "text"),
    [
        (0, "flops", "0"),
        (999, "flops", "999"),
        (1000, "flops", "1k"),
        (12_345, "params", "12.3k"),
        (999_600, "params", "1,000k"),
        (12_345_678, "flops", "12.3M"),
        (4.1e9, "flops", "4.1G"),
        (1.2345e13, "flops", "12,345G"),
        (0.91239, "accuracy", "0.9124"),
        (4.5678, "latency_ms", "4.57 ms"),
        (0.012345, "latency_ms", "0.0123 ms"),
        (1234.5, "latency_ms", "1,234 ms"),
        (512, "weight_bytes", "512 B"),
        (1536, "weight_bytes", "1.5 KiB"),
        (1_048_000, "weight_bytes", "1,023 KiB"),
        (3 * 2**30, "peak_activation_bytes", "3 GiB"),
    ],
)
def test_quantities_are_shown(value: float, quantity: str, text: str) -> None:
    assert format_quantity(value, quantity) == text


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    value=st.floats(1e-3, 1e12),
    quantity=st.sampled_from(["flops", "params", "latency_ms", "weight_bytes"]),
)
def test_what_is_shown_can_be_read_again(value: float, quantity: str) -> None:
    shown = format_quantity(value, quantity).replace(",", "")
    shown = shown.removesuffix(" B")
    assert parse_quantity(shown, quantity) == pytest.approx(value, rel=0.006)


def test_every_cost_has_its_units() -> None:
    names = {"flops", "params", "latency_ms", "weight_bytes", "peak_activation_bytes"}
    assert {name for name in costs() if measure(name).unit.factors} >= names


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("10m", 600),
        ("10 min", 600),
        ("2h", 7200),
        ("1.5h", 5400),
        (45, 45),
        (1.5, 1.5),
    ],
)
def test_durations_are_read(text: object, seconds: float) -> None:
    assert parse_duration(text) == seconds


def test_no_duration() -> None:
    assert parse_duration(None) is None


@pytest.mark.parametrize("text", ["90", "1d", "-3s", "", True, "h", "1h30m"])
def test_durations_that_are_none(text: object) -> None:
    with pytest.raises(ValueError, match="must be seconds, or a number with s, m or h"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (3599.7, "1 h 00 min"),
     (7500, "2 h 05 min")],
)  # fmt: skip
def test_durations_are_shown(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("done", "wanted", "said"),
    [
        (0, 1, "0 of 1 trial"),
        (1, 1, "1 trial"),
        (3, 20, "3 of 20 trials"),
        (16, 10, "16 trials"),  # the file was changed to fewer, or a trial came late
        (1200, 3000, "1,200 of 3,000 trials"),
    ],
)
def test_counts_are_said_in_one_way(done: int, wanted: int, said: str) -> None:
    assert out_of(done, wanted, "trial") == said


@pytest.mark.parametrize(
    ("elapsed", "done", "rest", "limit", "left"),
    [
        (30.0, 10, 20, None, 60.0),
        (30.0, 1, 20, None, None),  # one says too little
        (30.0, 16, -6, None, 0.0),  # more than was wanted
        (30.0, 10, 20, 50.0, 20.0),  # the time limit comes first
        (30.0, 10, 20, 25.0, 0.0),
    ],
)
def test_remaining_time_is_never_below_nothing(
    elapsed: float, done: int, rest: int, limit: float | None, left: float | None
) -> None:
    assert seconds_left(elapsed, done, rest, limit) == left


def test_a_search_with_more_trials_than_wanted_says_how_many_there_are() -> None:
    from nas.runner.progress import Progress
    from nas.terminal import _View

    progress = Progress(10, None)
    times = iter([0.0, 33.0])
    view = _View(progress, lambda: next(times))
    progress.num_complete = 16
    line = view.line()
    assert line.startswith("16 trials (16 complete, ")
    assert line.endswith("; about 0 s left")


@pytest.mark.parametrize(
    ("ms", "said"), [(0.12, "0.120 ms"), (0.116, "0.116 ms"), (12.0, "12.0 ms"), (1234, "1,234 ms")]
)
def test_latencies_have_three_digits_wherever_they_come_from(ms: float, said: str) -> None:
    found = MeasuredLatency("s", ms, ms, ms, ms, 20, True)
    assert format_quantity(ms, "latency_ms") == said
    assert measured_in_words(found).startswith(f"{said} [")
    assert measured_in_short(found).startswith(f"{said} ±")
