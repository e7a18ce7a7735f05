"""Costs of small graphs, worked out by hand."""

from collections.abc import Callable

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.graphs.cost import cost, layer_costs
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape

Layers = Callable[[Builder, Tensor], Tensor]


def _network(in_shape: Shape, *parts: Layers) -> Network:
    chain = Chain(in_shape)
    for number, layers in enumerate(parts):
        chain.write(f"part{number}", "part", layers)
    return chain.network()


def _in_a_row(net: Builder, x: Tensor) -> Tensor:
    return net.conv(net.conv(x, 8, 3), 2, 3)


def _activated(net: Builder, x: Tensor) -> Tensor:
    return net.conv(net.act(net.norm(net.conv(x, 8, 3))), 2, 3)


def _skip(net: Builder, x: Tensor) -> Tensor:
    return net.add(x, net.conv(net.conv(x, 8, 3), 2, 3))


def _pre_activated_skip(net: Builder, x: Tensor) -> Tensor:
    return net.add(x, net.conv(net.act(x), 2, 3))


def _branches(net: Builder, x: Tensor) -> Tensor:
    return net.concat(net.conv(x, 4), net.conv(net.conv(x, 6), 1, 3))


@pytest.mark.parametrize(
    ("layers", "channels"),
    [
        # Channels alive at the worst moment; a map of 4x4 float32 takes 64 bytes a channel.
        (_in_a_row, 2 + 8),  # input and the wide map; then the wide map and the output
        (_activated, 2 + 8),  # norm and activation take no memory of their own
        (_skip, 2 + 8 + 2),  # the skip lives through both convolutions
        (_pre_activated_skip, 2 + 2 + 2),  # the skip is read later: activation needs its own map
        (_branches, 4 + 6 + 2),  # first branch, second branch's inner map, the input
    ],
)
def test_peak_memory(layers: Layers, channels: int) -> None:
    assert cost(_network((2, 4, 4), layers)).peak_activation_bytes == channels * 64


def test_peak_memory_of_a_network_is_that_of_its_worst_part() -> None:
    """(2, 8, 8) to 4 channels: 512 + 1024 bytes; halved maps after that are smaller."""
    network = _network(
        (2, 8, 8), lambda net, x: net.conv(x, 4, 3), lambda net, x: net.conv(x, 8, 3, stride=2)
    )
    assert cost(network).peak_activation_bytes == 1024 + 512


def _two_3x3(net: Builder, x: Tensor) -> Tensor:
    return net.conv(net.conv(x, 4, 3), 4, 3)


def _branches_3_and_7(net: Builder, x: Tensor) -> Tensor:
    return net.concat(net.conv(x, 4, 3), net.conv(x, 4, 7), net.max_pool(x, 3, stride=1, padding=1))


@pytest.mark.parametrize(
    ("layers", "size", "stride"),
    [
        (lambda net, x: net.conv(x, 4, 3), 3, 1),
        (_two_3x3, 5, 1),
        (lambda net, x: net.conv(x, 4, 5), 5, 1),
        (lambda net, x: net.conv(x, 4, 3, dilation=2), 5, 1),
        (lambda net, x: net.conv(x, 4, 3, dilation=4), 9, 1),
        (lambda net, x: net.conv(net.conv(x, 4, 3, stride=2), 4, 3), 3 + 2 * 2, 2),
        (lambda net, x: net.conv(net.max_pool(x, 2, stride=2), 4, 3), 2 + 2 * 2, 2),
        (lambda net, x: net.conv(net.conv(x, 4, (1, 7)), 4, (7, 1)), 7, 1),
        (lambda net, x: net.conv(x, 4, (1, 9)), 9, 1),
        (lambda net, x: net.conv(x, 4, 1, stride=2), 1, 2),
        (_branches_3_and_7, 7, 1),
        (lambda net, x: net.add(x, net.conv(x, 3, 3)), 3, 1),
        (lambda net, x: x, 1, 1),
    ],
)
def test_receptive_field(layers: Layers, size: int, stride: int) -> None:
    costs = cost(_network((3, 32, 32), layers))
    assert (costs.receptive_field, costs.receptive_stride) == (size, stride)


def _halve(net: Builder, x: Tensor) -> Tensor:
    return net.conv(net.conv(x, 4, 3), 4, 3, stride=2)


def test_receptive_field_grows_from_block_to_block() -> None:
    """Each 3x3 adds 2 pixels, after the stride 4."""
    network = _network((3, 32, 32), _two_3x3, _halve, _two_3x3)
    rows = layer_costs(network)
    assert [row.receptive_field for row in rows] == [3, 5, 7, 9, 13, 17]
    assert [row.receptive_stride for row in rows] == [1, 1, 1, 2, 2, 2]
    assert (cost(network).receptive_field, cost(network).receptive_stride) == (17, 2)


def test_global_pooling_leaves_the_receptive_field_as_it_is() -> None:
    network = _network((3, 32, 32), _two_3x3, lambda net, x: net.flatten(net.adaptive_avg_pool(x)))
    assert cost(network).receptive_field == 5


def _down_and_up(net: Builder, x: Tensor) -> Tensor:
    return net.conv_transposed(net.conv(x, 4, 2, stride=2, padding=0), 4, 2, stride=2)


def test_a_transposed_convolution_halves_the_receptive_stride() -> None:
    """Down by 2x2 and back: each position sees its own cell of 2x2 pixels.

    The field behind a transposed convolution is a bound: it is not the same at every position.
    """
    costs = cost(_network((3, 8, 8), _down_and_up))
    assert costs.receptive_stride == 1
    assert 2 <= costs.receptive_field <= 3


def test_arithmetic_intensity() -> None:
    """1x1, 16 to 32 channels on 8x8: 512 weights, 1024 values read, 2048 written, 64·512 FLOPs."""
    costs = cost(_network((16, 8, 8), lambda net, x: net.conv(x, 32)))
    assert costs.flops == 32_768
    assert costs.moved_bytes == 4 * (512 + 1024 + 2048)
    assert costs.arithmetic_intensity == pytest.approx(32_768 / 14_336)


def test_arithmetic_intensity_of_nothing_is_zero() -> None:
    assert cost(_network((3, 8, 8), lambda net, x: x)).arithmetic_intensity == 0


def test_depthwise_moves_more_bytes_per_flop_than_a_dense_convolution() -> None:
    dense = cost(_network((64, 16, 16), lambda net, x: net.conv(x, 64, 3)))
    depthwise = cost(_network((64, 16, 16), lambda net, x: net.conv(x, 64, 3, groups=64)))
    assert dense.arithmetic_intensity > 10 * depthwise.arithmetic_intensity


@pytest.mark.parametrize("kernel_size", [2, 3, 4])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("bias", [False, True])
def test_transposed_convolution(kernel_size: int, stride: int, bias: bool) -> None:
    """Every input position spreads K²·M·N products: H·W·K²·M·N FLOPs."""
    network = _network(
        (6, 5, 7),
        lambda net, x: net.conv_transposed(x, 4, kernel_size, stride=stride, bias=bias),
    )
    costs = cost(network)
    assert costs.flops == 5 * 7 * kernel_size**2 * 6 * 4
    assert costs.params == kernel_size**2 * 6 * 4 + (4 if bias else 0)
    assert network.out_shape == (4, 4 * stride + kernel_size, 6 * stride + kernel_size)
    _agrees_with_torch(network)


def test_upsampling_costs_nothing_and_multiplies_the_sides() -> None:
    network = _network((6, 5, 7), lambda net, x: net.conv(net.upsample(x, 2), 4, 3))
    assert network.out_shape == (4, 10, 14)
    assert cost(network).flops == 10 * 14 * 9 * 6 * 4
    _agrees_with_torch(network)


def test_squeeze_and_excitation() -> None:
    """64 channels by 16: 64·16 + 16 + 16·64 + 64 parameters, 2·64·16 FLOPs (arXiv:1709.01507)."""
    network = _network((64, 8, 8), lambda net, x: net.squeeze_excite(x, 16))
    costs = cost(network)
    assert (costs.params, costs.flops) == (2128, 2048)
    assert network.out_shape == (64, 8, 8)
    _agrees_with_torch(network)


def _agrees_with_torch(network: Network) -> None:
    with torch.device("meta"):
        module = build_module(network).eval()
        image = torch.empty(1, *network.in_shape)
    with FlopCounterMode(display=False) as counter:
        out = module(image)
    assert tuple(out.shape) == (1, *network.out_shape)
    assert sum(p.numel() for p in module.parameters()) == cost(network).params
    assert counter.get_total_flops() == 2 * cost(network).flops


@pytest.mark.parametrize(
    ("layers", "weights"),
    [
        (lambda net, x: net.conv(net.conv(x, 128, 3), 128, 3), 294_912),
        (lambda net, x: net.conv(x, 128, 5), 409_600),
    ],
)
def test_two_3x3_against_one_5x5_at_128_channels(layers: Layers, weights: int) -> None:
    """18C² against 25C² weights, the same receptive field."""
    costs = cost(_network((128, 8, 8), layers))
    assert (costs.params, costs.flops, costs.receptive_field) == (weights, 64 * weights, 5)


def test_depthwise_separable_against_standard() -> None:
    """16 to 32 channels, 3x3: C·K² + N·C = 656 weights against N·C·K² = 4,608."""
    standard = cost(_network((16, 10, 10), lambda net, x: net.conv(x, 32, 3)))
    separable = cost(
        _network((16, 10, 10), lambda net, x: net.conv(net.conv(x, 16, 3, groups=16), 32))
    )
    assert (standard.params, separable.params) == (4_608, 656)
    assert separable.flops == 16 * 10 * 10 * (9 + 32)
