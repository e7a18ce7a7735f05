"""The Inception module of GoogLeNet."""

from typing import NamedTuple

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Ratio, block


@block
def inception(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    wide_kernel_size: KernelSize = 5,
    dilation: Dilation = 1,
    groups: Groups = 1,
    squeeze_ratio: Ratio = 0.5,
) -> Tensor:
    """1x1, 1x1 and KxK, 1x1 and a wider KxK, max pooling and 1x1, side by side (GoogLeNet).

    Of N output channels KxK makes 1/2, the wide kernel and the pooled branch 1/8 each, 1x1 the
    rest (table 1 of arXiv:1409.4842, module 3a); KxK shares are rounded to a multiple of `groups`.
    The reductions make `squeeze_ratio` times the channels of their branch. KxK convolutions, the
    lone 1x1 and the pooling have the stride.
    """

    def share(channels: float) -> int:
        return groups * max(1, round(channels / groups))

    middle, wide, pooled = (
        share(out_channels / 2),
        share(out_channels / 8),
        max(1, out_channels // 8),
    )
    widths = InceptionWidths(
        out_channels - middle - wide - pooled,
        share(middle * squeeze_ratio), middle, share(wide * squeeze_ratio), wide, pooled,
    )  # fmt: skip
    return inception_branches(
        net, x, widths, kernel_size, wide_kernel_size, stride=stride, dilation=dilation,
        groups=groups,
    )  # fmt: skip


class InceptionWidths(NamedTuple):
    """Channels of the branches, in the order of the columns of GoogLeNet's table 1."""

    single: int
    reduced: int
    middle: int
    reduced_wide: int
    wide: int
    pooled: int


def inception_branches(
    net: Builder,
    x: Tensor,
    widths: InceptionWidths,
    kernel_size: int,
    wide_kernel_size: int,
    *,
    stride: int = 1,
    dilation: int = 1,
    groups: int = 1,
) -> Tensor:
    """The four branches with the given widths, concatenated."""
    single = net.conv_norm_act(x, widths.single, stride=stride, name="single")
    middle = net.conv_norm_act(x, widths.reduced, name="reduce_middle")
    middle = net.conv_norm_act(
        middle, widths.middle, kernel_size, stride=stride, dilation=dilation, groups=groups,
        name="middle",
    )  # fmt: skip
    wide = net.conv_norm_act(x, widths.reduced_wide, name="reduce_wide")
    wide = net.conv_norm_act(
        wide, widths.wide, wide_kernel_size, stride=stride, dilation=dilation, groups=groups,
        name="wide",
    )  # fmt: skip
    pooled = net.max_pool(x, 3, stride=stride, padding=1)
    pooled = net.conv_norm_act(pooled, widths.pooled, name="pooled")
    return net.concat(single, middle, wide, pooled)
