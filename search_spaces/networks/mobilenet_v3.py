"""MobileNet v3 (Howard et al. 2019, arXiv:1905.02244)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, round_channels, scale_channels
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape
from search_spaces.networks import Resolution, image_shape, network


class _Row(NamedTuple):
    """A block of the paper's tables 1 and 2."""

    kernel_size: int
    expanded: int
    out_channels: int
    has_gates: bool
    activation: str
    stride: int


_RE, _HS = "relu", "hard_swish"

_LARGE = (
    _Row(3, 16, 16, False, _RE, 1), _Row(3, 64, 24, False, _RE, 2), _Row(3, 72, 24, False, _RE, 1),
    _Row(5, 72, 40, True, _RE, 2), _Row(5, 120, 40, True, _RE, 1), _Row(5, 120, 40, True, _RE, 1),
    _Row(3, 240, 80, False, _HS, 2), _Row(3, 200, 80, False, _HS, 1),
    _Row(3, 184, 80, False, _HS, 1), _Row(3, 184, 80, False, _HS, 1),
    _Row(3, 480, 112, True, _HS, 1), _Row(3, 672, 112, True, _HS, 1),
    _Row(5, 672, 160, True, _HS, 2), _Row(5, 960, 160, True, _HS, 1),
    _Row(5, 960, 160, True, _HS, 1),
)  # fmt: skip

_SMALL = (
    _Row(3, 16, 16, True, _RE, 2), _Row(3, 72, 24, False, _RE, 2), _Row(3, 88, 24, False, _RE, 1),
    _Row(5, 96, 40, True, _HS, 2), _Row(5, 240, 40, True, _HS, 1), _Row(5, 240, 40, True, _HS, 1),
    _Row(5, 120, 48, True, _HS, 1), _Row(5, 144, 48, True, _HS, 1), _Row(5, 288, 96, True, _HS, 2),
    _Row(5, 576, 96, True, _HS, 1), _Row(5, 576, 96, True, _HS, 1),
)  # fmt: skip


@network
def mobilenet_v3_large(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
) -> Network:
    """Table 1: inverted residuals, some with gates; channels are multiples of 8."""
    chain = large_backbone(image_shape(in_channels, resolution), width_mult)
    return _classifier(chain, width_mult, 1280, num_classes)


@network
def mobilenet_v3_small(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
) -> Network:
    """Table 2: the same for less, with gates almost everywhere."""
    chain = _last(
        _stages(_stem(image_shape(in_channels, resolution), width_mult), _SMALL, width_mult)
    )
    return _classifier(chain, width_mult, 1024, num_classes)


def reduced_backbone(in_shape: Shape, width_mult: float) -> Chain:
    """The large network for detection: half the channels behind its last stride (section 6.3).

    The block of that stride is two, so that the map of its expansion can be tapped: `expanded`.
    """
    chain = _stages(_stem(in_shape, width_mult), _LARGE[:-3], width_mult)
    strided, *others = (row._replace(out_channels=row.out_channels // 2) for row in _LARGE[-3:])
    chain.block("expanded", "pointwise", scale_channels(strided.expanded, width_mult, 8))
    rows = strided, *(row._replace(expanded=row.expanded // 2) for row in others)
    return _last(_stages(chain, rows, width_mult, first=4))


def large_backbone(in_shape: Shape, width_mult: float, *, dilated: bool = False) -> Chain:
    """All of the large network before its pooling.

    The stages are named by their output stride: `stage3.0` is the first block that makes an eighth.

    Args:
        dilated: Whether the last stage dilates instead of striding (section 6.4).
    """
    return _last(_stages(_stem(in_shape, width_mult), _LARGE, width_mult, dilated=dilated))


def _stem(in_shape: Shape, width_mult: float) -> Chain:
    return Chain(in_shape, _HS).block("stem", "standard", scale_channels(16, width_mult, 8), 2)


def _stages(
    chain: Chain,
    rows: Sequence[_Row],
    width_mult: float,
    *,
    first: int = 1,
    dilated: bool = False,
) -> Chain:
    """Blocks of the rows; a stage begins where one strides. `first` is the first one's number."""
    stage, index, strides = first, 0, sum(row.stride == 2 for row in rows)
    dilation = 1
    for row in rows:
        stride = row.stride
        if stride == 2:
            stage, index, strides = stage + 1, 0, strides - 1
            if dilated and not strides:
                dilation, stride = 2, 1
        chain.write(
            f"stage{stage}.{index}", "bneck", _bneck, kernel_size=row.kernel_size, stride=stride,
            expanded=scale_channels(row.expanded, width_mult, 8), dilation=dilation,
            out_channels=scale_channels(row.out_channels, width_mult, 8),
            has_gates=row.has_gates, activation=row.activation, has_skip=row.stride == 1,
        )  # fmt: skip
        index += 1
    return chain


def _last(chain: Chain) -> Chain:
    return chain.block("last", "pointwise", 6 * chain.shape[0])


def _bneck(
    net: Builder,
    x: Tensor,
    *,
    kernel_size: int,
    expanded: int,
    out_channels: int,
    has_gates: bool,
    has_skip: bool,
    activation: str,
    stride: int,
    dilation: int,
) -> Tensor:
    """Expand by 1x1, depthwise, squeeze-and-excite, project by 1x1 to a linear bottleneck."""
    y = x
    if expanded != x.channels:
        y = net.act(net.conv_norm(x, expanded, name="expand"), activation, name="expand_act")
    y = net.conv_norm(
        y, expanded, kernel_size, stride=stride, dilation=dilation, groups=expanded,
        name="depthwise",
    )  # fmt: skip
    y = net.act(y, activation, name="depthwise_act")
    if has_gates:
        squeezed = round_channels(expanded // 4, 8)
        y = net.squeeze_excite(y, squeezed, gate_function="hard_sigmoid")
    y = net.conv_norm(y, out_channels, name="project")
    return net.residual(x, y, "identity" if has_skip else "none", stride)


def _classifier(chain: Chain, width_mult: float, hidden: int, num_classes: int) -> Network:
    width = scale_channels(hidden, width_mult, 8)
    return chain.write("head", "head", _head, hidden=width, num_classes=num_classes).network()


def _head(net: Builder, x: Tensor, *, hidden: int, num_classes: int) -> Tensor:
    x = net.flatten(net.adaptive_avg_pool(x))
    x = net.act(net.linear(x, hidden, name="hidden"), name="hidden_act")
    return net.linear(net.dropout(x, 0.2), num_classes)
