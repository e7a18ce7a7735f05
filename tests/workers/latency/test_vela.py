"""Blocks and networks compiled by vela in the place of a measurement."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from search_spaces.errors import LatencyError
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.graph import Graph
from workers.latency import LatencySetting, Measurement, Subject, measure, vela
from workers.latency.vela import Estimate, Npu, estimate, vela_setting

pytest.importorskip("ethosu.vela", reason="ethos-u-vela is not installed")

U55 = Npu.of("ethos-u55-128")


@pytest.fixture(scope="module")
def setting() -> LatencySetting:
    return vela_setting(U55)


def _conv(channels: int = 16, side: int = 16, kernel_size: int = 3) -> Graph:
    net = Builder((channels, side, side))
    return net.graph(net.conv_norm_act(net.input, channels, kernel_size, name="conv"))


def _joined() -> Graph:
    """A block of a head: what it reads, made larger, and added to what it taps."""
    net = Builder((8, 4, 4), side_shapes=((8, 8, 8),))
    x = net.conv_norm_act(net.resize_like(net.input, net.sides[0]), 8, 3)
    return net.graph(net.add(x, net.sides[0]))


def _by_id(graphs: list[Graph], setting: LatencySetting) -> dict[str, Estimate]:
    return {found.id: found for found in estimate(list(map(Subject.of_block, graphs)), setting)}


def test_cycles_are_at_least_those_of_the_multiplications(setting: LatencySetting) -> None:
    """128 multiply-adds a cycle at 500 MHz, which is what the NPU and its configuration are."""
    graphs = [_conv(32, 32, kernel_size) for kernel_size in (1, 3)]
    found = _by_id(graphs, setting)
    for graph, kernel_size in zip(graphs, (1, 3), strict=True):
        flops = 32 * 32 * 32 * 32 * kernel_size**2
        one = found[graph.id]
        assert flops / 128 <= one.cycles <= 4 * flops / 128
        assert one.latency_ms == pytest.approx(one.cycles / 500e6 * 1e3)
        # Maps before and behind; weights of a normal distribution pack to no less than this.
        assert one.sram_bytes >= 2 * 32 * 32 * 32
        assert one.flash_bytes >= 0.6 * 32 * 32 * kernel_size**2
        assert one.on_cpu == ()


def test_what_a_block_of_a_head_taps_is_given_to_it(setting: LatencySetting) -> None:
    graph = _joined()
    (found,) = measure([Subject.of_block(graph)], setting)
    assert found.id == graph.id
    assert found.latency_ms > 0
    assert (found.low_ms, found.high_ms, found.is_quiet) == (found.latency_ms,) * 2 + (True,)


def test_the_same_is_said_again_and_by_several_processes(
    setting: LatencySetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs = [_conv(channels) for channels in (8, 16, 24)]
    once = _by_id(graphs, setting)
    monkeypatch.setattr(vela, "num_processes", lambda _: 2)
    assert _by_id(graphs, setting) == once
    assert len({found.cycles for found in once.values()}) == len(graphs)


def test_it_is_what_the_command_of_vela_prints(setting: LatencySetting, tmp_path: Path) -> None:
    from search_spaces.tflite.lowering import lowered_blocks
    from search_spaces.tflite.model_file import model_bytes
    from search_spaces.tflite.quantisation import drawn_program

    graphs = (_conv(), _conv(kernel_size=5))
    (tmp_path / "block.tflite").write_bytes(model_bytes(drawn_program(lowered_blocks(graphs))))
    command = [sys.executable, "-m", "ethosu.vela", "block.tflite"]
    options = ["--accelerator-config", "ethos-u55-128", "--verbose-cycle-estimate"]
    told = subprocess.run(
        [*command, *options], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    (line,) = [line for line in told.splitlines() if line.startswith("Total cycles")]
    (found,) = estimate([Subject.of_blocks("0123456789abcdef", graphs)], setting)
    assert float(line.split()[2]) == found.cycles


@pytest.mark.parametrize("accelerator", ["ethos-u55-128", "ethos-u85-256"])
def test_blocks_alone_take_what_they_take_in_a_network(accelerator: str) -> None:
    """Also where maps lie in DRAM: alone, half of the time would be that of the first weights."""
    setting = vela_setting(Npu.of(accelerator))
    stem = Builder((1, 16, 16))
    graphs = (
        stem.graph(stem.conv_norm_act(stem.input, 24, 3, name="conv")),
        _inverted(24, 24), _inverted(24, 48), _inverted(48, 48), _inverted(48, 24), _head(24),
    )  # fmt: skip
    whole = Subject.of_blocks("0123456789abcdef", graphs)
    found = {each.id: each for each in estimate([*map(Subject.of_block, graphs), whole], setting)}
    together = sum(found[graph.id].cycles for graph in graphs)
    assert together == pytest.approx(found[whole.id].cycles, rel=0.05)


def _inverted(in_channels: int, out_channels: int) -> Graph:
    net = Builder((in_channels, 16, 16))
    x = net.conv_norm_act(net.input, 6 * in_channels, 1)
    x = net.conv_norm_act(x, 6 * in_channels, 3, groups=6 * in_channels)
    return net.graph(net.conv_norm(x, out_channels, 1))


def _head(in_channels: int) -> Graph:
    net = Builder((in_channels, 16, 16))
    return net.graph(net.linear(net.flatten(net.adaptive_avg_pool(net.input)), 10))


def test_a_process_that_dies_is_told_with_the_block_it_was_at(
    setting: LatencySetting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "dies.py"
    script.write_text("import os, sys\nos.write(2, b'Aborted')\nos.abort()\n")
    monkeypatch.setattr(vela, "_SCRIPT", script)
    graph = _conv()
    with pytest.raises(LatencyError, match=rf"vela cannot take {graph.id} \(16x16x16.*: Aborted"):
        list(measure([Subject.of_block(graph)], setting))


def test_operators_on_the_cpu_are_refused_when_all_others_have_come(
    setting: LatencySetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs = [_conv(channels) for channels in (8, 16, 24)]
    answers = [
        Estimate(graph.id, 100.0, 0.2, 10, 10, on_cpu)
        for graph, on_cpu in zip(graphs, ((), ("TRANSPOSE", "TRANSPOSE"), ("ADD",)), strict=True)
    ]
    monkeypatch.setattr(vela, "estimate", lambda *_: iter(answers))
    come: list[Measurement] = []
    with pytest.raises(LatencyError) as raised:
        for found in measure(list(map(Subject.of_block, graphs)), setting):
            come.append(found)
    assert [found.id for found in come] == [graphs[0].id]
    assert str(raised.value) == (
        "vela leaves operators of 2 of 3 to the CPU beside the ethos-u55-128, and what they take "
        "there is not known: TRANSPOSE (in 1), ADD (in 1); they are "
        f"{graphs[1].id} (16x16x16 to 16x16x16), {graphs[2].id} (24x16x16 to 24x16x16)"
    )
