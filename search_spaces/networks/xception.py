"""Xception (Chollet 2017, arXiv:1610.02357)."""

from functools import partial

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, head
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network


@network
def xception(
    *, resolution: Resolution = 299, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """Thirty-six convolutions, all but two separable, in residual blocks (figure 5)."""
    chain = Chain(image_shape(in_channels, resolution)).write("", "stem", _stem)
    chain.block("block1", "xception", 128, 2, pre_activation=False)
    chain.block("block2", "xception", 256, 2)
    chain.block("block3", "xception", 728, 2)
    for number in range(4, 12):
        chain.block(f"block{number}", "xception", 728, num_convs=3)
    chain.block("block12", "xception", 1024, 2, grow_first=False)
    chain.write("", "separable_convs", _last_convs)
    return chain.write("head", "head", partial(head, num_classes=num_classes)).network()


def _stem(net: Builder, x: Tensor) -> Tensor:
    x = net.conv_norm_act(x, 32, 3, stride=2, padding=0, name="conv1")
    return net.conv_norm_act(x, 64, 3, padding=0, name="conv2")


def _last_convs(net: Builder, x: Tensor) -> Tensor:
    for number, channels in ((3, 1536), (4, 2048)):
        x = net.conv(x, x.channels, 3, groups=x.channels, name=f"depthwise{number}")
        x = net.conv_norm_act(x, channels, name=f"conv{number}")
    return x
