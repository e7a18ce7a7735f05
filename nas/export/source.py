"""A network as one readable Python file that imports torch alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from nas.export.block_class import block_class, layer_lines
from nas.export.forward import Expression, Statement, body, statements
from nas.export.layout import NARROW, WIDE, call_lines, docstring
from nas.export.names import class_name, variant_names
from nas.export.self_check import self_check
from nas.export.template import CONV, ApartError, Structure, Template, is_usual, structure
from nas.export.variants import Part, chained, missing_parts, together
from search_spaces.cost import cost
from search_spaces.graph import Graph
from search_spaces.network import Block, Network
from search_spaces.primitives import Shape

CLASS_NAME = "Network"

LEAST_USUAL = 3
"""Convolutions that are worth a function of their own."""


def network_source(
    network: Network, facts: Mapping[str, object], title: str = "A convolutional network."
) -> str:
    """The source of one file: a class for each distinct kind of block, and the network.

    Args:
        facts: Provenance for the header, by name; any text is safe there.
        title: First line of the header.
    """
    classes = _Classes(network)
    total = cost(network)
    header = docstring(0, [[title], *([[f"{k}: {v}" for k, v in facts.items()]] if facts else [])])
    parts = [
        *classes.functions(),
        *classes.sources(),
        _network_class(network, classes),
        self_check(network, CLASS_NAME),
    ]
    code = "\n\n\n".join(parts)
    constants = f"IN_SHAPE = {network.in_shape}\nPARAMS = {total.params:_}\nFLOPS = {total.flops:_}"
    functional = "import torch.nn.functional as F\n" if re.search(r"\bF\.", code) else ""
    imports = f"import torch\n{functional}from torch import Tensor, nn"
    top = "\n".join(header)
    return f"{top}\n\n{imports}\n\n{constants}\n\n\n{code}\n"


class _Classes:
    """The block classes of a network: which class each block is, and with which arguments."""

    def __init__(self, network: Network) -> None:
        graphs: dict[Structure, list[Graph]] = {}
        for block in network.blocks:
            if block.name:
                known = graphs.setdefault(structure(block), [])
                if block.graph not in known:
                    known.append(block.graph)
        layers = [node.op for known in graphs.values() for node in known[0].nodes]
        self.with_conv = sum(map(is_usual, layers)) >= LEAST_USUAL
        self._key = {key: key for key in graphs}
        self._graphs: dict[Structure, list[Graph]] = {}
        self._templates: dict[Structure, Template] = {}
        for key in sorted(graphs, key=lambda key: -len(key[1])):
            self._place(key, graphs[key])
        self._templates = {self._key[key]: self._templates[self._key[key]] for key in graphs}
        self._names = _class_names({key: t.graph for key, t in self._templates.items()})
        self._with_names = {key: self._fit(key) for key in self._templates}

    def _place(self, key: Structure, graphs: list[Graph]) -> None:
        """Finds the class of blocks of one structure: with others whose parts it lacks, or its own.

        Those that have more are placed before.
        """
        for other, template in self._templates.items():
            if other[0] != key[0]:
                continue
            joined = [*self._graphs[other], *graphs]
            for full in (template.graph, chained(template.graph, graphs[0])):
                found = None if full is None else self._joined(full, joined)
                if found is not None:
                    self._templates[other], self._graphs[other] = found, joined
                    self._key[key] = other
                    return
        self._templates[key] = Template.of(graphs, with_conv=self.with_conv)
        self._graphs[key] = graphs

    def _joined(self, full: Graph, graphs: list[Graph]) -> Template | None:
        """One class for graphs that are the full one without some parts; None where none is."""
        parts: tuple[Part, ...] | None = ()
        for graph in graphs:
            missing = missing_parts(full, graph)
            parts = None if missing is None or parts is None else together(parts, missing)
        if not parts:
            return None
        try:
            return Template.of(graphs, with_conv=self.with_conv, full=full, parts=parts)
        except ApartError:
            return None

    def _fit(self, key: Structure) -> bool:
        """Whether every block of a class can be made in one line where each argument is named."""
        template, name = self._templates[key], self._names[key]
        calls = (template.block_arguments(index) for index in range(len(self._graphs[key])))
        return all(len(f"{name}({', '.join(call)}),") <= NARROW - 12 for call in calls)

    def functions(self) -> Iterator[str]:
        """The function of the usual convolution, with the arguments that some block takes."""
        calls = [
            (template, index)
            for template in self._templates.values()
            for index, call in enumerate(template.calls)
            if call.target == CONV
        ]
        if calls:
            written = " ".join(" ".join(t.arguments(index)) for t, index in calls)
            yield _conv_function([n for n in ("stride", "dilation", "groups") if n in written])

    def sources(self) -> Iterator[str]:
        """One class a template."""
        for key, template in self._templates.items():
            yield block_class(self._names[key], key[0], template)

    def call(self, block: Block) -> tuple[str, list[str]]:
        """The call that makes a block: its class, and the arguments."""
        key = self._key[structure(block)]
        number = self._graphs[key].index(block.graph)
        arguments = self._templates[key].block_arguments(number, with_names=self._with_names[key])
        return self._names[key], arguments


def _class_names(graphs: Mapping[Structure, Graph]) -> dict[Structure, str]:
    """A name for each class, different from all others."""
    names: dict[Structure, str] = {}
    taken = Counter({CLASS_NAME: 1})
    for block_type in dict.fromkeys(key[0] for key in graphs):
        variants = {key: graph for key, graph in graphs.items() if key[0] == block_type}
        for key, variant in variant_names(variants).items():
            name = f"{class_name(block_type)}{variant}"
            taken[name] += 1
            names[key] = name if taken[name] == 1 else f"{name}{taken[name]}"
    return names


def _conv_function(options: list[str]) -> str:
    parameters = ["in_channels: int", "out_channels: int", "kernel_size: int"]
    parameters += [f"{name}: int = 1" for name in options]
    padding = "dilation * (kernel_size // 2)" if "dilation" in options else "kernel_size // 2"
    # the order of PyTorch, unnamed as far as none is left out
    unnamed = ["in_channels", "out_channels", "kernel_size"]
    if "stride" in options:
        unnamed += ["stride", "padding"]
        unnamed += [n for n in options if "dilation" in options and n != "stride"]
    named = [f"{n}={n}" for n in ("padding", *options) if n not in unnamed]
    arguments = [*unnamed, *named, "bias=False"]
    lines = [
        *call_lines(0, f"def {CONV}(", parameters, ") -> nn.Conv2d:"),
        '    """A convolution that keeps height and width at stride 1; it has no bias."""',
        f"    padding = {padding}",
        *call_lines(4, "return nn.Conv2d(", arguments, ")"),
    ]
    return "\n".join(lines)


def _network_class(network: Network, classes: _Classes) -> str:
    rows = _rows(network)
    made: list[str] = []
    forward: list[Statement] = []
    for name, blocks in rows:
        if name:
            made += _row_lines(name, blocks, classes)
            called = Expression(f"self.{name}(", ("x",), ")", is_tensor=False)
            forward.append(Statement("x", called))
        else:
            template = Template.of([blocks[0].graph], with_conv=classes.with_conv)
            made += layer_lines(template)
            forward += _ending_in_x(statements(template))
    shapes = f"Maps {_batch(network.in_shape)} to class scores {_batch(network.out_shape)}."
    lines = [
        f"class {CLASS_NAME}(nn.Module):",
        *docstring(4, [[shapes], list(_table(network))]),
        "",
        "    def __init__(self) -> None:",
        "        super().__init__()",
        *made,
        "",
        "    def forward(self, x: Tensor) -> Tensor:",
        *body(forward),
    ]
    return "\n".join(lines)


def _ending_in_x(written: list[Statement]) -> list[Statement]:
    return [*written[:-1], Statement("x", written[-1].expression)] if written else []


def _batch(shape: Shape) -> str:
    return f"({', '.join(['batch', *map(str, shape)])})"


def _table(network: Network) -> Iterator[str]:
    """For each block the output's shape and the costs; equal blocks in a row are one line."""
    yield f"{'block':14} {'output':16} {'parameters':>14} {'FLOPs':>17}"
    for (_, graph), group in groupby(network.blocks, lambda b: (b.name.split(".")[0], b.graph)):
        blocks = list(group)
        params = sum(node.op.params() for node in graph.nodes)
        flops = sum(node.op.flops(graph.in_shapes(node)[0], node.shape) for node in graph.nodes)
        name, times = blocks[0].name or f"({blocks[0].type})", ""
        if len(blocks) > 1:
            name = f"{name} to {blocks[-1].name.split('.')[-1]}"
            times = f"{len(blocks)} x "
        costs = f"{f'{times}{params:,}':>14} {f'{times}{flops:,}':>17}"
        yield f"{name:14} {graph.out_shape!s:16} {costs}"


def _row_lines(name: str, blocks: list[Block], classes: _Classes) -> list[str]:
    """The line, or the lines, that make a row of blocks."""
    calls = [classes.call(block) for block in blocks]
    if blocks[0].name == name:
        return call_lines(8, f"self.{name} = {calls[0][0]}(", calls[0][1], ")")
    parts = [part for _, group in groupby(calls) for part in _repeated(list(group))]
    made = [part[0].strip().removesuffix(",") for part in parts]
    one_line = f"        self.{name} = nn.Sequential({', '.join(made)})"
    if all(len(part) == 1 for part in parts) and not NARROW < len(one_line) <= WIDE:
        row = call_lines(8, f"self.{name} = nn.Sequential(", made, ")")
        if "fmt" not in row[-1]:
            return row
    comment = ""
    if any(len(part) > len(_compact(part)) for part in parts):
        parts, comment = [_compact(part) for part in parts], "  # fmt: skip"
    inside = [line for part in parts for line in part]
    return [f"        self.{name} = nn.Sequential(", *inside, f"        ){comment}"]


def _compact(call: list[str]) -> list[str]:
    """A call that a formatter would break into one argument a line: on one line, or on three."""
    head, arguments, tail = call[0], " ".join(line.strip() for line in call[1:-1]), call[-1]
    arguments = arguments.removesuffix(",")
    one_line = f"{head}{arguments}{tail.strip()}"
    if len(call) == 1 or len(one_line) <= WIDE:
        return call if len(call) == 1 else [one_line]
    return [head, f"{' ' * 16}{arguments}", tail] if len(arguments) <= WIDE - 16 else call


def _repeated(calls: list[tuple[str, list[str]]]) -> Iterator[list[Any]]:
    """The lines of equal blocks in a row: each, or of three and more a comprehension."""
    name, arguments = calls[0]
    many = f"            *({name}({', '.join(arguments)}) for _ in range({len(calls)})),"
    if len(calls) >= 3 and len(many) <= NARROW:
        yield [many]
        return
    for _ in calls:
        yield call_lines(12, f"{name}(", arguments, "),")


def _rows(network: Network) -> list[tuple[str, list[Block]]]:
    """Blocks by the attribute that holds them, in order."""
    rows: list[tuple[str, list[Block]]] = []
    for block in network.blocks:
        name = block.name.split(".")[0]
        if rows and name and rows[-1][0] == name:
            rows[-1][1].append(block)
        else:
            rows.append((name, [block]))
    return rows
