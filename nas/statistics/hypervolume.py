"""Hypervolume, and the region that a front leaves open. Everything is minimised here."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import numpy as np

from nas.statistics.outliers import far_above
from nas.statistics.pareto import Points, non_dominated

MARGIN = 0.1
"""How far beyond the worst a reference point lies, as a share of the objective's range.

What is not below the reference point is worth nothing. Just at the worst, that would be the dearest
network, often the most accurate one, and all that cost as much.
"""

_Interval = tuple[float, float]
_Box = tuple[_Interval, ...]


class Boxes(NamedTuple):
    """Disjoint boxes; `lower` is -inf where a box is open.

    Attributes:
        lower: `(num_boxes, num_objectives)`.
        upper: `(num_boxes, num_objectives)`.
    """

    lower: Points
    upper: Points


def hypervolume(points: Points, reference_point: Points) -> float:
    """Volume that the points dominate below the reference point (Zitzler and Thiele 1998).

    Exact: the box from the best of each objective to the reference point, less what is open in it.

    Args:
        points: `(num_points, num_objectives)`; those not below the reference point add nothing.
        reference_point: `(num_objectives,)`.
    """
    below = points[(points < reference_point).all(axis=1)]
    if not len(below):
        return 0.0
    best = below.min(axis=0)
    lower, upper = open_boxes(below, reference_point)
    # Boxes open below reach to -inf; beyond the best of each objective nothing is dominated anyway.
    free = np.clip(upper - np.maximum(lower, best), 0.0, None).prod(axis=1).sum()
    return float((reference_point - best).prod() - free)


def bounds(points: Points) -> tuple[Points, Points]:
    """The best and the worst of each objective, `(num_objectives,)` each, to scale by.

    Dominated points that are far off in an objective are left out there: one training that failed
    would set the scale of all others.

    Args:
        points: `(num_points, num_objectives)`; at least one.
    """
    dominated = ~non_dominated(points)
    far = np.column_stack([far_above(column) for column in points.T])
    kept = np.where(far & dominated[:, None], -np.inf, points)
    return points.min(axis=0), kept.max(axis=0)


def open_boxes(points: Points, reference_point: Points) -> Boxes:
    """Disjoint boxes that fill what lies below the reference point and is dominated by no point.

    The gain in hypervolume by a new point z is then the sum over boxes of
    `prod(max(0, upper - max(lower, z)))`. Slices the last objective; a box that stays the same in
    neighbouring slices is one box, so that `n` points in three objectives make about `2 n + 1`.

    Args:
        points: `(num_points, num_objectives)`; dominated ones change nothing.
        reference_point: `(num_objectives,)`.
    """
    below = points[(points < reference_point).all(axis=1)]
    boxes = np.array(_open(sorted(map(tuple, below.tolist())), tuple(reference_point.tolist())))
    return Boxes(boxes[:, :, 0], boxes[:, :, 1])


def _open(points: list[tuple[float, ...]], reference: tuple[float, ...]) -> list[_Box]:
    if len(reference) == 1:
        return [((-np.inf, min([reference[0], *(point[0] for point in points)])),)]
    if len(reference) == 2:
        return _open_plane(points, reference)
    seen: list[tuple[float, ...]] = []
    starts: dict[_Box, float] = dict.fromkeys(_open(seen, reference[:-1]), -np.inf)
    closed: list[_Box] = []
    # Points of equal last objective begin one slice: one by one they would leave flat ones.
    for level, group in groupby(sorted(points, key=lambda p: p[-1]), key=lambda p: p[-1]):
        new = [p[:-1] for p in group if not _dominated(p[:-1], seen)]
        if not new:
            continue
        # `_open_plane` reads its points in ascending order.
        seen = sorted([p for p in seen if not _dominated(p, new)] + new)
        now = dict.fromkeys(_open(seen, reference[:-1]), level)
        closed += [(*box, (start, level)) for box, start in starts.items() if box not in now]
        starts = {box: starts.get(box, level) for box in now}
    return closed + [(*box, (start, reference[-1])) for box, start in starts.items()]


def _open_plane(points: list[tuple[float, ...]], reference: tuple[float, ...]) -> list[_Box]:
    """Strips between neighbours, from points in ascending order."""
    strips: list[_Box] = []
    left, height = -np.inf, reference[1]
    for x, y in points:
        if y < height:
            if x > left:
                strips.append(((left, x), (-np.inf, height)))
            left, height = x, y
    return [*strips, ((left, reference[0]), (-np.inf, height))]


def _dominated(point: tuple[float, ...], others: list[tuple[float, ...]]) -> bool:
    return any(all(o <= p for o, p in zip(other, point, strict=True)) for other in others)
