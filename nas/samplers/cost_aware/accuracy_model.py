"""What is known about the accuracy of architectures that were not trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nas.samplers.cost_aware.gaussian_process import (
    Component,
    GaussianProcess,
    Kernel,
    fit,
    standardised,
)
from nas.samplers.cost_aware.pool import Array, Pool
from nas.samplers.joint import Observation
from nas.statistics.outliers import FAR, Mask, far_above, isolated
from nas.statistics.pareto import Points, non_dominated
from search_spaces.spaces.problem import Candidate

MAX_FITTED = 200
MAX_POINTS = 400

_ABOVE_ONE = 1.005
_NOISE = 0.01
_JITTER = 1e-8


@dataclass
class _Data:
    """Measurements in a row: those after as many epochs as some training ended after."""

    candidates: list[Candidate] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, observations: Sequence[Observation]) -> _Data:
        """Each trial where it can be compared with others; what lies between tells no more."""
        ends = {observation.curve[-1][0] for observation in observations if observation.curve}
        data = cls()
        for observation in observations:
            for epochs, accuracy in observation.curve:
                if epochs in ends:
                    data.candidates.append(observation.candidate)
                    data.epochs.append(epochs)
                    data.accuracies.append(accuracy)
        return data


def accuracy_loss(accuracy: Sequence[float] | Array) -> Array:
    """`log(1.005 - accuracy)`: halving the error counts the same everywhere, and one is finite."""
    loss: Array = np.log(_ABOVE_ONE - np.asarray(accuracy, dtype=np.float64))
    return loss


class AccuracyModel:
    """A Gaussian process on the logarithm of the error, over choices, log costs and epochs.

    The kernel is the sum of one over the choices (exponential of a weighted Hamming distance), one
    over the log costs, both damped by the distance of the log epochs, and one over the log epochs
    alone, which is the offset of each rung: so results of few epochs are compared with each other
    and tell about the end as far as the data say. Of each curve it reads the epochs at which some
    trial ended.

    Of more than `MAX_POINTS` measurements the model is conditioned on that many, and its parameters
    are fitted to `MAX_FITTED`: half of them the best by non-dominated rank, half spread evenly over
    the others in the order in which they came. All else is linear in their number.

    A training that ends at chance level for no fault of its network says nothing about others, and
    its loss would set the scale of all. So losses far off are left out where the model, without
    them, is sure of better, unless most of the networks that the kernel holds to be nearest failed
    as well.

    Attributes:
        final_epochs: Epochs of the complete ones; predictions are for these.
        left_out: Architectures of which a measurement was left out.
    """

    def __init__(self, pool: Pool, observations: Sequence[Observation]) -> None:
        """Fits the model. At least one observation must have a curve."""
        data = _Data.of(observations)
        complete = [o.curve[-1][0] for o in observations if o.complete and o.curve]
        # Until something has been trained to the end, the longest training stands for it.
        self.final_epochs = max(complete or data.epochs)
        self._pool = pool
        # Without rungs all epochs are equal: their range is zero, and nothing may be divided by it.
        self._epochs_spread = max(1.0, float(np.log(max(data.epochs) / min(data.epochs))))
        losses, epochs = accuracy_loss(data.accuracies), np.array(data.epochs)
        features = self._features(pool.encode(data.candidates), epochs)
        costs = pool.scale(data.candidates)
        failed = _far(losses, epochs, costs)
        self._process = self._fitted(features[~failed], losses[~failed], costs[~failed])
        alone = self._isolated(failed, features, losses, epochs)
        # What failed among its like is a lesson after all, and comes back.
        if (alone != failed).any():
            self._process = self._fitted(features[~alone], losses[~alone], costs[~alone])
        self.left_out = {data.candidates[index].architecture for index in np.flatnonzero(alone)}

    def _fitted(self, features: Array, losses: Array, costs: Points) -> GaussianProcess:
        """A process that knows these measurements; sets the scale of predictions."""
        targets, self._mean, self._scale = standardised(losses)
        kernel, ranked = _kernel(self._pool), np.column_stack([targets, costs])
        some = thinned(ranked, MAX_FITTED)
        parameters = fit(kernel, features[some], targets[some])
        some = thinned(ranked, MAX_POINTS)
        return GaussianProcess(kernel, parameters, features[some], targets[some])

    def _isolated(
        self, failed: Mask, features: Array, losses: Array, epochs: NDArray[np.int64]
    ) -> Mask:
        """Which far ones surprise a model that knows none of them, and stand among others."""
        alone, failed = np.zeros(len(failed), dtype=np.bool_), failed.copy()
        mean, std = self._process.predict(features[failed])
        surprise = (losses[failed] - self._mean) / self._scale - mean
        failed[failed] = surprise > FAR * np.hypot(std, self._process.noise)
        for number in np.unique(epochs[failed]):
            at = epochs == number
            similarity = self._process.covariance(features[at & failed], features[at])
            alone[at] = isolated(failed[at], similarity)
        return alone

    def _features(self, encoded: Array, epochs: Array | NDArray[np.int64]) -> Array:
        return np.column_stack([encoded, np.log(epochs) / self._epochs_spread])

    def loss(self, accuracies: Sequence[float]) -> Array:
        """Measured accuracies on the scale of predictions."""
        scaled: Array = (accuracy_loss(accuracies) - self._mean) / self._scale
        return scaled

    def predict(self, encoded: Array) -> tuple[Array, Array]:
        """Mean and standard deviation of the loss at the end, each `(num_candidates,)`.

        Args:
            encoded: From `Pool.encode`.
        """
        return self._process.predict(self._at_the_end(encoded))

    def believe(self, encoded: Array) -> Array:
        """Takes the mean for what running trials will tell, and returns it (kriging believer).

        Ginsbourger et al. 2010: the next prediction is sure there, and so looks elsewhere.
        """
        features = self._at_the_end(encoded)
        mean, _ = self._process.predict(features)
        self._process = self._process.extended(features, mean)
        return mean

    def draw_accuracies(
        self, candidates: Sequence[Candidate], number: int, rng: np.random.Generator
    ) -> Array:
        """Accuracies at the end that may be the true ones, `(number, num_candidates)`.

        Drawn together, so that what the model does not know of all alike cancels in differences.
        """
        features = self._at_the_end(self._pool.encode(candidates))
        mean, covariance = self._process.joint(features)
        # Networks that are nearly alike make it singular within rounding, and Cholesky would fail.
        covariance[np.diag_indices_from(covariance)] += _JITTER
        root = np.linalg.cholesky(covariance)
        losses = mean + rng.standard_normal((number, len(mean))) @ root.T
        accuracies: Array = _ABOVE_ONE - np.exp(self._mean + self._scale * losses)
        return np.clip(accuracies, 0.0, 1.0)

    def _at_the_end(self, encoded: Array) -> Array:
        return self._features(encoded, np.full(len(encoded), self.final_epochs))


def _far(losses: Array, epochs: NDArray[np.int64], costs: Points) -> Mask:
    """Which losses are far above the others of as many epochs, though a cheaper one did better.

    The cheapest network may be far less accurate than all others for good reason.
    """
    far = np.zeros(len(losses), dtype=np.bool_)
    for number in np.unique(epochs):
        at = epochs == number
        # Else cheap networks, which are bad for good reason, would teach nothing.
        dominated = ~non_dominated(np.column_stack([losses[at], costs[at]]))
        far[at] = far_above(losses[at]) & dominated
    return far


def _kernel(pool: Pool) -> Kernel:
    num_choices, num_costs = len(pool.problem.choices), len(pool.cost_names)
    epochs = num_choices + num_costs
    return Kernel(
        (
            Component((*range(num_choices), epochs), 0.5, 0.5 / np.sqrt(num_choices)),
            Component((*range(num_choices, epochs), epochs), 0.5, 1.0),
            Component((epochs,), 0.5, 1.0),
        ),
        np.append(pool.columns, epochs),
        _NOISE,
    )


def thinned(points: Points, number: int) -> NDArray[np.int64]:
    """Indices, ascending, of at most `number` points: the best by rank and some of all others.

    Args:
        points: `(num_points, num_objectives)`, minimised.
        number: How many to keep.
    """
    rest = np.arange(len(points))
    if len(rest) <= number:
        return rest
    best: list[int] = []
    while len(best) < number // 2:
        mask = non_dominated(points[rest])
        best += rest[mask][: number // 2 - len(best)].tolist()
        rest = rest[~mask]
    others = np.setdiff1d(np.arange(len(points)), best)
    spread = np.linspace(0, len(others) - 1, number - len(best)).astype(np.int64)
    return np.sort(np.concatenate([best, others[spread]]))
