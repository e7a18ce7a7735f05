"""The bottleneck residual block of ResNet-50 and deeper."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Ratio, Residual, block


@block
def bottleneck(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 1,
    squeeze_ratio: Ratio = 0.25,
    residual: Residual = "projection",
    stride_in_1x1: bool = False,
) -> Tensor:
    """Reduce by 1x1, convolve by KxK, expand by 1x1, with a skip around them (ResNet).

    M·W + K²·W²/G + W·N weights for M input, N output and W = squeeze_ratio·N inner channels
    (rounded to a multiple of the G groups), and M·N for a projection. The stride stands in the KxK
    convolution ("v1.5"), with `stride_in_1x1` in the reduction (arXiv:1512.03385, figure 5 right).
    """
    width = groups * max(1, round(out_channels * squeeze_ratio / groups))
    return bottleneck_of_width(
        net, x, out_channels, stride, width, kernel_size=kernel_size, dilation=dilation,
        groups=groups, residual=residual, stride_in_1x1=stride_in_1x1,
    )  # fmt: skip


def bottleneck_of_width(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    width: int,
    *,
    kernel_size: int = 3,
    dilation: int = 1,
    groups: int = 1,
    residual: str = "projection",
    stride_in_1x1: bool = False,
) -> Tensor:
    """The layers of every bottleneck, with `width` inner channels in `groups` groups."""
    first, second = (stride, 1) if stride_in_1x1 else (1, stride)
    y = net.conv_norm_act(x, width, stride=first, name="reduce")
    y = net.conv_norm_act(
        y, width, kernel_size, stride=second, dilation=dilation, groups=groups, name="conv"
    )
    y = net.conv_norm(y, out_channels, name="expand")
    return net.act(net.residual(x, y, residual, stride))
