"""The grouped convolution of AlexNet, without a shuffle."""

from search_spaces.blocks.standard import standard
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Residual, block


@block
def grouped(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    groups: Groups = 2,
    residual: Residual = "none",
) -> Tensor:
    """Grouped convolution: G filters' banks that never meet, each for its share of the channels.

    K²·M·N / G weights and H·W·K²·M·N / G FLOPs for M input and N output channels: a G-th of the
    standard convolution's (AlexNet, Krizhevsky, Sutskever and Hinton 2012, section 3.2: two groups
    for two GPUs).
    """
    return standard(
        net, x, out_channels, stride, kernel_size=kernel_size, dilation=dilation, groups=groups,
        residual=residual,
    )  # fmt: skip
