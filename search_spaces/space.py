"""A space of architectures: named choices, and the network that a set of values means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from search_spaces import ends
from search_spaces.builder import Builder
from search_spaces.errors import GraphError, SpaceError
from search_spaces.graph import Graph
from search_spaces.network import Block, Network
from search_spaces.primitives import Shape
from search_spaces.registry import Value, lower
from search_spaces.space_spec import BlockSpec, SpaceSpec, StageSpec
from search_spaces.width import scale_channels

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
        yield Choice("stem.out_channels", spec.stem.out_channels)
        yield Choice("stem.kernel_size", spec.stem.kernel_size)
        yield Choice("stem.stride", spec.stem.stride)
        for number, stage in enumerate(spec.stages, 1):
            yield from _stage_choices(f"stage{number}", stage)

    def num_combinations(self) -> int:
        """How many sets of values there are; several may mean the same network."""
        spec = self.spec
        total = prod(map(len, (spec.width_mult, spec.resolution_mult, spec.activation)))
        total *= prod(
            map(len, (spec.stem.out_channels, spec.stem.kernel_size, spec.stem.stride))
        )
        for stage in spec.stages:
            blocks = sum(prod(map(len, block.choices.values())) for block in stage.block)
            total *= blocks * prod(
                map(len, (stage.out_channels, stage.num_blocks, stage.stride))
            )
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
        blocks = [self._stem(glob, full)]
        shape = blocks[0].graph.out_shape
        for number, stage in enumerate(self.spec.stages, 1):
            for block in self._stage(f"stage{number}", stage, glob, shape, full):
                blocks.append(block)
                shape = block.graph.out_shape
        blocks.append(Block("head", "head", self.head(shape)))
        return Network(self._scaled_input(glob), tuple(blocks))

    def _check(self, full: Values) -> None:
        for choice in self.choices:
            if choice.is_active(full) and full.get(choice.name) not in choice.values:
                came = f"got {full[choice.name]!r}" if choice.name in full else "it is missing"
                raise SpaceError(f"`{choice.name}` must be one of {list(choice.values)}; {came}")

    def _stem(self, glob: GlobalChoices, full: Values) -> Block:
        names = ("out_channels", "kernel_size", "stride")
        graph = self._stem_graph(glob, *(int(full[f"stem.{name}"]) for name in names))
        return Block("stem", "stem", graph)

    def _stem_graph(
        self, glob: GlobalChoices, out_channels: int, kernel_size: int, stride: int
    ) -> Graph:
        channels = self._channels(out_channels, glob)
        return _stem_graph(
            self._scaled_input(glob), channels, kernel_size, stride, glob.activation
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
        return (channels, *(max(1, round(side * glob.resolution_mult)) for side in sides))

    def stems(self, glob: GlobalChoices) -> Iterator[Graph]:
        """Every stem for one set of global choices."""
        for channels, kernel_size, stride in product(*dict(self.spec.stem).values()):
            yield self._stem_graph(glob, channels, kernel_size, stride)

    def segments(
        self, position: int, glob: GlobalChoices, shape: Shape
    ) -> Iterator[tuple[Graph, ...]]:
        """Every way to pass a stage from one input shape: its blocks in order.

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
                    rest = lower(
                        block.name, first.out_shape, channels, 1, glob.activation, options
                    )
                except GraphError as error:
                    chosen = ", ".join(f"{k}={v}" for k, v in options)
                    where = f"with {chosen} and width_mult={glob.width_mult:g}"
                    location = ("stages", position, "block", index, block.name)
                    raise SpaceError(f"{where}: {error}", location) from error
                for num_blocks in stage.num_blocks:
                    yield (first,) + (rest,) * (num_blocks - 1)

    def head(self, shape: Shape) -> Graph:
        """The head for one input shape."""
        return _head_graph(shape, self.num_classes, self.spec.head.dropout)

    def global_choices(self) -> Iterator[GlobalChoices]:
        """Every combination of the choices for the whole network."""
        spec = self.spec
        for values in product(spec.width_mult, spec.resolution_mult, spec.activation):
            yield GlobalChoices(*values)

    def in_words(self, values: Values) -> str:
        """An architecture on one line, as a person would say it."""
        full = self.fixed | dict(values)
        parts = [f"width {full['width_mult']:g}, resolution {full['resolution_mult']:g}"]
        for number, stage in enumerate(self.spec.stages, 1):
            name = f"stage{number}"
            block = next(b for b in stage.block if b.name == full[f"{name}.block"])
            prefix = f"{name}.{block.name}"
            chosen = " ".join(
                f"{choice}={full[f'{prefix}.{choice}']}"
                for choice, allowed in block.choices.items()
                if len(allowed) > 1
            )
            parts.append(f"{full[f'{name}.num_blocks']}x {block.name} {chosen}".rstrip())
        return "; ".join(parts)


def _stage_choices(name: str, stage: StageSpec) -> Iterator[Choice]:
    yield Choice(f"{name}.out_channels", stage.out_channels)
    yield Choice(f"{name}.num_blocks", stage.num_blocks)
    yield Choice(f"{name}.stride", stage.stride)
    yield Choice(f"{name}.block", tuple(block.name for block in stage.block))
    for block in stage.block:
        requires = (f"{name}.block", block.name) if len(stage.block) > 1 else None
        for choice, values in block.choices.items():
            yield Choice(f"{name}.{block.name}.{choice}", values, requires)


@lru_cache(maxsize=None)
def _combinations(choices: tuple[tuple[str, tuple[Value, ...]], ...]) -> tuple[Options, ...]:
    names = [name for name, _ in choices]
    return tuple(
        tuple(zip(names, values, strict=True))
        for values in product(*(values for _, values in choices))
    )


def _options(block: BlockSpec) -> tuple[Options, ...]:
    """Every combination of a block's own choices."""
    return _combinations(tuple(block.choices.items()))


@lru_cache(maxsize=4096)
def _stem_graph(
    in_shape: Shape, out_channels: int, kernel_size: int, stride: int, activation: str
) -> Graph:
    net = Builder(in_shape, activation)
    return net.graph(
        ends.stem(net, net.input, out_channels, kernel_size=kernel_size, stride=stride)
    )


@lru_cache(maxsize=4096)
def _head_graph(in_shape: Shape, num_classes: int, dropout: float) -> Graph:
    net = Builder(in_shape)
    return net.graph(ends.head(net, net.input, num_classes, dropout=dropout))
