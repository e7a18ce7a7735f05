"""ResNet (He et al. 2015, arXiv:1512.03385) and ResNeXt (Xie et al. 2017, arXiv:1611.05431).

`width_mult` scales the channels of every layer, rounded to a multiple of 8.
"""

from collections.abc import Mapping
from functools import partial

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, head, scale_channels
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape
from search_spaces.networks import Resolution, image_shape, network
from search_spaces.registry import Value


@network
def resnet18(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
) -> Network:
    """Two basic blocks in each of four stages."""
    chain = start(image_shape(in_channels, resolution), width_mult)
    return _finish(chain, "residual_basic", (2, 2, 2, 2), width_mult, num_classes)


@network
def resnet34(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
) -> Network:
    """Basic blocks: 3, 4, 6 and 3."""
    chain = start(image_shape(in_channels, resolution), width_mult)
    return _finish(chain, "residual_basic", (3, 4, 6, 3), width_mult, num_classes)


@network
def resnet50(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
    stride_in_1x1: bool = False,
) -> Network:
    """Bottlenecks: 3, 4, 6 and 3; `stride_in_1x1` as in the paper, else in the 3x3 ("v1.5")."""
    chain = start(image_shape(in_channels, resolution), width_mult)
    options = {"stride_in_1x1": stride_in_1x1}
    return _finish(chain, "bottleneck", (3, 4, 6, 3), width_mult, num_classes, **options)


@network
def resnet101(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
    stride_in_1x1: bool = False,
) -> Network:
    """Bottlenecks: 3, 4, 23 and 3; `stride_in_1x1` as in the paper, else in the 3x3 ("v1.5")."""
    chain = start(image_shape(in_channels, resolution), width_mult)
    options = {"stride_in_1x1": stride_in_1x1}
    return _finish(chain, "bottleneck", (3, 4, 23, 3), width_mult, num_classes, **options)


@network
def resnext50_32x4d(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
) -> Network:
    """Aggregated bottlenecks: 3, 4, 6 and 3, of 32 paths; their width doubles from 4 each stage."""
    chain = start(image_shape(in_channels, resolution), width_mult)
    return _finish(chain, "resnext", (3, 4, 6, 3), width_mult, num_classes)


def stem(net: Builder, x: Tensor, *, out_channels: int) -> Tensor:
    """7x7 convolution and 3x3 max pooling, each with stride 2."""
    x = net.conv_norm_act(x, out_channels, 7, stride=2)
    return net.max_pool(x, 3, stride=2, padding=1)


def start(in_shape: Shape, width_mult: float) -> Chain:
    layers = partial(stem, out_channels=scale_channels(64, width_mult, 8))
    return Chain(in_shape).write("stem", "stem", layers)


def _finish(
    chain: Chain,
    block_type: str,
    depths: tuple[int, ...],
    width_mult: float,
    num_classes: int,
    **options: Value,
) -> Network:
    stages(chain, block_type, depths, width_mult, options)
    return chain.write("head", "head", partial(head, num_classes=num_classes)).network()


def stages(
    chain: Chain,
    block_type: str,
    depths: tuple[int, ...],
    width_mult: float,
    options: Mapping[str, Value],
    output_stride: int = 32,
) -> Chain:
    """Four stages, whose channels double and whose first block halves the map.

    Args:
        output_stride: What would go beyond it dilates instead of striding (arXiv:1606.00915): the
            first block of such a stage has the dilation of the one before it, as in torchvision.
    """
    stride, dilation, options = 4, 1, dict(options)
    for stage, depth in enumerate(depths):
        channels = (64 if block_type == "residual_basic" else 256) << stage
        if block_type == "resnext":
            options["group_width"] = max(1, round((4 << stage) * width_mult))
        step, first_dilation = (2 if stage else 1), dilation
        if stride * step > output_stride:
            dilation, step = dilation * step, 1
        stride *= step
        for index in range(depth):
            chain.block(
                f"stage{stage + 1}.{index}", block_type, scale_channels(channels, width_mult, 8),
                1 if index else step, dilation=dilation if index else first_dilation, **options,
            )  # fmt: skip
    return chain
