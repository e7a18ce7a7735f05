"""One block class of an exported file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nas.export.forward import attribute, body, statements
from nas.export.layout import call_lines, docstring, shortest
from nas.export.names import is_name
from nas.export.template import Template, is_layer
from search_spaces.graph import Graph
from search_spaces.primitives import (
    Activation,
    AdaptiveAvgPool,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    Linear,
    Pool,
    Primitive,
)
from search_spaces.registry import block_types


def block_class(name: str, block_type: str, template: Template) -> str:
    """The source of the class of some blocks."""
    parameters = [
        f"{parameter}: {_type_of(column)}{_default_text(template.default(parameter))}"
        for parameter, column in template.in_order
    ]
    lines = [
        f"class {name}(nn.Module):",
        *docstring(4, [[_summary(block_type, template.graph)]]),
        "",
        *call_lines(4, "def __init__(", ["self", *parameters], ") -> None:"),
        "        super().__init__()",
        *(f"        self.{parameter} = {parameter}" for parameter in template.kept),
        *layer_lines(template),
        "",
        "    def forward(self, x: Tensor) -> Tensor:",
        *body(statements(template)),
    ]
    return "\n".join(lines)


def layer_lines(template: Template) -> Iterator[str]:
    """The lines of `__init__` that make the layers; parts that some blocks have come under `if`."""
    opened = None
    for index, call in enumerate(template.calls):
        part = template.part(index)
        if not is_layer(call):
            continue
        if part and part != opened:
            yield f"        if {part.flag}:"
        opened = part
        yield from shortest(
            *(
                _layer(
                    template, index, 12 if part else 8, template.arguments(index, is_short=short)
                )
                for short in (False, True)
            )
        )


def _layer(template: Template, index: int, indent: int, arguments: list[str]) -> list[str]:
    name, target = template.graph.nodes[index].name, template.calls[index].target
    if is_name(name):
        return call_lines(indent, f"{attribute(name)} = {target}(", arguments, ")")
    parts = [f'"{name}"', f"{target}({', '.join(arguments)})"]
    return call_lines(indent, "self.add_module(", parts, ")")


def _type_of(column: Sequence[Any]) -> str:
    names = {"tuple[int, int]" if isinstance(v, tuple) else type(v).__name__ for v in column}
    return " | ".join(sorted(names))


def _default_text(value: Any) -> str:
    return "" if value is None else f" = {value!r}"


def _summary(block_type: str, graph: Graph) -> str:
    """What a registered block says of itself; of any other, its layers."""
    known = block_types().get(block_type)
    if known is not None:
        return known.summary
    words = [word for node in graph.nodes if (word := _in_words(node.op))]
    if not words or len(words) > 6:
        return f"{block_type.replace('_', ' ').strip().capitalize() or 'Block'}."
    text = ", ".join(words)
    return f"{text[0].upper()}{text[1:]}."


_WORDS: dict[type[Primitive], str] = {
    BatchNorm: "batch norm", AdaptiveAvgPool: "global average pooling", Flatten: "",
    Linear: "linear layer", Dropout: "dropout",
}  # fmt: skip


def _in_words(op: Primitive) -> str:
    if isinstance(op, Conv):
        return f"{op.kernel_size[0]}x{op.kernel_size[1]} convolution"
    if isinstance(op, Pool):
        return f"{'max' if op.function == 'max' else 'average'} pooling"
    if isinstance(op, Activation):
        return op.function.replace("_", " ")
    return _WORDS.get(type(op), op.kind.replace("_", " "))
