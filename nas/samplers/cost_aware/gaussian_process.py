"""A Gaussian process over groups of features, fitted by maximum a posteriori.

The kernel is a sum of components, each a squared exponential with one weight for each of its
groups:

    k(x, x') = sum_c variance_c * exp(-sum_{g in c} weight_{c,g} * |x_g - x'_g|^2)

A group is a set of columns that share a weight, such as the columns that stand for one choice: with
one column for each value, the squared distance is one where values differ and zero where they
agree, so that the component is the exponential of a weighted Hamming distance (Hutter et al. 2014,
arXiv:1306.1241; Oh et al. 2019, arXiv:1902.00448). Rasmussen and Williams (2006), chapters 2 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, lapack, solve_triangular
from scipy.optimize import minimize

Array = NDArray[np.float64]

_JITTER = 1e-8
_BOUND = 9.0
_LOG_2PI = float(np.log(2 * np.pi))


class Component(NamedTuple):
    """One term of the kernel, with the centres of its priors (log-normal, of width `spread`).

    Attributes:
        groups: Groups of features that it looks at.
        variance: Centre of the prior of its variance; targets are expected to vary by about one.
        weight: Centre of the prior of each weight.
        spread: Standard deviation of the logarithms.
    """

    groups: tuple[int, ...]
    variance: float
    weight: float
    spread: float = 1.0


@dataclass(frozen=True)
class Kernel:
    """Components over features, and the noise.

    Its parameters are one vector of logarithms: variance and weights of each component in turn,
    then the variance of the noise.

    Attributes:
        components: Terms of the sum.
        columns: `(num_features,)`, the group of each feature.
        noise: Centre of the prior of the noise's variance.
        noise_spread: Standard deviation of its logarithm.
    """

    components: tuple[Component, ...]
    columns: NDArray[np.int64]
    noise: float = 0.01
    noise_spread: float = 1.5
    centre: Array = field(init=False, repr=False)
    spread: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        centre = [v for c in self.components for v in (c.variance, *[c.weight] * len(c.groups))]
        spread = [c.spread for c in self.components for _ in range(1 + len(c.groups))]
        object.__setattr__(self, "centre", np.log([*centre, self.noise]))
        object.__setattr__(self, "spread", np.array([*spread, self.noise_spread]))

    def slices(self) -> list[tuple[int, slice]]:
        """Where each component's variance and weights stand in the parameters."""
        found, start = [], 0
        for component in self.components:
            stop = start + 1 + len(component.groups)
            found.append((start, slice(start + 1, stop)))
            start = stop
        return found

    def distances(self, features: Array) -> list[Array]:
        """Squared distances of all pairs below the diagonal, in rows.

        Returns:
            For each component `(num_groups, num_pairs)`.
        """
        rows, columns = np.tril_indices(len(features), -1)
        by_group = []
        for group in range(int(self.columns.max()) + 1):
            part = features[:, self.columns == group]
            by_group.append(_squared_distance(part, part)[rows, columns])
        return [np.stack([by_group[g] for g in c.groups]) for c in self.components]

    def cross(self, parameters: Array, left: Array, right: Array) -> Array:
        """Covariances `(num_left, num_right)` without noise."""
        total = np.zeros((len(left), len(right)))
        for component, (first, rest) in zip(self.components, self.slices(), strict=True):
            scale = np.zeros(int(self.columns.max()) + 1)
            scale[list(component.groups)] = np.exp(parameters[rest])
            root = np.sqrt(scale[self.columns])
            # Columns of other components would cost as much as those that count.
            used = root > 0
            near = _squared_distance(left[:, used] * root[used], right[:, used] * root[used])
            total += np.exp(parameters[first] - near)
        return total

    def diagonal(self, parameters: Array) -> float:
        """Prior variance of every point."""
        return float(sum(np.exp(parameters[first]) for first, _ in self.slices()))


class GaussianProcess:
    """A kernel with fitted parameters, conditioned on data.

    Attributes:
        kernel: The kernel.
        parameters: Its parameters, see `Kernel`.
    """

    def __init__(self, kernel: Kernel, parameters: Array, features: Array, targets: Array) -> None:
        """Conditions on data.

        Args:
            kernel: The kernel.
            parameters: Logarithms, in the kernel's order.
            features: `(num_points, num_features)`.
            targets: `(num_points,)`.
        """
        self.kernel, self.parameters = kernel, parameters
        self._features, self._targets = features, targets
        covariance = kernel.cross(parameters, features, features)
        covariance[np.diag_indices_from(covariance)] += np.exp(parameters[-1]) + _JITTER
        self._factor = cho_factor(covariance, lower=True)
        self._solved: Array = cho_solve(self._factor, targets)

    def extended(self, features: Array, targets: Array) -> GaussianProcess:
        """The same process conditioned on more data."""
        return GaussianProcess(
            self.kernel,
            self.parameters,
            np.vstack([self._features, features]),
            np.append(self._targets, targets),
        )

    @property
    def noise(self) -> float:
        """Standard deviation of the noise."""
        return float(np.exp(0.5 * self.parameters[-1]))

    def covariance(self, left: Array, right: Array) -> Array:
        """The kernel between points whatever the data, `(num_left, num_right)`."""
        return self.kernel.cross(self.parameters, left, right)

    def predict(self, features: Array) -> tuple[Array, Array]:
        """Mean and standard deviation of the noiseless function, each `(num_points,)`."""
        cross = self.kernel.cross(self.parameters, features, self._features)
        root = solve_triangular(self._factor[0], cross.T, lower=True, check_finite=False)
        variance = self.kernel.diagonal(self.parameters) - np.square(root).sum(axis=0)
        # At known points rounding may leave less than nothing, and the acquisition divides by this.
        return cross @ self._solved, np.sqrt(np.maximum(variance, 1e-12))

    def joint(self, features: Array) -> tuple[Array, Array]:
        """Mean `(num_points,)` and covariance `(num_points, num_points)` of the function."""
        cross = self.kernel.cross(self.parameters, features, self._features)
        root = solve_triangular(self._factor[0], cross.T, lower=True, check_finite=False)
        prior = self.kernel.cross(self.parameters, features, features)
        return cross @ self._solved, prior - root.T @ root


def fit(kernel: Kernel, features: Array, targets: Array, max_iterations: int = 30) -> Array:
    """Parameters of largest posterior density, found from the priors' centres by L-BFGS.

    Args:
        kernel: The kernel and its priors.
        features: `(num_points, num_features)`.
        targets: `(num_points,)`, about zero and varying by about one.
        max_iterations: Of the optimiser; each costs the inversion of one matrix.
    """
    # They stay the same while the weights change, over some thirty steps of the optimiser.
    distances = kernel.distances(features)
    result = minimize(
        lambda parameters: negative_log_posterior(kernel, parameters, distances, targets),
        kernel.centre,
        jac=True,
        method="L-BFGS-B",
        bounds=[(c - _BOUND, c + _BOUND) for c in kernel.centre],
        options={"maxiter": max_iterations},
    )
    parameters: Array = result.x
    return parameters


def negative_log_posterior(
    kernel: Kernel, parameters: Array, distances: Sequence[Array], targets: Array
) -> tuple[float, Array]:
    """What `fit` minimises, up to a constant, and its gradient by the parameters.

    With K the covariance and a = K^-1 y: `(y' a + log det K + n log 2 pi) / 2` and
    `-tr((a a' - K^-1) dK) / 2` (Rasmussen and Williams, eq. 5.8 and 5.9), plus the priors.

    Args:
        kernel: The kernel and its priors.
        parameters: Logarithms, in the kernel's order.
        distances: From `Kernel.distances`.
        targets: `(num_points,)`.
    """
    num_points = len(targets)
    pairs = np.tril_indices(num_points, -1)
    terms = [
        np.exp(parameters[first] - np.exp(parameters[rest]) @ apart)
        for apart, (first, rest) in zip(distances, kernel.slices(), strict=True)
    ]
    noise = float(np.exp(parameters[-1]))
    covariance = np.diag(np.full(num_points, kernel.diagonal(parameters) + noise + _JITTER))
    # The lower half alone, as `cho_factor(lower=True)` reads no other.
    covariance[pairs] = np.add.reduce(terms)
    factor, _ = cho_factor(covariance, lower=True, overwrite_a=True, check_finite=False)
    solved = cho_solve((factor, True), targets, check_finite=False)
    log_det = 2 * float(np.log(np.diag(factor)).sum())
    # `dpotri` fills the lower half alone, which is all that is read of it below.
    slope = lapack.dpotri(factor, lower=1)[0] - np.outer(solved, solved)
    trace, below = float(np.trace(slope)), slope[pairs]
    gradient = np.empty_like(parameters)
    for apart, term, (first, rest) in zip(distances, terms, kernel.slices(), strict=True):
        pull = below * term
        # Each pair stands twice in the trace, once in `below`: hence no half, as the diagonal has.
        gradient[first] = pull.sum() + 0.5 * np.exp(parameters[first]) * trace
        gradient[rest] = -np.exp(parameters[rest]) * (apart @ pull)
    gradient[-1] = 0.5 * noise * trace
    value = 0.5 * (float(targets @ solved) + log_det + num_points * _LOG_2PI)
    away = (parameters - kernel.centre) / kernel.spread
    return value + 0.5 * float(away @ away), gradient + away / kernel.spread


def _squared_distance(left: Array, right: Array) -> Array:
    """`(num_left, num_right)`; never below zero."""
    squares = np.square(left).sum(axis=1)[:, None] + np.square(right).sum(axis=1)[None, :]
    # One product of matrices, where rounding may leave equal rows below zero.
    distances: Array = np.maximum(squares - 2 * left @ right.T, 0.0)
    return distances


def standardised(targets: Sequence[float] | Array) -> tuple[Array, float, float]:
    """Targets with mean zero and variance one; the mean; the scale (one where all are equal)."""
    values = np.asarray(targets, dtype=np.float64)
    scale = float(values.std())
    mean = float(values.mean())
    scale = scale if scale > 1e-12 else 1.0
    return (values - mean) / scale, mean, scale
