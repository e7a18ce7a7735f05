"""One label for a whole image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.graphs.primitives import Shape
from search_spaces.measures import ACCURACY
from workers.tasks.base import Score, TaskName

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Classification:
    """Labels are `(num_images,)`; wherever its pixels go, an image keeps its own."""

    name: TaskName = "classification"
    measure: str = ACCURACY
    may_mix: bool = True

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

    def tally(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Whether each image is labelled rightly, `(batch, 1)`."""
        return (logits.argmax(1) == labels).long()[:, None]

    def score(self, counts: NDArray[Any]) -> Score:
        """The share of images that are labelled rightly."""
        return Score(int(np.sum(counts)) / len(counts))
