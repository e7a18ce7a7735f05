"""Atrous spatial pyramid pooling, the head of DeepLab v3 (Chen et al. 2017, arXiv:1706.05587)."""

from collections.abc import Sequence

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.registry import Dilation, HeadChannels, Probability, head


@head()
def aspp(
    chain: Chain,
    taps: tuple[str, ...],
    num_classes: int,
    *,
    out_channels: HeadChannels = 256,
    rate: Dilation = 6,
    dropout: Probability = 0.5,
) -> Chain:
    """3x3 convolutions of rising dilation side by side, with the mean of the whole map.

    M·C·(2 + 27) + 5·C² + 9·C² weights for M input channels and C = out_channels. The dilations are
    once, twice and three times `rate`: 6 at an output stride of 16, 12 at 8.
    """
    rates = (rate, 2 * rate, 3 * rate)
    chain.write("aspp", "aspp", pyramid, out_channels=out_channels, rates=rates, dropout=dropout)
    return chain.write(
        "head", "pixel_classifier", scores, kernel_size=3, num_classes=num_classes,
        size=chain.in_shape[1:],
    )  # fmt: skip


def pyramid(
    net: Builder, x: Tensor, *, out_channels: int, rates: Sequence[int], dropout: float
) -> Tensor:
    """A 1x1 convolution, a dilated 3x3 one for each rate, and the mean; joined by 1x1."""
    branches = [net.conv_norm_act(x, out_channels, name="pointwise")]
    branches += [
        net.conv_norm_act(x, out_channels, 3, dilation=rate, name="atrous") for rate in rates
    ]
    mean = net.conv_norm_act(net.adaptive_avg_pool(x), out_channels, name="mean")
    branches.append(net.resize_like(mean, x))
    return net.dropout(
        net.conv_norm_act(net.concat(*branches), out_channels, name="project"), dropout
    )


def scores(
    net: Builder,
    x: Tensor,
    *,
    num_classes: int,
    size: tuple[int, int],
    kernel_size: int = 0,
    channels: int = 0,
    dropout: float = 0.0,
) -> Tensor:
    """Scores of the classes by 1x1, brought to a height and width.

    Args:
        kernel_size: Of a convolution before them; 0 for none.
        channels: Which that has; as many as its input where 0.
    """
    if kernel_size:
        x = net.conv_norm_act(x, channels or x.channels, kernel_size)
    x = net.conv(net.dropout(x, dropout), num_classes, bias=True, name="classifier")
    return net.resize(x, size)
