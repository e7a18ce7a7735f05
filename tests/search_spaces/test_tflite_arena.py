"""The planner of TensorFlow Lite Micro, on what can be placed by hand."""

from __future__ import annotations

import pytest

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.network import Block, Network
from search_spaces.tflite.arena import Span, planned_bytes, spans
from search_spaces.tflite.lowering import lowered


def test_what_never_lives_together_shares_its_place() -> None:
    """A row of three: at each moment two are there."""
    assert planned_bytes([Span(64, 0, 1), Span(64, 1, 2), Span(64, 2, 3)]) == 128


def test_the_largest_comes_first_and_small_ones_fill_gaps() -> None:
    """256 at 0; 128 beside it; 64 beside neither, where 128 was free; then 32 behind all."""
    needed = [Span(32, 0, 4), Span(256, 1, 2), Span(64, 3, 4), Span(128, 2, 3)]
    # 256 at 0, 128 at 256 (both at 2), 64 at 0 (meets only 128), 32 at 384 (meets all of them)
    assert planned_bytes(needed) == 416


def test_of_equal_ones_the_last_is_placed_first() -> None:
    """As the runtime lists them: the other order would need 144."""
    needed = [Span(48, 0, 1), Span(48, 1, 2), Span(48, 2, 3), Span(64, 3, 4)]
    # 64 at 0; the third at 64; the second at 0; the first at 48
    assert planned_bytes(needed) == 112


def test_a_skip_stays_until_it_is_added() -> None:
    """x, y = conv(x), z = conv(y), x + z: x is needed to the end."""
    net = Builder((16, 4, 4))
    y = net.conv(net.conv(net.input, 16), 16)
    graph = net.graph(net.add(y, net.input))
    found = spans(lowered(Network((16, 4, 4), (Block("only", "own", graph),))))
    assert found == [Span(256, 0, 3), Span(256, 1, 2), Span(256, 2, 3), Span(256, 3, 3)]


@pytest.mark.parametrize(("stride", "num_operators"), [(1, 1), (2, 2)])
def test_padding_is_an_operator_where_tensorflow_pads_otherwise(
    stride: int, num_operators: int
) -> None:
    """3x3 over 8x8: at stride 1 both pad one row on each side; at 2 PyTorch pads the top alone."""
    net = Builder((4, 8, 8))
    graph = net.graph(net.conv(net.input, 4, 3, stride=stride))
    program = lowered(Network((4, 8, 8), (Block("only", "own", graph),)))
    assert len(program.operators) == num_operators
    if stride == 2:
        pad, conv = program.operators
        rows = program.tensors[pad.inputs[1]].value
        assert pad.kind == "PAD" and rows is not None
        assert rows.tolist() == [[0, 0], [1, 0], [1, 0], [0, 0]]
        assert conv.options["Padding"] == 1  # VALID
