"""The decoder of U-Net (Ronneberger, Fischer and Brox 2015, arXiv:1505.04597) of any blocks."""

from typing import Annotated

from pydantic import Field

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.heads.aspp import scores
from search_spaces.heads.upsampling import Upsampling, coarsest, upsampled
from search_spaces.registry import (
    BlockChoice,
    HeadChannels,
    NumSkips,
    block_type,
    head,
)


@head(coarsest)
def unet(
    chain: Chain,
    taps: tuple[str, ...],
    num_classes: int,
    *,
    out_channels: HeadChannels = 32,
    widening: Annotated[int, Field(ge=1, le=4)] = 2,
    num_blocks: Annotated[int, Field(ge=1, le=4)] = 1,
    num_skips: NumSkips = 8,
    upsampling: Upsampling = "bilinear",
    block: BlockChoice = BlockChoice("separable"),  # noqa: B008
) -> Chain:
    """From coarse to fine: upsampled, joined with the finer stage, and blocks of one kind on both.

    The finest level has `out_channels`, each coarser one `widening` times as many. Bilinear
    upsampling keeps the channels, a transposed convolution makes them those of its level.
    """
    for number, tap in enumerate(taps, 1):
        chain.write(
            f"up{number}", f"up_{block.name}", _level, (tap,), block=block, num_blocks=num_blocks,
            upsampling=upsampling, out_channels=out_channels * widening ** (len(taps) - number),
        )  # fmt: skip
    return chain.write(
        "head", "pixel_classifier", scores, num_classes=num_classes, size=chain.in_shape[1:]
    )


def _level(
    net: Builder,
    x: Tensor,
    skip: Tensor,
    *,
    block: BlockChoice,
    num_blocks: int,
    out_channels: int,
    upsampling: str,
) -> Tensor:
    x = net.concat(skip, upsampled(net, x, skip, upsampling, out_channels))
    for _ in range(num_blocks):
        x = block_type(block.name).function(net, x, out_channels, 1, **dict(block.options))
    return x
