"""The two ends of a network: its stem and its head."""

from search_spaces.builder import Builder, Tensor


def stem(
    net: Builder, x: Tensor, out_channels: int, *, kernel_size: int = 3, stride: int = 1
) -> Tensor:
    """One convolution with batch norm and activation, from image to feature map."""
    return net.conv_norm_act(x, out_channels, kernel_size, stride=stride)


def head(net: Builder, x: Tensor, num_classes: int, *, dropout: float = 0.0) -> Tensor:
    """Global average pooling, dropout, one linear layer (arXiv:1312.4400): C·N + N parameters."""
    x = net.flatten(net.adaptive_avg_pool(x))
    return net.linear(net.dropout(x, dropout), num_classes)
