"""The 1x1 convolution."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Groups, Residual, block


@block
def pointwise(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    groups: Groups = 1,
    residual: Residual = "none",
) -> Tensor:
    """Pointwise convolution: combines each pixel's channels; then batch norm and activation.

    M·N / G weights and H·W·M·N / G FLOPs for M input and N output channels in G groups (Network in
    Network, arXiv:1312.4400). Changes the number of channels and sees no neighbours.
    """
    y = net.conv_norm(x, out_channels, stride=stride, groups=groups)
    return net.act(net.residual(x, y, residual, stride), name="conv_act")
