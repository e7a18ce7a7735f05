"""Diagnostics of channels, on networks that are built to have what is to be found."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Block, Network
from search_spaces.networks import reference_network
from workers.diagnostics import LayerDiagnostics, diagnose, num_images, of_outputs

SHAPE = (8, 6, 6)


def one_layer(out_channels: int, *, norm: bool = False, activation: bool = False) -> Network:
    """One 1 x 1 convolution without a bias, and what is asked for behind it."""
    pen = Builder(SHAPE)
    x = pen.conv(pen.input, out_channels, name="conv")
    if norm:
        x = pen.norm(x)
    if activation:
        x = pen.act(x, "relu")
    return Network(SHAPE, (Block("stage1.0", "standard", pen.graph(x)),))


def noise(num_images: int = 64) -> Tensor:
    """Independent channels."""
    return torch.randn(num_images, *SHAPE, generator=torch.Generator().manual_seed(0))


def diagnosed(network: Network, weight: Tensor) -> LayerDiagnostics:
    module = build_module(network)
    (convolution,) = (layer for layer in module.modules() if isinstance(layer, nn.Conv2d))
    convolution.weight.data = weight[:, :, None, None]
    (layer,) = diagnose(network, module, noise())
    return layer


@pytest.mark.parametrize("num_zeroed", [0, 1, 3, 8])
@pytest.mark.parametrize("norm", [False, True])
def test_zeroed_channels_are_dead(num_zeroed: int, norm: bool) -> None:
    weight = torch.eye(8)
    weight[:num_zeroed] = 0
    layer = diagnosed(one_layer(8, norm=norm, activation=True), weight)
    assert (layer.layer, layer.num_channels) == ("stage1.0.conv", 8)
    assert layer.dead_share == num_zeroed / 8


def test_a_channel_below_zero_is_dead_behind_relu_only() -> None:
    """Values from -2 to -1: different ones, until ReLU makes zeros of them."""
    always_negative = torch.linspace(-2, -1, 64 * 36).reshape(64, 1, 6, 6)
    assert of_outputs("a", always_negative).dead_share == 0
    assert of_outputs("a", always_negative.relu()).dead_share == 1


def test_all_channels_dead() -> None:
    layer = diagnosed(one_layer(4), torch.zeros(4, 8))
    assert layer == LayerDiagnostics("stage1.0.conv", 4, 1.0, None, 0.0)


def test_duplicated_channels_correlate_fully() -> None:
    """Four times the same filter, with any factor: one independent channel."""
    factors = torch.tensor([[1.0], [2.0], [-3.0], [0.5]])
    layer = diagnosed(one_layer(4), factors * torch.eye(8)[:1])
    assert layer.mean_correlation == pytest.approx(1.0, abs=1e-5)
    assert layer.effective_rank == pytest.approx(1.0, abs=0.01)


def test_two_pairs_of_twins() -> None:
    """Of the six pairs of channels two correlate fully and four, being noise, hardly: 1/3."""
    layer = diagnosed(one_layer(4), torch.eye(8)[[0, 0, 1, 1]])
    assert layer.mean_correlation == pytest.approx(1 / 3, abs=0.03)
    assert layer.effective_rank == pytest.approx(2.0, abs=0.01)


def test_orthogonal_filters_hardly_correlate() -> None:
    """Of noise, 2,304 values each: the mean of |r| is about sqrt(2 / (pi 2304)) = 0.017."""
    orthogonal, _ = torch.linalg.qr(torch.randn(8, 8, generator=torch.Generator().manual_seed(1)))
    layer = diagnosed(one_layer(8), orthogonal)
    assert layer.mean_correlation == pytest.approx(math.sqrt(2 / (math.pi * 2304)), abs=0.01)
    assert layer.effective_rank == pytest.approx(8.0, abs=0.02)


def test_effective_rank_is_the_papers() -> None:
    """Singular values 2 and 1, shares 2/3 and 1/3: exp(ln 3 - (2/3) ln 2) = 3 / 2^(2/3)."""
    outputs = torch.tensor([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])[:, :, None, None]
    assert of_outputs("a", outputs).effective_rank == pytest.approx(3 / 2 ** (2 / 3), abs=1e-5)


def test_wide_layers_are_sampled() -> None:
    """600 independent channels: the rank of 256 of them stands for all."""
    wide = torch.randn(4096, 600, 1, 1, generator=torch.Generator().manual_seed(2))
    layer = of_outputs("a", wide)
    assert layer.num_channels == 600
    assert 0.95 * 600 < layer.effective_rank <= 600


def test_a_layer_that_is_not_finite_is_left_out() -> None:
    network = one_layer(4)
    module = build_module(network)
    module.get_parameter("stage1.0.conv.weight").data.fill_(math.inf)
    assert diagnose(network, module, noise()) == []


def test_every_convolution_of_a_network_is_found() -> None:
    network = reference_network("mobilenet_v2", resolution=32, num_classes=10)
    layers = diagnose(network, build_module(network), torch.randn(2, *network.in_shape))
    convolutions = [name for name, _, node in network.layers() if node.op.kind == "conv"]
    assert [layer.layer for layer in layers] == convolutions
    assert all(1 <= layer.effective_rank <= layer.num_channels for layer in layers)


@pytest.mark.parametrize(("side", "number"), [(32, 256), (64, 64), (224, 16)])
def test_larger_images_are_fewer(side: int, number: int) -> None:
    assert num_images(Network((3, side, side), ())) == number
