"""Pareto dominance. Everything is minimised here; maximised values come in negated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from search_spaces.measures import is_maximised

Points = NDArray[np.float64]


def as_points(rows: Iterable[Mapping[str, float]], objectives: Sequence[str]) -> Points:
    """Rows of measured values as `(num_points, num_objectives)`, maximised ones negated."""
    signs = [-1.0 if is_maximised(name) else 1.0 for name in objectives]
    values = [[s * float(row[n]) for s, n in zip(signs, objectives, strict=True)] for row in rows]
    # Without rows numpy would make one dimension of it.
    return np.array(values, dtype=np.float64).reshape(len(values), len(objectives))


_LEAST_COST = 1e-12
"""Stands for zero where a logarithm is taken: a measure of one's own may be zero."""


def log_costs(points: Points, objectives: Sequence[str]) -> Points:
    """Points of `as_points` as distances are measured in: costs as natural logarithms.

    So a factor counts the same for a small network as for a large one, and the unit does not count.
    Maximised values stay as they are.
    """
    logs = np.log(np.maximum(points, _LEAST_COST))
    return np.where([is_maximised(name) for name in objectives], points, logs)


def as_log_points(rows: Iterable[Mapping[str, float]], objectives: Sequence[str]) -> Points:
    """As `as_points`, costs as in `log_costs`."""
    return log_costs(as_points(rows, objectives), objectives)


def non_dominated(points: Points) -> NDArray[np.bool_]:
    """Which points no other point dominates: is as good in all objectives and better in one.

    Of equal points all are kept.

    Args:
        points: `(num_points, num_objectives)`.

    Returns:
        `(num_points,)`.
    """
    mask = np.zeros(len(points), dtype=np.bool_)
    rest = np.lexsort(points.T[::-1])  # what dominates a point stands before it
    while len(rest):
        first, others = points[rest[0]], points[rest]
        mask[rest[(others == first).all(axis=1)]] = True
        # What is left beats each point taken so far somewhere: so the next is on the front, too.
        rest = rest[(others < first).any(axis=1)]
    return mask


def non_dominated_rank(points: Points) -> NDArray[np.int64]:
    """Rank 0 for the front, 1 for the front of the rest, and so on (Deb et al. 2002)."""
    ranks = np.full(len(points), -1, dtype=np.int64)
    rest = np.arange(len(points))
    rank = 0
    while len(rest):
        front = non_dominated(points[rest])
        ranks[rest[front]] = rank
        rest = rest[~front]
        rank += 1
    return ranks


def crowding_distance(points: Points) -> NDArray[np.float64]:
    """How far apart the neighbours of each point are, summed over objectives (Deb et al. 2002).

    Each objective is scaled to [0, 1]; the first and the last of an objective have `inf`. To be
    asked of points of one rank.

    Args:
        points: `(num_points, num_objectives)`.

    Returns:
        `(num_points,)`.
    """
    distance = np.zeros(len(points))
    for column in points.T if len(points) else ():
        order = np.argsort(column, kind="stable")
        spread = column[order[-1]] - column[order[0]]
        distance[order[[0, -1]]] = np.inf
        if spread > 0:
            distance[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / spread
    return distance


def knee(points: Points) -> int:
    """Index of the point closest to the best of each objective, each scaled to [0, 1].

    Costs should come in as logarithms, so that a factor counts the same everywhere.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - low) / np.where(high > low, high - low, 1.0)
    return int(np.argmin(np.linalg.norm(scaled, axis=1)))
