"""The dense block of DenseNet with its transition."""

from typing import Annotated

from pydantic import Field

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, ExpandRatio, Groups, KernelSize, block

GrowthRate = Annotated[int, Field(ge=1, le=1024)]
NumLayers = Annotated[int, Field(ge=1, le=64)]


@block
def dense(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    growth_rate: GrowthRate = 32,
    num_layers: NumLayers = 4,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 1,
    expand_ratio: ExpandRatio = 4,
) -> Tensor:
    """Layers that each read all before them and add channels, then a transition (DenseNet-BC).

    Layer i of M input channels has (M + i·R)·W + K²·W·R/G weights for growth R and a 1x1 bottleneck
    of W = expand_ratio·R channels (rounded to a multiple of the G groups). The transition is batch
    norm, activation, 1x1 to `out_channels`, and average pooling by the stride. Norm and activation
    come before each convolution, none after the last (arXiv:1608.06993, section 3).
    """
    x = dense_layers(
        net, x, growth_rate, num_layers, kernel_size=kernel_size, dilation=dilation, groups=groups,
        expand_ratio=expand_ratio,
    )  # fmt: skip
    x = net.act(net.norm(x, name="transition_norm"), name="transition_act")
    x = net.conv(x, out_channels, name="transition")
    # `ceil_mode`, since every block makes ceil(side / stride) of a side.
    return x if stride == 1 else net.avg_pool(x, stride, stride=stride, ceil_mode=True)


def dense_layers(
    net: Builder,
    x: Tensor,
    growth_rate: int,
    num_layers: int,
    *,
    kernel_size: int = 3,
    dilation: int = 1,
    groups: int = 1,
    expand_ratio: float = 4,
) -> Tensor:
    """A dense block without the transition: `num_layers`·`growth_rate` more channels."""
    width = groups * max(1, round(expand_ratio * growth_rate / groups))
    for _ in range(num_layers):
        y = net.act(net.norm(x, name="reduce_norm"), name="reduce_act")
        y = net.conv(y, width, name="reduce")
        y = net.act(net.norm(y, name="conv_norm"), name="conv_act")
        y = net.conv(y, growth_rate, kernel_size, dilation=dilation, groups=groups, name="conv")
        x = net.concat(x, y)
    return x
