"""A label for each pixel; pixels of unknown label are ignored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError
from search_spaces.graphs.primitives import Shape
from search_spaces.measures import BOUNDARY_IOU, MIOU, PIXEL_ACCURACY, interval_of
from workers.datasets.base import IGNORED
from workers.tasks.base import Difference, Score, TaskName
from workers.tasks.intersection import PixelCounts, bootstrapped, bootstrapped_difference

if TYPE_CHECKING:
    from torch import Tensor

BOUNDARY_SHARE = 0.02
"""How thick a boundary is, of the image's diagonal (arXiv:2103.16562, section 5)."""


@dataclass(frozen=True)
class Segmentation:
    """Labels are masks, `(num_images, height, width)` as bytes; `IGNORED` is none of the classes.

    A network gives a logit for each class and pixel. Where they are coarser than the mask, they are
    brought to its size bilinearly, to learn as to be judged: what it is worth is then the same
    number for networks of all resolutions.
    """

    name: TaskName = "segmentation"
    measure: str = MIOU
    may_mix: bool = False
    answer: str = "a class of each pixel"
    has_heads: bool = True
    meaning: str = (
        "mIoU is the mean over classes of the pixels that a network rightly gives a class over "
        "those that it or the truth gives it, all validation images counted together; a class that "
        "is in neither is left out, as are pixels without a label. It is measured"
    )

    def out_shape(self, in_shape: Shape, num_classes: int) -> tuple[int, ...]:
        """A logit for each class and pixel."""
        return (num_classes, *in_shape[1:])

    def moved(self, labels: Tensor, source: Tensor) -> Tensor:
        """The masks moved alike; what comes in at the border is ignored."""
        import torch

        border = torch.full((1,), IGNORED, dtype=labels.dtype, device=labels.device)
        return torch.cat([labels.reshape(-1), border]).index_select(0, source).view(labels.shape)

    def hidden(self, labels: Tensor, hidden: Tensor) -> Tensor:
        """The masks with hidden pixels ignored: nothing there tells their class."""
        return labels.masked_fill(hidden[:, 0], IGNORED)

    def loss(self, logits: Tensor, labels: Tensor, label_smoothing: float) -> Tensor:
        """Cross entropy over all pixels of the batch that have a label."""
        import torch.nn.functional as F

        total = F.cross_entropy(
            at_size(logits.float(), labels.shape[-2:]), labels.long(),
            ignore_index=IGNORED, label_smoothing=label_smoothing, reduction="sum",
        )  # fmt: skip
        # PyTorch's own mean is no number for a batch without any label.
        return total / (labels != IGNORED).sum().clamp_min(1)

    def predicted(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The class of each pixel of the masks, `(batch, height, width)`."""
        return at_size(logits.float(), labels.shape[-2:]).argmax(1)

    def tally(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The counts of `PixelCounts` for each image."""
        import torch

        num_classes = logits.shape[1]
        is_known = labels != IGNORED
        truth = labels.long()
        found = self.predicted(logits, labels)
        # What is ignored is a region of its own in both, so that its rim is a boundary in both.
        found_known = torch.where(is_known, found, IGNORED)
        truth_edge = _is_edge(truth) & is_known
        found_edge = _is_edge(found_known) & is_known
        both = truth_edge & found_edge & (truth == found)
        pairs = torch.where(is_known, truth * num_classes + found, num_classes**2)
        parts = [_counted(pairs, num_classes**2)]
        for edge, of in ((truth_edge, truth), (found_edge, found), (both, truth)):
            parts.append(_counted(torch.where(edge, of, num_classes), num_classes))
        return torch.cat(parts, 1)

    def score(self, counts: NDArray[Any]) -> Score:
        """Mean intersection over union of the pooled counts, its interval, and what stands beside.

        Raises:
            DataError: No pixel of all has a label.
        """
        pooled = PixelCounts.of(counts.sum(0))
        if not pooled.num_pixels:
            raise DataError("no pixel of the images to measure on has a label")
        readings = {
            PIXEL_ACCURACY: pooled.pixel_accuracy,
            BOUNDARY_IOU: float(pooled.boundary_iou()),
            **dict(zip(interval_of(MIOU), bootstrapped(counts), strict=True)),
        }
        # Where all boundaries lie among ignored pixels, there is none to be judged by.
        there = {name: value for name, value in readings.items() if isfinite(value)}
        return Score(float(pooled.iou()), there)

    def answers(self, logits: Tensor, size: Sequence[int]) -> Tensor:
        """The class of each pixel, `(batch, height, width)` as bytes."""
        return at_size(logits.float(), size).argmax(1).byte()

    def num_shown(self, labels: NDArray[Any]) -> NDArray[Any]:
        """How many classes each mask has."""
        return np.array([len(np.unique(mask[mask != IGNORED])) for mask in labels], np.int64)

    def difference(self, counts: NDArray[Any], others: NDArray[Any]) -> Difference:
        """Of the pooled mean IoU, with an interval over images that are resampled in pairs."""
        value = PixelCounts.of(counts.sum(0)).iou() - PixelCounts.of(others.sum(0)).iou()
        return Difference(float(value), *bootstrapped_difference(counts, others))


def at_size(logits: Tensor, size: Sequence[int]) -> Tensor:
    """Logits `(batch, num_classes, ...)` at a height and width, bilinearly."""
    import torch.nn.functional as F

    if logits.shape[-2:] == tuple(size):
        return logits
    return F.interpolate(logits, tuple(size), mode="bilinear", align_corners=False)


def _is_edge(regions: Tensor) -> Tensor:
    """Whether a pixel lies within a boundary's thickness of another region, or of the border.

    Args:
        regions: Numbers of regions, `(batch, height, width)`.
    """
    import torch.nn.functional as F

    height, width = regions.shape[-2:]
    thickness = max(1, round(BOUNDARY_SHARE * hypot(height, width)))
    padded = F.pad(regions[:, None].float(), (thickness,) * 4, value=-1.0)

    def greatest(values: Tensor) -> Tensor:
        # Of a square as of its rows and then of its columns, which is less to compare.
        rows = F.max_pool2d(values, (2 * thickness + 1, 1), stride=1)
        return F.max_pool2d(rows, (1, 2 * thickness + 1), stride=1)

    return (greatest(padded) != -greatest(-padded))[:, 0]


def _counted(numbers: Tensor, num_bins: int) -> Tensor:
    """How often each number is in each image, `(batch, num_bins)`; `num_bins` itself is none."""
    import torch

    # `bincount` would wait for the largest number.
    flat = numbers.flatten(1)
    bins = torch.zeros(len(flat), num_bins + 1, dtype=torch.int64, device=flat.device)
    return bins.scatter_add_(1, flat, torch.ones_like(flat))[:, :num_bins]
