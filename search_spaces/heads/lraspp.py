"""Lite reduced ASPP, the head of MobileNet v3 (Howard et al. 2019, arXiv:1905.02244)."""

from collections.abc import Sequence
from typing import Literal

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.registry import HeadChannels, head


def _low(finer: Sequence[int], *, low_stride: int) -> Sequence[int]:
    return [stride for stride in finer if stride <= low_stride][:1]


@head(_low)
def lraspp(
    chain: Chain,
    taps: tuple[str, ...],
    num_classes: int,
    *,
    out_channels: HeadChannels = 128,
    low_stride: Literal[2, 4, 8, 16] = 8,
) -> Chain:
    """Channels weighted by their means, and the scores of a finer stage added (section 6.4).

    2·M·C + C·N + L·N weights for M input channels, C = out_channels, N classes and L channels of
    the finer stage: the coarsest one whose stride is at most `low_stride`. Where there is none, the
    scores are of the last stage alone.
    """
    return chain.write(
        "head", "lraspp", lite_pyramid, taps, out_channels=out_channels,
        num_classes=num_classes, size=chain.in_shape[1:],
    )  # fmt: skip


def lite_pyramid(
    net: Builder,
    x: Tensor,
    *low: Tensor,
    out_channels: int,
    num_classes: int,
    size: tuple[int, int],
) -> Tensor:
    """Scores of a gated map and of a finer one, as the authors' figure 10 has them."""
    gate = net.act(
        net.conv(net.adaptive_avg_pool(x), out_channels, name="gate"), "sigmoid", name="gate_act"
    )
    y = net.multiply(net.act(net.conv_norm(x, out_channels), "relu", name="conv_act"), gate)
    if low:
        y = net.resize_like(y, low[0])
    y = net.conv(y, num_classes, bias=True, name="classifier")
    if low:
        fine = net.conv(low[0], num_classes, bias=True, name="low_classifier")
        y = net.add(fine, y)
    return net.resize(y, size)
