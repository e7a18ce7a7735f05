"""One label for a whole image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.graphs.primitives import Shape
from search_spaces.measures import ACCURACY
from workers.tasks.base import Difference, Score, TaskName

if TYPE_CHECKING:
    from torch import Tensor


_QUANTILE = 1.959964
"""Of the standard normal distribution, beyond which 2.5% lie."""


@dataclass(frozen=True)
class Classification:
    """Labels are `(num_images,)`; wherever its pixels go, an image keeps its own."""

    name: TaskName = "classification"
    measure: str = ACCURACY
    may_mix: bool = True
    answer: str = "a class of each image"
    has_heads: bool = False
    meaning: str = "Accuracy is the share of validation images that a network labels rightly"

    def out_shape(self, in_shape: Shape, num_classes: int) -> tuple[int, ...]:
        """One logit a class."""
        return (num_classes,)

    def moved(self, labels: Tensor, source: Tensor) -> Tensor:
        """The labels as they are."""
        return labels

    def hidden(self, labels: Tensor, hidden: Tensor) -> Tensor:
        """The labels as they are: the rest of an image still shows its class."""
        return labels

    def loss(self, logits: Tensor, labels: Tensor, label_smoothing: float) -> Tensor:
        """Cross entropy."""
        import torch.nn.functional as F

        # In float32: three digits of bfloat16 are too few for sums over classes.
        return F.cross_entropy(logits.float(), labels, label_smoothing=label_smoothing)

    def predicted(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The class of each image, `(batch,)`."""
        return logits.argmax(1)

    def tally(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Whether each image is labelled rightly, `(batch, 1)`."""
        return (self.predicted(logits, labels) == labels).long()[:, None]

    def score(self, counts: NDArray[Any]) -> Score:
        """The share of images that are labelled rightly."""
        return Score(int(np.sum(counts)) / len(counts))

    def answers(self, logits: Tensor, size: Sequence[int]) -> Tensor:
        """The class of each image, `(batch,)`."""
        return logits.argmax(1)

    def num_shown(self, labels: NDArray[Any]) -> NDArray[Any]:
        """None: a class is no picture."""
        return np.zeros(len(labels), np.int64)

    def difference(self, counts: NDArray[Any], others: NDArray[Any]) -> Difference:
        """Only images that one of the two labels rightly tell of it, as in McNemar's test.

        The interval is Wald's with half an image added to each of the four kinds, so that it covers
        also where few images or none tell the two apart (Agresti and Min 2005,
        doi:10.1002/sim.1781).
        """
        gained = float(np.sum(counts > others)) + 0.5
        lost = float(np.sum(counts < others)) + 0.5
        number, padded = len(counts), len(counts) + 2
        middle = (gained - lost) / padded
        half = _QUANTILE * sqrt((gained + lost) / padded - middle**2) / sqrt(padded)
        return Difference((gained - lost) / number, middle - half, middle + half)
