"""Validation images: those that exported code is tried on, and the few that are kept beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nas.config.dataset import DatasetSpec
from nas.store import StudyRecord
from search_spaces.errors import DataError, NasError
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.primitives import Shape
from workers.datasets import Dataset, Split, dataset_info, load_dataset
from workers.datasets.base import IGNORED, Report
from workers.quantisation import prepared

if TYPE_CHECKING:
    from torch import Tensor, nn

MOST_FLOPS = 1e11
"""Of all images that one network is tried on, within a clean process of one thread."""

MOST_BYTES = 1 << 25
LEAST_TRIED = 100
MOST_LOOKED_AT, MOST_KEPT, MOST_KEPT_BYTES = 200, 10, 1 << 20


@dataclass(frozen=True)
class StudyImages:
    """The images of a study.

    Attributes:
        dataset: None where they are not there.
        missing: Why they are not, in one line.
    """

    dataset: Dataset | None
    missing: str | None = None

    @classmethod
    def of(cls, study: StudyRecord, report: Report) -> StudyImages:
        """Reads them, where they are still those of the search."""
        try:
            return cls(_found(study, report))
        except NasError as error:
            return cls(None, str(error))


def _found(study: StudyRecord, report: Report) -> Dataset:
    options = DatasetSpec.model_validate(study.experiment["dataset"])
    info = dataset_info(options)
    other = f"{study.dataset}: the images are not those of the search"
    if (info.in_shape, info.num_classes) != (study.in_shape, study.num_classes):
        raise DataError(other)
    dataset = load_dataset(options, report)
    if dataset.fingerprint != study.dataset_fingerprint:
        raise DataError(f"{other} ({study.dataset_fingerprint}, now {dataset.fingerprint})")
    return dataset


def tried(validation: Split, flops: int) -> Split:
    """All validation images, or as many, evenly spread, as a network of so many FLOPs can see."""
    affordable = min(MOST_FLOPS // max(flops, 1), MOST_BYTES // validation.images[0].size)
    count = min(len(validation.labels), max(LEAST_TRIED, int(affordable)))
    # Evenly, since images of folders stand in the order of their classes.
    numbers = np.linspace(0, len(validation.labels) - 1, count).round().astype(int)
    return Split(np.asarray(validation.images[numbers]), np.asarray(validation.labels[numbers]))


def kept(
    module: nn.Module, in_shape: Shape, input_format: InputFormat, images: Split
) -> dict[str, Tensor]:
    """A few images that a network labels rightly, of all classes, the clearest first.

    Where it labels none rightly, those that it is most sure of. Of images with masks those of whose
    pixels it labels most rightly; masks are brought to the size of its answers.

    Returns:
        `images` as bytes `(n, channels, height, width)`, their `labels`, and the network's
        `answers`.
    """
    import torch

    some = torch.from_numpy(images.images[:MOST_LOOKED_AT].copy())
    labels = torch.from_numpy(images.labels[:MOST_LOOKED_AT].copy())
    with torch.inference_mode():
        batches = prepared(images.images[:MOST_LOOKED_AT], input_format, (in_shape[1], in_shape[2]))
        scores = torch.cat([module(part) for part in batches])
    if scores.dim() == 4:
        return _kept_masks(some, labels, scores.argmax(1))
    labels = labels.long()
    best = scores.topk(2).values
    right = (scores.argmax(1) == labels).tolist()
    clear = (best[:, 0] - best[:, 1]).tolist()
    order = sorted(range(len(labels)), key=lambda i: -clear[i])
    rightly = [number for number in order if right[number]]
    chosen = _in_turns(rightly or order, labels.tolist())[: _num_kept(some)]
    return {
        "images": some[chosen], "labels": labels[chosen],
        "answers": scores.argmax(1)[chosen].clone(),
    }  # fmt: skip


def _kept_masks(images: Tensor, masks: Tensor, answers: Tensor) -> dict[str, Tensor]:
    import torch.nn.functional as F

    # As bytes: as large as the images, whole numbers of 64 bits would fill the repository.
    masks = F.interpolate(masks[:, None], answers.shape[1:], mode="nearest-exact")[:, 0]
    wrong = ((answers != masks) & (masks != IGNORED)).flatten(1).sum(1)
    chosen = wrong.argsort(stable=True)[: _num_kept(images)]
    return {
        "images": images[chosen], "labels": masks[chosen], "answers": answers[chosen].byte(),
    }  # fmt: skip


def _in_turns(order: list[int], labels: list[int]) -> list[int]:
    """The first of each class, then the second of each, and so on."""
    seen: Counter[int] = Counter()
    turn = {}
    for number in order:
        turn[number] = seen[labels[number]]
        seen[labels[number]] += 1
    return sorted(order, key=lambda number: turn[number])


def _num_kept(images: Tensor) -> int:
    return max(3, min(MOST_KEPT, MOST_KEPT_BYTES // images[0].numel()))
