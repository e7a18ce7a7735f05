"""Ridge regression beside columns that are not shrunk, its penalty chosen by leaving one out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nas.analysis.outcomes import Array

PENALTIES = np.geomspace(1e-2, 1e3, 16)


@dataclass(frozen=True)
class Ridge:
    """A fitted model `fixed @ fixed_weights + columns @ weights`.

    Attributes:
        penalty: On the squared weights.
        weights: `(num_columns,)`.
        fixed_weights: `(1 + num_fixed,)`, that of the constant first.
        left_out: `(num_rows,)`, the error of each row by a fit without it.
        explained: Share of the variance that such predictions explain; below 0 where they are worse
            than the mean.
    """

    penalty: float
    weights: Array
    fixed_weights: Array
    left_out: Array
    explained: float

    def predict(self, columns: Array, fixed: Array) -> Array:
        """`(num_rows,)` for columns as those of the fit."""
        found: Array = columns @ self.weights + with_constant(fixed) @ self.fixed_weights
        return found


def with_constant(fixed: Array) -> Array:
    """A column of ones before others."""
    return np.hstack([np.ones((len(fixed), 1)), fixed])


def fit_ridge(columns: Array, fixed: Array, target: Array) -> Ridge:
    """Fits by penalised least squares (Hoerl and Kennard 1970).

    The penalty is that of `PENALTIES` with the least error of rows left out.

    Args:
        columns: `(num_rows, num_columns)`, whose weights are shrunk towards zero.
        fixed: `(num_rows, num_fixed)`, whose weights are not; a constant is added.
        target: `(num_rows,)`.
    """
    basis, _ = np.linalg.qr(with_constant(fixed))
    rest, aim = columns - basis @ (basis.T @ columns), target - basis @ (basis.T @ target)
    left, singular, _ = np.linalg.svd(rest, full_matrices=False)
    errors = {float(p): _left_out(left, singular, basis, aim, p) for p in PENALTIES}
    best = min(errors, key=lambda p: float(np.mean(errors[p] ** 2)))
    spread = float(np.var(target)) or 1.0
    explained = 1.0 - float(np.mean(errors[best] ** 2)) / spread
    return Ridge(best, *refit(columns, fixed, target, best), errors[best], explained)


def refit(columns: Array, fixed: Array, target: Array, penalty: float) -> tuple[Array, Array]:
    """Weights of columns and of what is fixed, for a known penalty: the quick way."""
    basis, triangle = np.linalg.qr(with_constant(fixed))
    rest = columns - basis @ (basis.T @ columns)
    normal = rest.T @ rest + penalty * np.eye(columns.shape[1])
    weights = np.linalg.solve(normal, rest.T @ target)
    left = basis.T @ (target - columns @ weights)
    fixed_weights: Array = np.linalg.lstsq(triangle, left, rcond=None)[0]
    return np.asarray(weights, dtype=np.float64), fixed_weights


def _left_out(left: Array, singular: Array, basis: Array, aim: Array, penalty: float) -> Array:
    """Errors of rows left out: the residual over one less the leverage (Allen 1974)."""
    kept = singular**2 / (singular**2 + penalty)
    residual = aim - left @ (kept * (left.T @ aim))
    leverage = (left**2) @ kept + (basis**2).sum(axis=1)
    errors: Array = residual / np.maximum(1.0 - leverage, 1e-3)
    return errors
