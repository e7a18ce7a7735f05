"""One block class of an exported file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from nas.export.code.forward import attribute, body, in_loop, statements
from nas.export.code.layout import assignment, call_lines, docstring, shortest, signature
from nas.export.code.names import is_name
from nas.export.code.template import CHANNELS, Template, is_layer
from nas.export.code.units import MODULES, ConvUnit
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.primitives import (
    Activation,
    AdaptiveAvgPool,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    Linear,
    Pool,
    Primitive,
    TorchCall,
)
from search_spaces.registry import block_types

MOST_WORDS = 8
"""Layers that are told one by one where nobody has summed up what a block does."""


NAMES_OF_SEQUENTIAL = {"append", "extend", "insert", "pop"}
"""Names that a layer of a `Sequential` can't have."""


def block_class(name: str, block_type: str, template: Template) -> str:
    """The source of the class of some blocks."""
    parameters = [
        f"{parameter}: {_type_of(column)}{_default_text(template.default(parameter))}"
        for parameter, column in template.in_order
    ]
    chain = _as_chain(template)
    # A loop reads its layers by numbered names, which a `ModuleDict` has and an attribute has not.
    base = "Sequential" if chain else "ModuleDict" if template.loop else "Module"
    lines = [
        f"class {name}(nn.{base}):",
        *docstring(4, [[_summary(block_type, template.graph)]]),
        "",
        *signature(4, "def __init__(", ["self", *parameters], ") -> None:"),
        "        super().__init__()",
        *_made(chain or template),
    ]
    if not chain:
        takes = ", ".join(["self", *(f"{name}: Tensor" for name in template.inputs)])
        lines += ["", f"    def forward({takes}) -> Tensor:", *body(statements(template))]
    return "\n".join(lines)


def _as_chain(template: Template) -> Template | None:
    """A `Sequential`, which needs no `forward`; None where layers don't follow one another."""
    nodes = template.graph.nodes
    in_a_row = all(node.inputs == (index - 1,) for index, node in enumerate(nodes))
    names = {node.name for node in nodes}
    calls = [_as_module(call) for call in template.calls]
    is_plain = not (template.parts or template.loop or template.graph.side_shapes)
    if not is_plain or not (nodes and in_a_row) or names & NAMES_OF_SEQUENTIAL:
        return None
    if not all(map(is_layer, calls)) or not all(map(is_name, names)):
        return None
    return replace(template, calls=tuple(calls))


def _as_module(call: TorchCall) -> TorchCall:
    target = MODULES.get(call.target, call.target)
    # The module begins at 1 by itself, where the function begins at 0.
    if target == "nn.Flatten" and call.kwargs == {"start_dim": 1}:
        return TorchCall(target, {})
    return TorchCall(target, call.kwargs)


def _made(template: Template) -> Iterator[str]:
    yield from (f"        self.{name} = {value}" for name, value in template.kept.items())
    yield from layer_lines(template)


def layer_lines(template: Template) -> Iterator[str]:
    """The lines of `__init__` that make the layers; parts that some blocks have come under `if`."""
    opened = None
    yield from _loop_lines(template)
    in_loop = template.loop.length if template.loop else 0
    for index, call in enumerate(template.calls):
        part = template.part(index)
        if not is_layer(call) or index < in_loop:
            continue
        if part and part != opened:
            prefix = "self." if part.flag in template.derived else ""
            yield f"        if {prefix}{part.flag}:"
        opened = part
        yield from shortest(
            *(
                _layer(
                    template, index, 12 if part else 8, template.arguments(index, is_short=short)
                )
                for short in (False, True)
            )
        )


def _loop_lines(template: Template) -> Iterator[str]:
    """The lines that make the layers of a loop, under numbered names."""
    loop = template.loop
    if loop is None:
        return
    last = f"{loop.times} + 1" if is_name(loop.times) else str(int(loop.times) + 1)
    yield f'        self.suffixes = ["", *(f"_{{number}}" for number in range(2, {last}))]'
    yield f"        {CHANNELS} = {loop.first}"
    yield "        for suffix in self.suffixes:"
    for index, call in enumerate(template.calls[: loop.length]):
        if is_layer(call):
            made = f"{in_loop(template.graph.nodes[index].name)} = {call.target}("
            yield from call_lines(12, made, template.arguments(index), ")")
    yield f"            {CHANNELS} += {loop.growth}"


def _layer(template: Template, index: int, indent: int, arguments: list[str]) -> list[str]:
    name, target = template.graph.nodes[index].name, template.calls[index].target
    if index in template.choices:
        plain = [argument.rpartition("=")[2] for argument in arguments]
        return _choice(indent, attribute(name), template.choices[index], plain)
    if index in template.optional:
        short = ", ".join(template.arguments(index, is_short=True))
        either = f"{target}({short}) if {template.optional[index]} else nn.Identity()"
        return assignment(indent, attribute(name), either)
    if is_name(name):
        return call_lines(indent, f"{attribute(name)} = {target}(", arguments, ")")
    # Layers of a user's own block may have names that are none in Python.
    parts = [f'"{name}"', f"{target}({', '.join(arguments)})"]
    return call_lines(indent, "self.add_module(", parts, ")")


def _choice(indent: int, name: str, condition: str, arguments: list[str]) -> list[str]:
    """A pooling by average under some condition, else by maximum."""
    average = [argument if condition != f"{argument} == 1" else "1" for argument in arguments]
    either = (
        f"nn.AvgPool2d({', '.join(average)}) if {condition} "
        f"else nn.MaxPool2d({', '.join(arguments)})"
    )
    return assignment(indent, name, either)


def _type_of(column: Sequence[Any]) -> str:
    kinds = {"tuple[int, ...]" if isinstance(v, tuple) else type(v).__name__ for v in column}
    return " | ".join(sorted(kinds))


def _default_text(value: Any) -> str:
    return "" if value is None else f" = {value!r}"


def _summary(block_type: str, graph: Graph) -> str:
    """What a registered block says of itself; of any other, its layers."""
    known = block_types().get(block_type)
    if known is not None:
        return known.summary
    if block_type in _PARTS:
        return _PARTS[block_type]
    begin, _, inner = block_type.partition("_")
    if begin == "up" and inner in block_types():
        own = block_types()[inner].summary
        return f"Upsample and join the skip; then {own[0].lower()}{own[1:]}"
    words = [word for node in graph.nodes for word in _in_words(node.op) if word]
    if not words or len(words) > MOST_WORDS:
        return f"{block_type.replace('_', ' ').strip().capitalize() or 'Block'}."
    text = ", ".join(words)
    return f"{text[0].upper()}{text[1:]}."


_PARTS = {
    "aspp": "Dilated convolutions side by side, with the mean of the whole map.",
    "bneck": "Inverted residual, its channels gated where it squeezes and excites.",
    "down": "Pooling where it is not the first, and two 3x3 convolutions.",
    "fuse": "The sum so far, upsampled, plus the scores of a finer map.",
    "lraspp": "Channels weighted by their means, and the scores of a finer map added.",
    "pixel_classifier": "Scores of the classes, brought to the image's size.",
    "resize": "Scores brought to the image's size.",
    "score": "Scores of the classes.",
    "up": "Upsample, join the skip, two 3x3 convolutions.",
}
"""What the parts of dense networks do, by type."""

_WORDS: dict[type[Primitive], str] = {
    BatchNorm: "batch norm", AdaptiveAvgPool: "global average pooling", Flatten: "",
    Linear: "linear layer", Dropout: "dropout",
}  # fmt: skip


def _in_words(op: Primitive) -> Iterator[str]:
    if isinstance(op, ConvUnit):
        yield from _in_words(op.conv)
        yield "batch norm"
        yield MODULES[op.act].removeprefix("nn.").lower() if op.act else ""
    elif isinstance(op, Conv):
        yield f"{op.kernel_size[0]}x{op.kernel_size[1]} convolution"
    elif isinstance(op, Pool):
        yield f"{'max' if op.function == 'max' else 'average'} pooling"
    elif isinstance(op, Activation):
        yield op.function.replace("_", " ")
    else:
        yield _WORDS.get(type(op), op.kind.replace("_", " "))
