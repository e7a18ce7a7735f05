"""The latency table of a space: measured once, kept, and said where the device was not quiet."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from latency_kit import Device, Observer
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file

from nas.cli import main
from nas.config import ExperimentFile
from nas.config.latency import LatencySpec
from nas.latency.check import check_table
from nas.latency.end_to_end import measure_networks
from nas.latency.networks import NUM_WHOLE_NETWORKS, random_networks, spread_networks
from nas.latency.profile import Profile, profile_space, space_key
from nas.store import Store
from search_spaces.errors import ExperimentFileError, LatencyError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.graph import Graph
from search_spaces.quantities import format_duration
from search_spaces.spaces.enumeration import distinct_blocks, minimum
from search_spaces.spaces.problem import Limit
from search_spaces.spaces.space import Space

WIDTHS = "[1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5]"
MANY = SIX.replace("[1.0, 2.0, 3.0]", WIDTHS).replace(
    "block: {standard: {kernel_size: [1, 3]}}",
    "num_blocks: [1, 2], block: [standard: {kernel_size: [1, 3, 5]}, separable: {}, fire: {}]",
)


@pytest.fixture
def space() -> Space:
    return experiment_file().space(IN_SHAPE, NUM_CLASSES)


@pytest.fixture
def many() -> Space:
    return experiment_file(MANY).space(IN_SHAPE, NUM_CLASSES)


def _profile(store: Store, space: Space, refine: bool = False, **section: Any) -> Profile:
    return profile_space(store, space, LatencySpec(**section), Observer(), refine=refine)


def _ids(space: Space) -> set[str]:
    return {graph.id for graph in distinct_blocks(space)}


def test_each_distinct_block_is_measured_once_and_kept(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, observer = Device().install(monkeypatch), Observer()
    profile = profile_space(store, space, LatencySpec(), observer)
    wanted, networks = _ids(space), {network.id for network in random_networks(space, 16)}
    assert sorted(device.measured) == sorted(wanted | networks)
    assert len(networks) == 6  # there are no more
    assert observer.progress[-1] == (len(wanted), len(wanted))
    assert observer.messages == [
        "measuring the latency of 12 blocks on this device: 15 s at most",
        "timing them on until the noise is averaged out",
    ]
    assert profile.num_measured == len(wanted) + len(networks)
    again = _profile(store, space)
    assert len(device.measured) == profile.num_measured
    assert again.num_measured == 0
    assert again.table == profile.table


def test_prediction_is_the_sum_over_the_blocks(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    Device().install(monkeypatch)
    table = _profile(store, space).table
    network = space.network({"width_mult": 2.0, "stage1.standard.kernel_size": 3})
    layers = sum(len(block.graph.nodes) for block in network.blocks)
    assert table.predict(network) == pytest.approx(layers)
    assert table.correction.error == pytest.approx(0, abs=1e-9)


def test_what_whole_networks_take_besides_is_corrected(
    store: Store, many: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    Device(scale=1.25, exponent=0.2).install(monkeypatch)
    profile = _profile(store, many)
    fit = profile.table.correction
    assert (fit.feature, fit.exponent) == ("size", pytest.approx(0.2))
    assert fit.scale == pytest.approx(1.25 * fit.middle**0.2)
    observer = Observer()
    check = check_table(profile.table, many, 10, observer)
    assert observer.messages == ["measuring 10 whole networks: 11 s at most"]
    assert check.mean_error == pytest.approx(0, abs=1e-9)
    assert check.kendall_tau == pytest.approx(1)
    fits = store.latency_fits(profile.table.setting.key, space_key(profile.blocks))
    assert fits == {"networks": fit.error}


def test_check_takes_other_networks_than_the_correction(
    store: Store, many: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device().install(monkeypatch)
    profile = _profile(store, many)
    before = list(device.measured)
    check = check_table(profile.table, many, 10, Observer())
    checked = device.measured[len(before) :]
    beside = {anchor.subject.id for anchor in profile.table.anchors}
    assert len(beside) == 12
    assert len(checked) == len(set(checked)) == 22
    others = set(checked) - beside
    assert len(check.measured_ms) == len(others) == 10
    assert not others & set(before)
    assert not others & set(profile.table.networks)


def test_a_device_that_changes_its_speed_is_measured_at_its_usual_one(
    store: Store, many: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the profile, networks of 14 layers and more take 1.4 times as long, others as before.

    Each is stated as it was before, but those whose neighbours in size are on both sides of that.
    """
    Device().install(monkeypatch)
    profile = _profile(store, many)
    networks = random_networks(many, 20, seed=1)
    Device(slow_from=14, slowness=1.4).install(monkeypatch)
    found = measure_networks(networks, profile.table)
    raw = measure_networks(networks, replace(profile.table, anchors=()))
    right = 0
    for network in networks:
        layers = sum(len(block.graph.nodes) for block in network.blocks)
        slowness = 1.4 if layers >= 14 else 1.0
        one, other = found[network.id].measurement, raw[network.id].measurement
        assert other.latency_ms == pytest.approx(slowness * layers)
        right += one.latency_ms == pytest.approx(layers)
        scale = one.latency_ms / other.latency_ms
        assert (one.low_ms, one.high_ms) == pytest.approx(
            (scale * other.low_ms, scale * other.high_ms)
        )
    assert right >= 16


def test_another_setting_is_another_table(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device().install(monkeypatch)
    _profile(store, space)
    _profile(store, space, dtype="bfloat16")
    assert len(device.measured) == 2 * len(set(device.measured))


def test_what_was_measured_before_an_interruption_is_kept(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Device(broken_after=3).install(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        _profile(store, space)
    second = Device().install(monkeypatch)
    _profile(store, space)
    assert len(first.measured) == 3
    assert _ids(space) <= set(first.measured) | set(second.measured)
    assert not set(first.measured) & set(second.measured)


def test_a_device_that_was_not_quiet_is_one_line_and_a_mark(
    store: Store, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    observer = Observer()
    Device(quiet=False).install(monkeypatch)
    table = profile_space(store, space, LatencySpec(), observer).table
    line = observer.messages[-1]
    assert line.startswith("the device was not quiet: 12 of 12 blocks were measured while")
    assert "\n" not in line
    assert not any(row["is_quiet"] for row in store.latency_blocks(table.setting.key))
    # A search goes on with what there is; `nas profile` measures it again.
    device = Device().install(monkeypatch)
    assert _profile(store, space).num_measured == 0
    assert _profile(store, space, refine=True).num_measured == len(device.measured) == 12 + 6
    assert all(row["is_quiet"] for row in store.latency_blocks(table.setting.key))


def test_where_time_is_short_the_rest_is_predicted(
    store: Store, many: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, observer = Device(at_most=30).install(monkeypatch), Observer()
    spec = LatencySpec(max_profile_seconds=10)
    profile = profile_space(store, many, spec, observer)
    wanted = _ids(many)
    predicted = profile.table.predicted(profile.blocks)
    assert set(profile.blocks) == wanted
    assert len(predicted) == len(wanted) - 30 > 0
    assert not set(predicted) & set(device.measured)
    assert profile.block_error is not None and profile.block_error < 0.05  # layers can be counted
    line = f"predicted {len(predicted)} blocks from 30 measured ones; mean error on blocks held out"
    assert observer.messages[-1].startswith(line)
    key = profile.table.setting.key
    assert store.latency_fits(key, space_key(wanted))["blocks"] == profile.block_error
    # A search measures nothing more; `nas profile` goes on where it stopped.
    assert _profile(store, many, max_profile_seconds=10).num_measured == 0
    device.at_most = len(wanted)
    assert not profile_space(store, many, spec, observer, refine=True).table.predicted(wanted)


def test_too_little_time_is_one_line(
    store: Store, many: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    Device(at_most=8).install(monkeypatch)
    with pytest.raises(LatencyError, match=r"8 blocks were measured in `latency.max_profile_sec"):
        _profile(store, many, max_profile_seconds=1)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{backend: onnx}", r"`latency.backend` must be 'eager', 'compile' or 'onnxruntime', got"),
        (
            "{dtype: int4}",
            r"`latency.dtype` must be 'float32', 'bfloat16', 'float16' or 'int8', got",
        ),
        ("{num_threads: 0}", r"`latency.num_threads` must be at least 1, got 0"),
        ("{max_profile_seconds: 0}", r"`latency.max_profile_seconds` must be greater than 0"),
        (
            "{backend: onnxruntime, dtype: bfloat16}",
            r"`latency.dtype` must be float32, float16 or int8 where `backend` is onnxruntime$",
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


def test_no_more_time_is_given_than_was_told(
    store: Store, many: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand: 0.25 s for each block, and 0.5 s for each of 24 networks."""
    device, observer = Device().install(monkeypatch), Observer()
    profile_space(store, many, LatencySpec(), observer, clock=lambda: 0.0)
    num_blocks = len(_ids(many))
    assert 0.25 * num_blocks + 12 < 60
    assert device.seconds == pytest.approx(
        [0.65 * (0.25 * num_blocks + 12), 0.25 * num_blocks + 12]
    )
    assert observer.messages[0].endswith(f"{format_duration(0.25 * num_blocks + 12)} at most")


def test_a_large_space_is_profiled_for_a_minute(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickstart = ExperimentFile.read("search_spaces/quickstart.yaml").space((1, 28, 28), 10)
    device, observer = Device(at_most=100).install(monkeypatch), Observer()
    profile = profile_space(store, quickstart, LatencySpec(), observer, clock=lambda: 0.0)
    assert observer.messages[0].endswith("535 blocks on this device: 1 min 00 s at most")
    assert device.seconds[0] == pytest.approx(39)
    assert len(profile.table.predicted(profile.blocks)) == 435


def test_networks_of_the_correction_are_spread_over_all_sizes(many: Space) -> None:
    """From the very smallest, in steps of equal ratio, to the largest within the budgets."""
    limit = Limit("params", 8000)

    def size(graph: Graph) -> float:
        return float(len(graph.nodes))

    found = spread_networks(many, 8, size, [limit])
    sizes = [sum(size(block.graph) for block in network.blocks) for network in found]
    assert sizes == sorted(sizes)
    assert sizes[0] == minimum(many, size)
    drawn = random_networks(many, 200)
    within = [n for n in drawn if not limit.is_exceeded(cost(n).params)]
    assert 0 < len(within) < len(drawn)
    assert sizes[-1] >= max(sum(size(b.graph) for b in n.blocks) for n in within)
    assert all(cost(network).params <= 8000 for network in found)
    assert len({network.id for network in found}) == 8


# The command


def _command(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["profile", *arguments])
    assert ended.value.code == 0


def test_profile_command_prints_json(
    tmp_path: Path,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Device(scale=2.0).install(monkeypatch)
    path = tmp_path / "space.yaml"
    path.write_text(MANY)
    _command(str(path), "--storage", url, "--check", "5", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["entries"] == printed["measured_now"] - NUM_WHOLE_NETWORKS > 30
    assert printed["seconds"] > 0
    assert printed["correction"]["scale"] == pytest.approx(2)
    assert printed["check"]["networks"] == 5
    assert printed["check"]["kendall_tau"] == pytest.approx(1)
    assert printed["check"]["mean_error"] == pytest.approx(0, abs=1e-9)
    _command(str(path), "--storage", url, "--json")
    again = json.loads(capsys.readouterr().out)
    assert (again["entries"], again["measured_now"]) == (printed["entries"], 0)
    assert again["check"] is None


def test_profile_command_prints_a_summary(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Device(scale=2.0, quiet=False).install(monkeypatch)
    path = tmp_path / "space.yaml"
    path.write_text(MANY)
    _command(str(path), "--storage", url, "--check", "5")
    printed = capsys.readouterr()
    summary = dict(line.split(None, 1) for line in printed.out.splitlines())
    assert summary["networks"].startswith("2.000 of the sum; mean error 0.0%")
    assert summary["check"].endswith("tau 1.000, mean error 0.0% (the device was not quiet)")
    assert "the device was not quiet: " in printed.err
