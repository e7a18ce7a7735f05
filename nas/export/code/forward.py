"""The statements of a `forward`: one for each layer that is not written around another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from nas.export.code.layout import NARROW, call_lines
from nas.export.code.names import is_name, variable_name
from nas.export.code.template import Template, is_layer
from nas.export.code.units import ConvUnit
from search_spaces.graphs.graph import INPUT, Node
from search_spaces.graphs.primitives import (
    Activation,
    AdaptiveAvgPool,
    Add,
    BatchNorm,
    Columns,
    Concat,
    Conv,
    Dropout,
    Flatten,
    Linear,
    Multiply,
    Pool,
    Primitive,
)

_AROUND = (Activation, AdaptiveAvgPool, BatchNorm, Dropout, Flatten, Linear)
"""Layers written around the call that feeds them, where nothing else reads that."""


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
        is_repeated: Whether it is run in each turn of the loop.
    """

    variable: str
    expression: Expression
    flag: str = ""
    is_repeated: bool = False

    @property
    def opening(self) -> str:
        """The line under which it stands."""
        if self.is_repeated:
            return "for suffix in self.suffixes:"
        return f"if self.{self.flag}:" if self.flag else ""

    def lines(self) -> list[str]:
        """As they stand in a function."""
        found, indent = self.expression, 12 if self.opening else 8
        return call_lines(indent, f"{self.variable} = {found.head}", found.arguments, found.tail)


def statements(template: Template) -> list[Statement]:
    """What `forward` computes; the last statement makes the block's output."""
    return list(_Writer(template).statements())


def body(written: list[Statement]) -> Iterator[str]:
    """The lines of `forward`."""
    if not written:
        yield "        return x"
        return
    written = _joined(written)
    last = written[-1]
    returns_call = last.expression.is_tensor and not last.opening
    is_sum = bool(last.flag) and not last.expression.head and last.variable != "x"
    for opening, group in groupby(written[: -1 if returns_call or is_sum else None], _opening):
        if opening:
            yield f"        {opening}"
        for statement in group:
            is_end = statement is last and not opening
            yield from (replace(last, variable="x") if is_end else statement).lines()
    if returns_call:
        found = last.expression
        yield from call_lines(8, f"return {found.head}", found.arguments, found.tail)
    else:
        if is_sum:
            chosen = f"{last.expression.text} if self.{last.flag} else {last.variable}"
            if last.expression.is_tensor:
                yield f"        return {chosen}"
                return
            yield f"        x = {chosen}"
        elif last.flag and last.variable != "x":
            yield f"        x = {last.variable}"
        yield "        return x"


def _joined(written: list[Statement]) -> list[Statement]:
    """With the sum that only some blocks make within the activation that ends them."""
    if len(written) < 2 or written[-1].flag or not written[-1].expression.is_tensor:
        return written
    *others, chosen, last = written
    is_alone = chosen.flag and not (others and others[-1].flag == chosen.flag)
    is_read = last.expression.arguments == (chosen.variable,)
    if chosen.expression.head or not is_alone or not is_read:
        return written
    either = f"{chosen.expression.text} if self.{chosen.flag} else {chosen.variable}"
    within = replace(last.expression, arguments=(either,))
    fits = len(f"        return {within.text}") <= NARROW
    return [*others, replace(last, expression=within)] if fits else written


def _opening(statement: Statement) -> str:
    return statement.opening


class _Writer:
    """Writes the layers of one template in order."""

    def __init__(self, template: Template) -> None:
        nodes = template.graph.nodes
        self._template = template
        self._last_use = {source: i for i, node in enumerate(nodes) for source in node.inputs}
        self._source = {part.nodes[-1]: part.source for part in template.parts}
        for output, source in self._source.items():
            # Without the part its source is read in its place, and must live as long.
            self._last_use[source] = max(self._last_use.get(source, -1), output)
        readers = Counter(source for node in nodes for source in set(node.inputs))
        self._written_inside: set[int] = set()
        self._repeated = template.loop.length if template.loop else 0
        # These need a variable: they are what a block without the part reads under the same name.
        apart = {*self._source.keys(), *self._source.values(), self._repeated - 1}
        self._inner = {
            node.inputs[0]
            for index, node in enumerate(nodes)
            if self._may_be_around(index, node)
            and readers[node.inputs[0]] == 1
            and node.inputs[0] not in apart
            and template.part(index) == template.part(node.inputs[0])
        }
        alone = {index for index, count in readers.items() if count == 1} - apart
        self._joined = {i for index in range(len(nodes)) for i in self._parts_of(index, alone)}

    def statements(self) -> Iterator[Statement]:
        texts = dict(zip(self._template.graph.inputs, self._template.inputs, strict=True))
        reads = {index: {text} for index, text in texts.items()}
        pending: list[Statement] = []
        before: set[str] = set()
        is_tensor = dict.fromkeys(self._template.inputs, True)
        for index, node in enumerate(self._template.graph.nodes):
            inputs = [texts[source] for source in node.inputs]
            are_tensors = all(is_tensor.get(text, False) for text in inputs)
            expression = self._expression(index, inputs, is_tensor=are_tensors)
            part = self._template.part(index)
            if part and index == part.nodes[0]:
                before = self._alive(reads, index - 1)
            inside = self._inside(index, expression)
            if inside:
                texts[index] = inside
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
            # a type checker knows not what max pooling returns
            is_known = expression.is_tensor and expression.head != "F.max_pool2d("
            is_tensor.setdefault(texts[index], is_known)
            flag = part.flag if part else ""
            # Kept back within a part: the line that stands for a block without it comes before
            # them.
            pending.append(Statement(texts[index], expression, flag, index < self._repeated))
            if part is None or is_output:
                yield from pending
                pending = []

    def _parts_of(self, index: int, alone: set[int]) -> set[int]:
        """The calls that a concatenation has within: all of its parts on one line, or none.

        Args:
            alone: What just one layer reads, and may be written within it.
        """
        node, nodes = self._template.graph.nodes[index], self._template.graph.nodes
        calls = {i for i in node.inputs if i > INPUT and is_layer(self._template.calls[i])}
        if not isinstance(node.op, Concat) or not calls <= alone or not calls:
            return set()
        texts = dict(zip(self._template.graph.inputs, self._template.inputs, strict=True))
        texts |= {i: variable_name(n.name, ()) for i, n in enumerate(nodes)}
        for i in calls:
            source = nodes[i].inputs[0]
            is_plain = isinstance(nodes[i].op, Conv | ConvUnit) and source not in self._inner
            if not is_plain or self._template.part(i) != self._template.part(index):
                return set()
            texts[i] = self._expression(i, [texts[source]], is_tensor=False).text
        whole = self._expression(index, [texts[i] for i in node.inputs], is_tensor=False).text
        indent = 12 if index < self._repeated else 8
        return calls if indent + len(f"return {whole}") <= NARROW else set()

    def _may_be_around(self, index: int, node: Node) -> bool:
        """Whether a layer may be written around the one it reads."""
        first = node.inputs[0]
        if index in self._template.optional:
            return isinstance(self._op(first), Conv | ConvUnit)
        if isinstance(node.op, Add):
            return self._is_end(node) and isinstance(self._op(first), Concat)
        if isinstance(node.op, Conv):
            return isinstance(self._op(first), Activation | BatchNorm | Pool)
        if isinstance(node.op, ConvUnit):
            return isinstance(self._op(first), Activation | BatchNorm | Conv | ConvUnit | Pool)
        return isinstance(node.op, _AROUND)

    def _op(self, index: int) -> Primitive | None:
        return None if index <= INPUT else self._template.graph.nodes[index].op

    def _is_end(self, node: Node) -> bool:
        """Whether a layer makes the output of every block."""
        last = len(self._template.graph.nodes) - 1
        return node is self._template.graph.nodes[last] and self._template.part(last) is None

    def _inside(self, index: int, expression: Expression) -> str:
        """A layer as it is written within the one that reads it; empty where it is not.

        A pooling is only where all that is around stands on its line, if need be with its
        arguments unnamed.
        """
        node, call = self._template.graph.nodes[index], self._template.calls[index]
        if not isinstance(node.op, Pool) or is_layer(call) or index not in self._inner:
            return expression.text if self._is_inside(index, expression) else ""
        arguments = self._template.arguments(index, prefix="self.", is_short=True)
        short = replace(expression, arguments=(expression.arguments[0], *arguments))
        for found in (expression, short):
            if self._fits_whole(index, found.text) and self._is_inside(index, found):
                return found.text
        return ""

    def _fits_whole(self, index: int, text: str) -> bool:
        """Whether all layers that may be written around one fit on its line."""
        while index in self._inner:
            index = self._last_use[index]
            text = self._expression(index, [text], is_tensor=False).text
        name = variable_name(self._template.graph.nodes[index].name, ())
        return len(f"        {name} = {text}") <= NARROW

    def _is_inside(self, index: int, expression: Expression) -> bool:
        """Whether a layer is written within the one that reads it, on a line that is not too long.

        Within a convolution no other one is, and nothing but a unit or a pooling is written around
        one that has its activation within.
        """
        nodes = self._template.graph.nodes
        if index in self._joined:
            self._written_inside.add(index)
            return True
        if index not in self._inner:
            return False
        reader = self._last_use[index]
        if isinstance(nodes[reader].op, Conv) and self._convs_within(index):
            return False
        activations = {i for i in self._written_inside if not isinstance(nodes[i].op, Pool)}
        has_act = isinstance(nodes[index].op, Conv) and nodes[index].inputs[0] in activations
        if has_act and not isinstance(nodes[reader].op, ConvUnit | Pool):
            return False
        given = self._template.inputs
        others = [
            given[INPUT - i] if i <= INPUT else nodes[i].name for i in nodes[reader].inputs[1:]
        ]
        outer = self._expression(reader, [expression.text, *others], is_tensor=False)
        start = f"{variable_name(nodes[reader].name, ())} = "
        if reader == len(nodes) - 1:
            start = "return " if outer.is_tensor else "x = "
        indent = 12 if reader < self._repeated else 8
        is_inside = indent + len(f"{start}{outer.text}") <= NARROW
        if is_inside:
            self._written_inside.add(index)
        return is_inside

    def _convs_within(self, index: int) -> bool:
        """Whether the expression of a layer calls a convolution."""
        node = self._template.graph.nodes[index]
        first = node.inputs[0]
        return isinstance(node.op, Conv) or (
            first in self._written_inside and self._convs_within(first)
        )

    def _alive(self, reads: Mapping[int, set[str]], index: int) -> set[str]:
        """The variables that layers after this one read."""
        later = (read for i, read in reads.items() if self._last_use.get(i, -1) > index)
        return set().union(*later)

    def _expression(self, index: int, inputs: list[str], *, is_tensor: bool) -> Expression:
        node, call = self._template.graph.nodes[index], self._template.calls[index]
        if is_layer(call):
            is_repeated = index < self._repeated
            name = in_loop(node.name) if is_repeated else attribute(node.name)
            return Expression(f"{name}(", (inputs[0],), ")", is_tensor=False)
        if isinstance(node.op, Add) and self._is_end(node) and len(inputs) == 2 and not is_tensor:
            # a type checker knows what a function of PyTorch returns
            return Expression("torch.add(", tuple(inputs), ")", is_tensor=True)
        if isinstance(node.op, Add | Multiply):
            sign = " + " if isinstance(node.op, Add) else " * "
            return Expression("", (sign.join(inputs),), "", is_tensor=is_tensor)
        arguments = self._template.arguments(index, prefix="self.")
        if call.sized_like:
            inputs = [inputs[0], f"size={inputs[1]}.shape[2:]"]
        first = [f"[{', '.join(inputs)}]"] if isinstance(node.op, Concat | Columns) else inputs
        return Expression(f"{call.target}(", (*first, *arguments), ")", is_tensor=True)


def attribute(layer: str) -> str:
    """How a layer is read; a name that Python does not allow is looked up."""
    return f"self.{layer}" if is_name(layer) else f'self.get_submodule("{layer}")'


def in_loop(layer: str) -> str:
    """How a layer is read in the turns of a loop."""
    return f'self[f"{layer}{{suffix}}"]'
