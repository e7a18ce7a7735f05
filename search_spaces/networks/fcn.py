"""Fully convolutional ResNets, as torchvision has them (after arXiv:1411.4038).

The last two stages dilate instead of striding, so that scores are made at an eighth of the image,
and bilinear interpolation brings them to its size. No auxiliary head.
"""

from search_spaces.graphs.chain import Chain
from search_spaces.graphs.network import Network
from search_spaces.heads.aspp import scores
from search_spaces.networks import Resolution, image_shape, network
from search_spaces.networks.resnet import stages, start

OUTPUT_STRIDE = 8


@network
def fcn_resnet50(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 520,
    num_classes: int = 21,
    in_channels: int = 3,
) -> Network:
    """ResNet-50, a 3x3 convolution to a quarter of its channels, and scores."""
    chain = dilated_resnet((3, 4, 6, 3), image_shape(in_channels, resolution), width_mult)
    return _finish(chain, num_classes)


@network
def fcn_resnet101(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 520,
    num_classes: int = 21,
    in_channels: int = 3,
) -> Network:
    """The same on ResNet-101."""
    chain = dilated_resnet((3, 4, 23, 3), image_shape(in_channels, resolution), width_mult)
    return _finish(chain, num_classes)


def dilated_resnet(depths: tuple[int, ...], in_shape: tuple[int, ...], width_mult: float) -> Chain:
    """A ResNet of bottlenecks without its classifier, at an output stride of 8."""
    chain = start(in_shape, width_mult)
    return stages(chain, "bottleneck", depths, width_mult, {}, OUTPUT_STRIDE)


def _finish(chain: Chain, num_classes: int) -> Network:
    return chain.write(
        "head", "pixel_classifier", scores, kernel_size=3, channels=chain.shape[0] // 4,
        dropout=0.1, num_classes=num_classes, size=chain.in_shape[1:],
    ).network()  # fmt: skip
