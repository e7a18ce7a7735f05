"""A network in words and lines: its layers, where a cost goes, what goes in and comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from search_spaces.graphs.cost import LayerCost, cost, layer_costs, tensor_bytes
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import (
    Activation,
    BatchNorm,
    ChannelShuffle,
    Conv,
    Dropout,
    Pool,
    Primitive,
    Shape,
)

_FOLDED = {BatchNorm: "norm", Dropout: "dropout"}


class Line(NamedTuple):
    """One row of a table: a layer with what follows it in place, a block, or a run of equal blocks.

    Attributes:
        name: Of the layer or block; empty where a heading says it.
        what: The layer in short, for example `conv 3x3/2 g32, norm, relu`.
        receptive_field: Input pixels that one output position sees.
    """

    name: str
    what: str
    in_shape: Shape
    out_shape: Shape
    params: int
    flops: int
    activation_bytes: int
    receptive_field: int


class Section(NamedTuple):
    """A block of a network as a table shows it.

    Attributes:
        heading: Name of the block; empty where its one line says all.
        type: Type of the block, and which earlier blocks it reads besides.
        lines: Its layers.
        repeats: The blocks behind it that are equal to it, as one line; None where there are none.
    """

    heading: str
    type: str
    lines: tuple[Line, ...]
    repeats: Line | None = None


class CostedBlock(NamedTuple):
    """A block and the costs of its layers."""

    block: Block
    layers: list[LayerCost]


Run = list[CostedBlock]
"""Equal blocks in a row."""


def facts(name: str, network: Network) -> dict[str, Any]:
    """All there is to know of a network, as JSON values.

    Sides are `[height, width]`; a value that a layer does not have is null. FLOPs are
    multiply-adds, counted once.
    """
    total = cost(network)
    return {
        "name": name,
        "architecture": network.id,
        "in_shape": list(network.in_shape),
        "out_shape": list(network.out_shape),
        "params": total.params,
        "flops": total.flops,
        "weight_bytes": total.weight_bytes,
        "peak_activation_bytes": total.peak_activation_bytes,
        "receptive_field": total.receptive_field,
        "receptive_stride": total.receptive_stride,
        "arithmetic_intensity": total.arithmetic_intensity,
        "layers": [_layer_facts(layer) for layer in layer_costs(network)],
    }


def _layer_facts(layer: LayerCost) -> dict[str, Any]:
    op, window = layer.op, layer.op.window()
    return {
        "name": layer.name,
        "type": layer_type(op),
        "in_shape": list(layer.in_shape),
        "out_shape": list(layer.out_shape),
        "kernel_size": list(window.kernel_size) if window else None,
        "stride": list(window.stride) if window else None,
        "padding": list(window.padding) if window else None,
        "dilation": list(window.dilation) if window and isinstance(op, Conv) else None,
        "groups": op.groups if isinstance(op, Conv | ChannelShuffle) else None,
        "params": layer.params,
        "flops": layer.flops,
        "activation_bytes": layer.activation_bytes,
        "receptive_field": layer.receptive_field,
        "receptive_stride": layer.receptive_stride,
    }


def layer_type(op: Primitive) -> str:
    """What a layer is, for example `conv`, `max_pool` or `relu6`."""
    if isinstance(op, Pool):
        return f"{op.function}_pool"
    if isinstance(op, Activation):
        return op.function
    return "conv_transposed" if isinstance(op, Conv) and op.transposed else op.kind


def in_short(op: Primitive) -> str:
    """A layer in a few letters: `conv 3x3/2 d2 g32` is kernel, stride, dilation and groups."""
    words = [layer_type(op)]
    window = op.window()
    if window is not None:
        step = window.stride[0] if window.stride[0] == window.stride[1] else _sides(window.stride)
        words.append(f"{_sides(window.kernel_size)}{'' if step == 1 else f'/{step}'}")
        if window.dilation != (1, 1):
            words.append(f"d{max(window.dilation)}")
    if isinstance(op, Conv | ChannelShuffle) and op.groups > 1:
        words.append(f"g{op.groups}")
    return " ".join(words)


def _sides(pair: tuple[int, int]) -> str:
    return f"{pair[0]}x{pair[1]}"


def shape_text(shape: Shape) -> str:
    """`64x56x56`: channels, height, width; or the length of a vector."""
    return "x".join(map(str, shape))


def sections(network: Network, *, every_layer: bool = False) -> list[Section]:
    """The network's layers block by block, for reading.

    Batch norm, activation and dropout stand in the line of the layer before them, and three or more
    equal blocks in a row are shown once, unless `every_layer` is asked for.
    """
    found = []
    for run in runs(network, 0 if every_layer else 3):
        block, layers = run[0]
        lines = list(_lines(block, layers, every_layer))
        named = bool(block.name) and len(lines) > 1
        if block.name and not named:
            lines = [line._replace(name=f"{block.name}.{line.name}") for line in lines]
        repeats = _repeats(run) if len(run) > 1 else None
        kind = f"{block.type} ← {', '.join(block.taps)}" if block.taps else block.type
        found.append(Section(block.name if named else "", kind, tuple(lines), repeats))
    return found


def runs(network: Network, at_least: int) -> list[Run]:
    """Blocks with the costs of their layers; so many equal named ones in a row are one run.

    Blocks without layers are left out. With `at_least` 0 each block stands for itself.
    """
    layers = iter(layer_costs(network))
    costed = [CostedBlock(block, [next(layers) for _ in block.graph.nodes])
              for block in network.blocks]  # fmt: skip
    found: list[Run] = []
    for (_, named, *_), group in groupby(filter(lambda entry: entry.layers, costed), _sameness):
        equal = list(group)
        together = named and at_least and len(equal) >= at_least
        found += [equal] if together else [[entry] for entry in equal]
    return found


def _sameness(entry: CostedBlock) -> tuple[str, bool, str, tuple[str, ...]]:
    block = entry.block
    return block.type, bool(block.name), block.graph.id, block.taps


def _lines(block: Block, layers: list[LayerCost], every_layer: bool) -> Iterator[Line]:
    line: Line | None = None
    for index, (node, layer) in enumerate(zip(block.graph.nodes, layers, strict=True)):
        word = folded_word(layer.op)
        # A norm of another branch than the layer above it has a line of its own.
        if line and word and not every_layer and node.inputs == (index - 1,):
            params = line.params + layer.params
            line = line._replace(what=f"{line.what}, {word}", params=params)
            continue
        if line:
            yield line
        line = _line(node.name, layer)
    if line:
        yield line


def folded_word(op: Primitive) -> str | None:
    """How a layer is called in the line of the one before it; None where it has its own line."""
    return op.function if isinstance(op, Activation) else _FOLDED.get(type(op))


def _line(name: str, layer: LayerCost) -> Line:
    return Line(
        name, in_short(layer.op), layer.in_shape, layer.out_shape, layer.params, layer.flops,
        layer.activation_bytes, layer.receptive_field,
    )  # fmt: skip


def _repeats(run: Run) -> Line:
    first, last = run[1].block.name, run[-1].block.name
    name = first if first == last else f"{first}-{last.rpartition('.')[2]}"
    return _block_line(name, f"{len(run) - 1} more like {run[0].block.name}", run[1:])


def block_lines(network: Network) -> list[Line]:
    """One line for each block; blocks without a name are called by their type."""
    return [
        _block_line(run[0].block.name or f"({run[0].block.type})", run[0].block.type, run)
        for run in runs(network, 0)
    ]


def _block_line(name: str, what: str, run: Run) -> Line:
    layers = [layer for entry in run for layer in entry.layers]
    graph = run[-1].block.graph
    return Line(
        name, what, run[0].block.graph.in_shape, graph.out_shape,
        sum(layer.params for layer in layers), sum(layer.flops for layer in layers),
        tensor_bytes(graph.out_shape), layers[-1].receptive_field,
    )  # fmt: skip


MOST_NAMES = 20
"""Classes that are named where there are more; the database has them all."""


def input_in_words(found: InputFormat) -> str:
    """For example `bytes, grey, each less 33.3184, over 62.4096`."""
    mean, std = (", ".join(f"{n:.6g}" for n in numbers) for numbers in (found.mean, found.std))
    if len(found.mean) == 1:
        return f"bytes, {found.channels}, each less {mean}, over {std}"
    return f"bytes, {found.channels}, each channel less its mean ({mean}), over its std ({std})"


def classes_in_words(names: Sequence[str]) -> str:
    """For example `0 is 1, 1 is 10, 2 is 2`; `0 to 9` where numbers are all that is known."""
    if list(names) == [str(label) for label in range(len(names))]:
        return f"0 to {len(names) - 1}"
    told = ", ".join(f"{label} is {name}" for label, name in enumerate(names[:MOST_NAMES]))
    return told if len(names) <= MOST_NAMES else f"{told}, and so on to {len(names) - 1}"
