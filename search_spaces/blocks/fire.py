"""The Fire module of SqueezeNet."""

from search_spaces.builder import Builder, Tensor
from search_spaces.registry import Dilation, KernelSize, Ratio, block


@block
def fire(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    squeeze_ratio: Ratio = 0.125,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
) -> Tensor:
    """Squeeze by 1x1, expand by 1x1 and by KxK side by side (SqueezeNet).

    S = squeeze_ratio·N channels are squeezed; weights: M·S + S·N/2 + S·(N - N/2)·K² for M input and N
    output channels. The stride stands in the expansion (arXiv:1602.07360, section 3.2).
    """
    squeezed = net.conv_norm_act(x, max(1, round(out_channels * squeeze_ratio)), name="squeeze")
    half = max(1, out_channels // 2)
    narrow = net.conv_norm_act(squeezed, half, stride=stride, name="expand1x1")
    wide = net.conv_norm_act(
        squeezed, out_channels - half, kernel_size, stride=stride, dilation=dilation, name="expand"
    )
    return net.concat(narrow, wide)
