"""Scales of maps, from ranges that are given."""

from __future__ import annotations

import numpy as np
import pytest

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.network import Block, Network
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.quantisation import integer_program, scaling_of


def test_a_gate_in_a_concat_keeps_its_own_range() -> None:
    """conv (layer 0) within a thousandth, its sigmoid (layer 1) within [0.25, 0.75], joined."""
    net = Builder((2, 3, 3))
    x = net.conv(net.input, 2, bias=True)
    graph = net.graph(net.concat(net.act(x, "sigmoid"), x))
    program = lowered(Network((2, 3, 3), (Block("only", "own", graph),)))
    ranges = {-1: (-1.0, 1.0), 0: (-1e-3, 1e-3), 1: (0.25, 0.75), 2: (-1e-3, 0.75)}
    typed = integer_program(program, ranges | {2: (0.0, 0.0)}, scaling_of((-1.0, 1.0)))
    scaling = typed.scalings[program.output]
    assert scaling is not None
    assert scaling.to_numbers(np.array([127]))[0] == pytest.approx(0.75, rel=0.01)


def test_what_is_always_zero_has_a_range_that_kernels_take() -> None:
    """XNNPACK refuses a convolution whose outputs have a scale 256 times finer than its sums."""
    scaling = scaling_of((0.0, 0.0))
    assert scaling.scales[0] == pytest.approx(1 / 255, rel=1e-3)
    assert scaling.to_numbers(scaling.to_integers(np.zeros(1)))[0] == 0


@pytest.mark.parametrize(
    ("interval", "lowest", "highest"),
    [((-1.0, 3.0), -1.0, 3.0), ((0.5, 2.0), 0.0, 2.0), ((-4.0, -1.0), -4.0, 0.0)],
)
def test_zero_is_always_exact(interval: tuple[float, float], lowest: float, highest: float) -> None:
    """Padding is zero, so the range is widened to it and one integer stands for it."""
    scaling = scaling_of(interval)
    step = (highest - lowest) / 255
    ends = scaling.to_numbers(np.array([-128, 127]))
    assert ends == pytest.approx([lowest, highest], abs=step)
    assert scaling.to_numbers(scaling.to_integers(np.zeros(1)))[0] == 0
