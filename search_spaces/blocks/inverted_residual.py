"""The inverted residual of MobileNet v2."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, ExpandRatio, KernelSize, Residual, block


@block
def inverted_residual(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    expand_ratio: ExpandRatio = 6.0,
    residual: Residual = "identity",
) -> Tensor:
    """Expand by 1x1, depthwise, project by 1x1 to a linear bottleneck (MobileNet v2).

    E(M + K² + N) weights for M input, E = expand_ratio·M expanded and N output channels; a ratio
    of 1 needs no expansion and has M(K² + N). The output has no activation, so that few channels
    lose no information (arXiv:1801.04381, section 3).
    """
    expanded = round(x.channels * expand_ratio)
    y = x if expand_ratio == 1 else net.conv_norm_act(x, expanded, name="expand")
    y = net.conv_norm_act(
        y, expanded, kernel_size, stride=stride, dilation=dilation, groups=expanded,
        name="depthwise",
    )  # fmt: skip
    y = net.conv_norm(y, out_channels, name="project")
    return net.residual(x, y, residual, stride)
