"""The basic residual block of ResNet-18 and ResNet-34."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Residual, block


@block
def residual_basic(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 1,
    residual: Residual = "projection",
) -> Tensor:
    """Two KxK convolutions and a skip around them, activation after the sum (ResNet).

    K²(M·N + N²)/G weights for M input and N output channels in G groups, and M·N for a projection.
    The first convolution has the stride (arXiv:1512.03385, figure 5 left).
    """
    y = net.conv_norm_act(
        x, out_channels, kernel_size, stride=stride, dilation=dilation, groups=groups, name="conv1"
    )
    y = net.conv_norm(y, out_channels, kernel_size, dilation=dilation, groups=groups, name="conv2")
    return net.act(net.residual(x, y, residual, stride))
