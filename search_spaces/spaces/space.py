"""A space of architectures: named choices, and the network that a set of values means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from search_spaces.errors import GraphError, SpaceError
from search_spaces.graphs import chain as ends
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import scale_channels
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import Shape
from search_spaces.registry import Value, lower
from search_spaces.spaces.space_spec import BlockSpec, HeadSpec, SpaceSpec, StageSpec, StemSpec

Values = Mapping[str, Value]
Options = tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Choice:
    """One decision of the search.

    Attributes:
        name: For example `stage2.fire.squeeze_ratio`.
        values: What may be chosen; always the same set for the same name.
        requires: Another choice and the value it must have for this one to exist; None if it always
            does.
    """

    name: str
    values: tuple[Value, ...]
    requires: tuple[str, Value] | None = None

    def is_active(self, values: Values) -> bool:
        """Whether this choice exists, given those before it."""
        return self.requires is None or values.get(self.requires[0]) == self.requires[1]


class GlobalChoices(NamedTuple):
    """The choices that hold for the whole network."""

    width_mult: float
    resolution_mult: float
    activation: str


class End(NamedTuple):
    """A stem or a head with the choices that it is made by."""

    options: Options
    graph: Graph


class Way(NamedTuple):
    """A way to pass a stage: one block, as often as the stage allows.

    Attributes:
        block: Name of the block.
        out_channels: As the space says, before `width_mult`.
        options: The block's own choices.
        first: The graph of the first block.
        rest: The graph of each block behind it.
    """

    block: str
    out_channels: int
    stride: int
    options: Options
    first: Graph
    rest: Graph


@dataclass(frozen=True)
class Space:
    """Everything that may be searched.

    Attributes:
        spec: The `space:` section.
        in_shape: `(channels, height, width)` of the data set's images.
        num_classes: Outputs of every network.
    """

    spec: SpaceSpec
    in_shape: Shape
    num_classes: int

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The open choices; one that others depend on stands before them."""
        return tuple(choice for choice in self._all_choices() if len(choice.values) > 1)

    @cached_property
    def fixed(self) -> dict[str, Value]:
        """The choices that have one value only."""
        return {c.name: c.values[0] for c in self._all_choices() if len(c.values) == 1}

    def _all_choices(self) -> Iterator[Choice]:
        spec = self.spec
        yield Choice("width_mult", spec.width_mult)
        yield Choice("resolution_mult", spec.resolution_mult)
        yield Choice("activation", spec.activation)
        for name, values in spec.stem:
            yield Choice(f"stem.{name}", values)
        for number, stage in enumerate(spec.stages, 1):
            yield from _stage_choices(f"stage{number}", stage)
        for name, values in spec.head:
            yield Choice(f"head.{name}", values)

    def num_combinations(self) -> int:
        """How many sets of values there are; several may mean the same network."""
        spec = self.spec
        total = prod(map(len, (spec.width_mult, spec.resolution_mult, spec.activation)))
        total *= prod(len(values) for end in (spec.stem, spec.head) for _, values in end)
        for stage in spec.stages:
            blocks = sum(prod(map(len, block.choices.values())) for block in stage.block)
            total *= blocks * prod(map(len, (stage.out_channels, stage.num_blocks, stage.stride)))
        return total

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        """Values drawn uniformly, choice by choice; inactive choices are absent."""
        values: dict[str, Value] = {}
        for choice in self.choices:
            if choice.is_active(values):
                values[choice.name] = choice.values[int(rng.integers(len(choice.values)))]
        return values

    def network(self, values: Values) -> Network:
        """The network that a set of values means. Inactive and fixed choices may be absent.

        Raises:
            SpaceError: A value is missing or not one of its choice's.
            GraphError: The layers do not fit together.
        """
        full = self.fixed | dict(values)
        self._check(full)
        glob = GlobalChoices(
            float(full["width_mult"]), float(full["resolution_mult"]), str(full["activation"])
        )
        blocks = [Block("stem", "stem", self._stem(glob, _of_end("stem", self.spec.stem, full)))]
        shape = blocks[0].graph.out_shape
        for number, stage in enumerate(self.spec.stages, 1):
            for block in self._stage(f"stage{number}", stage, glob, shape, full):
                blocks.append(block)
                shape = block.graph.out_shape
        head = self._head(glob, shape, _of_end("head", self.spec.head, full))
        return Network(self._scaled_input(glob), (*blocks, Block("head", "head", head)))

    def _check(self, full: Values) -> None:
        for choice in self.choices:
            if choice.is_active(full) and full.get(choice.name) not in choice.values:
                came = f"got {full[choice.name]!r}" if choice.name in full else "it is missing"
                raise SpaceError(f"`{choice.name}` must be one of {list(choice.values)}; {came}")

    def _stem(self, glob: GlobalChoices, options: Options) -> Graph:
        scaled = self._scaled_channels(glob, "out_channels", options)
        return _end_graph(ends.stem, self._scaled_input(glob), glob.activation, scaled)

    def _head(self, glob: GlobalChoices, shape: Shape, options: Options) -> Graph:
        scaled = self._scaled_channels(glob, "conv_channels", options)
        options = (("num_classes", self.num_classes), *scaled)
        return _end_graph(ends.head, shape, glob.activation, options)

    def _scaled_channels(self, glob: GlobalChoices, name: str, options: Options) -> Options:
        return tuple(
            # 0 stands for none and must stay so: scaled, it would become the least multiple.
            (key, self._channels(int(value), glob) if key == name and value else value)
            for key, value in options
        )

    def _stage(
        self, name: str, stage: StageSpec, glob: GlobalChoices, shape: Shape, full: Values
    ) -> Iterator[Block]:
        block_name = str(full[f"{name}.block"])
        block = next(block for block in stage.block if block.name == block_name)
        prefix = f"{name}.{block_name}"
        options = tuple((choice, full[f"{prefix}.{choice}"]) for choice in block.choices)
        channels = self._channels(int(full[f"{name}.out_channels"]), glob)
        stride = int(full[f"{name}.stride"])
        for index in range(int(full[f"{name}.num_blocks"])):
            graph = lower(block_name, shape, channels, stride, glob.activation, options)
            yield Block(f"{name}.{index}", block_name, graph)
            shape, stride = graph.out_shape, 1

    def _channels(self, out_channels: int, glob: GlobalChoices) -> int:
        return scale_channels(out_channels, glob.width_mult, self.spec.channel_multiple)

    def _scaled_input(self, glob: GlobalChoices) -> Shape:
        channels, *sides = self.in_shape
        # Rounded, as 0.714285714 of 224 pixels is just below 160.
        return (channels, *(max(1, round(side * glob.resolution_mult)) for side in sides))

    def stems(self, glob: GlobalChoices) -> Iterator[End]:
        """Every stem for one set of global choices."""
        for options in _combinations(tuple(self.spec.stem)):
            yield End(options, self._stem(glob, options))

    def heads(self, glob: GlobalChoices, shape: Shape) -> Iterator[End]:
        """Every head for one input shape."""
        for options in _combinations(tuple(self.spec.head)):
            yield End(options, self._head(glob, shape, options))

    def ways(self, position: int, glob: GlobalChoices, shape: Shape) -> Iterator[Way]:
        """Every way to pass a stage from one input shape.

        Raises:
            SpaceError: A block cannot be built from the space's values; its location is known.
        """
        stage = self.spec.stages[position]
        for index, block in enumerate(stage.block):
            for out_channels, stride, options in product(
                stage.out_channels, stage.stride, _options(block)
            ):
                channels = self._channels(out_channels, glob)
                try:
                    first = lower(block.name, shape, channels, stride, glob.activation, options)
                    # With stride 1, as the first block of a stage has taken it.
                    rest = lower(block.name, first.out_shape, channels, 1, glob.activation, options)
                except GraphError as error:
                    chosen = ", ".join(f"{k}={v}" for k, v in options)
                    where = f"with {chosen} and width_mult={glob.width_mult:g}"
                    location = ("stages", position, "block", index, block.name)
                    raise SpaceError(f"{where}: {error}", location) from error
                yield Way(block.name, out_channels, stride, options, first, rest)

    def global_choices(self) -> Iterator[GlobalChoices]:
        """Every combination of the choices for the whole network."""
        spec = self.spec
        for values in product(spec.width_mult, spec.resolution_mult, spec.activation):
            yield GlobalChoices(*values)

    def in_words(self, values: Values) -> str:
        """An architecture's open choices on one line, for example `width 0.5; 2 separable k5`."""
        full = self.fixed | dict(values)
        words = {"width_mult": "width", "resolution_mult": "resolution", "activation": ""}
        spoken = [f"{word} {full[name]}".strip() for name, word in words.items() if name in values]
        stages = [
            self._stage_in_words(f"stage{number}", stage, full)
            for number, stage in enumerate(self.spec.stages, 1)
        ]
        return "; ".join([", ".join(spoken), *stages] if spoken else stages)

    def _stage_in_words(self, name: str, stage: StageSpec, full: Values) -> str:
        block = next(block for block in stage.block if block.name == full[f"{name}.block"])
        words = [str(full[f"{name}.num_blocks"]), block.name]
        if len(stage.out_channels) > 1:
            words.append(f"c{full[f'{name}.out_channels']}")
        if len(stage.stride) > 1:
            words.append(f"/{full[f'{name}.stride']}")
        for choice, allowed in block.choices.items():
            value = full[f"{name}.{block.name}.{choice}"]
            if len(allowed) > 1:
                short = _SHORT.get(choice)
                words.append(f"{short}{value}" if short else f"{choice}={value}")
        return " ".join(words)


_SHORT = {"kernel_size": "k", "dilation": "d", "groups": "g", "squeeze_ratio": "s"}
"""One letter for the choices that every reader knows."""


def _stage_choices(name: str, stage: StageSpec) -> Iterator[Choice]:
    yield Choice(f"{name}.out_channels", stage.out_channels)
    yield Choice(f"{name}.num_blocks", stage.num_blocks)
    yield Choice(f"{name}.stride", stage.stride)
    yield Choice(f"{name}.block", tuple(block.name for block in stage.block))
    for block in stage.block:
        requires = (f"{name}.block", block.name) if len(stage.block) > 1 else None
        for choice, values in block.choices.items():
            yield Choice(f"{name}.{block.name}.{choice}", values, requires)


@cache
def _combinations(choices: tuple[tuple[str, tuple[Value, ...]], ...]) -> tuple[Options, ...]:
    names = [name for name, _ in choices]
    return tuple(
        tuple(zip(names, values, strict=True))
        for values in product(*(values for _, values in choices))
    )


def _options(block: BlockSpec) -> tuple[Options, ...]:
    """Every combination of a block's own choices."""
    return _combinations(tuple(block.choices.items()))


def _of_end(name: str, end: StemSpec | HeadSpec, full: Values) -> Options:
    return tuple((choice, full[f"{name}.{choice}"]) for choice, _ in end)


@lru_cache(maxsize=4096)
def _end_graph(
    write: Callable[..., Tensor], in_shape: Shape, activation: str, options: Options
) -> Graph:
    net = Builder(in_shape, activation)
    return net.graph(write(net, net.input, **dict(options)))
