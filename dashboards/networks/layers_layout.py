"""Places for the boxes of a small graph: rows by depth, columns so that edges run straight.

A simple form of the layered drawing of Sugiyama, Tagawa and Toda (1981): an edge over several rows
gets a place in each of them, rows are ordered by where their neighbours stand, and then boxes are
drawn towards these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_NUM_SWEEPS = 8
_LANE = 14.0
_GAP = 10.0
_LANE_WEIGHT = 0.01


class Edge(NamedTuple):
    """From one box to a later one, and the horizontal places that it passes between them."""

    source: int
    target: int
    lanes: tuple[float, ...]


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Attributes:
        rows: The row of each box.
        centres: The horizontal centre of each box, from 0.
        edges: All edges; the place in row r of one that starts in row s is `lanes[r - s - 1]`.
        width: Of the whole drawing.
        num_rows: How many rows there are.
    """

    rows: tuple[int, ...]
    centres: tuple[float, ...]
    edges: tuple[Edge, ...]
    width: float
    num_rows: int


def layout(widths: Sequence[float], edges: Iterable[tuple[int, int]]) -> Layout:
    """Places boxes that are numbered in an order in which edges lead upwards.

    Args:
        widths: Of the boxes.
        edges: Pairs of boxes, each from a smaller to a larger number.
    """
    # In one order, so that a network is drawn alike each time.
    drawing = _Drawing(list(widths), sorted(set(edges)))
    for sweep in range(_NUM_SWEEPS):
        drawing.order(downwards=sweep % 2 == 0)
    drawing.spread()
    for sweep in range(2 * _NUM_SWEEPS):
        drawing.pull(downwards=sweep % 2 == 0)
    return drawing.finished()


class _Drawing:
    """Boxes and the places of long edges, while they move."""

    def __init__(self, widths: list[float], edges: list[tuple[int, int]]) -> None:
        self._num_boxes = len(widths)
        self._widths = list(widths)
        self._edges = edges
        self._rows = self._depths()
        self._lanes: dict[tuple[int, int], list[int]] = {}
        self._above: list[list[int]] = [[] for _ in widths]
        self._below: list[list[int]] = [[] for _ in widths]
        for source, target in edges:
            self._add_edge(source, target)
        self._levels: list[list[int]] = [[] for _ in range(max(self._rows) + 1)]
        for item, row in enumerate(self._rows):
            self._levels[row].append(item)
        self._x = [0.0] * len(self._rows)

    def _depths(self) -> list[int]:
        rows = [0] * self._num_boxes
        for source, target in self._edges:
            rows[target] = max(rows[target], rows[source] + 1)
        return rows

    def _add_edge(self, source: int, target: int) -> None:
        """Links two boxes through a place in each row between them."""
        before, lanes = source, []
        for row in range(self._rows[source] + 1, self._rows[target]):
            lane = len(self._rows)
            self._rows.append(row)
            self._widths.append(_LANE)
            self._above.append([])
            self._below.append([])
            self._link(before, lane)
            lanes.append(lane)
            before = lane
        self._link(before, target)
        self._lanes[source, target] = lanes

    def _link(self, upper: int, lower: int) -> None:
        self._below[upper].append(lower)
        self._above[lower].append(upper)

    def order(self, *, downwards: bool) -> None:
        """Orders each row by the mean place of its neighbours in the row before."""
        place = {item: i for level in self._levels for i, item in enumerate(level)}
        neighbours = self._above if downwards else self._below
        for level in self._levels if downwards else self._levels[::-1]:
            means = {item: _mean([place[n] for n in neighbours[item]], place[item])
                     for item in level}  # fmt: skip
            level.sort(key=means.__getitem__)
            place.update({item: i for i, item in enumerate(level)})

    def spread(self) -> None:
        """Puts the boxes of each row side by side around zero."""
        for level in self._levels:
            total = sum(self._widths[item] for item in level) + _GAP * (len(level) - 1)
            left = -total / 2
            for item in level:
                self._x[item] = left + self._widths[item] / 2
                left += self._widths[item] + _GAP

    def pull(self, *, downwards: bool) -> None:
        """Moves boxes towards their neighbours as far as those beside them allow."""
        neighbours = self._above if downwards else self._below
        for level in self._levels if downwards else self._levels[::-1]:
            wanted = [self._pulled(item, neighbours[item]) for item in level]
            placed = self._without_overlap(level, wanted)
            weights = [self._weight(item) for item in level]
            # Boxes that were too close moved to the right only: the row as a whole is moved back.
            moved = [w - p for w, p in zip(wanted, placed, strict=True)]
            shift = _weighted(moved, weights)
            for item, x in zip(level, placed, strict=True):
                self._x[item] = x + shift

    def _pulled(self, item: int, neighbours: list[int]) -> float:
        """Where neighbours draw an item."""
        if not neighbours:
            return self._x[item]
        return _weighted([self._x[n] for n in neighbours], [self._weight(n) for n in neighbours])

    def _weight(self, item: int) -> float:
        """Boxes weigh more than passing edges, so that these bow out and boxes stand in line."""
        return 1.0 if item < self._num_boxes else _LANE_WEIGHT

    def _without_overlap(self, level: list[int], wanted: list[float]) -> list[float]:
        placed: list[float] = []
        for item, x in zip(level, wanted, strict=True):
            if placed:
                before = level[len(placed) - 1]
                apart = (self._widths[before] + self._widths[item]) / 2 + _GAP
                x = max(x, placed[-1] + apart)
            placed.append(x)
        return placed

    def finished(self) -> Layout:
        halves = [width / 2 for width in self._widths]
        left = min(x - half for x, half in zip(self._x, halves, strict=True))
        right = max(x + half for x, half in zip(self._x, halves, strict=True))
        x = [value - left for value in self._x]
        edges = tuple(
            Edge(source, target, tuple(x[lane] for lane in self._lanes[source, target]))
            for source, target in self._edges
        )
        boxes = range(self._num_boxes)
        rows = tuple(self._rows[box] for box in boxes)
        centres = tuple(x[box] for box in boxes)
        return Layout(rows, centres, edges, right - left, max(rows) + 1)


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _weighted(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
