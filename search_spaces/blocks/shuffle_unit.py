"""The unit of ShuffleNet."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Ratio, block


@block
def shuffle_unit(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 2,
    squeeze_ratio: Ratio = 0.25,
    group_first: bool = True,
) -> Tensor:
    """Grouped pointwise, shuffle, depthwise, grouped pointwise, and a shortcut (ShuffleNet).

    M·S/G + K²·S + S·R/G weights for M input and S = squeeze_ratio·N bottleneck channels (rounded to
    a multiple of the G groups); `group_first: false` leaves the first pointwise convolution whole.
    The shortcut is the input, through a 3x3 average pool where there is a stride. Where channels
    grow it is concatenated and the convolutions make R = N - M; where they are equal it is added
    and R = N; where they shrink there is none (arXiv:1707.01083, section 3.2).
    """
    squeezed = groups * max(1, round(out_channels * squeeze_ratio / groups))
    grows = out_channels > x.channels
    y = net.conv_norm_act(x, squeezed, groups=groups if group_first else 1, name="squeeze")
    y = net.channel_shuffle(y, groups)
    y = net.conv_norm(
        y, squeezed, kernel_size, stride=stride, dilation=dilation, groups=squeezed,
        name="depthwise",
    )  # fmt: skip
    made = out_channels - x.channels if grows else out_channels
    y = net.conv_norm(y, made, groups=groups, name="expand")
    if out_channels >= x.channels:
        if stride > 1:
            x = net.avg_pool(x, 3, stride=stride, padding=1, name="shortcut")
        y = net.concat(x, y) if grows else net.add(y, x)
    return net.act(y)
