"""SSD (Liu et al. 2016, arXiv:1512.02325) and SSDLite (arXiv:1801.04381, section 6.2).

Maps of several strides are tapped; each has, for every anchor at every position, four numbers of a
box and a score for each class. `num_classes` counts the background, as the paper's tables do.
"""

from collections.abc import Callable
from functools import partial

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, scale_channels
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network
from search_spaces.networks.mobilenet_v3 import reduced_backbone
from search_spaces.networks.vgg import CHANNELS

Predictor = Callable[[Builder, Tensor, int, str], Tensor]
"""Writes a map of so many channels under a name."""


@network
def ssd300_vgg16(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 300,
    num_classes: int = 91,
    in_channels: int = 3,
) -> Network:
    """Anchors on two maps of VGG-16, whose fifth pooling keeps the size, and on four behind it.

    As torchvision has it; section 3.1 and figure 2 of the paper.
    """
    wide = partial(scale_channels, width_mult=width_mult, multiple=8)
    chain = Chain(image_shape(in_channels, resolution))
    conv = partial(chain.write, block_type="conv", layers=_conv)
    for number, (channels, depth) in enumerate(zip(CHANNELS, (2, 2, 3, 3, 3), strict=True), 1):
        for index in range(1, depth + 1):
            conv(f"conv{number}_{index}", out_channels=wide(channels), kernel_size=3)
        if number < 5:
            # The third one overhangs: 75 positions make 38.
            chain.write(f"pool{number}", "pool", _pool, ceil_mode=number == 3)
    chain.write("fc6", "fc6", _fc6, out_channels=wide(1024))
    conv("fc7", out_channels=wide(1024), kernel_size=1)
    for name, squeezed, stride in (("conv8", 256, 2), ("conv9", 128, 2)):
        chain.write(name, "extra", _extra, squeezed=wide(squeezed), stride=stride, padding=1)
    for name in ("conv10", "conv11"):
        chain.write(name, "extra", _extra, squeezed=wide(128), stride=1, padding=0)
    taps = {"conv4_3": 4, "fc7": 6, "conv8": 6, "conv9": 6, "conv10": 4, "conv11": 4}
    return _detector(chain, taps, num_classes, _dense, normalised="conv4_3")


@network
def ssdlite320_mobilenet_v3_large(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 320,
    num_classes: int = 91,
    in_channels: int = 3,
) -> Network:
    """Six anchors on each of six maps of MobileNet v3 and behind it, all by separable layers.

    As torchvision has it; section 6.3 of arXiv:1905.02244.
    """
    chain = reduced_backbone(image_shape(in_channels, resolution), width_mult)
    for index, channels in enumerate((512, 256, 256, 128), 1):
        width = scale_channels(channels, width_mult, 8)
        chain.write(f"extra{index}", "extra", _separable_extra, out_channels=width)
    taps = dict.fromkeys(("expanded", "last", "extra1", "extra2", "extra3", "extra4"), 6)
    return _detector(chain, taps, num_classes, _separable)


def _detector(
    chain: Chain, taps: dict[str, int], num_classes: int, predictor: Predictor, normalised: str = ""
) -> Network:
    """Predictions from each tap; those of coarser maps are handed on, and stand first.

    Args:
        taps: How many anchors a position has, by the block's name; the last block ends the chain.
        normalised: The tap whose channels are normalised, since its values are larger.
    """
    *finer, last = taps
    chain.write(
        f"predict_{last}", "predictor", _predicted, num_anchors=taps[last],
        num_classes=num_classes, predictor=predictor,
    )  # fmt: skip
    for tap in reversed(finer):
        chain.write(
            f"predict_{tap}", "predictor", _joined, (tap,), num_anchors=taps[tap],
            num_classes=num_classes, predictor=predictor, is_normalised=tap == normalised,
        )  # fmt: skip
    return chain.network()


def _predicted(
    net: Builder, x: Tensor, *, num_anchors: int, num_classes: int, predictor: Predictor
) -> Tensor:
    """Rows `(anchors, 4 + classes)` of one map."""
    boxes = net.rows(predictor(net, x, 4 * num_anchors, "box"), 4, name="box_rows")
    scores = predictor(net, x, num_classes * num_anchors, "score")
    return net.columns(boxes, net.rows(scores, num_classes, name="score_rows"))


def _joined(
    net: Builder,
    rows: Tensor,
    x: Tensor,
    *,
    num_anchors: int,
    num_classes: int,
    predictor: Predictor,
    is_normalised: bool,
) -> Tensor:
    if is_normalised:
        x = net.rms_norm(x)
    own = _predicted(net, x, num_anchors=num_anchors, num_classes=num_classes, predictor=predictor)
    return net.concat(rows, own)


def _dense(net: Builder, x: Tensor, out_channels: int, name: str) -> Tensor:
    return net.conv(x, out_channels, 3, bias=True, name=name)


def _separable(net: Builder, x: Tensor, out_channels: int, name: str) -> Tensor:
    y = net.conv_norm(x, x.channels, 3, groups=x.channels, name=f"{name}_depthwise")
    y = net.act(y, "relu6", name=f"{name}_act")
    return net.conv(y, out_channels, bias=True, name=name)


def _conv(net: Builder, x: Tensor, *, out_channels: int, kernel_size: int) -> Tensor:
    return net.conv_norm_act(x, out_channels, kernel_size, norm=False)


def _pool(net: Builder, x: Tensor, *, ceil_mode: bool) -> Tensor:
    return net.max_pool(x, 2, stride=2, ceil_mode=ceil_mode)


def _fc6(net: Builder, x: Tensor, *, out_channels: int) -> Tensor:
    x = net.max_pool(x, 3, stride=1, padding=1)
    return net.conv_norm_act(x, out_channels, 3, dilation=6, norm=False)


def _extra(net: Builder, x: Tensor, *, squeezed: int, stride: int, padding: int) -> Tensor:
    x = net.conv_norm_act(x, squeezed, norm=False, name="squeeze")
    return net.conv_norm_act(x, 2 * squeezed, 3, stride=stride, padding=padding, norm=False)


def _separable_extra(net: Builder, x: Tensor, *, out_channels: int) -> Tensor:
    squeezed = out_channels // 2
    x = net.act(net.conv_norm(x, squeezed, name="squeeze"), "relu6", name="squeeze_act")
    x = net.conv_norm(x, squeezed, 3, stride=2, groups=squeezed, name="depthwise")
    x = net.act(x, "relu6", name="depthwise_act")
    return net.act(net.conv_norm(x, out_channels, name="expand"), "relu6", name="expand_act")
