"""GoogLeNet (Szegedy et al. 2014, arXiv:1409.4842)."""

from functools import partial

from search_spaces.blocks.inception import InceptionWidths, inception_branches
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, head
from search_spaces.graphs.network import Network
from search_spaces.networks import Resolution, image_shape, network

# Channels of the branches, as the columns of the paper's table 1 give them.
_MODULES = {
    "3a": InceptionWidths(64, 96, 128, 16, 32, 32),
    "3b": InceptionWidths(128, 128, 192, 32, 96, 64),
    "4a": InceptionWidths(192, 96, 208, 16, 48, 64),
    "4b": InceptionWidths(160, 112, 224, 24, 64, 64),
    "4c": InceptionWidths(128, 128, 256, 24, 64, 64),
    "4d": InceptionWidths(112, 144, 288, 32, 64, 64),
    "4e": InceptionWidths(256, 160, 320, 32, 128, 128),
    "5a": InceptionWidths(256, 160, 320, 32, 128, 128),
    "5b": InceptionWidths(384, 192, 384, 48, 128, 128),
}
# Modules with max pooling before them, and its kernel size (torchvision's 2 where the paper has 3).
_POOLED = {"4a": 3, "5a": 2}


@network
def googlenet(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """22 layers with batch norm, 3x3 in place of 5x5, no auxiliary heads (as torchvision)."""
    chain = Chain(image_shape(in_channels, resolution))
    chain.write("stem", "stem", _stem)
    for name, widths in _MODULES.items():
        if name in _POOLED:
            pool = partial(Builder.max_pool, kernel_size=_POOLED[name], stride=2, ceil_mode=True)
            chain.write(f"pool{name}", "pool", pool)
        module = partial(inception_branches, widths=widths, kernel_size=3, wide_kernel_size=3)
        chain.write(f"inception{name}", "inception", module)
    return chain.write(
        "head", "head", partial(head, num_classes=num_classes, dropout=0.2)
    ).network()


def _stem(net: Builder, x: Tensor) -> Tensor:
    x = net.conv_norm_act(x, 64, 7, stride=2, name="conv1")
    x = net.max_pool(x, 3, stride=2, ceil_mode=True, name="pool1")
    x = net.conv_norm_act(net.conv_norm_act(x, 64, name="conv2"), 192, 3, name="conv3")
    return net.max_pool(x, 3, stride=2, ceil_mode=True, name="pool2")
