"""How heads bring a map to the size of a finer one, and which ones that are."""

from collections.abc import Sequence
from typing import Literal

from search_spaces.graphs.builder import Builder, Tensor

Upsampling = Literal["bilinear", "transposed"]


def upsampled(net: Builder, x: Tensor, like: Tensor, upsampling: str, out_channels: int) -> Tensor:
    """A map at the height and width of another one.

    Bilinearly, its channels kept; or by a transposed convolution whose kernel is twice the factor,
    which can learn to interpolate (arXiv:1411.4038, section 3.3), and the excess cut off.
    """
    if upsampling == "bilinear" or x.shape[1:] == like.shape[1:]:
        return net.resize_like(x, like)
    factors = [
        -(-after // before) for before, after in zip(x.shape[1:], like.shape[1:], strict=True)
    ]
    height, width = factors
    x = net.conv_transposed(
        x, out_channels, (2 * height - height % 2, 2 * width - width % 2), stride=(height, width),
        padding=(height // 2, width // 2), name="upsample",
    )  # fmt: skip
    return net.crop_like(x, like)


def coarsest(finer: Sequence[int], *, num_skips: int) -> Sequence[int]:
    """The strides that a head of so many skips taps."""
    return finer[:num_skips]
