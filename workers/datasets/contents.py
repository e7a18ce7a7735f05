"""What is in a data set, counted before it is trained on; mean and deviation of its images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_spaces.graphs.inference import InputFormat
from workers.datasets.base import Bytes, Dataset, DatasetInfo, DatasetOptions, Labels, PartName
from workers.datasets.mask_splitting import chosen_masks
from workers.datasets.splitting import counted, split_counts

MAX_NAMED = 12
"""Names that are listed before the others are counted."""

LOPSIDED = 1.2
"""Classes are lopsided where the largest has so many times its even share."""

PARTS: tuple[PartName, ...] = ("train", "validation", "test")

_PURPOSES: dict[PartName, str] = {
    "train": "to train on", "validation": "to validate", "test": "to test",
}  # fmt: skip


class PartLabels(NamedTuple):
    """The labels of a part; of its images nothing was looked at but their number and shape.

    Attributes:
        labels: `(n,)`, from 0; of masks the pixels of each class, `(n, num_classes)`.
        where: Where they come from, for messages.
        num_images: How many images there are, where it may be another number than that of labels.
        left_out: How many files or folders are not read, by the reason.
        notes: What else a user should know of it, a sentence each.
        names: Of the files of the images, as paths below the part; None where they have none.
    """

    labels: Labels
    where: str
    num_images: int | None = None
    left_out: Mapping[str, int] = {}
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Contents:
    """What a data set holds.

    Attributes:
        num_images: Images of each part, as a search or a training takes them; of all parts that
            there are.
        by_class: Images of each class in each part, where that is known without making them; those
            whose masks contain it.
        left_out: How many files or folders are not read, by the reason.
        pixels: Pixels of each class in the masks of each part.
        notes: What else a user should know of it, a sentence each.
        test_names: Of the files of the test images; None where they have none.
    """

    info: DatasetInfo
    num_images: dict[PartName, int]
    by_class: dict[PartName, tuple[int, ...]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    pixels: dict[PartName, tuple[int, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    test_names: tuple[str, ...] | None = None

    def majority(self) -> tuple[str, float] | None:
        """The largest class and its share of what validates: what a constant answer scores.

        Of masks that is its share of their pixels.
        """
        counts = (self.pixels or self.by_class).get("validation")
        if counts is None:
            return None
        return self.info.class_names[int(np.argmax(counts))], max(counts) / sum(counts)

    @property
    def is_lopsided(self) -> bool:
        """Whether saying one class always would look like having learnt something."""
        majority = self.majority()
        return majority is not None and majority[1] * self.info.num_classes >= LOPSIDED

    def lines(self) -> list[str]:
        """All of it in a line or a few."""
        names = _listed(self.info.class_names)
        parts = [
            f"{self.num_images[part]:,} {purpose}" if part in self.num_images else f"none {purpose}"
            for part, purpose in _PURPOSES.items()
        ]
        lines = [f"{self.info.num_classes} classes ({names}); images: {', '.join(parts)}"]
        lines += self.notes
        if self.left_out:
            counts = [f"{count:,} {reason}" for reason, count in self.left_out.items()]
            lines.append(f"left out: {_listed(counts)}")
        if (majority := self.majority()) and self.is_lopsided:
            said = f"always saying `{majority[0]}` is right for {majority[1]:.1%}"
            what = "pixels" if self.pixels else "images"
            lines.append(f"classes are lopsided: {said} of the {what} that validate")
            lines += self._shares()
        return lines + self._absent()

    def _shares(self) -> list[str]:
        """How much of the masks to train on each class covers."""
        if not self.pixels:
            return []
        counts = self.pixels["train"]
        named = sorted(zip(counts, self.info.class_names, strict=True), reverse=True)
        shares = [f"{name} {count / sum(counts):.2%}" for count, name in named]
        return [f"pixels to train on: {_listed(shares)}"]

    def _absent(self) -> list[str]:
        lines = []
        for part, counts in self.by_class.items():
            absent = [n for n, c in zip(self.info.class_names, counts, strict=True) if not c]
            if absent:
                lines.append(f"no image {_PURPOSES[part]} of {_listed(absent)}")
        return lines

    def as_json(self) -> dict[str, Any]:
        """As `nas validate --json` prints it."""
        majority = self.majority()
        found = {
            "in_shape": list(self.info.in_shape),
            "num_classes": self.info.num_classes,
            "class_names": list(self.info.class_names),
            "num_images": self.num_images,
            "by_class": {part: list(counts) for part, counts in self.by_class.items()},
            "left_out": self.left_out,
            "majority_accuracy": majority and majority[1],
        }
        if self.info.task == "classification":
            return found
        pixels = {part: list(counts) for part, counts in self.pixels.items()}
        return found | {"task": self.info.task, "pixels": pixels, "notes": list(self.notes)}


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(names[:MAX_NAMED])
    more = len(names) - MAX_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown


def contents_of(
    options: DatasetOptions, info: DatasetInfo, parts: dict[PartName, PartLabels]
) -> Contents:
    """What parts hold after the split. Raises DataError where labels are not as they should be."""
    left_out = Counter[str]()
    for part in parts.values():
        left_out.update(part.left_out)
    of_task = _of_masks if info.task == "segmentation" else _of_labels
    return replace(
        of_task(options, info, parts),
        left_out=dict(left_out),
        notes=tuple(note for part in parts.values() for note in part.notes),
        test_names=parts["test"].names if "test" in parts else None,
    )


def _of_labels(
    options: DatasetOptions, info: DatasetInfo, parts: dict[PartName, PartLabels]
) -> Contents:
    counts = {}
    for name, part in parts.items():
        there = len(part.labels) if part.num_images is None else part.num_images
        counts[name] = counted(part.labels, there, info, part.where)
    counts["train"], counts["validation"] = split_counts(
        counts["train"], counts.get("validation"), options, parts["train"].where
    )
    by_class = {part: tuple(map(int, counts[part])) for part in PARTS if part in counts}
    num_images: dict[PartName, int] = {part: sum(number) for part, number in by_class.items()}
    return Contents(info, num_images, by_class)


def _of_masks(
    options: DatasetOptions, info: DatasetInfo, parts: dict[PartName, PartLabels]
) -> Contents:
    pixels = {name: part.labels for name, part in parts.items()}
    own = pixels.get("validation")
    inside, out = chosen_masks(pixels["train"], own, options, parts["train"].where)
    pixels["validation"] = (pixels["train"] if own is None else own)[out]
    pixels["train"] = pixels["train"][inside]
    there = [part for part in PARTS if part in pixels]
    return Contents(
        info,
        {part: len(pixels[part]) for part in there},
        {part: _totals(pixels[part] > 0) for part in there},
        pixels={part: _totals(pixels[part]) for part in there},
    )


def _totals(counts: NDArray[Any]) -> tuple[int, ...]:
    return tuple(map(int, counts.sum(0)))


# `np.bincount` makes eight bytes of each, which are 128 MiB at a time.
_PIXELS_AT_A_TIME = 1 << 24


def input_format(dataset: Dataset) -> InputFormat:
    """How networks that are trained on a data set are given its images.

    The numbers are those of `workers.proxy.ProxyData`, in float32; counted byte by byte, they need
    no copy of the images.
    """
    values = np.arange(256)
    means, stds = [], []
    for counts in _byte_counts(dataset.train.images):
        number = counts.sum()
        mean = (counts * values).sum() / number
        # As `Tensor.std`, by which `ProxyData` divides: one less than the number of pixels.
        variance = (counts * (values - mean) ** 2).sum() / max(number - 1, 1)
        means.append(_as_float32(mean))
        stds.append(_as_float32(max(1.0, variance**0.5)))
    return InputFormat(tuple(means), tuple(stds))


def _byte_counts(images: Bytes) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """How often each channel of images `(n, channels, height, width)` has each byte."""
    channels, height, width = images.shape[1:]
    counts = np.zeros((channels, 256), np.int64)
    step = max(1, _PIXELS_AT_A_TIME // (height * width))
    for start in range(0, len(images), step):
        for channel in range(channels):
            some = images[start : start + step, channel]
            counts[channel] += np.bincount(some.reshape(-1), minlength=256)
    return counts


def _as_float32(value: float) -> float:
    """The number of fewest digits that is the same in float32."""
    return float(str(np.float32(value)))
