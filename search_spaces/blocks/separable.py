"""The depthwise separable convolution of MobileNet v1."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, KernelSize, Residual, block


@block
def separable(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    residual: Residual = "none",
) -> Tensor:
    """Depthwise convolution, then pointwise: each with batch norm and activation (MobileNet v1).

    M·K² + M·N weights and H·W·M(K² + N) FLOPs for M input and N output channels: 1/N + 1/K² of the
    standard convolution's cost (arXiv:1704.04861, section 3.1). A skip joins before the last
    activation.
    """
    y = net.conv_norm_act(
        x, x.channels, kernel_size, stride=stride, dilation=dilation, groups=x.channels,
        name="depthwise",
    )  # fmt: skip
    y = net.conv_norm(y, out_channels, name="pointwise")
    return net.act(net.residual(x, y, residual, stride), name="pointwise_act")
