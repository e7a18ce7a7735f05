"""Two grouped convolutions with a channel shuffle between them."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, Residual, block


@block
def shuffle(
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
    """Grouped convolution, channel shuffle, grouped pointwise convolution.

    K²·M·N/G + N²/G weights for M input and N output channels in G groups. Without the shuffle the
    groups would never meet (ShuffleNet, arXiv:1707.01083, section 3.1). A skip joins before the
    last activation.
    """
    y = net.conv_norm_act(
        x, out_channels, kernel_size, stride=stride, dilation=dilation, groups=groups,
        name="grouped",
    )  # fmt: skip
    y = net.channel_shuffle(y, groups)
    y = net.conv_norm(y, out_channels, groups=groups, name="pointwise")
    return net.act(net.residual(x, y, residual, stride), name="pointwise_act")
