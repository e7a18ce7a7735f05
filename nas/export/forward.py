"""The statements of a `forward`: one for each layer that is not written around another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from nas.export.layout import call_lines
from nas.export.names import is_name, variable_name
from nas.export.template import Template, is_layer
from search_spaces.graph import INPUT
from search_spaces.primitives import (
    Activation,
    AdaptiveAvgPool,
    Add,
    BatchNorm,
    Concat,
    Dropout,
    Flatten,
    Multiply,
)

_AROUND = (Activation, AdaptiveAvgPool, BatchNorm, Dropout, Flatten)
"""Layers written around the call that feeds them, where nothing else reads that."""

MAX_INNER = 56
"""Characters of an expression that may stand within another."""


@dataclass(frozen=True)
class Expression:
    """A call `head(arguments)tail`, or a sum or product, which has no head.

    Attributes:
        is_tensor: Whether a type checker knows that it is a tensor; of a layer's call it does not.
    """

    head: str
    arguments: tuple[str, ...]
    tail: str
    is_tensor: bool

    @property
    def text(self) -> str:
        return f"{self.head}{', '.join(self.arguments)}{self.tail}"


@dataclass(frozen=True)
class Statement:
    """`variable = expression`."""

    variable: str
    expression: Expression

    def lines(self) -> list[str]:
        """As they stand in a function."""
        found = self.expression
        return call_lines(8, f"{self.variable} = {found.head}", found.arguments, found.tail)


def statements(template: Template) -> list[Statement]:
    """What `forward` computes; the last statement makes the block's output."""
    return list(_Writer(template).statements())


def body(written: list[Statement]) -> Iterator[str]:
    """The lines of `forward`."""
    for statement in written[:-1]:
        yield from statement.lines()
    if not written:
        yield "        return x"
    elif written[-1].expression.is_tensor:
        last = written[-1].expression
        yield from call_lines(8, f"return {last.head}", last.arguments, last.tail)
    else:
        yield from Statement("x", written[-1].expression).lines()
        yield "        return x"


class _Writer:
    """Writes the layers of one template in order."""

    def __init__(self, template: Template) -> None:
        nodes = template.graph.nodes
        self._template = template
        self._last_use = {source: i for i, node in enumerate(nodes) for source in node.inputs}
        readers = Counter(source for node in nodes for source in set(node.inputs))
        self._inner = {
            node.inputs[0]
            for node in nodes
            if isinstance(node.op, _AROUND) and readers[node.inputs[0]] == 1
        }

    def statements(self) -> Iterator[Statement]:
        texts: dict[int, str] = {INPUT: "x"}
        reads: dict[int, set[str]] = {INPUT: {"x"}}
        for index, node in enumerate(self._template.graph.nodes):
            expression = self._expression(index, [texts[source] for source in node.inputs])
            if index in self._inner and len(expression.text) <= MAX_INNER:
                texts[index] = expression.text
                reads[index] = set().union(*(reads[source] for source in node.inputs))
                continue
            later = [read for i, read in reads.items() if self._last_use.get(i, -1) > index]
            alive = set().union(*later)
            texts[index] = variable_name(node.name, alive) if alive else "x"
            reads[index] = {texts[index]}
            yield Statement(texts[index], expression)

    def _expression(self, index: int, inputs: list[str]) -> Expression:
        node, call = self._template.graph.nodes[index], self._template.calls[index]
        if is_layer(call):
            return Expression(f"{attribute(node.name)}(", (inputs[0],), ")", is_tensor=False)
        if isinstance(node.op, Add | Multiply):
            sign = " + " if isinstance(node.op, Add) else " * "
            return Expression("", (sign.join(inputs),), "", is_tensor=False)
        arguments = self._template.arguments(index, prefix="self.")
        first = [f"[{', '.join(inputs)}]"] if isinstance(node.op, Concat) else inputs
        return Expression(f"{call.target}(", (*first, *arguments), ")", is_tensor=True)


def attribute(layer: str) -> str:
    """How a layer is read; a name that Python does not allow is looked up."""
    return f"self.{layer}" if is_name(layer) else f'self.get_submodule("{layer}")'
