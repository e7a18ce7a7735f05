"""AlexNet, in one tower and in two groups."""

from functools import partial
from typing import NamedTuple

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape
from search_spaces.networks import Resolution, image_shape, network


class _Conv(NamedTuple):
    """One convolution with bias; `pool` puts 3x3 max pooling with stride 2 behind it."""

    out_channels: int
    kernel_size: int
    stride: int
    padding: int
    groups: int
    pool: bool


@network
def alexnet(
    *, resolution: Resolution = 227, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """AlexNet in one tower, 64 to 384 filters (Krizhevsky 2014, arXiv:1404.5997).

    Dropout stands before the first two linear layers, as in torchvision. Another resolution is
    pooled to the classifier's 6x6.
    """
    convs = (
        _Conv(64, 11, 4, 2, 1, True), _Conv(192, 5, 1, 2, 1, True), _Conv(384, 3, 1, 1, 1, False),
        _Conv(256, 3, 1, 1, 1, False), _Conv(256, 3, 1, 1, 1, True),
    )  # fmt: skip
    return _write(convs, image_shape(in_channels, resolution), num_classes, dropout_first=True)


@network
def alexnet_grouped(
    *, resolution: Resolution = 227, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """AlexNet as on two GPUs: conv2, conv4, conv5 in two groups (Krizhevsky et al., NeurIPS 2012).

    Local response normalisation is left out: it has no weights. Dropout follows the first two
    linear layers. Another resolution is pooled to the classifier's 6x6.
    """
    # Without padding it takes 227 pixels, and not the 224 of the paper, to make its 55 positions.
    convs = (
        _Conv(96, 11, 4, 0, 1, True), _Conv(256, 5, 1, 2, 2, True), _Conv(384, 3, 1, 1, 1, False),
        _Conv(384, 3, 1, 1, 2, False), _Conv(256, 3, 1, 1, 2, True),
    )  # fmt: skip
    return _write(convs, image_shape(in_channels, resolution), num_classes, dropout_first=False)


def _write(
    convs: tuple[_Conv, ...], in_shape: Shape, num_classes: int, dropout_first: bool
) -> Network:
    chain = Chain(in_shape)
    for number, conv in enumerate(convs, 1):
        chain.write("", "conv_pool", partial(_conv, conv=conv, number=number))
    classifier = partial(_classifier, num_classes=num_classes, dropout_first=dropout_first)
    return chain.write("", "classifier", classifier).network()


def _conv(net: Builder, x: Tensor, *, conv: _Conv, number: int) -> Tensor:
    x = net.conv_norm_act(
        x, conv.out_channels, conv.kernel_size, stride=conv.stride, padding=conv.padding,
        groups=conv.groups, norm=False, name=f"conv{number}",
    )  # fmt: skip
    return net.max_pool(x, 3, stride=2, name=f"pool{number}") if conv.pool else x


def _classifier(net: Builder, x: Tensor, *, num_classes: int, dropout_first: bool) -> Tensor:
    x = net.flatten(net.adaptive_avg_pool(x, 6, name="avgpool"))
    for number in (6, 7):
        if dropout_first:
            x = net.dropout(x, 0.5, name=f"drop{number}")
        x = net.act(net.linear(x, 4096, name=f"fc{number}"), name=f"fc{number}_act")
        if not dropout_first:
            x = net.dropout(x, 0.5, name=f"drop{number}")
    return net.linear(x, num_classes, name="fc8")
