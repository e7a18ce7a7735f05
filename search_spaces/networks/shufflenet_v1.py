"""ShuffleNet v1 (Zhang et al. 2017, arXiv:1707.01083)."""

from functools import partial

from search_spaces.errors import GraphError
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, head, scale_channels
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network

# Output channels of stage 2 for each number of groups (table 1); they double from stage to stage.
_CHANNELS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}
_NUM_BLOCKS = (4, 8, 4)


def _stem(net: Builder, x: Tensor, out_channels: int) -> Tensor:
    x = net.conv_norm_act(x, out_channels, 3, stride=2)
    return net.max_pool(x, 3, stride=2, padding=1)


@network
def shufflenet_v1(
    *,
    groups: int = 3,
    width_mult: float = 1.0,
    resolution: Resolution = 224,
    num_classes: int = 1000,
    in_channels: int = 3,
) -> Network:
    """Shuffle units in three stages; the first pointwise convolution of stage 2 is not grouped.

    `width_mult` is the paper's scale factor s. Scaled channels are rounded to what the groups
    divide: the stem's to a multiple of `groups`, the units' to a multiple of 4 `groups`.

    Raises:
        GraphError: The paper gives no channels for that many groups.
    """
    if groups not in _CHANNELS:
        raise GraphError(f"`groups` must be one of {', '.join(map(str, _CHANNELS))}, got {groups}")
    chain = Chain(image_shape(in_channels, resolution))
    chain.write("stem", "stem", partial(_stem, out_channels=scale_channels(24, width_mult, groups)))
    for number, num_blocks in enumerate(_NUM_BLOCKS):
        channels = scale_channels(_CHANNELS[groups] << number, width_mult, 4 * groups)
        for index in range(num_blocks):
            chain.block(
                f"stage{number + 2}.{index}", "shuffle_unit", channels, 1 if index else 2,
                groups=groups, group_first=bool(number or index),
            )  # fmt: skip
    return chain.write("head", "head", partial(head, num_classes=num_classes)).network()
