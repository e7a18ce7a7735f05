"""A network as one readable Python file that imports torch alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from nas.export.code.block_class import NAMES_OF_SEQUENTIAL, layer_lines
from nas.export.code.classes import BlockClasses
from nas.export.code.ends import constants, preprocess, self_check
from nas.export.code.forward import Expression, Statement, body, statements
from nas.export.code.layout import NARROW, WIDE, call_lines, docstring
from nas.export.code.names import NETWORK, variable_name
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import Shape


def network_source(
    network: Network,
    facts: Mapping[str, object],
    title: str = "A convolutional network.",
    *,
    input_format: InputFormat | None = None,
    class_names: Sequence[str] | None = None,
    has_images: bool = False,
) -> str:
    """The source of one file: a class for each distinct kind of block, and the network.

    Args:
        facts: Provenance for the header, by name; any text is safe there.
        title: First line of the header.
        input_format: What `preprocess` does; None leaves it out.
        class_names: By label; None where they are not known.
        has_images: Whether weights and labelled images lie beside the file, to check it with.
    """
    classes = BlockClasses(network)
    header = docstring(0, [[title], *([[f"{k}: {v}" for k, v in facts.items()]] if facts else [])])
    parts = [
        *classes.functions(),
        *classes.sources(),
        network_class(network, classes),
        *([preprocess(input_format)] if input_format else []),
        self_check(network, has_preprocess=input_format is not None, has_images=has_images),
    ]
    code = "\n\n\n".join(parts)
    # Only where it is used: linters complain of any other import.
    functional = "import torch.nn.functional as F\n" if re.search(r"\bF\.", code) else ""
    imports = f"import torch\n{functional}from torch import Tensor, nn"
    top = "\n".join(header)
    shape = f"IN_SHAPE = {network.in_shape}"  # of one image; `nas train` reads it
    known = "\n".join([shape, *constants(input_format, class_names)])
    return f"{top}\n\n{imports}\n\n{known}\n\n\n{code}\n"


Call = tuple[str, list[str]]
"""The class of a block, and the arguments it is made with."""

Row = tuple[str, list[Block]]
"""The attribute that holds some blocks, empty where their layers are the network's own."""


def network_class(network: Network, classes: BlockClasses) -> str:
    """The source of the class of the network."""
    rows = _rows(network)
    made: list[str] = []
    for name, blocks in rows:
        if name:
            made += _row_lines(name, blocks, classes)
        else:
            made += layer_lines(classes.of_network(blocks[0]))
    outputs = "rows of predictions" if len(network.out_shape) == 2 else "class scores"
    shapes = f"Maps {_batch(network.in_shape)} to {outputs} {_batch(network.out_shape)}."
    # of parts that have a name each, one is called after the other
    is_chain = all(name and name not in NAMES_OF_SEQUENTIAL for name, _ in rows)
    is_chain = is_chain and not any(network.sources)
    lines = [
        f"class {NETWORK}(nn.{'Sequential' if is_chain else 'Module'}):",
        *docstring(4, [[shapes], list(_table(rows))]),
        "",
        "    def __init__(self) -> None:",
        "        super().__init__()",
        *made,
    ]
    if not is_chain:
        lines += ["", "    def forward(self, x: Tensor) -> Tensor:", *_forward(rows, classes)]
    return "\n".join(lines)


def _forward(rows: Sequence[Row], classes: BlockClasses) -> Iterator[str]:
    """The lines of the network's `forward`, some layers of which are its own."""
    variables = _variables(rows)
    written: list[Statement] = []
    now = "x"  # the variable that the next row reads
    for name, blocks in rows:
        if not name:
            written += [] if now == "x" else [Statement("x", _read(now))]
            written += _ending_in_x(statements(classes.of_network(blocks[0])))
            now = "x"
            continue
        for called, piece in _pieces(name, blocks, variables):
            # Only the first of a piece taps, and only its last is tapped.
            read = ", ".join([now, *(variables[tap] for tap in piece[0].taps)])
            now = variables.get(piece[-1].name, "x")
            written.append(Statement(now, replace(_read(read), head=f"{called}(", tail=")")))
    yield from body(written)


def _read(text: str) -> Expression:
    return Expression("", (text,), "", is_tensor=False)


def _variables(rows: Sequence[Row]) -> dict[str, str]:
    """What the outputs of tapped blocks are called: as their row, where they are its end."""
    tapped = {tap for _, blocks in rows for block in blocks for tap in block.taps}
    names: dict[str, str] = {}
    for row, blocks in rows:
        for block in blocks:
            if block.name in tapped:
                own = row if block is blocks[-1] else block.name
                names[block.name] = variable_name(own, names.values())
    return names


def _pieces(
    name: str, blocks: Sequence[Block], tapped: Collection[str]
) -> Iterator[tuple[str, Sequence[Block]]]:
    """A row cut before each block that taps and behind each that is tapped; how each is called."""
    cuts = {i for i, block in enumerate(blocks) if block.taps}
    cuts |= {i + 1 for i, block in enumerate(blocks) if block.name in tapped}
    ends = sorted({*cuts, 0, len(blocks)})
    for start, end in pairwise(ends):
        if (start, end) == (0, len(blocks)):
            place = ""
        elif end == start + 1:
            place = f"[{start}]"
        else:
            place = f"[{start or ''}:{end if end < len(blocks) else ''}]"
        yield f"self.{name}{place}", blocks[start:end]


def _ending_in_x(written: list[Statement]) -> list[Statement]:
    return [*written[:-1], Statement("x", written[-1].expression)] if written else []


def _batch(shape: Shape) -> str:
    return f"({', '.join(['batch', *map(str, shape)])})"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """For each attribute the output's shape and the costs."""
    yield f"{'part':18} {'output':16} {'parameters':>14} {'FLOPs':>17}"
    for row_name, blocks in rows:
        params = flops = 0
        for graph in (block.graph for block in blocks):
            params += sum(node.op.params() for node in graph.nodes)
            flops += sum(n.op.flops(graph.in_shapes(n)[0], n.shape) for n in graph.nodes)
        name = row_name or f"({blocks[0].type})"
        name += f", {len(blocks)} blocks" if len(blocks) > 1 else ""
        yield f"{name:18} {blocks[-1].graph.out_shape!s:16} {params:>14,} {flops:>17,}"


def _row_lines(name: str, blocks: list[Block], classes: BlockClasses) -> list[str]:
    """The line, or the lines, that make a row of blocks."""
    calls = [classes.call(block) for block in blocks]
    # A row that is one block of that very name has no numbers within, as in the search's weights.
    if blocks[0].name == name:
        return call_lines(8, f"self.{name} = {calls[0][0]}(", calls[0][1], ")")
    parts = [part for _, group in groupby(calls, _alike) for part in _repeated(list(group))]
    made = [part[0].strip().removesuffix(",") for part in parts]
    if all(len(part) == 1 for part in parts):
        row = _on_one_line(f"self.{name} = nn.Sequential(", made)
        if row:
            return row
    comment = ""
    if any(len(part) > len(_compact(part)) for part in parts):
        parts, comment = [_compact(part) for part in parts], "  # fmt: skip"
    inside = [line for part in parts for line in part]
    return [f"        self.{name} = nn.Sequential(", *inside, f"        ){comment}"]


def _on_one_line(head: str, made: list[str]) -> list[str]:
    """All blocks of a row on one line, or within its brackets; empty where that is too long."""
    whole, inner = f"        {head}{', '.join(made)})", f"{' ' * 12}{', '.join(made)}"
    if len(whole) <= NARROW:
        return [whole]
    if len(inner) > WIDE:
        return []
    stays = len(whole) > WIDE and len(inner) <= NARROW
    return [f"        {head}", inner, f"        ){'' if stays else '  # fmt: skip'}"]


def _compact(call: list[str]) -> list[str]:
    """A call that a formatter would break into one argument a line: on one line, or on three."""
    head, arguments, tail = call[0], " ".join(line.strip() for line in call[1:-1]), call[-1]
    arguments = arguments.removesuffix(",")
    one_line = f"{head}{arguments}{tail.strip()}"
    if len(call) == 1 or len(one_line) <= WIDE:
        return call if len(call) == 1 else [one_line]
    return [head, f"{' ' * 16}{arguments}", tail] if len(arguments) <= WIDE - 16 else call


def _repeated(calls: list[Call]) -> Iterator[list[str]]:
    """The lines of blocks of one class in a row that share their arguments, or take channels alone.

    Each is made by itself, or all in one go.
    """
    name, arguments = calls[0]
    many = f"*({name}({', '.join(arguments)}) for _ in range({len(calls)})),"
    if all(_is_of_channels(call) for call in calls):
        many = f"*map({name}, [{', '.join(call[1][0] for call in calls)}]),"
    if len(calls) >= 2 and len(many) <= NARROW - 12:
        yield [f"            {many}"]
        return
    for name, arguments in calls:
        yield call_lines(12, f"{name}(", arguments, "),")


def _is_of_channels(call: Call) -> bool:
    """Whether a block takes its channels and nothing else."""
    return len(call[1]) == 1 and call[1][0].isdecimal()


def _alike(call: Call) -> Hashable:
    """What calls that are made in one go share."""
    return call[0] if _is_of_channels(call) else (call[0], *call[1])


def _rows(network: Network) -> list[Row]:
    """Blocks by the attribute that holds them, in order."""
    rows: list[Row] = []
    for block in network.blocks:
        name = block.name.split(".")[0]
        if rows and name and rows[-1][0] == name:
            rows[-1][1].append(block)
        else:
            rows.append((name, [block]))
    return rows
