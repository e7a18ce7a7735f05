"""The head of fully convolutional networks (Long, Shelhamer and Darrell 2014, arXiv:1411.4038)."""

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.heads.upsampling import Upsampling, coarsest, upsampled
from search_spaces.registry import NumSkips, Probability, head


@head(coarsest)
def fcn(
    chain: Chain,
    taps: tuple[str, ...],
    num_classes: int,
    *,
    num_skips: NumSkips = 2,
    upsampling: Upsampling = "bilinear",
    dropout: Probability = 0.0,
) -> Chain:
    """Scores of the last stage, and of finer ones, summed from coarse to fine.

    M·N weights for each stage of M channels and N classes: with two skips of a network of stride 32
    this is FCN-8s. Sums are upsampled bilinearly or, from one stage to the next, by transposed
    convolutions of 16·N² weights for a factor of 2; the last step is bilinear (section 4.2).
    """
    chain.write("score", "score", _score, num_classes=num_classes, dropout=dropout)
    for number, tap in enumerate(taps, 1):
        chain.write(f"fuse{number}", "fuse", _fused, (tap,), upsampling=upsampling)
    return chain.write("head", "resize", _resized, size=chain.in_shape[1:])


def _score(net: Builder, x: Tensor, *, num_classes: int, dropout: float) -> Tensor:
    return net.conv(net.dropout(x, dropout), num_classes, bias=True, name="score")


def _fused(net: Builder, x: Tensor, fine: Tensor, *, upsampling: str) -> Tensor:
    """The sum so far, upsampled to a finer stage, and the scores of that."""
    x = upsampled(net, x, fine, upsampling, x.channels)
    return net.add(x, net.conv(fine, x.channels, bias=True, name="score"))


def _resized(net: Builder, x: Tensor, *, size: tuple[int, int]) -> Tensor:
    return net.resize(x, size)
