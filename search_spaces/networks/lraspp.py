"""MobileNet v3 with lite reduced ASPP (Howard et al. 2019, arXiv:1905.02244, section 6.4)."""

from search_spaces.graphs.chain import scale_channels
from search_spaces.graphs.network import Network
from search_spaces.heads.lraspp import lite_pyramid
from search_spaces.networks import Resolution, image_shape, network
from search_spaces.networks.mobilenet_v3 import large_backbone


@network
def lraspp_mobilenet_v3_large(
    *,
    width_mult: float = 1.0,
    resolution: Resolution = 520,
    num_classes: int = 21,
    in_channels: int = 3,
) -> Network:
    """Scores at an eighth and at a sixteenth of the image, as torchvision has it."""
    chain = large_backbone(image_shape(in_channels, resolution), width_mult, dilated=True)
    return chain.write(
        "head", "lraspp", lite_pyramid, ("stage3.0",),
        out_channels=scale_channels(128, width_mult, 8), num_classes=num_classes,
        size=chain.in_shape[1:],
    ).network()  # fmt: skip
