"""The decisions of a search, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from search_spaces.registry import Value
from search_spaces.spaces.space_spec import BlockSpec, DenseHead, HeadSpec, SpaceSpec, StageSpec

Values = Mapping[str, Value]


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


def all_choices(spec: SpaceSpec) -> Iterator[Choice]:
    """The choices of a space; one that others depend on stands before them."""
    yield Choice("width_mult", spec.width_mult)
    yield Choice("resolution_mult", spec.resolution_mult)
    yield Choice("activation", spec.activation)
    for name, values in spec.stem:
        yield Choice(f"stem.{name}", values)
    for number, stage in enumerate(spec.stages, 1):
        yield from _stage_choices(f"stage{number}", stage)
    if isinstance(spec.head, HeadSpec):
        for name, values in spec.head:
            yield Choice(f"head.{name}", values)
        return
    if spec.output_stride is not None:
        yield Choice("output_stride", spec.output_stride)
    yield Choice("head.kind", tuple(head.name for head in spec.heads))
    for head in spec.heads:
        yield from _head_choices(head, is_one=len(spec.heads) == 1)


def num_combinations(spec: SpaceSpec) -> int:
    """How many sets of values there are; several may mean the same network."""
    total = prod(map(len, (spec.width_mult, spec.resolution_mult, spec.activation)))
    total *= prod(len(values) for _, values in spec.stem)
    if isinstance(spec.head, HeadSpec):
        total *= prod(len(values) for _, values in spec.head)
    else:
        total *= len(spec.output_stride or (0,)) * sum(map(_num_of_head, spec.heads))
    for stage in spec.stages:
        blocks = _num_of_blocks(stage.block)
        total *= blocks * prod(map(len, (stage.out_channels, stage.num_blocks, stage.stride)))
    return total


def _num_of_blocks(blocks: tuple[BlockSpec, ...]) -> int:
    """How many sets of values a choice of blocks has."""
    return sum(prod(map(len, block.choices.values())) for block in blocks)


def _num_of_head(head: DenseHead) -> int:
    return prod(map(len, head.choices.values())) * (_num_of_blocks(head.blocks) or 1)


def _head_choices(head: DenseHead, *, is_one: bool) -> Iterator[Choice]:
    """The choices of a head, which exist where it is chosen."""
    name = f"head.{head.name}"
    requires = None if is_one else ("head.kind", head.name)
    for choice, values in head.choices.items():
        yield Choice(f"{name}.{choice}", values, requires)
    if head.blocks:
        yield Choice(f"{name}.block", tuple(block.name for block in head.blocks), requires)
    for block in head.blocks:
        inner = (f"{name}.block", block.name) if len(head.blocks) > 1 else requires
        for choice, values in block.choices.items():
            yield Choice(f"{name}.{block.name}.{choice}", values, inner)


def _stage_choices(name: str, stage: StageSpec) -> Iterator[Choice]:
    yield Choice(f"{name}.out_channels", stage.out_channels)
    yield Choice(f"{name}.num_blocks", stage.num_blocks)
    yield Choice(f"{name}.stride", stage.stride)
    yield Choice(f"{name}.block", tuple(block.name for block in stage.block))
    for block in stage.block:
        requires = (f"{name}.block", block.name) if len(stage.block) > 1 else None
        for choice, values in block.choices.items():
            yield Choice(f"{name}.{block.name}.{choice}", values, requires)
