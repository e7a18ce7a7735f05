"""Plans of networks that make a class of each pixel: where they stride, dilate, and are tapped.

All strides and the kind of head are chosen before any block is, so that it is known of each block
what lives beside it. The number of plans is small: blocks, channels and depths are no part of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from math import gcd
from typing import Any, NamedTuple

from search_spaces.graphs.chain import Chain, Options
from search_spaces.graphs.cost import block_peak_bytes, tensor_bytes
from search_spaces.graphs.graph import INPUT, Graph
from search_spaces.graphs.network import Block, last_readers, tap_marks
from search_spaces.graphs.primitives import Shape
from search_spaces.registry import BlockChoice, Value, head_type
from search_spaces.spaces.space_spec import DenseHead, SpaceSpec


class Placed(NamedTuple):
    """A block at its place among what is alive beside it.

    Attributes:
        held: Bytes of taps that it does not read.
        staying: Its inputs that are read after it as well.
        mark: What identity says behind it, see `tap_marks`.
    """

    graph: Graph
    held: int = 0
    staying: frozenset[int] = frozenset()
    mark: str = ""

    @property
    def peak_bytes(self) -> int:
        """Most bytes alive at once while it runs."""
        return self.held + block_peak_bytes(self.graph, self.staying)


class StagePlan(NamedTuple):
    """How a stage strides and dilates.

    Attributes:
        stride: Of its first block.
        first_dilation: By what the dilation of its first block is multiplied; `rest_dilation` by
            what that of the others.
        is_tapped: Whether the head reads its output beside the last one's.
    """

    stride: int
    first_dilation: int
    rest_dilation: int
    is_tapped: bool


class Plan(NamedTuple):
    """The choices that a plan is made by, and what follows from them.

    Attributes:
        output_stride: 0 for as much as the strides say.
        stem: Stride and pooling of the stem.
        strides: Of the stages, as chosen.
        tap_options: The choices of the head that say what it taps.
    """

    output_stride: int
    stem: tuple[int, bool]
    strides: tuple[int, ...]
    head: str
    tap_options: Options
    stages: tuple[StagePlan, ...]

    @classmethod
    def of(cls, spec: SpaceSpec, values: Mapping[str, Value]) -> Plan:
        """The plan that values mean, those that are fixed among them."""
        head = str(values["head.kind"])
        options = tuple(
            (name, values[f"head.{head}.{name}"]) for name in head_type(head).tap_choices
        )
        strides = tuple(int(values[f"stage{n}.stride"]) for n in range(1, len(spec.stages) + 1))
        stem = (int(values["stem.stride"]), bool(values["stem.pool"]))
        return plan(int(values.get("output_stride", 0)), stem, strides, head, options)

    def values(self) -> dict[str, Value]:
        """The choices that stand in no block, by name."""
        own = {"output_stride": self.output_stride} if self.output_stride else {}
        return {**own, "head.kind": self.head}


@lru_cache(maxsize=1 << 12)
def plan(
    output_stride: int,
    stem: tuple[int, bool],
    strides: tuple[int, ...],
    head: str,
    tap_options: Options,
) -> Plan:
    """Works out how stages stride and dilate, and which of them are tapped."""
    total, dilation = stem[0] * (2 if stem[1] else 1), 1
    stages: list[StagePlan] = []
    totals: list[int] = []
    for stride in strides:
        room = max(1, output_stride // total) if output_stride else stride
        kept, before = gcd(stride, room) if room < stride else stride, dilation
        # The first block looks at the map before its stride (arXiv:1606.00915, figure 2).
        total, dilation = total * kept, dilation * (stride // kept)
        stages.append(StagePlan(kept, before, dilation, is_tapped=False))
        totals.append(total)
    for number in head_type(head).tapped(totals, dict(tap_options)):
        stages[number] = stages[number]._replace(is_tapped=True)
    return Plan(output_stride, stem, strides, head, tap_options, tuple(stages))


def plans(spec: SpaceSpec) -> Iterator[Plan]:
    """Every plan of a space of dense networks."""
    stems = product(spec.stem.stride, spec.stem.pool)
    strides = product(*(stage.stride for stage in spec.stages))
    heads = [(head.name, options) for head in spec.heads for options in _tap_options(head)]
    for output_stride, stem, chosen, (head, options) in product(
        spec.output_stride or (0,), stems, strides, heads
    ):
        yield plan(output_stride, stem, chosen, head, options)


def _tap_options(head: DenseHead) -> Iterator[Options]:
    names = head_type(head.name).tap_choices
    for values in product(*(head.choices[name] for name in names)):
        yield tuple(zip(names, values, strict=True))


Taps = tuple[Shape, ...]
"""Shapes of what was tapped so far, from fine to coarse."""


def first_of_stage(graph: Graph, taps: Taps, *, reads_tap: bool) -> Placed:
    """The first block of a stage; whether the stage before it is tapped."""
    others = taps[:-1] if reads_tap else taps
    staying = frozenset((INPUT,)) if reads_tap else frozenset()
    return Placed(graph, sum(map(tensor_bytes, others)), staying)


def later_of_stage(graph: Graph, taps: Taps) -> Placed:
    """A block whose input nobody else reads."""
    return Placed(graph, sum(map(tensor_bytes, taps)))


def placed_head(blocks: tuple[Block, ...], taps: Taps) -> tuple[Placed, ...]:
    """The blocks of a head with what lives beside them; taps are called as `tap_names` does."""
    place = {name: number for number, name in enumerate(tap_names(len(taps)))}
    sources = [tuple(place[tap] for tap in block.taps) for block in blocks]
    last = last_readers(sources)
    # Numbered as if the tapped stages stood before the head, which is what identity counts.
    marks = tap_marks([*((),) * len(taps), *sources])[len(taps) :]
    return tuple(
        Placed(
            block.graph,
            sum(tensor_bytes(taps[i]) for i, end in last.items() if end > n and i not in read),
            frozenset(INPUT - 1 - k for k, i in enumerate(read) if last[i] > n),
            mark,
        )
        for n, (block, read, mark) in enumerate(zip(blocks, sources, marks, strict=True))
    )


def tap_names(count: int) -> tuple[str, ...]:
    """What taps are called before the blocks are known that they are of, from fine to coarse."""
    return tuple(f"tap{number}" for number in range(count))


@lru_cache(maxsize=1 << 16)
def head_blocks(
    head: str,
    image: Shape,
    shape: Shape,
    taps: Taps,
    activation: str,
    num_classes: int,
    options: tuple[tuple[str, Any], ...],
) -> tuple[Block, ...]:
    """The blocks of a head behind a map of this shape. Equal arguments give the same objects."""
    names = tap_names(len(taps))
    chain = Chain.behind(image, activation, dict(zip(names, taps, strict=True)), shape)
    write = head_type(head).function
    return tuple(write(chain, names[::-1], num_classes, **dict(options)).blocks)


def head_options(
    head: DenseHead, values: Mapping[str, Value]
) -> tuple[tuple[str, Value | BlockChoice], ...]:
    """The choices of a head as its function takes them, from values by their full names."""
    prefix = f"head.{head.name}"
    options: list[tuple[str, Value | BlockChoice]] = [
        (name, values[f"{prefix}.{name}"]) for name in head.choices
    ]
    if head.blocks:
        name = str(values[f"{prefix}.block"])
        block = next(block for block in head.blocks if block.name == name)
        own = tuple((choice, values[f"{prefix}.{name}.{choice}"]) for choice in block.choices)
        options.append(("block", BlockChoice(name, own)))
    return tuple(options)


def head_combinations(head: DenseHead, fixed: Options) -> Iterator[dict[str, Value]]:
    """Every set of values of a head by their full names.

    Args:
        fixed: Choices that have been made.
    """
    prefix, made = f"head.{head.name}", dict(fixed)
    own = {
        f"{prefix}.{name}": (made[name],) if name in made else values
        for name, values in head.choices.items()
    }
    for values in _products(own):
        if not head.blocks:
            yield values
        for block in head.blocks:
            inner = {f"{prefix}.{block.name}.{n}": v for n, v in block.choices.items()}
            for more in _products(inner):
                yield {**values, f"{prefix}.block": block.name, **more}


def _products(choices: Mapping[str, tuple[Value, ...]]) -> Iterator[dict[str, Value]]:
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))
