"""MobileNet v2 (Sandler et al. 2018, arXiv:1801.04381)."""

from functools import partial

from search_spaces.graphs.chain import Chain, head, scale_channels
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network

# (expansion, output channels, blocks, stride of the first) of the paper's table 2.
_STAGES = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
)  # fmt: skip


@network
def mobilenet_v2(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
) -> Network:
    """Inverted residuals with linear bottlenecks; channels are multiples of 8.

    The last convolution keeps its 1280 channels below width 1 (section 6.1).
    """
    chain = Chain(image_shape(in_channels, resolution), "relu6")
    chain.block("stem", "standard", scale_channels(32, width_mult, 8), 2)
    for number, (expand_ratio, channels, num_blocks, stride) in enumerate(_STAGES, 1):
        width = scale_channels(channels, width_mult, 8)
        for index in range(num_blocks):
            chain.block(
                f"stage{number}.{index}", "inverted_residual", width, 1 if index else stride,
                expand_ratio=expand_ratio,
            )  # fmt: skip
    chain.block("last", "pointwise", scale_channels(1280, max(1.0, width_mult), 8))
    return chain.write(
        "head", "head", partial(head, num_classes=num_classes, dropout=0.2)
    ).network()
