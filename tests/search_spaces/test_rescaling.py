"""Reference networks for other images, classes and widths."""

import pytest

from search_spaces.errors import SpaceError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.primitives import Conv, Pool
from search_spaces.networks import num_axes, reference_network, reference_networks
from search_spaces.spaces.rescaling import scaled_reference

NAMES = list(reference_networks())
CLASSIFIERS, DETECTORS, DENSE = (
    [name for name in NAMES if num_axes(name) == axes] for axes in (1, 2, 3)
)


@pytest.mark.parametrize("name", [name for name in (*CLASSIFIERS, *DENSE) if name != "unet"])
def test_where_nothing_is_other_it_is_the_published_network(name: str) -> None:
    published = reference_network(name)
    again = scaled_reference(name, published.in_shape, published.out_shape[0])
    assert again.id == published.id


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_keeps_its_strides(name: str) -> None:
    published = reference_network(name, in_channels=1, num_classes=7, resolution=(320, 288))
    assert scaled_reference(name, (1, 320, 288), 7).id == published.id


@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("in_shape", [(1, 8, 8), (3, 32, 32), (3, 96, 64)])
def test_small_images_keep_a_map_to_pool(name: str, in_shape: tuple[int, int, int]) -> None:
    """4 x 4 or more, or 3 x 3 where convolutions without padding take of it."""
    network = scaled_reference(name, in_shape, 7)
    assert network.in_shape == in_shape
    assert network.out_shape == (7,)
    sides = [min(node.shape[1:]) for _, _, node in network.layers() if len(node.shape) == 3]
    before_pooling = sides[: sides.index(1)] if 1 in sides else sides
    assert min(before_pooling) >= 3
    assert network.blocks[0].graph.out_shape[1] >= in_shape[1] // 8


@pytest.mark.parametrize("name", DENSE)
@pytest.mark.parametrize("in_shape", [(1, 32, 32), (3, 64, 64), (3, 45, 120)])
def test_a_map_of_classes_has_the_size_of_the_images(
    name: str, in_shape: tuple[int, int, int]
) -> None:
    """U-Net among them, which is published without padding."""
    network = scaled_reference(name, in_shape, 7, 0.25)
    assert (network.in_shape, network.out_shape) == (in_shape, (7, *in_shape[1:]))


def test_mobilenet_for_32_pixels_by_hand() -> None:
    """Strides 2, 1, 2, 1, 2, 1, 2, ... in all 32: the first two become 1, eight is left.

    The stem at 32 x 32: 3·3·3·8 multiply-adds a position for a width of 0.25.
    """
    network = scaled_reference("mobilenet_v1", (3, 32, 32), 10, 0.25)
    strides = [n.op.stride[0] for _, _, n in network.layers() if isinstance(n.op, Conv)]
    published = reference_network("mobilenet_v1", width_mult=0.25)
    before = [n.op.stride[0] for _, _, n in published.layers() if isinstance(n.op, Conv)]
    changed = [i for i, pair in enumerate(zip(before, strides, strict=True)) if pair == (2, 1)]
    assert changed == [i for i, stride in enumerate(before) if stride == 2][:2]
    stem = network.blocks[0]
    assert stem.graph.out_shape == (8, 32, 32)
    assert cost(network.__class__(network.in_shape, (stem,))).flops == 27 * 8 * 32 * 32
    assert network.blocks[-2].graph.out_shape == (256, 4, 4)


def test_a_pooling_that_only_halved_the_map_falls_away() -> None:
    """ResNet-18 at 32 pixels as its authors' for CIFAR: no pooling behind the stem, stride 8."""
    network = scaled_reference("resnet18", (3, 32, 32), 10)
    assert not [n for _, _, n in network.layers() if isinstance(n.op, Pool)]
    assert network.blocks[0].graph.out_shape == (64, 32, 32)
    # 3x3 throughout but for the stem, the three shortcuts and the classifier.
    stages = [(64, 64, 32, 4), (64, 128, 16, 4), (128, 256, 8, 4), (256, 512, 4, 4)]
    flops = 49 * 3 * 64 * 32**2 + 512 * 10
    for before, channels, side, convs in stages:
        flops += 9 * side**2 * (before * channels + (convs - 1) * channels**2)
        flops += side**2 * before * channels if before != channels else 0
    assert cost(network).flops == flops


@pytest.mark.parametrize("name", NAMES)
def test_costs_rise_with_the_width(name: str) -> None:
    side = 288 if name in DETECTORS else 32
    flops = [cost(scaled_reference(name, (3, side, side), 10, w)).flops for w in (0.25, 0.5, 1.0)]
    assert flops == sorted(set(flops))


def test_a_unet_scales_below_eight_channels() -> None:
    """Base width 3 of 64: 3, 6, 12, 24 and 48 channels, counted convolution by convolution."""
    widths, flops = [3, 6, 12, 24, 48], 64**2 * 3 * 11
    for level, width in enumerate(widths):
        pixels, before = (64 >> level) ** 2, widths[level - 1] if level else 1
        flops += 9 * pixels * (before * width + width**2)
        if level < 4:  # the way back: 2x2 of stride 2 from twice the channels, and 3x3 on both
            flops += pixels * 2 * width**2 + 9 * pixels * (2 * width * width + width**2)
    assert cost(scaled_reference("unet", (1, 64, 64), 11, 0.05)).flops == flops


def test_a_unet_is_scaled_with_norms() -> None:
    """Of each of its 18 convolutions of 3x3: scale and shift of the channels, no bias."""
    widths = [3, 6, 12, 24, 48]
    norms = 2 * 2 * (sum(widths) + sum(widths[:4]))
    transposed, scores = sum(widths[:4]), 11
    network = scaled_reference("unet", (1, 64, 64), 11, 0.05)
    vectors = sum(p.numel() for p in build_module(network).parameters() if p.ndim == 1)
    assert vectors == norms + transposed + scores


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(SpaceError, match="no reference network 'mobilenet_v9'"):
        scaled_reference("mobilenet_v9", (3, 32, 32), 10)
