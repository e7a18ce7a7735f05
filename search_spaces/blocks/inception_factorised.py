"""The factorised Inception modules of Inception v2 and v3."""

from typing import Literal

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Ratio, block


@block
def inception_factorised(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 1,
    squeeze_ratio: Ratio = 0.75,
    factorisation: Literal["double", "asymmetric"] = "double",
) -> Tensor:
    """Inception with a large kernel as two small ones, or KxK as 1xK then Kx1 (Inception v3).

    1x1; 1x1 and one factor; 1x1 and two factors; 3x3 pooling and 1x1: a quarter of the output each,
    rounded to a multiple of `groups` where there are factors (1x1 takes the rest), reductions
    `squeeze_ratio` times that. A factor is KxK (`double`: two 3x3 see 5x5 at 18/25 of its cost) or
    1xK then Kx1 (`asymmetric`: 2/K of the cost). The last factor of a branch has the stride;
    pooling is by average, with a stride by maximum (arXiv:1512.00567, figures 5, 6 and 10).
    """
    quarter = groups * max(1, round(out_channels / 4 / groups))
    reduced = groups * max(1, round(quarter * squeeze_ratio / groups))
    pooled_width = max(1, out_channels // 4)

    def factor(y: Tensor, stride: int, name: str) -> Tensor:
        shapes = [((kernel_size, kernel_size), (stride, stride))]
        if factorisation == "asymmetric":
            shapes = [((1, kernel_size), (1, stride)), ((kernel_size, 1), (stride, 1))]
        for kernel, step in shapes:
            y = net.conv_norm_act(
                y, quarter, kernel, stride=step, dilation=dilation, groups=groups, name=name
            )
        return y

    single_width = out_channels - 2 * quarter - pooled_width
    single = net.conv_norm_act(x, single_width, stride=stride, name="single")
    short = factor(net.conv_norm_act(x, reduced, name="reduce_short"), stride, "short")
    long = factor(net.conv_norm_act(x, reduced, name="reduce_long"), 1, "long")
    long = factor(long, stride, "long")
    pool = net.avg_pool if stride == 1 else net.max_pool
    pooled = net.conv_norm_act(pool(x, 3, stride=stride, padding=1), pooled_width, name="pooled")
    return net.concat(single, short, long, pooled)
