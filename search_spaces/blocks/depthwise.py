"""The depthwise convolution alone."""

from search_spaces.errors import GraphError
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, KernelSize, Residual, block


@block
def depthwise(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    residual: Residual = "none",
) -> Tensor:
    """Depthwise convolution: filters that see one channel each, with batch norm and activation.

    K²·N weights and H·W·K²·N FLOPs for N output channels. N is a multiple of the M input channels:
    N / M filters (the depth multiplier) for each of them (arXiv:1704.04861, section 3.1).
    """
    if out_channels % x.channels:
        rule = f"`out_channels` (={out_channels}) of a depthwise convolution must be a multiple of"
        raise GraphError(f"{rule} `in_channels` (={x.channels})")
    y = net.conv_norm(
        x, out_channels, kernel_size, stride=stride, dilation=dilation, groups=x.channels
    )
    return net.act(net.residual(x, y, residual, stride), name="conv_act")
