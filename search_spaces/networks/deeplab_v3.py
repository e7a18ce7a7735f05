"""DeepLab v3 (Chen et al. 2017, arXiv:1706.05587), as torchvision has it; no auxiliary head."""

from search_spaces.graphs.chain import Chain, scale_channels
from search_spaces.graphs.network import Network
from search_spaces.heads.aspp import aspp
from search_spaces.networks import Resolution, image_shape, network
from search_spaces.networks.fcn import dilated_resnet
from search_spaces.networks.mobilenet_v3 import large_backbone


@network
def deeplabv3_resnet50(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 520,
    num_classes: int = 21,
    in_channels: int = 3,
) -> Network:
    """ResNet-50 at an output stride of 8, and a pyramid of dilations 12, 24 and 36."""
    chain = dilated_resnet((3, 4, 6, 3), image_shape(in_channels, resolution), width_mult)
    return _finish(chain, width_mult, num_classes)


@network
def deeplabv3_resnet101(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 520,
    num_classes: int = 21,
    in_channels: int = 3,
) -> Network:
    """The same on ResNet-101."""
    chain = dilated_resnet((3, 4, 23, 3), image_shape(in_channels, resolution), width_mult)
    return _finish(chain, width_mult, num_classes)


@network
def deeplabv3_mobilenet_v3_large(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 520,
    num_classes: int = 21,
    in_channels: int = 3,
) -> Network:
    """The same on MobileNet v3, whose last stage alone dilates: an output stride of 16."""
    chain = large_backbone(image_shape(in_channels, resolution), width_mult, dilated=True)
    return _finish(chain, width_mult, num_classes)


def _finish(chain: Chain, width_mult: float, num_classes: int) -> Network:
    width = scale_channels(256, width_mult, 8)
    return aspp(chain, (), num_classes, out_channels=width, rate=12).network()
