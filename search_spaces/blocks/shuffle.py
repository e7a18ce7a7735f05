"""Two grouped convolutions with a channel shuffle between them."""

from search_spaces.builder import Builder, Tensor
from search_spaces.registry import Dilation, Groups, KernelSize, block


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
) -> Tensor:
    """Grouped convolution, channel shuffle, grouped pointwise convolution.

    K²·M·N/G + N²/G weights for M input and N output channels in G groups. Without the shuffle the
    groups would never meet (ShuffleNet, arXiv:1707.01083, section 3.1).
    """
    x = net.conv_norm_act(
        x, out_channels, kernel_size, stride=stride, dilation=dilation, groups=groups,
        name="grouped",
    )  # fmt: skip
    x = net.channel_shuffle(x, groups)
    return net.conv_norm_act(x, out_channels, groups=groups, name="pointwise")
