"""Networks with heads over taps, for every test that runs over them."""

from search_spaces.graphs.chain import Chain
from search_spaces.graphs.network import Network
from search_spaces.networks import reference_network
from search_spaces.registry import BlockChoice, block_types, head_type, head_types

SIZE = (24, 40)
ODD = (27, 45)
STAGES = {"stage1.1": 2, "stage2.0": 4, "stage3.1": 8}


def backbone(size: tuple[int, int] = SIZE) -> Chain:
    """Three stages of different blocks, at a half, a quarter and an eighth of the image."""
    chain = Chain((3, *size), "hard_swish")
    chain.block("stem", "standard", 8, 2)
    chain.block("stage1.0", "separable", 16, 1).block("stage1.1", "separable", 16, 1)
    chain.block("stage2.0", "inverted_residual", 24, 2)
    return chain.block("stage3.0", "shuffle", 32, 2).block("stage3.1", "bottleneck", 32, dilation=2)


def with_head(name: str, size: tuple[int, int] = SIZE, **choices: object) -> Network:
    """Five classes of each pixel."""
    return head_type(name).behind(backbone(size), STAGES, 5, **choices).network()


def networks_with_heads() -> dict[str, Network]:
    """Every head by default and otherwise, every block in a decoder, networks with skips."""
    mobile = {"resolution": (64, 96), "width_mult": 0.25}
    return {
        **{name: with_head(name) for name in head_types()},
        **{
            f"unet of {block}": with_head(
                "unet", block=BlockChoice(block), num_blocks=1 + (number % 2), out_channels=16
            )
            for number, block in enumerate(block_types())
            if block != "depthwise"  # which makes no fewer channels than it reads
        },
        "fcn without skips": with_head("fcn", num_skips=0),
        "fcn transposed": with_head("fcn", ODD, upsampling="transposed"),
        "fcn odd": with_head("fcn", ODD, num_skips=1, dropout=0.1),
        "unet transposed": with_head("unet", ODD, upsampling="transposed", num_blocks=2),
        "unet of even widths": with_head("unet", widening=1, num_skips=1),
        "lraspp odd": with_head("lraspp", ODD, low_stride=4),
        "lraspp without low": with_head("lraspp", low_stride=2),
        "aspp odd": with_head("aspp", ODD, rate=1, out_channels=16),
        "unet same": reference_network("unet", padding="same", resolution=(40, 24), width=8),
        "unet valid": reference_network("unet", resolution=(188, 204), width=8),
        "lraspp mobilenet": reference_network("lraspp_mobilenet_v3_large", **mobile),
    }
