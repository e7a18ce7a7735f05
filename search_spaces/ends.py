"""The two ends of a network: its stem and its head."""

from search_spaces.builder import Builder, Tensor


def stem(
    net: Builder,
    x: Tensor,
    out_channels: int,
    *,
    kernel_size: int = 3,
    stride: int = 1,
    num_convs: int = 1,
    pool: bool = False,
) -> Tensor:
    """Convolutions with batch norm and activation, from image to feature map.

    The first has the stride; all but the last have half the channels (arXiv:1812.01187, figure 2b).
    With `pool` 3x3 max pooling with stride 2 follows (ResNet, arXiv:1512.03385, table 1).
    """
    for index in range(num_convs):
        last = index == num_convs - 1
        channels = out_channels if last else max(1, out_channels // 2)
        x = net.conv_norm_act(x, channels, kernel_size, stride=1 if index else stride)
    return net.max_pool(x, 3, stride=2, padding=1) if pool else x


def head(
    net: Builder, x: Tensor, num_classes: int, *, conv_channels: int = 0, dropout: float = 0.0
) -> Tensor:
    """Global average pooling, dropout, one linear layer (arXiv:1312.4400): C·N + N parameters.

    With `conv_channels` a 1x1 convolution to so many channels stands before them (MobileNet v2).
    """
    if conv_channels:
        x = net.conv_norm_act(x, conv_channels)
    x = net.flatten(net.adaptive_avg_pool(x))
    return net.linear(net.dropout(x, dropout), num_classes)
