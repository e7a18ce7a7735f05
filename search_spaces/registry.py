"""The blocks that a space may name.

A block is a function `(net, x, out_channels, stride, *, choices...) -> Tensor` that writes
layers. Its keyword-only parameters are its design choices: their annotations say what is allowed,
their defaults what is taken when a space says nothing. Registering the function is all it takes
to search over it.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import AfterValidator, Field

from search_spaces.errors import GraphError, SpaceError
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.primitives import Shape

if TYPE_CHECKING:
    from search_spaces.graphs.chain import Chain

F = typing.TypeVar("F", bound=Callable[..., Any])
Value = int | float | str | bool


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("must be odd, so that the output keeps its size")
    return value


KernelSize = Annotated[int, Field(ge=1, le=31), AfterValidator(_odd)]
Dilation = Annotated[int, Field(ge=1, le=16)]
Groups = Annotated[int, Field(ge=1, le=65536)]
Ratio = Annotated[float, Field(gt=0, le=1)]
ExpandRatio = Annotated[float, Field(ge=1, le=16)]
Residual = Literal["none", "identity", "projection"]
HeadChannels = Annotated[int, Field(ge=1, le=65536)]
Probability = Annotated[float, Field(ge=0, lt=1)]
NumSkips = Annotated[int, Field(ge=0, le=8)]


class BlockFunction(Protocol):
    """The shape of a block: writes its layers and returns the last one."""

    def __call__(
        self, net: Builder, x: Tensor, out_channels: int, stride: int, **choices: Any
    ) -> Tensor: ...


@dataclass(frozen=True)
class BlockType:
    """A registered block: its name, its function, and its design choices with their defaults."""

    name: str
    function: BlockFunction
    annotations: dict[str, Any]
    defaults: dict[str, Value]

    @property
    def summary(self) -> str:
        """First line of the block's docstring."""
        return _summary(self.function)


class HeadFunction(Protocol):
    """The shape of a head: writes its blocks behind those of a backbone.

    It takes the network so far, and the names of the blocks that it may tap, from coarse to fine.
    """

    def __call__(
        self, chain: Chain, taps: tuple[str, ...], num_classes: int, **choices: Any
    ) -> Chain: ...


class TapFunction(Protocol):
    """Which of the strides that are finer than that of the last stage a head taps, coarse first."""

    def __call__(self, finer: Sequence[int], **choices: Any) -> Sequence[int]: ...


def no_taps(finer: Sequence[int]) -> Sequence[int]:
    """Of a head that reads the last stage alone."""
    return ()


class BlockChoice(NamedTuple):
    """A block that a head is made of: its name, and its own choices."""

    name: str
    options: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class HeadType:
    """A registered head: as `BlockType`.

    Attributes:
        takes_blocks: Whether it is made of blocks of the library, which `block` chooses.
        taps: Which strides it taps.
        tap_choices: The choices that this depends on.
    """

    name: str
    function: HeadFunction
    annotations: dict[str, Any]
    defaults: dict[str, Any]
    takes_blocks: bool
    taps: TapFunction
    tap_choices: tuple[str, ...]

    def tapped(self, strides: Sequence[int], choices: Mapping[str, Any]) -> tuple[int, ...]:
        """The stages that it taps, by number, from coarse to fine: of each stride the last.

        Args:
            strides: Of the stages.
        """
        last_of = {stride: number for number, stride in enumerate(strides)}
        finer = sorted((s for s in last_of if s < strides[-1]), reverse=True)
        chosen = {name: choices.get(name, self.defaults[name]) for name in self.tap_choices}
        return tuple(last_of[stride] for stride in self.taps(finer, **chosen))

    def behind(
        self, chain: Chain, stages: Mapping[str, int], num_classes: int, **choices: Any
    ) -> Chain:
        """Writes the head behind a backbone.

        Args:
            stages: The stride of each stage, by the name of its last block.
        """
        names = list(stages)
        taps = tuple(names[number] for number in self.tapped(list(stages.values()), choices))
        return self.function(chain, taps, num_classes, **choices)

    @property
    def summary(self) -> str:
        """First line of the head's docstring."""
        return _summary(self.function)


def _summary(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or function.__name__).splitlines()[0]


_BLOCKS: dict[str, BlockType] = {}
_HEADS: dict[str, HeadType] = {}


def block(function: F) -> F:
    """Registers a block under its function's name. Raises SpaceError where the name is taken."""
    annotations, defaults = _choices("block", function, _BLOCKS)
    name = function.__name__
    _BLOCKS[name] = BlockType(name, typing.cast(BlockFunction, function), annotations, defaults)
    return function


def head(taps: Callable[..., Sequence[int]] = no_taps) -> Callable[[F], F]:
    """Registers a head under its function's name.

    Args:
        taps: See `TapFunction`; its keyword-only parameters are choices of the head.

    Raises:
        SpaceError: The name is taken.
    """

    def register(function: F) -> F:
        annotations, defaults = _choices("head", function, _HEADS)
        takes_blocks = annotations.pop("block", None) is not None
        _HEADS[function.__name__] = HeadType(
            function.__name__, typing.cast(HeadFunction, function), annotations, defaults,
            takes_blocks, typing.cast(TapFunction, taps), tuple(_keywords(taps)),
        )  # fmt: skip
        return function

    return register


def _keywords(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(function).parameters
    return {n: p for n, p in parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY}


def _choices(
    kind: str, function: Callable[..., Any], known: Mapping[str, BlockType | HeadType]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Annotations and defaults of the choices of a function that is to be registered."""
    name = function.__name__
    taken = known.get(name)
    # A module that is loaded again, as in a notebook, may define its blocks again.
    if taken is not None and taken.function.__module__ != function.__module__:
        raise SpaceError(f"a {kind} named {name!r} is already registered")
    # Without extras `Annotated` would lose its bounds.
    hints = typing.get_type_hints(function, include_extras=True)
    choices = _keywords(function).values()
    missing = [p.name for p in choices if p.default is inspect.Parameter.empty]
    if missing:
        raise SpaceError(f"{kind} {name!r}: the choices {missing} need a default")
    return {p.name: hints[p.name] for p in choices}, {p.name: p.default for p in choices}


def block_types() -> dict[str, BlockType]:
    """All registered blocks by name: ours, and those of installed plugins."""
    import search_spaces.blocks  # noqa: F401  (registers the blocks that we ship)
    from search_spaces.plugins import load_entry_points

    load_entry_points()
    return dict(sorted(_BLOCKS.items()))


def block_type(name: str) -> BlockType:
    """One registered block. Raises SpaceError where there is none of that name."""
    if name not in _BLOCKS and name not in block_types():
        raise SpaceError(f"no block {name!r}; there are {', '.join(block_types())}")
    return _BLOCKS[name]


def head_types() -> dict[str, HeadType]:
    """All registered heads by name."""
    import search_spaces.heads  # noqa: F401  (registers the heads that we ship)
    from search_spaces.plugins import load_entry_points

    load_entry_points()
    return dict(sorted(_HEADS.items()))


def head_type(name: str) -> HeadType:
    """One registered head. Raises SpaceError where there is none of that name."""
    if name not in _HEADS and name not in head_types():
        raise SpaceError(f"no head {name!r}; there are {', '.join(head_types())}")
    return _HEADS[name]


@lru_cache(maxsize=1 << 16)
def lower(
    name: str,
    in_shape: Shape,
    out_channels: int,
    stride: int,
    activation: str,
    choices: tuple[tuple[str, Value], ...],
) -> Graph:
    """The graph of one block at one input shape. Equal arguments give the same object.

    Raises:
        GraphError: The choices do not fit the shape, or the block broke its contract.
    """
    net = Builder(in_shape, activation)
    output = block_type(name).function(net, net.input, out_channels, stride, **dict(choices))
    graph = net.graph(output)
    if graph.out_shape[0] != out_channels:
        came = f"made {graph.out_shape[0]} channels"
        raise GraphError(f"block {name!r} must produce `out_channels` (={out_channels}), {came}")
    # What padded odd kernels give, and docs/blocks.md asks of every block.
    sides = tuple(-(-side // stride) for side in in_shape[1:])
    if graph.out_shape[1:] != sides:
        rule = f"must make {list(in_shape[1:])} at stride {stride} into {list(sides)}"
        raise GraphError(f"block {name!r} {rule}, made {list(graph.out_shape[1:])}")
    return graph
