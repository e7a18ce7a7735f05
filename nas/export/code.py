"""A network as one readable Python file that imports torch alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from nas.export.template import Template, is_default, structure
from search_spaces.cost import cost
from search_spaces.graph import INPUT, Graph
from search_spaces.network import Block, Network
from search_spaces.primitives import (
    Activation,
    AdaptiveAvgPool,
    Add,
    BatchNorm,
    Concat,
    Dropout,
    Flatten,
    Multiply,
    Primitive,
    TorchCall,
)

_INLINED = (Activation, AdaptiveAvgPool, BatchNorm, Dropout, Flatten)
"""Layers written around the call that feeds them, where nothing else reads that."""

MAX_LINE = 96
MAX_INLINED = 56
"""Characters of an expression that may stand within another."""


def network_source(network: Network, facts: Mapping[str, object], class_name: str) -> str:
    """The source of one file: a class for each distinct kind of block, and the network.

    Args:
        facts: Provenance for the header, by name; any text is safe there.
        class_name: Name of the network's class.
    """
    classes = _Classes(network)
    total = cost(network)
    parts = [
        _header(facts),
        f"IN_SHAPE = {network.in_shape}\nPARAMS = {total.params:_}\nFLOPS = {total.flops:_}",
        *classes.sources(),
        _network_class(network, classes, class_name),
        _MAIN.format(class_name=class_name),
    ]
    return "\n\n\n".join(parts) + "\n"


class _Classes:
    """The block classes of a network: which class each block is, and with which arguments."""

    def __init__(self, network: Network) -> None:
        groups: dict[Any, list[Graph]] = {}
        for block in network.blocks:
            if block.name:
                graphs = groups.setdefault(structure(block), [])
                if block.graph not in graphs:
                    graphs.append(block.graph)
        self._templates = {key: Template.of(graphs) for key, graphs in groups.items()}
        self._graphs = groups
        counts: Counter[str] = Counter()
        self._class_names: dict[Any, str] = {}
        for key in groups:
            counts[key[0]] += 1
            number = str(counts[key[0]]) if counts[key[0]] > 1 else ""
            self._class_names[key] = f"{_camel(key[0])}{number}"

    def sources(self) -> Iterator[str]:
        """One class a template."""
        for key, template in self._templates.items():
            yield _block_class(self._class_names[key], key[0], template)

    def call(self, block: Block) -> tuple[str, list[str]]:
        """The call that makes a block: its class, and the arguments."""
        key = structure(block)
        template = self._templates[key]
        index = self._graphs[key].index(block.graph)
        arguments = []
        for name, column in _required_first(template):
            if name in _FIRST:
                arguments.append(repr(column[index]))
            elif column[index] != template.default(name):
                arguments.append(f"{name}={column[index]!r}")
        return self._class_names[key], arguments


def _camel(block_type: str) -> str:
    return "".join(part.capitalize() for part in block_type.split("_")) + (
        "" if block_type in ("stem", "head") else "Block"
    )


def _header(facts: Mapping[str, object]) -> str:
    lines = [line for name, value in facts.items() for line in _comment(name, value)]
    imports = "import torch\nimport torch.nn.functional as F\nfrom torch import Tensor, nn"
    return "\n".join(lines) + "\n\n" + imports


def _comment(name: str, value: object) -> list[str]:
    return wrap(
        f"{name}: {_one_line(value)}", MAX_LINE, initial_indent="# ", subsequent_indent="#     ",
        break_on_hyphens=False,
    )  # fmt: skip


def _one_line(value: object) -> str:
    """Any value as text without line breaks or control characters."""
    return json.dumps(value)[1:-1] if isinstance(value, str) else json.dumps(value)


def _block_class(name: str, block_type: str, template: Template) -> str:
    graph = template.graph
    parameters = [
        "self",
        *(
            f"{parameter}: {_type_of(column)}{_default_text(template.default(parameter))}"
            for parameter, column in _required_first(template)
        ),
    ]
    stored = _stored(template)
    body = [
        f"class {name}(nn.Module):",
        *_docstring(_summary(block_type)),
        "",
        *fitted(4, "def __init__(", parameters, ") -> None:"),
        "        super().__init__()",
        *(f"        self.{parameter} = {parameter}" for parameter in stored),
        *_layer_lines(template),
        "",
        "    def forward(self, x: Tensor) -> Tensor:",
        *_body(_forward(graph, template.slots)),
    ]
    return "\n".join(body)


def _docstring(text: str) -> list[str]:
    """One line, or several and the closing quotes below, as text of any block's author."""
    safe = text.replace("\\", "\\\\").replace('"', "'")
    if len(safe) <= MAX_LINE - 10:
        return [f'    """{safe}"""']
    lines = wrap(safe, MAX_LINE, initial_indent='    """', subsequent_indent="    ")
    return [*lines, '    """']


def _body(statements: Sequence[str]) -> Iterator[str]:
    """The lines of a function; a statement that is too long breaks within its brackets."""
    for statement in statements:
        yield from wrap(
            statement, MAX_LINE, initial_indent=" " * 8, subsequent_indent=" " * 12,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


_FIRST = ("in_channels", "out_channels")
_POSITIONAL = ("in_channels", "out_channels", "num_features", "in_features", "out_features")


def _required_first(template: Template) -> list[tuple[str, tuple[Any, ...]]]:
    """Parameters in the order of the constructor: channels, others, those with a default."""

    def place(item: tuple[str, tuple[Any, ...]]) -> tuple[bool, bool]:
        return template.default(item[0]) is not None, item[0] not in _FIRST

    return sorted(template.parameters.items(), key=place)


def _type_of(column: Sequence[Any]) -> str:
    names = {"tuple[int, int]" if isinstance(v, tuple) else type(v).__name__ for v in column}
    return " | ".join(sorted(names))


def _default_text(value: Any) -> str:
    return "" if value is None else f" = {value!r}"


def fitted(indent: int, head: str, parts: Sequence[str], tail: str) -> list[str]:
    """A call on one line; where that is too long, its parts on one line below or on one each."""
    space, inner = " " * indent, " " * (indent + 4)
    line = f"{space}{head}{', '.join(parts)}{tail}"
    if len(line) <= MAX_LINE:
        return [line]
    below = f"{inner}{', '.join(parts)}"
    rows = [below] if len(below) <= MAX_LINE else [f"{inner}{part}," for part in parts]
    return [f"{space}{head}", *rows, f"{space}{tail}"]


def _summary(block_type: str) -> str:
    from search_spaces.registry import block_types

    known = block_types().get(block_type)
    return known.summary if known else f"{block_type.replace('_', ' ').capitalize()}."


def _stored(template: Template) -> list[str]:
    """Parameters that a function in `forward` takes, and so must be kept."""
    functions = {
        index
        for index, node in enumerate(template.graph.nodes)
        if not node.op.torch_call().is_module
    }
    used = [text for (index, _), text in template.slots.items() if index in functions]
    return list(dict.fromkeys(used))


def _layer_lines(template: Template) -> Iterator[str]:
    for index, node in enumerate(template.graph.nodes):
        call = node.op.torch_call()
        if call.is_module:
            arguments = _arguments(call, index, template.slots, prefix="")
            yield from fitted(8, f"self.{node.name} = {call.target}(", arguments, ")")


def _arguments(
    call: TorchCall, index: int, slots: Mapping[tuple[int, str], str], prefix: str
) -> list[str]:
    arguments = []
    for name, value in call.kwargs.items():
        slot = slots.get((index, name))
        text = f"{prefix}{slot}" if slot else repr(value)
        if name in _POSITIONAL:
            arguments.append(text)
        elif slot or not is_default(call.target, name, value):
            arguments.append(f"{name}={text}")
    return arguments


def _forward(graph: Graph, slots: Mapping[tuple[int, str], str]) -> list[str]:
    """The statements of `forward`, one for each layer that is not written around another."""
    if not graph.nodes:
        return ["return x"]
    readers = Counter(source for node in graph.nodes for source in set(node.inputs))
    inlined = {
        node.inputs[0]
        for node in graph.nodes
        if isinstance(node.op, _INLINED) and node.inputs[0] != INPUT
        and readers[node.inputs[0]] == 1
    }  # fmt: skip
    last_use = {source: i for i, node in enumerate(graph.nodes) for source in node.inputs}
    texts: dict[int, str] = {INPUT: "x"}
    lines: list[str] = []
    for index, node in enumerate(graph.nodes):
        text = _expression(node.op, node.name, index, [texts[s] for s in node.inputs], slots)
        if index == len(graph.nodes) - 1:
            lines.append(f"return {text}")
        elif index in inlined and len(text) <= MAX_INLINED:
            texts[index] = text
        else:
            inlined.discard(index)
            live = [s for s in texts if s not in inlined and last_use.get(s, -1) > index]
            variable = _variable(node.name) if any(texts[s] == "x" for s in live) or live else "x"
            lines.append(f"{variable} = {text}")
            texts[index] = variable
    return lines


def _variable(name: str) -> str:
    return re.sub(r"(_norm)?(_act)?$", "", name)


def _expression(
    op: Primitive,
    name: str,
    index: int,
    inputs: Sequence[str],
    slots: Mapping[tuple[int, str], str],
) -> str:
    call = op.torch_call()
    if call.is_module:
        return f"self.{name}({inputs[0]})"
    if isinstance(op, Add):
        return " + ".join(inputs)
    if isinstance(op, Multiply):
        return " * ".join(inputs)
    arguments = _arguments(call, index, slots, prefix="self.")
    if isinstance(op, Concat):
        return f"torch.cat([{', '.join(inputs)}], {', '.join(arguments)})"
    return f"{call.target}({', '.join([inputs[0], *arguments])})"


def _network_class(network: Network, classes: _Classes, class_name: str) -> str:
    in_shape = ", ".join(map(str, network.in_shape))
    lines = [
        f"class {class_name}(nn.Module):",
        f'    """Maps (batch, {in_shape}) to class scores."""',
        "",
        "    def __init__(self) -> None:",
        "        super().__init__()",
    ]
    forward: list[str] = []
    for name, blocks in _rows(network):
        if not name:
            lines += _layer_lines(Template.of([blocks[0].graph]))
            forward += _forward(blocks[0].graph, {})
            forward[-1] = forward[-1].replace("return ", "x = ", 1)
        elif blocks[0].name == name:
            made_by, arguments = classes.call(blocks[0])
            lines += fitted(8, f"self.{name} = {made_by}(", arguments, ")")
            forward.append(f"x = self.{name}(x)")
        else:
            lines.append(f"        self.{name} = nn.Sequential(")
            for made_by, arguments in map(classes.call, blocks):
                lines += fitted(12, f"{made_by}(", arguments, "),")
            lines.append("        )")
            forward.append(f"x = self.{name}(x)")
    forward[-1] = forward[-1].replace("x = ", "return ", 1)
    lines += ["", "    def forward(self, x: Tensor) -> Tensor:"]
    return "\n".join([*lines, *_body(forward)])


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


_MAIN = '''def main() -> None:
    """Prints the layers, and checks parameters and FLOPs against the search's."""
    network = {class_name}().eval()
    flops = 0

    def count(name: str) -> None:
        def hook(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            nonlocal flops
            size = sum(parameter.numel() for parameter in layer.parameters())
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                positions = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
                flops += layer.weight.numel() * positions.shape[2] * positions.shape[3]
            elif isinstance(layer, nn.Linear):
                flops += layer.weight.numel()
            print(f"{{name:32}} {{str(tuple(output.shape[1:])):>16}} {{size:>12,}}")

        network.get_submodule(name).register_forward_hook(hook)

    for name, layer in network.named_modules():
        if not list(layer.children()):
            count(name)
    with torch.inference_mode():
        network(torch.zeros(1, *IN_SHAPE))
    params = sum(parameter.numel() for parameter in network.parameters())
    print(f"{{params:,}} parameters, {{flops:,}} FLOPs (multiply-adds)")
    assert (params, flops) == (PARAMS, FLOPS), "not the network that was searched"


if __name__ == "__main__":
    main()'''
