"""The statements of a `forward`: one for each layer that is not written around another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

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
    """`variable = expression`.

    Attributes:
        flag: The attribute without which it is not run; empty for one that always is.
    """

    variable: str
    expression: Expression
    flag: str = ""

    def lines(self) -> list[str]:
        """As they stand in a function."""
        found, indent = self.expression, 12 if self.flag else 8
        return call_lines(indent, f"{self.variable} = {found.head}", found.arguments, found.tail)


def statements(template: Template) -> list[Statement]:
    """What `forward` computes; the last statement makes the block's output."""
    return list(_Writer(template).statements())


def body(written: list[Statement]) -> Iterator[str]:
    """The lines of `forward`."""
    if not written:
        yield "        return x"
        return
    last = written[-1]
    returns_call = last.expression.is_tensor and not last.flag
    is_sum = bool(last.flag) and not last.expression.head and last.variable != "x"
    for flag, group in groupby(written[: -1 if returns_call or is_sum else None], _flag):
        if flag:
            yield f"        if self.{flag}:"
        for statement in group:
            is_end = statement is last and not flag
            yield from (replace(last, variable="x") if is_end else statement).lines()
    if returns_call:
        found = last.expression
        yield from call_lines(8, f"return {found.head}", found.arguments, found.tail)
    else:
        if is_sum:
            chosen = f"{last.expression.text} if self.{last.flag} else {last.variable}"
            yield f"        x = {chosen}"
        elif last.flag and last.variable != "x":
            yield f"        x = {last.variable}"
        yield "        return x"


def _flag(statement: Statement) -> str:
    return statement.flag


class _Writer:
    """Writes the layers of one template in order."""

    def __init__(self, template: Template) -> None:
        nodes = template.graph.nodes
        self._template = template
        self._last_use = {source: i for i, node in enumerate(nodes) for source in node.inputs}
        self._source = {part.nodes[-1]: part.source for part in template.parts}
        for output, source in self._source.items():
            self._last_use[source] = max(self._last_use.get(source, -1), output)
        readers = Counter(source for node in nodes for source in set(node.inputs))
        apart = {*self._source.keys(), *self._source.values()}
        self._inner = {
            node.inputs[0]
            for index, node in enumerate(nodes)
            if isinstance(node.op, _AROUND)
            and readers[node.inputs[0]] == 1
            and node.inputs[0] not in apart
            and template.part(index) == template.part(node.inputs[0])
        }

    def statements(self) -> Iterator[Statement]:
        texts: dict[int, str] = {INPUT: "x"}
        reads: dict[int, set[str]] = {INPUT: {"x"}}
        pending: list[Statement] = []
        before: set[str] = set()
        for index, node in enumerate(self._template.graph.nodes):
            expression = self._expression(index, [texts[source] for source in node.inputs])
            part = self._template.part(index)
            if part and index == part.nodes[0]:
                before = self._alive(reads, index - 1)
            if index in self._inner and len(expression.text) <= MAX_INNER:
                texts[index] = expression.text
                reads[index] = set().union(*(reads[source] for source in node.inputs))
                continue
            alive = self._alive(reads, index)
            is_output = part is not None and index == part.nodes[-1]
            replaced = texts[part.source] if part and is_output else "x"
            if is_output and replaced not in alive:
                texts[index] = replaced
            elif is_output:
                texts[index] = variable_name(node.name, alive | before)
                yield Statement(texts[index], Expression("", (replaced,), "", is_tensor=False))
            else:
                texts[index] = variable_name(node.name, alive) if alive else "x"
            reads[index] = {texts[index]}
            pending.append(Statement(texts[index], expression, part.flag if part else ""))
            if part is None or is_output:
                yield from pending
                pending = []

    def _alive(self, reads: Mapping[int, set[str]], index: int) -> set[str]:
        """The variables that layers after this one read."""
        later = (read for i, read in reads.items() if self._last_use.get(i, -1) > index)
        return set().union(*later)

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
