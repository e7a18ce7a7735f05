"""A space of architectures: named choices, and the network that a set of values means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from search_spaces.errors import GraphError, Location, SpaceError
from search_spaces.graphs import chain as ends
from search_spaces.graphs.chain import Options, scale_channels
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import Shape
from search_spaces.registry import Value, lower
from search_spaces.spaces.choice_words import in_words
from search_spaces.spaces.choices import Choice, Values, all_choices, num_combinations
from search_spaces.spaces.dense import (
    Placed,
    Plan,
    Taps,
    first_of_stage,
    head_blocks,
    head_combinations,
    head_options,
    later_of_stage,
    placed_head,
    plans,
    tap_names,
)
from search_spaces.spaces.space_spec import (
    BlockSpec,
    DenseHead,
    HeadSpec,
    SpaceSpec,
    StemSpec,
)


class GlobalChoices(NamedTuple):
    """The choices that hold for the whole network."""

    width_mult: float
    resolution_mult: float
    activation: str
    plan: Plan | None = None  # of a space of networks that make a class of each pixel


class End(NamedTuple):
    """A stem or a head with the choices that it is made by, by their full names."""

    values: Values
    blocks: tuple[Placed, ...]


class Way(NamedTuple):
    """A way to pass a stage: one block, as often as the stage allows.

    Attributes:
        block: Name of the block.
        out_channels: As the space says, before `width_mult`.
        options: The block's own choices.
        first: The first block.
        rest: Each block behind it.
        taps: What was tapped so far, this stage's output included.
    """

    block: str
    out_channels: int
    stride: int
    options: Options
    first: Placed
    rest: Placed
    taps: Taps


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
        return tuple(choice for choice in all_choices(self.spec) if len(choice.values) > 1)

    @cached_property
    def fixed(self) -> dict[str, Value]:
        """The choices that have one value only."""
        return {c.name: c.values[0] for c in all_choices(self.spec) if len(c.values) == 1}

    def num_combinations(self) -> int:
        """How many sets of values there are; several may mean the same network."""
        return num_combinations(self.spec)

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
            float(full["width_mult"]), float(full["resolution_mult"]), str(full["activation"]),
            Plan.of(self.spec, full) if self.spec.heads else None,
        )  # fmt: skip
        blocks = [Block("stem", "stem", self._stem(glob, _of_end("stem", self.spec.stem, full)))]
        tapped: list[Block] = []
        for position in range(len(self.spec.stages)):
            blocks += self._stage(position, glob, blocks[-1].graph.out_shape, full)
            if glob.plan and glob.plan.stages[position].is_tapped:
                tapped.append(blocks[-1])
        blocks += self._head_blocks(glob, blocks[-1].graph.out_shape, tapped, full)
        return Network(self._scaled_input(glob), tuple(blocks))

    def _check(self, full: Values) -> None:
        for choice in self.choices:
            if choice.is_active(full) and full.get(choice.name) not in choice.values:
                came = f"got {full[choice.name]!r}" if choice.name in full else "it is missing"
                raise SpaceError(f"`{choice.name}` must be one of {list(choice.values)}; {came}")

    def _stem(self, glob: GlobalChoices, options: Options) -> Graph:
        scaled = self._scaled_channels(glob, "out_channels", options)
        return ends.written(ends.stem, scaled, self._scaled_input(glob), glob.activation)

    def _head(self, glob: GlobalChoices, shape: Shape, options: Options) -> Graph:
        scaled = self._scaled_channels(glob, "conv_channels", options)
        options = (("num_classes", self.num_classes), *scaled)
        return ends.written(ends.head, options, shape, glob.activation)

    def _scaled_channels(self, glob: GlobalChoices, name: str, options: Options) -> Options:
        return tuple(
            # 0 stands for none and must stay so: scaled, it would become the least multiple.
            (key, self._channels(int(value), glob) if key == name and value else value)
            for key, value in options
        )

    def _stage(
        self, position: int, glob: GlobalChoices, shape: Shape, full: Values
    ) -> Iterator[Block]:
        name, stage = f"stage{position + 1}", self.spec.stages[position]
        block_name = str(full[f"{name}.block"])
        block = next(block for block in stage.block if block.name == block_name)
        prefix = f"{name}.{block_name}"
        options = tuple((choice, full[f"{prefix}.{choice}"]) for choice in block.choices)
        channels = self._channels(int(full[f"{name}.out_channels"]), glob)
        stride = int(full[f"{name}.stride"])
        for index in range(int(full[f"{name}.num_blocks"])):
            graph = self._block(position, index, glob, block_name, shape, channels, stride, options)
            yield Block(f"{name}.{index}", block_name, graph)
            shape = graph.out_shape

    def _block(
        self, position: int, index: int, glob: GlobalChoices, name: str, shape: Shape,
        channels: int, stride: int, options: Options,
    ) -> Graph:  # fmt: skip
        """One block of a stage; where the plan dilates, the block's own dilation times that."""
        if glob.plan is not None:
            stage = glob.plan.stages[position]
            stride, dilation = stage.stride, stage.rest_dilation if index else stage.first_dilation
            options = tuple(
                (key, int(value) * dilation if key == "dilation" else value)
                for key, value in options
            )
        # With stride 1, as the first block of a stage has taken it.
        return lower(name, shape, channels, 1 if index else stride, glob.activation, options)

    def _head_blocks(
        self, glob: GlobalChoices, shape: Shape, tapped: Sequence[Block], full: Values
    ) -> Iterator[Block]:
        if isinstance(self.spec.head, HeadSpec):
            head = self._head(glob, shape, _of_end("head", self.spec.head, full))
            yield Block("head", "head", head)
            return
        taps = tuple(block.graph.out_shape for block in tapped)
        names = dict(zip(tap_names(len(taps)), (block.name for block in tapped), strict=True))
        for block in self._dense_head(glob, shape, taps, full):
            yield block._replace(taps=tuple(names[tap] for tap in block.taps))

    def _dense_head(
        self, glob: GlobalChoices, shape: Shape, taps: Taps, full: Values
    ) -> tuple[Block, ...]:
        head = next(head for head in self.spec.heads if head.name == full["head.kind"])
        options = self._scaled_channels(glob, "out_channels", head_options(head, full))
        return head_blocks(
            head.name, self._scaled_input(glob), shape, taps, glob.activation, self.num_classes,
            options,
        )  # fmt: skip

    def _channels(self, out_channels: int, glob: GlobalChoices) -> int:
        return scale_channels(out_channels, glob.width_mult, self.spec.channel_multiple)

    def _scaled_input(self, glob: GlobalChoices) -> Shape:
        channels, *sides = self.in_shape
        # Rounded, as 0.714285714 of 224 pixels is just below 160.
        return (channels, *(max(1, round(side * glob.resolution_mult)) for side in sides))

    def stems(self, glob: GlobalChoices) -> Iterator[End]:
        """Every stem for one set of global choices."""
        for options in _combinations(tuple(self.spec.stem)):
            chosen = dict(options)
            if glob.plan is None or glob.plan.stem == (chosen["stride"], chosen["pool"]):
                values = {f"stem.{name}": value for name, value in options}
                yield End(values, (Placed(self._stem(glob, options)),))

    def ends(self, glob: GlobalChoices, shape: Shape, taps: Taps) -> Iterator[End]:
        """Every head for one input shape, and what was tapped.

        Raises:
            SpaceError: A block cannot be built from the space's values; its location is known.
        """
        if isinstance(self.spec.head, HeadSpec):
            for options in _combinations(tuple(self.spec.head)):
                values = {f"head.{name}": value for name, value in options}
                yield End(values, (Placed(self._head(glob, shape, options)),))
            return
        assert glob.plan is not None
        for index, head in enumerate(self.spec.heads):
            if head.name != glob.plan.head:
                continue
            for values in head_combinations(head, glob.plan.tap_options):
                try:
                    full = {**values, "head.kind": head.name}
                    blocks = self._dense_head(glob, shape, taps, full)
                except GraphError as error:
                    raise self._head_error(index, head, glob, full, error) from error
                yield End(values, placed_head(blocks, taps))

    def _head_error(
        self, index: int, head: DenseHead, glob: GlobalChoices, full: Values, error: GraphError
    ) -> SpaceError:
        """What is wrong with a head, at the place of the block that it is made of."""
        names = {choice.name for choice in self.choices}
        told = [f"{key.rpartition('.')[2]}={v}" for key, v in full.items() if key in names]
        location: Location = ("head", index, head.name)
        for number, block in enumerate(head.blocks):
            if block.name == full[f"head.{head.name}.block"]:
                location = (*location, "block", number, block.name)
        where = f"with {', '.join([*told, f'width_mult={glob.width_mult:g}'])}"
        return SpaceError(f"{where}: {error}", location)

    def ways(self, position: int, glob: GlobalChoices, shape: Shape, taps: Taps) -> Iterator[Way]:
        """Every way to pass a stage from one input shape, and what was tapped.

        Raises:
            SpaceError: A block cannot be built from the space's values; its location is known.
        """
        stage, plan = self.spec.stages[position], glob.plan
        strides = stage.stride if plan is None else (plan.strides[position],)
        reads_tap = plan is not None and position > 0 and plan.stages[position - 1].is_tapped
        is_tapped = plan is not None and plan.stages[position].is_tapped
        for index, block in enumerate(stage.block):
            for out_channels, stride, options in product(
                stage.out_channels, strides, _options(block)
            ):
                channels = self._channels(out_channels, glob)
                args = (channels, stride, options)
                try:
                    first = self._block(position, 0, glob, block.name, shape, *args)
                    rest = self._block(position, 1, glob, block.name, first.out_shape, *args)
                except GraphError as error:
                    chosen = ", ".join(f"{k}={v}" for k, v in options)
                    where = f"with {chosen} and width_mult={glob.width_mult:g}"
                    location = ("stages", position, "block", index, block.name)
                    raise SpaceError(f"{where}: {error}", location) from error
                yield Way(
                    block.name, out_channels, stride, options,
                    first_of_stage(first, taps, reads_tap=reads_tap), later_of_stage(rest, taps),
                    (*taps, rest.out_shape) if is_tapped else taps,
                )  # fmt: skip

    def global_choices(self) -> Iterator[GlobalChoices]:
        """Every combination of the choices for the whole network."""
        spec = self.spec
        for plan in plans(spec) if spec.heads else (None,):
            for values in product(spec.width_mult, spec.resolution_mult, spec.activation):
                yield GlobalChoices(*values, plan)

    def in_words(self, values: Values) -> str:
        """An architecture's open choices on one line, for example `width 0.5; 2 separable k5`."""
        return in_words(self.spec, values, self.fixed | dict(values))


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
