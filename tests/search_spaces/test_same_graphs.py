"""Choices that mean the same network lower to the same graph; choices that differ do not."""

import pytest

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.graph import Graph
from search_spaces.registry import Value, lower


def _graph(name: str, stride: int = 1, out_channels: int = 64, **choices: Value) -> Graph:
    return lower(name, (64, 9, 9), out_channels, stride, "relu", tuple(choices.items()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_graph("resnext", groups=8, group_width=2), _graph("bottleneck", groups=8)),
        (_graph("resnext", groups=1, group_width=16), _graph("bottleneck")),
        (_graph("bottleneck", stride_in_1x1=True), _graph("bottleneck")),
        (_graph("bottleneck", residual="identity"), _graph("bottleneck", residual="projection")),
        (_graph("bottleneck", 2, residual="identity"), _graph("bottleneck", 2, residual="none")),
        (_graph("residual_basic", kernel_size=1, dilation=2),
         _graph("residual_basic", kernel_size=1)),
        (_graph("inception", wide_kernel_size=1, kernel_size=1, dilation=3),
         _graph("inception", wide_kernel_size=1, kernel_size=1)),
    ],
)  # fmt: skip
def test_same_network_same_graph(one: Graph, other: Graph) -> None:
    assert one.key == other.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_graph("bottleneck", 2, stride_in_1x1=True), _graph("bottleneck", 2)),
        (_graph("bottleneck", 2), _graph("bottleneck", 2, residual="none")),
        (
            _graph("inception_factorised"),
            _graph("inception_factorised", factorisation="asymmetric"),
        ),
        (_graph("dense", num_layers=2), _graph("dense", num_layers=3)),
        (_graph("dense", growth_rate=8), _graph("dense", growth_rate=16)),
    ],
)
def test_different_networks_different_graphs(one: Graph, other: Graph) -> None:
    assert one.key != other.key


@pytest.mark.parametrize("name", ["residual_basic", "bottleneck", "inception", "dense"])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_output_is_the_size_over_the_stride_rounded_up(name: str, stride: int) -> None:
    assert _graph(name, stride, out_channels=48).out_shape == (48, -(-9 // stride), -(-9 // stride))


def test_ceil_mode_where_no_window_overhangs_is_the_same_pooling() -> None:
    def pooled(size: int, ceil_mode: bool) -> bytes:
        net = Builder((4, size, size))
        return net.graph(net.max_pool(net.input, 2, stride=2, ceil_mode=ceil_mode)).key

    assert pooled(8, True) == pooled(8, False)
    assert pooled(9, True) != pooled(9, False)
