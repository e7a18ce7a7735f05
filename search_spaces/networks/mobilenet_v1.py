"""MobileNet v1 (Howard et al. 2017, arXiv:1704.04861)."""

from functools import partial

from search_spaces.graphs.chain import Chain, head
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network

# (output channels, stride) of the thirteen separable convolutions of the paper's table 1.
_LAYERS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1),
    (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip


@network
def mobilenet_v1(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
) -> Network:
    """All convolutions but the first are depthwise separable.

    `width_mult` and `resolution` are the paper's alpha and rho.
    """
    chain = Chain(image_shape(in_channels, resolution))
    chain.block("stem", "standard", int(32 * width_mult), 2)
    for index, (channels, stride) in enumerate(_LAYERS):
        chain.block(f"features.{index}", "separable", int(channels * width_mult), stride)
    return chain.write("head", "head", partial(head, num_classes=num_classes)).network()
