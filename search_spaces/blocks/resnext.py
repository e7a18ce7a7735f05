"""The aggregated bottleneck of ResNeXt."""

from typing import Annotated

from pydantic import Field

from search_spaces.blocks.bottleneck import bottleneck_of_width
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Residual, block

GroupWidth = Annotated[int, Field(ge=1, le=1024)]


@block
def resnext(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 32,
    group_width: GroupWidth = 4,
    residual: Residual = "projection",
) -> Tensor:
    """A bottleneck of `groups` parallel paths, `group_width` channels wide each (ResNeXt).

    M·G·D + K²·G·D² + G·D·N weights for M input and N output channels and cardinality G of width D,
    and M·N for a projection: the bottleneck with G groups and G·D inner channels
    (arXiv:1611.05431, figure 3c).
    """
    return bottleneck_of_width(
        net, x, out_channels, stride, groups * group_width, kernel_size=kernel_size,
        dilation=dilation, groups=groups, residual=residual,
    )  # fmt: skip
