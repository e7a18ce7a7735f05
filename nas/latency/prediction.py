"""Blocks in numbers, and the latency of those that were not measured, from those that were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import LatencyError
from search_spaces.graphs.cost import tensor_bytes
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.inference import inference_graph
from search_spaces.graphs.primitives import (
    Conv,
    Linear,
    Primitive,
    Resize,
    ResizeLike,
    Upsample,
)

Matrix = NDArray[np.float64]

KINDS = (
    "conv", "pointwise", "grouped", "depthwise", "dilated", "transposed", "linear", "resize",
    "other",
)  # fmt: skip
# Each further one costs a look at all blocks.
MAX_SPREAD = 2000

COUNTS = ("layers", "flops", "vector_flops", "unfolded", "weight_bytes", "moved_bytes")
"""What is counted for each kind of layer.

`vector_flops` are multiply-adds when the output channels of a group are filled up to whole vectors
of `LANES` values; `unfolded` is the input as a matrix with one column for each output position.
"""

# Floats in a vector of 512 bits.
LANES = 16


def kind(op: Primitive) -> str:
    """Layers of one kind are run by one kind of code."""
    if isinstance(op, Upsample | Resize | ResizeLike):
        return "resize"
    if not isinstance(op, Conv):
        return "linear" if isinstance(op, Linear) else "other"
    if op.transposed:
        return "transposed"
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
    # Below all others: where blocks have equal features, none comes twice.
    distances[nearest] = -1.0
    while len(order) < min(count, len(points)):
        nearest = int(np.argmax(distances))
        order.append(nearest)
        distances = np.minimum(distances, np.square(points - points[nearest]).sum(axis=1))
        distances[nearest] = -1.0
    rest = np.setdiff1d(np.arange(len(points)), order)
    return [*order, *np.random.default_rng(0).permutation(rest).tolist()]


MIN_MEASURED = 20
"""With fewer measured blocks nothing is predicted."""

NUM_FOLDS = 5

_RIDGE = 0.01
"""Variance of the noise, as a part of the variance of what the sum of costs leaves."""

Model = Callable[[Matrix, Matrix, Matrix], Matrix]


class Prediction(NamedTuple):
    """Predicted latencies of some blocks.

    Attributes:
        latencies_ms: In the order of the blocks.
        error: Mean relative error on measured blocks that were held out of the fit.
        num_measured: Blocks of the fit.
    """

    latencies_ms: list[float]
    error: float
    num_measured: int


def predict_blocks(
    measured: Sequence[Graph], latencies_ms: Sequence[float], wanted: Sequence[Graph]
) -> Prediction:
    """Fits a model to measured blocks and predicts others.

    A sum of costs (so many nanoseconds for a layer, a multiply-add, a byte of each kind of layer,
    none negative) is tried alone, and with a smooth function of the logarithms of the same numbers
    behind it (kernel ridge regression); taken is what is best on blocks held out.

    Raises:
        LatencyError: Fewer than `MIN_MEASURED` blocks are measured.
    """
    if len(measured) < MIN_MEASURED:
        raise LatencyError(
            f"{len(measured)} blocks were measured in `latency.max_profile_seconds`; the other "
            f"{len(wanted)} can be predicted from at least {MIN_MEASURED}: allow more time"
        )
    features = block_features([*measured, *wanted])
    known, times = len(measured), np.array(latencies_ms)
    errors = {model: _held_out_error(model, features[:known], times) for model in MODELS}
    best = min(errors, key=errors.__getitem__)
    predicted = best(features[:known], times, features[known:])
    return Prediction([float(value) for value in predicted], errors[best], known)


def _held_out_error(model: Model, features: Matrix, times: Matrix) -> float:
    """Mean relative error over folds, each predicted from all others."""
    folds = np.random.default_rng(0).permutation(len(times)) % NUM_FOLDS
    errors = np.zeros(len(times))
    for fold in range(NUM_FOLDS):
        out = folds == fold
        predicted = model(features[~out], times[~out], features[out])
        errors[out] = np.abs(predicted / times[out] - 1)
    return float(errors.mean())


def _costs(features: Matrix, times: Matrix, wanted: Matrix) -> Matrix:
    """Non-negative least squares of relative errors (Lawson and Hanson 1974)."""
    from scipy.optimize import nnls

    # Rows are divided by the time, which makes errors relative; columns by their largest value, so
    # that bytes and layers are of one size.
    scales = np.maximum(features.max(axis=0), 1.0)
    weights, _ = nnls(features / scales / times[:, None], np.ones(len(times)))
    # No block takes 0 ms, of which `_smooth` could take no logarithm.
    predicted: Matrix = np.maximum(wanted / scales @ weights, times.min() / 2)
    return predicted


def _smooth(length: float, features: Matrix, times: Matrix, wanted: Matrix) -> Matrix:
    """What the sum of costs leaves, as a smooth function of the logarithms of the features.

    Args:
        length: Distance over which the function may change, in deviations of the features.
    """
    from sklearn.kernel_ridge import KernelRidge

    base = np.log(_costs(features, times, np.concatenate([features, wanted])))
    # Scaled together, as the distance from a known block to a wanted one is what counts.
    points = log_features(np.concatenate([features, wanted]))
    known = len(times)
    ridge = KernelRidge(kernel="rbf", gamma=1 / (2 * length**2), alpha=_RIDGE)
    ridge.fit(points[:known], np.log(times) - base[:known])
    predicted: Matrix = np.exp(base[known:] + ridge.predict(points[known:]))
    return predicted


MODELS: tuple[Model, ...] = (_costs, *(partial(_smooth, length) for length in (1.5, 3.0, 6.0)))
