"""VGG-11, VGG-16 and VGG-19 (Simonyan and Zisserman 2014, arXiv:1409.1556)."""

from functools import partial

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape
from search_spaces.networks import Resolution, image_shape, network

CHANNELS = (64, 128, 256, 512, 512)


@network
def vgg11(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """Configuration A: 3x3 throughout, 1, 1, 2, 2, 2 convolutions a stage, no batch norm."""
    return _vgg((1, 1, 2, 2, 2), image_shape(in_channels, resolution), num_classes)


@network
def vgg16(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """Configuration D: 3x3 throughout, 2, 2, 3, 3, 3 convolutions a stage, no batch norm."""
    return _vgg((2, 2, 3, 3, 3), image_shape(in_channels, resolution), num_classes)


@network
def vgg19(
    *, resolution: Resolution = 224, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """Configuration E: 3x3 throughout, 2, 2, 4, 4, 4 convolutions a stage, no batch norm."""
    return _vgg((2, 2, 4, 4, 4), image_shape(in_channels, resolution), num_classes)


def _vgg(depths: tuple[int, ...], in_shape: Shape, num_classes: int) -> Network:
    """Five stages and three linear layers; another resolution is pooled to the classifier's 7x7."""
    chain = Chain(in_shape)
    for number, (channels, depth) in enumerate(zip(CHANNELS, depths, strict=True), 1):
        stage = partial(_stage, number=number, out_channels=channels, depth=depth)
        chain.write("", "conv_pool", stage)
    return chain.write("", "classifier", partial(_classifier, num_classes=num_classes)).network()


def _stage(net: Builder, x: Tensor, *, number: int, out_channels: int, depth: int) -> Tensor:
    for index in range(1, depth + 1):
        x = net.conv_norm_act(x, out_channels, 3, norm=False, name=f"conv{number}_{index}")
    return net.max_pool(x, 2, stride=2, name=f"pool{number}")


def _classifier(net: Builder, x: Tensor, *, num_classes: int) -> Tensor:
    x = net.flatten(net.adaptive_avg_pool(x, 7, name="avgpool"))
    for number in (6, 7):
        x = net.act(net.linear(x, 4096, name=f"fc{number}"), name=f"fc{number}_act")
        x = net.dropout(x, 0.5, name=f"drop{number}")
    return net.linear(x, num_classes, name="fc8")
