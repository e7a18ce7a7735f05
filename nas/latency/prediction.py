"""Latencies of blocks that were not measured, predicted from those that were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from nas.latency.features import Matrix, block_features, log_features
from search_spaces.errors import LatencyError
from search_spaces.graph import Graph

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

    scales = np.maximum(features.max(axis=0), 1.0)
    weights, _ = nnls(features / scales / times[:, None], np.ones(len(times)))
    predicted: Matrix = np.maximum(wanted / scales @ weights, times.min() / 2)
    return predicted


def _smooth(length: float, features: Matrix, times: Matrix, wanted: Matrix) -> Matrix:
    """What the sum of costs leaves, as a smooth function of the logarithms of the features.

    Args:
        length: Distance over which the function may change, in deviations of the features.
    """
    from sklearn.kernel_ridge import KernelRidge

    base = np.log(_costs(features, times, np.concatenate([features, wanted])))
    points = log_features(np.concatenate([features, wanted]))
    known = len(times)
    ridge = KernelRidge(kernel="rbf", gamma=1 / (2 * length**2), alpha=_RIDGE)
    ridge.fit(points[:known], np.log(times) - base[:known])
    predicted: Matrix = np.exp(base[known:] + ridge.predict(points[known:]))
    return predicted


MODELS: tuple[Model, ...] = (_costs, *(partial(_smooth, length) for length in (1.5, 3.0, 6.0)))
