"""The ordinary convolution, dense in channels."""

from search_spaces.builder import Builder, Tensor
from search_spaces.registry import Dilation, KernelSize, block


@block
def standard(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
) -> Tensor:
    """Standard convolution, optionally dilated, with batch norm and activation.

    K²·M·N weights and H·W·K²·M·N FLOPs for M input and N output channels. Dilation d widens the
    window to d(K - 1) + 1 pixels at the same cost (arXiv:1511.07122).
    """
    return net.conv_norm_act(x, out_channels, kernel_size, stride=stride, dilation=dilation)
