"""The ordinary convolution, dense in channels."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Residual, block


@block
def standard(
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
    """Standard convolution, optionally dilated, with batch norm and activation.

    K²·M·N / G weights and H·W·K²·M·N / G FLOPs for M input and N output channels in G groups.
    Dilation d widens the window to d(K - 1) + 1 pixels at the same cost (arXiv:1511.07122). A skip
    joins before the activation.
    """
    y = net.conv_norm(
        x, out_channels, kernel_size, stride=stride, dilation=dilation, groups=groups
    )  # fmt: skip
    return net.act(net.residual(x, y, residual, stride), name="conv_act")
