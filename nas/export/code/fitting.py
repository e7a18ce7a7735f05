"""Makes one class for blocks of equal structure, or of structures that differ in some parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from nas.export.code.columns import (
    ApartError,
    Columns,
    called,
    columns_of,
    condition,
    names_of,
    shared,
    some,
)
from nas.export.code.helpers import CONV, CONV_NORM_ACT, KEPT, is_usual
from nas.export.code.loops import Rolled
from nas.export.code.template import CHANNELS, Column, Loop, Slot, Template
from nas.export.code.units import MODULES, ConvUnit
from nas.export.code.variants import Part
from search_spaces.graphs.graph import INPUT, Graph
from search_spaces.graphs.primitives import Conv, Pool, Primitive, TorchCall

Layer = list[Primitive | None]
"""What one layer is in each block; None where a block does not have it."""


def fit(
    rolled: Sequence[Rolled],
    *,
    helpers: Collection[str],
    full: Graph | None = None,
    parts: tuple[Part, ...] = (),
) -> Template:
    """The class of some blocks; arguments that always agree share a name.

    Args:
        helpers: The functions that make usual convolutions.
        full: Has all the parts, of which each block may leave some out; without it the blocks
            have the same layers.

    Raises:
        ApartError: A part takes an argument that blocks without it could not be given, or the
            blocks differ in the form of their kernels.
    """
    blocks = _Blocks(tuple(rolled), full or rolled[0].graph, parts)
    if any(_differ(layer) for layer in blocks.layers):
        raise ApartError("kernels of different form")
    # The loop is written once for all turns, so that no turn can lack a layer.
    if any(part.nodes[0] < blocks.length for part in parts):
        raise ApartError("a part of a loop")
    calls = blocks.calls(helpers)
    varying, of_parts = columns_of(calls, blocks.growing)
    for slot, column in of_parts.items():
        taken = shared(slot[1], column, varying, blocks.out_channels)
        if taken is not None:
            varying[slot] = taken
    begin = blocks.in_channels if blocks.length else None
    names = names_of(blocks.full, varying, blocks.out_channels, begin)
    slots = {slot: names[column] for slot, column in varying.items()}
    slots |= {(index, name, None): CHANNELS for index, name in blocks.growing}
    loop, of_loop = _loop(blocks, names) if blocks.length else (None, {})
    derived, flags = _flags(blocks, names)
    choices = _choices(blocks, names)
    optional = {
        part.nodes[0]: derived.pop(part.flag, part.flag) for part in parts if _is_pool(part, blocks)
    }
    # As a module: as a function, `forward` would need each differing argument as an attribute.
    kept = {*choices, *optional, *_pools_that_differ(blocks, slots)}
    return Template(
        graph=blocks.full,
        parameters={**{name: column for column, name in names.items()}, **of_loop, **flags},
        slots=slots,
        calls=tuple(_call(layer, index in kept) for index, layer in enumerate(calls)),
        parts=tuple(part for part in parts if part.nodes[0] not in optional),
        derived=derived,
        choices=choices,
        optional=optional,
        loop=loop,
    )


@dataclass(frozen=True)
class _Blocks:
    """The blocks of one class.

    Attributes:
        full: Has the layers of all.
        parts: What some of them leave out.
    """

    rolled: tuple[Rolled, ...]
    full: Graph
    parts: tuple[Part, ...]

    @property
    def length(self) -> int:
        """How many layers are in the loop."""
        return self.rolled[0].length

    @cached_property
    def growing(self) -> set[tuple[int, str]]:
        """The arguments, by layer, that are the channels of the loop in each block."""
        # What is the loop's channels in one block by chance alone is an argument like any other.
        found = frozenset.intersection(*(block.growing | block.grown for block in self.rolled))
        index_of = {node.name: index for index, node in enumerate(self.full.nodes)}
        return {(index_of[layer], argument) for layer, argument in found}

    @cached_property
    def in_channels(self) -> Column:
        return tuple(block.graph.in_shape[0] for block in self.rolled)

    @cached_property
    def out_channels(self) -> Column:
        return tuple(block.graph.out_shape[0] for block in self.rolled)

    @cached_property
    def layers(self) -> list[Layer]:
        named = [{node.name: node.op for node in block.graph.nodes} for block in self.rolled]
        return [[ops.get(node.name) for ops in named] for node in self.full.nodes]

    def channels(self, index: int) -> Column | None:
        """The channels that a layer makes in each block; None where some do not have it."""
        name = self.full.nodes[index].name
        shapes = [
            shape
            for block in self.rolled
            for shape in (node.shape for node in block.graph.nodes if node.name == name)
        ]
        return tuple(s[0] for s in shapes) if len(shapes) == len(self.rolled) else None

    def has(self, part: Part) -> list[bool]:
        """Which blocks have a part."""
        return [op is not None for op in self.layers[part.nodes[-1]]]

    def calls(self, helpers: Collection[str]) -> list[list[TorchCall | None]]:
        """How each layer is written in each block, by these functions where that can be."""
        of_units = next((name for name in helpers if name != CONV), None)
        alone = CONV if CONV in helpers else None
        return [
            _calls(layer, of_units if isinstance(some(layer), ConvUnit) else alone)
            for layer in self.layers
        ]


def _differ(layer: Layer) -> bool:
    """Whether some blocks have a square kernel, or a usual convolution, where others have not."""
    convs = [op.conv if isinstance(op, ConvUnit) else op for op in layer]
    forms = {(is_usual(op), len(set(op.kernel_size))) for op in convs if isinstance(op, Conv)}
    return len(forms) > 1


def _calls(layer: Layer, helper: str | None) -> list[TorchCall | None]:
    """How one layer is written in each of some blocks, all in the same way; None: not at all."""
    calls = [None if op is None else op.torch_call() for op in layer]
    if helper is None or not all(op is None or is_usual(op) for op in layer):
        return calls
    written = []
    for call in calls:
        if call is not None:
            has_act = {"act": "act" in call.kwargs} if helper == CONV_NORM_ACT else {}
            call = TorchCall(helper, {**{name: call.kwargs[name] for name in KEPT}, **has_act})
        written.append(call)
    return written


def _call(calls: list[TorchCall | None], is_kept: bool) -> TorchCall:
    """How a layer is written; a pooling that is kept is a module."""
    call = some(calls)
    return TorchCall(MODULES[call.target], call.kwargs) if is_kept else call


def _is_pool(part: Part, blocks: _Blocks) -> bool:
    """Whether a part is a pooling, without which the rest reads what it would pool."""
    first = blocks.full.nodes[part.nodes[0]]
    return len(part.nodes) == 1 and isinstance(first.op, Pool) and first.inputs == (part.source,)


def _pools_that_differ(blocks: _Blocks, slots: Mapping[Slot, str]) -> set[int]:
    """The poolings that every block has with arguments of its own; some may lack parts."""
    differing = {index for index, _, _ in slots if isinstance(blocks.full.nodes[index].op, Pool)}
    in_parts = {index for part in blocks.parts for index in part.nodes}
    return {index for index in differing - in_parts if index >= blocks.length}


def _loop(blocks: _Blocks, names: Mapping[Column, str]) -> tuple[Loop, dict[str, Column]]:
    """The loop, and the parameters that it takes besides those of its layers."""
    growth = tuple(block.growth for block in blocks.rolled)
    times = tuple(block.times for block in blocks.rolled)
    known = {**names, times: "num_layers"}
    if len(set(growth)) > 1:
        known.setdefault(growth, "growth_rate")
    written = [
        known[column] if len(set(column)) > 1 else repr(column[0])
        for column in (times, blocks.in_channels, growth)
    ]
    own = {name: column for column, name in known.items() if column not in names}
    return Loop(blocks.length, *written), {n: c for n, c in own.items() if len(set(c)) > 1}


def _flags(
    blocks: _Blocks, names: Mapping[Column, str]
) -> tuple[dict[str, str], dict[str, Column]]:
    """For each part the condition that tells whether a block has it, or else a parameter."""
    derived: dict[str, str] = {}
    given: dict[str, Column] = {}
    for part in blocks.parts:
        has_part = blocks.has(part)
        found = condition(has_part, _stride(names), _told_by(part, blocks, names))
        if found is None:
            given[part.flag] = tuple(has_part)
        else:
            derived[part.flag] = found
    return derived, given


def _told_by(part: Part, blocks: _Blocks, names: Mapping[Column, str]) -> tuple[Columns, Columns]:
    """The channels that may tell whether a block has a part; of a pooling none do."""
    if all(isinstance(blocks.full.nodes[index].op, Pool) for index in part.nodes):
        return {}, {}
    source = part.source
    while within := [other.source for other in blocks.parts if source in other.nodes]:
        source = within[0]
    found = None if source == INPUT else blocks.channels(source)
    of_source = {} if found is None else called(found, names)
    ends = called(blocks.in_channels, names), called(blocks.out_channels, names)
    return ends[0], {**ends[1], **of_source}


def _stride(names: Mapping[Column, str]) -> Columns:
    return {name: column for column, name in names.items() if name == "stride"}


def _choices(blocks: _Blocks, names: Mapping[Column, str]) -> dict[int, str]:
    """The poolings that only some blocks do by average, and when they do."""
    choices: dict[int, str] = {}
    ends = called(blocks.in_channels, names), called(blocks.out_channels, names)
    for index, layer in enumerate(blocks.layers):
        functions = [op.function if isinstance(op, Pool) else "" for op in layer]
        if {"max", "avg"} <= set(functions):
            found = condition([name == "avg" for name in functions], _stride(names), ends)
            if found is None or None in layer:
                raise ApartError("pooling by maximum and by average")
            choices[index] = found
    return choices
