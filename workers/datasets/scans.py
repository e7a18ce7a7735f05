"""The handwritten digits that scikit-learn ships, shared out, scaled and laid on images.

1,797 scans of 8 x 8 pixels (UCI optical recognition of handwritten digits).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Images = NDArray[np.float32]
Indices = NDArray[np.int64]

SHARES = (0.7, 0.15, 0.15)
"""Shares of the scans of each digit that go to training, validation and test."""


def digit_scans() -> tuple[Floats, Indices]:
    """All scans, `(n, 8, 8)` from 0 to 1, and which digit each shows."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    return digits.images / 16.0, digits.target.astype(np.int64)


def disjoint_parts(labels: Indices, rng: np.random.Generator) -> list[Indices]:
    """Indices of the scans of each split: every digit shared out in the same proportions."""
    # Scans are split before images are made of them: else those that validate would show known
    # scans.
    parts: list[list[Indices]] = [[], [], []]
    for digit in range(10):
        indices = rng.permutation(np.flatnonzero(labels == digit))
        cuts = np.round(np.cumsum(SHARES)[:2] * len(indices)).astype(int)
        for part, chosen in zip(parts, np.split(indices, cuts), strict=True):
            part.append(chosen)
    return [np.concatenate(part) for part in parts]


def interpolation(source: int, target: int) -> Floats:
    """Weights that bring a row of `source` pixels to `target`, bilinearly: `(target, source)`."""
    # Centres of pixels are brought to one another, not corners: the digit would shift with its
    # size.
    position = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
    return np.maximum(0.0, 1.0 - np.abs(position[:, None] - np.arange(source)))


def at_sizes(scans: Floats, sizes: range) -> Images:
    """Scans at each of some sizes, in the corner of a square of the largest.

    Returns: `(num_sizes, n, largest, largest)`.
    """
    largest = sizes[-1]
    squares = np.zeros((len(sizes), len(scans), largest, largest), np.float32)
    for square, side in zip(squares, sizes, strict=True):
        weights = interpolation(scans.shape[1], side)
        square[:, :side, :side] = weights @ scans @ weights.T
    return squares


def square(corners: Indices, side: int) -> tuple[Indices, Indices]:
    """Rows `(n, side, 1)` and columns `(n, 1, side)` of squares at some corners."""
    steps = np.arange(side)
    return corners[:, 0, None, None] + steps[:, None], corners[:, 1, None, None] + steps


def paste(canvas: Images, patches: Images, corners: Indices) -> None:
    """Lays one patch on each image: the brighter of both shows."""
    rows, columns = square(corners, patches.shape[1])
    images = np.arange(len(canvas))[:, None, None]
    canvas[images, rows, columns] = np.maximum(canvas[images, rows, columns], patches)
