"""SqueezeNet (Iandola et al. 2016, arXiv:1602.07360): no batch norm, convolutions with biases."""

from functools import partial
from typing import NamedTuple

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network

# Output channels of fire2 to fire9; an eighth of them is squeezed.
_FIRES = (128, 128, 256, 256, 384, 384, 512, 512)


class _Release(NamedTuple):
    """What tells the two releases apart; pools come after conv1 and after two of the fires."""

    conv1_channels: int
    conv1_kernel_size: int
    pools_after: tuple[int, int]


_V1_0 = _Release(96, 7, (4, 8))
_V1_1 = _Release(64, 3, (3, 5))


@network
def squeezenet1_0(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """The vanilla network of the paper's table 1."""
    return _squeezenet(_V1_0, "none", resolution, num_classes, in_channels)


@network
def squeezenet1_1(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """The authors' second release: 3x3 first, pooled earlier, 2.4 times fewer FLOPs."""
    return _squeezenet(_V1_1, "none", resolution, num_classes, in_channels)


@network
def squeezenet1_0_simple_bypass(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """With a sum around fire3, fire5, fire7 and fire9 (section 6): the most accurate of three."""
    return _squeezenet(_V1_0, "simple", resolution, num_classes, in_channels)


@network
def squeezenet1_0_complex_bypass(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """With a 1x1 convolution around fire2, fire4, fire6 and fire8 as well (section 6)."""
    return _squeezenet(_V1_0, "complex", resolution, num_classes, in_channels)


def _squeezenet(
    release: _Release, bypass: str, resolution: Resolution, num_classes: int, in_channels: int
) -> Network:
    chain = Chain(image_shape(in_channels, resolution))
    chain.write("", "stem", partial(_stem, release=release))
    for number, channels in enumerate(_FIRES, 2):
        chain.block(f"fire{number}", "fire", channels, bypass=bypass, norm=False)
        if number in release.pools_after:
            chain.write("", "pool", partial(_pool, name=f"pool{number}"))
    return chain.write("", "head", partial(_head, num_classes=num_classes)).network()


def _stem(net: Builder, x: Tensor, release: _Release) -> Tensor:
    x = net.conv_norm_act(
        x, release.conv1_channels, release.conv1_kernel_size, stride=2, padding=0, norm=False,
        name="conv1",
    )  # fmt: skip
    return _pool(net, x, "pool1")


def _pool(net: Builder, x: Tensor, name: str) -> Tensor:
    # Caffe, in which it was published, rounds the sizes of pooled maps up.
    return net.max_pool(x, 3, stride=2, ceil_mode=True, name=name)


def _head(net: Builder, x: Tensor, num_classes: int) -> Tensor:
    x = net.conv_norm_act(net.dropout(x, 0.5), num_classes, norm=False, name="conv10")
    return net.flatten(net.adaptive_avg_pool(x, name="pool10"))
