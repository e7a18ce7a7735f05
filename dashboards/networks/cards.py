"""The blocks of a network as cards: what stands on them, how large they are, and where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboards.networks.layers_layout import Layout, layout
from search_spaces.graphs.description import Run, folded_word, in_short, shape_text
from search_spaces.graphs.network import Block
from search_spaces.graphs.primitives import (
    AdaptiveAvgPool,
    Add,
    ChannelShuffle,
    Concat,
    Conv,
    Linear,
    Multiply,
    Pool,
    Primitive,
    Shape,
)
from search_spaces.quantities import format_quantity

ASPECT = 1.4
MARGIN = 28.0
TITLE_HEIGHT = 64.0
GUTTER = 44.0
BETWEEN = 40.0
PADDING = 14.0
BOX_HEIGHT = 34.0
# No font can be measured here: about what a letter takes, in pixels.
LETTER = 6.1

_SMALL_LETTER = 5.1
_HEADER = 56.0
_ROW = 50.0


class Box(NamedTuple):
    """One layer with what follows it in place; without words a point where a block has its ends.

    Attributes:
        tap: The earlier block whose output enters at this point; empty for any other box.
    """

    kind: str
    what: str = ""
    follows: tuple[str, ...] = ()
    shape: Shape = ()
    tap: str = ""

    @property
    def label(self) -> str:
        """What stands above a point where a tap enters."""
        return f"{self.tap} · {shape_text(self.shape)}"

    @property
    def below(self) -> str:
        return " · ".join([*([" ".join(self.follows)] if self.follows else []),
                           shape_text(self.shape)])  # fmt: skip

    @property
    def width(self) -> float:
        if self.tap:
            return _SMALL_LETTER * len(self.label)
        if not self.what:
            return 6.0
        longest = max(LETTER * len(self.what), _SMALL_LETTER * len(self.below))
        return max(56.0, longest + 16)


@dataclass(frozen=True)
class Card:
    """A block, or equal ones in a row, ready to be drawn."""

    run: Run
    boxes: tuple[Box, ...]
    layout: Layout
    heading: str
    costs: str

    @property
    def width(self) -> float:
        """Wide enough for the layers around where they begin, in the middle, and for the text."""
        text = max(7.4 * len(self.heading) + 26, LETTER * len(self.costs))
        begin = self.layout.centres[0]
        return max(2 * max(begin, self.layout.width - begin), text) + 2 * PADDING

    @property
    def height(self) -> float:
        return self.row(self.layout.num_rows - 1) + PADDING

    @property
    def left(self) -> float:
        """Where the drawing of the layers begins."""
        return self.width / 2 - self.layout.centres[0]

    def row(self, number: int) -> float:
        """The middle of a row of layers; the first and the last row are points."""
        first = (_HEADER if self.costs else _HEADER - 24) + 2
        # Taps have their names above them.
        first += 14 if self.taps else 0
        if number == 0:
            return first
        inner = self.layout.num_rows - 2
        last = 20 + BOX_HEIGHT / 2 if number > inner else 0.0
        return first + 24 + BOX_HEIGHT / 2 + (min(number, inner) - 1) * _ROW + last

    @property
    def params(self) -> int:
        return sum(layer.params for entry in self.run for layer in entry.layers)

    @property
    def flops(self) -> int:
        return sum(layer.flops for entry in self.run for layer in entry.layers)

    @property
    def in_shape(self) -> Shape:
        return self.run[0].block.graph.in_shape

    @property
    def taps(self) -> tuple[str, ...]:
        """Names of the earlier blocks that it reads."""
        return self.run[0].block.taps


class Placed(NamedTuple):
    """A card at its place, and where its column begins."""

    card: Card
    x: float
    y: float
    column: float

    @property
    def middle(self) -> float:
        return self.x + self.card.width / 2


def make_card(run: Run) -> Card:
    block = run[0].block
    boxes, edges = _boxes(block)
    each = "each " if len(run) > 1 else ""
    name = block.name
    if len(run) > 1:
        name = f"{block.name} to {run[-1].block.name}"
    heading = f"{name} · {block.type}" if name and name != block.type else block.type
    params = sum(layer.params for layer in run[0].layers)
    flops = sum(layer.flops for layer in run[0].layers)
    costs = ""
    if params or flops:
        said = f"{format_quantity(flops, 'flops')} FLOPs, {format_quantity(params, 'params')}"
        costs = f"{each}{said} parameters"
    return Card(run, boxes, layout([box.width for box in boxes], edges), heading, costs)


def _boxes(block: Block) -> tuple[tuple[Box, ...], list[tuple[int, int]]]:
    """The layers as boxes between two points, where the block begins and ends, and their edges."""
    graph = block.graph
    place = {index: number for number, index in enumerate(graph.inputs)}
    sides = zip(block.taps, graph.side_shapes, strict=True)
    boxes = [Box("other"), *(Box("other", shape=shape, tap=tap) for tap, shape in sides)]
    edges = []
    for index, node in enumerate(graph.nodes):
        word = folded_word(node.op)
        # Only what reads the layer just before it and nothing else: a join keeps its arrows.
        if word and index and node.inputs == (index - 1,):
            number = place[index] = place[index - 1]
            boxes[number] = boxes[number]._replace(follows=(*boxes[number].follows, word))
            continue
        place[index] = len(boxes)
        edges += [(place[source], len(boxes)) for source in node.inputs]
        boxes.append(Box(_kind(node.op), in_short(node.op), (), node.shape))
    edges.append((place[len(graph.nodes) - 1], len(boxes)))
    return (*boxes, Box("other")), edges


def _kind(op: Primitive) -> str:
    if isinstance(op, Conv):
        if op.groups > 1:
            return "depthwise" if op.groups == op.in_channels else "grouped"
        return "1x1 convolution" if op.kernel_size == (1, 1) else "convolution"
    kinds: dict[type[Primitive], str] = {
        Pool: "pooling", AdaptiveAvgPool: "pooling", Linear: "linear", ChannelShuffle: "shuffle",
        Add: "join", Concat: "join", Multiply: "join",
    }  # fmt: skip
    return kinds.get(type(op), "other")


def best_columns(
    cards: Sequence[Card], aspect: float = ASPECT
) -> tuple[list[Placed], float, float]:
    """The cards in as many columns as give the wanted proportions, and width and height of all."""
    tried = [_columns(cards, number) for number in range(1, min(len(cards), 24) + 1)]
    return min(tried, key=lambda found: abs(found[1] / found[2] / aspect - 1))


def _columns(cards: Sequence[Card], number: int) -> tuple[list[Placed], float, float]:
    total = sum(card.height + BETWEEN for card in cards)
    limit = max(total / number, max(card.height for card in cards) + BETWEEN)
    columns: list[list[Card]] = [[]]
    filled = 0.0
    for card in cards:
        # By its middle: what lies for the most part within the column stays in it.
        if columns[-1] and filled + card.height / 2 > limit:
            columns.append([])
            filled = 0.0
        columns[-1].append(card)
        filled += card.height + BETWEEN
    placed: list[Placed] = []
    left, bottom = MARGIN, 0.0
    for column in columns:
        width = max(card.width for card in column)
        top = TITLE_HEIGHT + BETWEEN
        for card in column:
            placed.append(Placed(card, left + (width - card.width) / 2, top, left))
            top += card.height + BETWEEN
        left += width + GUTTER
        bottom = max(bottom, top)
    return placed, left - GUTTER + MARGIN, bottom
