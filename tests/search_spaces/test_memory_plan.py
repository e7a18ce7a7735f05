"""What lies where in memory, step by step, on networks that can be placed by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.network import Block, Network
from search_spaces.registry import block_types
from search_spaces.tflite.memory_plan import MemoryPlan


def test_a_skip_is_there_until_it_is_added() -> None:
    """16 channels of 4x4 are 256 bytes: input, two convolutions, and the sum of both ends."""
    net = Builder((16, 4, 4))
    first = net.conv_norm_act(net.input, 16, 3, name="first")
    second = net.conv(first, 16, 3, name="second")
    graph = net.graph(net.add(second, net.input))
    plan = MemoryPlan(Network((16, 4, 4), (Block("stage1.0", "own", graph),)))
    assert [(step.layer, step.operator) for step in plan.steps] == [
        ("stage1.0.first", "CONV_2D"), ("stage1.0.second", "CONV_2D"), ("stage1.0.add", "ADD"),
    ]  # fmt: skip
    # 16 windows of 3x3 over 16 channels, and 16 biases of four bytes.
    assert [step.weight_bytes for step in plan.steps] == [16 * 9 * 16 + 64] * 2 + [0]
    lives = {piece.what: (piece.first, piece.last) for piece in plan.pieces}
    assert lives == {
        "input": (0, 3), "stage1.0.first": (1, 2), "stage1.0.second": (2, 3),
        "stage1.0.add": (3, 3),
    }  # fmt: skip
    assert plan.used == (512, 768, 768) and plan.peak == 2
    assert [piece.what for piece in plan.at(1)] == ["input", "stage1.0.first"]
    assert plan.arena.planned == 768


def test_what_stands_between_two_layers_is_told_for_the_later_one() -> None:
    """At stride 2 a row is added at the top and at the left: 9x9 of 4 channels, 336 in sixteens."""
    net = Builder((4, 8, 8))
    graph = net.graph(net.conv(net.input, 4, 3, stride=2, name="halve"))
    plan = MemoryPlan(Network((4, 8, 8), (Block("stem", "own", graph),)))
    assert [(step.layer, step.operator) for step in plan.steps] == [
        ("stem.halve", "PAD"), ("stem.halve", "CONV_2D"),
    ]  # fmt: skip
    padded = next(piece for piece in plan.pieces if piece.first == 1)
    assert (padded.what, padded.shape) == ("PAD for stem.halve", (9, 9, 4))
    assert padded.num_bytes == 336 and plan.used == (256 + 336, 336 + 64)


@pytest.mark.parametrize("name", block_types())
def test_no_two_pieces_lie_on_each_other(name: str) -> None:
    chain = Chain((3, 16, 16)).write("stem", "stem", stem, out_channels=16, stride=1)
    chain.block("stage1.0", name, 16 if name == "depthwise" else 24, 2)
    plan = MemoryPlan(chain.write("head", "head", head, num_classes=5).network())
    for step in range(1, len(plan.steps) + 1):
        there = sorted(plan.at(step), key=lambda piece: piece.offset)
        assert all(low.end <= high.offset for low, high in pairwise(there))
        assert sum(piece.num_bytes for piece in there) == plan.used[step - 1]
    assert max(piece.end for piece in plan.pieces) == plan.arena.planned >= max(plan.used)
