"""YOLO (Redmon et al. 2016, arXiv:1506.02640) and tiny YOLOv3 (arXiv:1804.02767 and its code)."""

from functools import partial

from search_spaces.errors import GraphError
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, scale_channels
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network

_SLOPE = 0.1  # of the leaky ReLU, in both papers
_NUM_BOXES = 2  # for each cell of the first YOLO
_NUM_ANCHORS = 3  # for each position of a map of YOLOv3

_STAGES = (
    [(64, 7, 2)],
    [(192, 3, 1)],
    [(128, 1, 1), (256, 3, 1), (256, 1, 1), (512, 3, 1)],
    [(256, 1, 1), (512, 3, 1)] * 4 + [(512, 1, 1), (1024, 3, 1)],
    [(512, 1, 1), (1024, 3, 1)] * 2 + [(1024, 3, 1), (1024, 3, 2), (1024, 3, 1), (1024, 3, 1)],
)
"""Channels, kernel size and stride of each convolution of the first YOLO, between its poolings."""


@network
def yolo_v1(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 448,
    num_classes: int = 20,
    in_channels: int = 3,
) -> Network:
    """Figure 3: 24 convolutions and two linear layers make S x S cells of 5B + C numbers.

    B is 2; S is a 64th of the image. Convolutions have biases and no batch norm.
    """
    chain = Chain(image_shape(in_channels, resolution))
    for stage, layers in enumerate(_STAGES, 1):
        if stage > 1:
            chain.write(f"pool{stage - 1}", "pool", _pool)
        for index, (channels, kernel_size, stride) in enumerate(layers, 1):
            chain.write(
                f"conv{stage}_{index}", "conv", _conv, kernel_size=kernel_size, stride=stride,
                out_channels=scale_channels(channels, width_mult, 8), norm=False,
            )  # fmt: skip
    hidden = scale_channels(4096, width_mult, 8)
    return chain.write("head", "head", _cells, hidden=hidden, num_classes=num_classes).network()


@network
def yolov3_tiny(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 416,
    num_classes: int = 80,
    in_channels: int = 3,
) -> Network:
    """Three anchors on maps of strides 32 and 16, each of 5 + C numbers."""
    wide = partial(scale_channels, width_mult=width_mult, multiple=8)
    chain = Chain(image_shape(in_channels, resolution))
    conv = partial(chain.write, block_type="conv", layers=_conv, norm=True, stride=1)
    for index, channels in enumerate((16, 32, 64, 128, 256, 512), 1):
        conv(f"conv{index}", out_channels=wide(channels), kernel_size=3)
        chain.write(f"pool{index}", "pool", _pool if index < 6 else _even_pool)
    conv("conv7", out_channels=wide(1024), kernel_size=3)
    conv("neck", out_channels=wide(256), kernel_size=1)
    num_values = 5 + num_classes
    chain.write(
        "coarse", "predictor", _coarse, out_channels=wide(512), num_values=num_values
    )  # fmt: skip
    chain.write(
        "fine", "predictor", _fine, ("neck", "conv5"), squeezed=wide(128),
        out_channels=wide(256), num_values=num_values,
    )  # fmt: skip
    return chain.network()


def _conv(
    net: Builder, x: Tensor, *, out_channels: int, kernel_size: int, stride: int, norm: bool
) -> Tensor:
    x = net.conv_norm(x, out_channels, kernel_size, stride=stride, norm=norm)
    return net.leaky_relu(x, _SLOPE)


def _pool(net: Builder, x: Tensor) -> Tensor:
    return net.max_pool(x, 2, stride=2)


def _even_pool(net: Builder, x: Tensor) -> Tensor:
    """Maxima of 2x2 at each position: what overhangs is at the bottom and on the right."""
    return net.crop(net.max_pool(x, 2, stride=1, padding=1), (1, 0, 1, 0))


def _cells(net: Builder, x: Tensor, *, hidden: int, num_classes: int) -> Tensor:
    _, height, width = x.shape
    values = 5 * _NUM_BOXES + num_classes
    y = net.leaky_relu(net.linear(net.flatten(x), hidden, name="hidden"), _SLOPE, "hidden_act")
    y = net.linear(net.dropout(y, 0.5), height * width * values)
    return net.reshape(y, (height * width, values))


def _predicted(net: Builder, x: Tensor, *, out_channels: int, num_values: int) -> Tensor:
    y = net.leaky_relu(net.conv_norm(x, out_channels, 3, name="expand"), _SLOPE, "expand_act")
    y = net.conv(y, _NUM_ANCHORS * num_values, bias=True, name="predict")
    return net.rows(y, num_values)


def _coarse(net: Builder, x: Tensor, *, out_channels: int, num_values: int) -> Tensor:
    return _predicted(net, x, out_channels=out_channels, num_values=num_values)


def _fine(
    net: Builder,
    rows: Tensor,
    neck: Tensor,
    skip: Tensor,
    *,
    squeezed: int,
    out_channels: int,
    num_values: int,
) -> Tensor:
    x = net.leaky_relu(net.conv_norm(neck, squeezed, name="squeeze"), _SLOPE, "squeeze_act")
    x = net.upsample_nearest(x, 2)
    if x.shape[1:] != skip.shape[1:]:
        raise GraphError(
            f"height and width must be multiples of 32, got maps {x.shape} and {skip.shape}"
        )
    x = net.concat(x, skip)
    return net.concat(rows, _predicted(net, x, out_channels=out_channels, num_values=num_values))
