"""Inception v3 (Szegedy et al. 2015, arXiv:1512.00567)."""

from functools import partial
from typing import NamedTuple

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, head
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Pair
from search_spaces.networks import Resolution, image_shape, network

_ROW, _COLUMN = (1, 7), (7, 1)


class _Conv(NamedTuple):
    """A step of a branch. With stride 2 there is no padding: 35 positions become 17."""

    out_channels: int
    kernel_size: Pair = (1, 1)
    stride: int = 1


_Branches = tuple[tuple[_Conv, ...], ...]
"""The convolutions of each branch of a module, pooling aside."""


@network
def inception_v3(
    *, resolution: Resolution = 299, num_classes: int = 1000, in_channels: int = 3
) -> Network:
    """48 layers of factorised Inception, no auxiliary head (torchvision)."""
    chain = Chain(image_shape(in_channels, resolution)).write("stem", "stem", _stem)
    for name, pooled in (("5b", 32), ("5c", 64), ("5d", 64)):
        _append(chain, name, _double(), pooled)
    _append(chain, "6a", _reduce_first())
    for name, width in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)):
        _append(chain, name, _asymmetric(width), 192)
    _append(chain, "7a", _reduce_second())
    chain.write("mixed7b", "inception_factorised", _spread)
    chain.write("mixed7c", "inception_factorised", _spread)
    return chain.write(
        "head", "head", partial(head, num_classes=num_classes, dropout=0.5)
    ).network()


def _stem(net: Builder, x: Tensor) -> Tensor:
    x = net.conv_norm_act(x, 32, 3, stride=2, padding=0, name="conv1")
    x = net.conv_norm_act(x, 32, 3, padding=0, name="conv2")
    x = net.conv_norm_act(x, 64, 3, name="conv3")
    x = net.max_pool(x, 3, stride=2, name="pool1")
    x = net.conv_norm_act(x, 80, name="conv4")
    x = net.conv_norm_act(x, 192, 3, padding=0, name="conv5")
    return net.max_pool(x, 3, stride=2, name="pool2")


def _double() -> _Branches:
    """5x5, and 5x5 as two 3x3 (figure 5)."""
    return (
        (_Conv(64),),
        (_Conv(48), _Conv(64, (5, 5))),
        (_Conv(64), _Conv(96, (3, 3)), _Conv(96, (3, 3))),
    )


def _asymmetric(width: int) -> _Branches:
    """7x7 as 1x7 then 7x1, once and twice (figure 6)."""
    return (
        (_Conv(192),),
        (_Conv(width), _Conv(width, _ROW), _Conv(192, _COLUMN)),
        (
            _Conv(width), _Conv(width, _COLUMN), _Conv(width, _ROW), _Conv(width, _COLUMN),
            _Conv(192, _ROW),
        ),
    )  # fmt: skip


def _reduce_first() -> _Branches:
    """35 to 17 positions (figure 10)."""
    return ((_Conv(384, (3, 3), 2),), (_Conv(64), _Conv(96, (3, 3)), _Conv(96, (3, 3), 2)))


def _reduce_second() -> _Branches:
    """17 to 8 positions."""
    return (
        (_Conv(192), _Conv(320, (3, 3), 2)),
        (_Conv(192), _Conv(192, _ROW), _Conv(192, _COLUMN), _Conv(192, (3, 3), 2)),
    )


def _append(chain: Chain, name: str, branches: _Branches, pooled: int = 0) -> None:
    module = partial(_module, branches=branches, pooled=pooled)
    chain.write(f"mixed{name}", "inception_factorised", module)


def _module(net: Builder, x: Tensor, *, branches: _Branches, pooled: int) -> Tensor:
    """The branches beside average pooling and 1x1, or beside max pooling where `pooled` is 0."""
    outputs = [_branch(net, x, steps, f"branch{i}") for i, steps in enumerate(branches, 1)]
    if pooled:
        last = net.conv_norm_act(net.avg_pool(x, 3, stride=1, padding=1), pooled, name="pooled")
    else:
        last = net.max_pool(x, 3, stride=2)
    return net.concat(*outputs, last)


def _spread(net: Builder, x: Tensor) -> Tensor:
    """3x3 as 1x3 and 3x1 side by side, on the coarsest map (figure 7)."""
    single = net.conv_norm_act(x, 320, name="single")
    short = net.conv_norm_act(x, 384, name="reduce_short")
    long = _branch(net, x, (_Conv(448), _Conv(384, (3, 3))), "reduce_long")
    wings = [
        net.conv_norm_act(y, 384, kernel_size, name=name)
        for y, name in ((short, "short"), (long, "long"))
        for kernel_size in ((1, 3), (3, 1))
    ]
    pooled = net.conv_norm_act(net.avg_pool(x, 3, stride=1, padding=1), 192, name="pooled")
    return net.concat(single, *wings, pooled)


def _branch(net: Builder, x: Tensor, steps: tuple[_Conv, ...], name: str) -> Tensor:
    for conv in steps:
        padding = 0 if conv.stride == 2 else None
        x = net.conv_norm_act(
            x, conv.out_channels, conv.kernel_size, stride=conv.stride, padding=padding, name=name
        )
    return x
