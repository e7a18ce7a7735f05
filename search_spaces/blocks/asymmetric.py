"""The spatially separable convolution."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Residual, block


@block
def asymmetric(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 1,
    residual: Residual = "none",
) -> Tensor:
    """A 1xK convolution, then a Kx1 convolution, each with batch norm and activation.

    K·M·N/G + K·N²/G weights for M input and N output channels in G groups; it sees what KxK sees.
    The stride is taken one axis at a time, width first (Inception v3, arXiv:1512.00567, section
    3.2; EffNet, arXiv:1801.06434). A skip joins before the last activation.
    """
    y = net.conv_norm_act(
        x, out_channels, (1, kernel_size), stride=(1, stride), dilation=dilation, groups=groups,
        name="row",
    )  # fmt: skip
    y = net.conv_norm(
        y, out_channels, (kernel_size, 1), stride=(stride, 1), dilation=dilation, groups=groups,
        name="column",
    )  # fmt: skip
    return net.act(net.residual(x, y, residual, stride), name="column_act")
