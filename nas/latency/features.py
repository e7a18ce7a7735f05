"""A block in numbers: what its layers compute and move, by kind of layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search_spaces.cost import tensor_bytes
from search_spaces.graph import Graph
from search_spaces.inference import inference_graph
from search_spaces.primitives import Conv, Linear, Primitive

Matrix = NDArray[np.float64]

KINDS = ("conv", "pointwise", "grouped", "depthwise", "dilated", "linear", "other")
MAX_SPREAD = 2000

COUNTS = ("layers", "flops", "vector_flops", "unfolded", "weight_bytes", "moved_bytes")
"""What is counted for each kind of layer.

`vector_flops` are multiply-adds when the output channels of a group are filled up to whole vectors
of `LANES` values; `unfolded` is the input as a matrix with one column for each output position.
"""

LANES = 16


def kind(op: Primitive) -> str:
    """Layers of one kind are run by one kind of code."""
    if not isinstance(op, Conv):
        return "linear" if isinstance(op, Linear) else "other"
    if op.dilation != (1, 1):
        return "dilated"
    if op.groups == 1:
        return "pointwise" if op.kernel_size == (1, 1) else "conv"
    return "depthwise" if op.groups == op.in_channels else "grouped"


def block_features(graphs: Sequence[Graph]) -> Matrix:
    """One row for each block: `COUNTS` for each of `KINDS`, batch norm folded.

    Returns:
        `(num_blocks, len(KINDS) * len(COUNTS))`, none negative.
    """
    rows = np.zeros((len(graphs), len(KINDS), len(COUNTS)))
    for row, graph in zip(rows, map(inference_graph, graphs), strict=True):
        for node in graph.nodes:
            shapes = graph.in_shapes(node)
            moved = tensor_bytes(node.shape) + sum(map(tensor_bytes, shapes))
            params = node.op.params()
            flops = node.op.flops(shapes[0], node.shape)
            counts = (1, flops, *_inner(node.op, flops), 4 * params, moved)
            row[KINDS.index(kind(node.op))] += counts
    return rows.reshape(len(graphs), -1)


def _inner(op: Primitive, flops: int) -> tuple[float, float]:
    """`vector_flops` and `unfolded` of a layer with so many multiply-adds."""
    if not isinstance(op, Conv):
        return 0.0, 0.0
    per_group = op.out_channels // op.groups
    filled = -(-per_group // LANES) * LANES
    return flops * filled / per_group, flops / per_group


def log_features(features: Matrix) -> Matrix:
    """Logarithms, each column scaled to a deviation of 1; constant columns become 0."""
    logs = np.log1p(features)
    deviation = logs.std(axis=0)
    scaled: Matrix = (logs - logs.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return scaled


def spread_order(features: Matrix, count: int = MAX_SPREAD) -> list[int]:
    """Rows in an order whose every beginning is well spread: each next is farthest from all before.

    Gonzalez 1985 (clustering to minimise the maximum intercluster distance); the first is the one
    nearest to the mean. Behind the first `count` the others follow in random order.
    """
    points = log_features(features)
    nearest = int(np.argmin(np.square(points).sum(axis=1)))
    order = [nearest]
    distances = np.square(points - points[nearest]).sum(axis=1)
    distances[nearest] = -1.0
    while len(order) < min(count, len(points)):
        nearest = int(np.argmax(distances))
        order.append(nearest)
        distances = np.minimum(distances, np.square(points - points[nearest]).sum(axis=1))
        distances[nearest] = -1.0
    rest = np.setdiff1d(np.arange(len(points)), order)
    return [*order, *np.random.default_rng(0).permutation(rest).tolist()]
