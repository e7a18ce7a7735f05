"""U-Net (Ronneberger, Fischer and Brox 2015, arXiv:1505.04597)."""

from typing import Annotated, Literal

from pydantic import Field

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, scale_channels
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network

NUM_LEVELS = 5

Padding = Literal["same", "valid"]


@network
def unet(
    *,
    width: Annotated[int, Field(ge=1, le=4096)] = 64,
    padding: Padding = "valid",
    norm: bool = False,
    width_mult: float = 1.0,
    resolution: Resolution = 572,
    num_classes: int = 2,
    in_channels: int = 1,
) -> Network:
    """Two 3x3 convolutions a level, of `width` channels doubled four times, and the way back.

    Args:
        padding: As published, each convolution takes two pixels of a side, so that scores are of
            the middle of the image alone (388 of 572 pixels). With `same` they are of all pixels.
        norm: Batch norm in place of biases, which the paper has not.
    """
    # No multiple of eight: the narrowest would cost 48M FLOPs at 64 pixels, over many a budget.
    widths = [scale_channels(width, width_mult, 1) << level for level in range(NUM_LEVELS)]
    chain = Chain(image_shape(in_channels, resolution))
    is_valid = padding == "valid"
    for level, channels in enumerate(widths, 1):
        chain.write(
            f"down{level}", "down", _down, pool=level > 1, channels=channels, is_valid=is_valid,
            norm=norm,
        )  # fmt: skip
    for level in range(NUM_LEVELS - 1, 0, -1):
        taps, channels = (f"down{level}",), widths[level - 1]
        chain.write(f"up{level}", "up", _up, taps, channels=channels, is_valid=is_valid, norm=norm)
    return chain.write("head", "pixel_classifier", _scores, num_classes=num_classes).network()


def _down(
    net: Builder, x: Tensor, *, pool: bool, channels: int, is_valid: bool, norm: bool
) -> Tensor:
    if pool:
        # Of an odd side the last row would get no score; as published all sides are even.
        x = net.max_pool(x, 2, stride=2, ceil_mode=not is_valid)
    return _convs(net, x, channels, is_valid=is_valid, norm=norm)


def _up(
    net: Builder, x: Tensor, skip: Tensor, *, channels: int, is_valid: bool, norm: bool
) -> Tensor:
    x = net.conv_transposed(x, channels, 2, stride=2, bias=True, name="upsample")
    # Valid convolutions have made the way back smaller than the skip; `same` ones never do.
    skip, x = (net.crop_like(skip, x), x) if is_valid else (skip, net.crop_like(x, skip))
    return _convs(net, net.concat(skip, x), channels, is_valid=is_valid, norm=norm)


def _convs(net: Builder, x: Tensor, channels: int, *, is_valid: bool, norm: bool) -> Tensor:
    padding = 0 if is_valid else 1
    for _ in range(2):
        x = net.conv_norm_act(x, channels, 3, padding=padding, norm=norm)
    return x


def _scores(net: Builder, x: Tensor, *, num_classes: int) -> Tensor:
    return net.conv(x, num_classes, bias=True, name="classifier")
