"""The Fire module of SqueezeNet."""

from math import floor
from typing import Literal

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Ratio, block

_SKIPS = {"none": "none", "simple": "identity", "complex": "projection"}


@block
def fire(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    squeeze_ratio: Ratio = 0.125,
    wide_share: Ratio = 0.5,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 1,
    bypass: Literal["none", "simple", "complex"] = "none",
    norm: bool = True,
) -> Tensor:
    """Squeeze by 1x1, expand by 1x1 and by KxK side by side (SqueezeNet).

    M·S + S·(N - W) + K²·S·W/G weights for M input, S = squeeze_ratio·N squeezed and N output
    channels, of which KxK makes W = wide_share·N (S and W are multiples of the G groups). The
    stride stands in the expansion. A bypass adds the input to the output: `simple` where the shapes
    are equal, `complex` elsewhere too, by a 1x1 convolution. Without `norm` there are biases and no
    batch norm, as published (arXiv:1602.07360).
    """
    squeeze = groups * max(1, round(out_channels * squeeze_ratio / groups))
    # `round` takes halves to the even number: half of 5 channels would be 2, half of 7 be 4.
    wide = groups * max(1, floor(out_channels * wide_share / groups + 0.5))
    # Two 1x1 expansions side by side are one: the same network must not come twice.
    wide = 0 if kernel_size == groups == 1 else min(wide, out_channels)
    squeezed = net.conv_norm_act(x, squeeze, norm=norm, name="squeeze")
    branches = []
    if wide < out_channels:
        narrow = net.conv_norm_act(
            squeezed, out_channels - wide, stride=stride, norm=norm, name="expand1x1"
        )
        branches.append(narrow)
    if wide:
        y = net.conv_norm_act(
            squeezed, wide, kernel_size, stride=stride, dilation=dilation, groups=groups,
            norm=norm, name="expand",
        )  # fmt: skip
        branches.append(y)
    return net.residual(x, net.concat(*branches), _SKIPS[bypass], stride, norm=norm)
