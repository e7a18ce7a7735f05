"""The sums of the teaching material and of the papers' formulas, on the blocks as registered."""

from typing import Any

import pytest

from search_spaces.graphs.chain import Chain
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Conv

M, N, SIDE = 16, 32, 10


def _block(
    name: str, in_channels: int, out_channels: int, stride: int = 1, **choices: Any
) -> Network:
    chain = Chain((in_channels, SIDE, SIDE))
    return chain.block("block", name, out_channels, stride, **choices).network()


def _weights(network: Network) -> int:
    """Weights of the convolutions alone: no bias, no batch norm."""
    return sum(node.op.weights() for _, _, node in network.layers() if isinstance(node.op, Conv))


def test_standard_against_depthwise_separable() -> None:
    """16 -> 32 channels, 3x3: 4,608 weights against 9·16 + 16·32 = 656."""
    assert _weights(_block("standard", 16, 32)) == 4_608
    assert _weights(_block("separable", 16, 32)) == 656


def test_two_3x3_against_one_5x5() -> None:
    """Two 3x3 see what one 5x5 sees: 18C² = 294,912 against 25C² = 409,600 weights at C = 128."""
    chain = Chain((128, SIDE, SIDE))
    two = chain.block("one", "standard", 128).block("two", "standard", 128).network()
    five = _block("standard", 128, 128, kernel_size=5)
    assert _weights(two) == 294_912
    assert _weights(five) == 409_600
    assert cost(two).receptive_field == cost(five).receptive_field == 5


def test_dilation_sees_more_at_the_same_cost() -> None:
    """A 3x3 kernel with dilation 2 sees 5x5 pixels with nine weights a filter and channel."""
    plain, dilated = _block("standard", M, N), _block("standard", M, N, dilation=2)
    assert (cost(plain).receptive_field, cost(dilated).receptive_field) == (3, 5)
    assert cost(plain).params == cost(dilated).params
    assert cost(plain).flops == cost(dilated).flops


@pytest.mark.parametrize("kernel_size", [3, 5])
def test_separable_costs_a_small_share_of_standard(kernel_size: int) -> None:
    """H·W·M(K² + N) FLOPs: 1/N + 1/K² of the standard convolution's H·W·M·K²·N."""
    taps = kernel_size**2
    separable = cost(_block("separable", M, N, kernel_size=kernel_size)).flops
    standard = cost(_block("standard", M, N, kernel_size=kernel_size)).flops
    assert separable == SIDE * SIDE * M * (taps + N)
    assert standard == SIDE * SIDE * M * taps * N
    assert separable * taps * N == standard * (taps + N)


def test_separable_is_eight_to_nine_times_cheaper_at_3x3() -> None:
    """MobileNet's claim, at the width of most of its layers."""
    ratio = _weights(_block("standard", 512, 512)) / _weights(_block("separable", 512, 512))
    assert 8 < ratio < 9


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize(
    ("name", "choices", "m", "n", "weights"),
    [
        ("standard", {"kernel_size": 5}, 16, 32, lambda g: 25 * 16 * 32 // g),
        ("grouped", {}, 16, 32, lambda g: 9 * 16 * 32 // g),
        ("pointwise", {}, 16, 32, lambda g: 16 * 32 // g),
        ("shuffle", {}, 16, 32, lambda g: (9 * 16 * 32 + 32 * 32) // g),
        ("asymmetric", {"kernel_size": 7}, 16, 32, lambda g: (7 * 16 * 32 + 7 * 32 * 32) // g),
        # S = 32 / 4 = 8; concatenated, the convolutions make 32 - 16 channels.
        ("shuffle_unit", {}, 16, 32, lambda g: 16 * 8 // g + 9 * 8 + 8 * 16 // g),
        # As many channels as before: added.
        ("shuffle_unit", {}, 32, 32, lambda g: 32 * 8 // g + 9 * 8 + 8 * 32 // g),
        ("shuffle_unit", {"group_first": False}, 16, 32, lambda g: 16 * 8 + 9 * 8 + 8 * 16 // g),
        ("fire", {"squeeze_ratio": 0.25}, 16, 32, lambda g: 16 * 8 + 8 * 16 + 9 * 8 * 16 // g),
    ],
)
def test_groups_divide_the_weights(
    name: str, choices: dict[str, Any], m: int, n: int, weights: Any, groups: int
) -> None:
    network = _block(name, m, n, groups=groups, **choices)
    assert _weights(network) == weights(groups)
    assert cost(network).flops == SIDE * SIDE * weights(groups)


@pytest.mark.parametrize(
    ("name", "choices", "m", "n", "weights"),
    [
        ("depthwise", {}, 16, 16, 9 * 16),
        ("depthwise", {"kernel_size": 5}, 16, 32, 25 * 32),
        # E = 6·16 = 96.
        ("inverted_residual", {}, 16, 32, 96 * (16 + 9 + 32)),
        ("inverted_residual", {"expand_ratio": 1.0}, 16, 32, 16 * (9 + 32)),
        # The second convolution is 32 -> 32, the projection of the skip 16 -> 32.
        ("xception", {}, 16, 32, 16 * (9 + 32) + 32 * (9 + 32) + 16 * 32),
        ("xception", {"grow_first": False}, 16, 32, 16 * (9 + 16) + 16 * (9 + 32) + 16 * 32),
        ("xception", {"num_convs": 3}, 16, 16, 3 * 16 * (9 + 16)),
        # S = 32 / 8 = 4; a quarter of 32 filters is 3x3.
        ("fire", {"wide_share": 0.25}, 16, 32, 16 * 4 + 4 * 24 + 9 * 4 * 8),
        ("fire", {"bypass": "simple"}, 16, 32, 16 * 4 + 4 * 16 + 9 * 4 * 16),
        ("fire", {"bypass": "complex"}, 16, 32, 16 * 4 + 4 * 16 + 9 * 4 * 16 + 16 * 32),
        ("standard", {"residual": "projection"}, 16, 32, 9 * 16 * 32 + 16 * 32),
        ("standard", {"residual": "identity"}, 16, 32, 9 * 16 * 32),
    ],
)
def test_weights_of_a_block(
    name: str, choices: dict[str, Any], m: int, n: int, weights: int
) -> None:
    network = _block(name, m, n, **choices)
    assert _weights(network) == weights
    assert cost(network).flops == SIDE * SIDE * weights


def test_convolution_without_norm_has_a_bias_for_each_filter() -> None:
    """N(M·K² + 1) parameters for each convolution: 11,920 in fire2 of SqueezeNet's table 1."""
    fire2 = _block("fire", 96, 128, norm=False)
    squeeze, narrow, wide = 16 * (96 + 1), 64 * (16 + 1), 64 * (16 * 9 + 1)
    assert cost(fire2).params == squeeze + narrow + wide == 11_920


def test_batch_norm_has_two_parameters_a_channel() -> None:
    assert cost(_block("standard", M, N)).params == 9 * M * N + 2 * N


def test_shuffle_unit_with_a_stride() -> None:
    """The unit of figure 2c halves the sides and keeps its input's channels beside its own."""
    unit = _block("shuffle_unit", 24, 240, 2, groups=3)
    assert unit.out_shape == (240, SIDE // 2, SIDE // 2)
    assert _weights(unit) == 24 * 60 // 3 + 9 * 60 + 60 * (240 - 24) // 3
