"""DenseNet (Huang et al. 2017, arXiv:1608.06993)."""

from functools import partial

from search_spaces.blocks.dense import dense_layers
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, head
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network
from search_spaces.networks.resnet import stem

_GROWTH_RATE = 32


@network
def densenet121(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """DenseNet-BC with growth 32; dense blocks of 6, 12, 24 and 16 layers, halved in between."""
    chain = Chain(image_shape(in_channels, resolution))
    chain.write("stem", "stem", partial(stem, out_channels=64))
    for number, num_layers in enumerate((6, 12, 24), 1):
        channels = (chain.shape[0] + num_layers * _GROWTH_RATE) // 2
        chain.block(
            f"dense{number}", "dense", channels, growth_rate=_GROWTH_RATE, num_layers=num_layers
        )
        chain.write(f"pool{number}", "pool", lambda net, x: net.avg_pool(x, 2, stride=2))
    chain.write("dense4", "dense", _last)
    return chain.write("head", "head", partial(head, num_classes=num_classes)).network()


def _last(net: Builder, x: Tensor) -> Tensor:
    x = dense_layers(net, x, _GROWTH_RATE, 16)
    return net.act(net.norm(x))
