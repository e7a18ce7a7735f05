"""What a data set holds, told before anything is trained on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from workers.datasets.base import DatasetInfo, Labels, PartName

MAX_NAMED = 12
"""Names that are listed before the others are counted."""

LOPSIDED = 1.2
"""Classes are lopsided where the largest has so many times its even share."""

_PURPOSES: dict[PartName, str] = {
    "train": "to train on", "validation": "to validate", "test": "to test",
}  # fmt: skip


class PartLabels(NamedTuple):
    """The labels of a part; of its images nothing was looked at but their number and shape.

    Attributes:
        labels: `(n,)`, from 0.
        where: Where they come from, for messages.
        num_images: How many images there are, where it may be another number than that of labels.
        left_out: How many files or folders are not read, by the reason.
    """

    labels: Labels
    where: str
    num_images: int | None = None
    left_out: Mapping[str, int] = {}


@dataclass(frozen=True)
class Contents:
    """What a data set holds.

    Attributes:
        num_images: Images of each part, as a search or a training takes them; of all parts that
            there are.
        by_class: Images of each class in each part, where that is known without making them.
        left_out: How many files or folders are not read, by the reason.
    """

    info: DatasetInfo
    num_images: dict[PartName, int]
    by_class: dict[PartName, tuple[int, ...]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def majority(self) -> tuple[str, float] | None:
        """The largest class and its share of the images that validate: what a constant scores."""
        counts = self.by_class.get("validation")
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
        if self.left_out:
            counts = [f"{count:,} {reason}" for reason, count in self.left_out.items()]
            lines.append(f"left out: {_listed(counts)}")
        if (majority := self.majority()) and self.is_lopsided:
            said = f"always saying `{majority[0]}` is right for {majority[1]:.1%}"
            lines.append(f"classes are lopsided: {said} of the images that validate")
        return lines + self._absent()

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
        return {
            "in_shape": list(self.info.in_shape),
            "num_classes": self.info.num_classes,
            "class_names": list(self.info.class_names),
            "num_images": self.num_images,
            "by_class": {part: list(counts) for part, counts in self.by_class.items()},
            "left_out": self.left_out,
            "majority_accuracy": majority and majority[1],
        }


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(names[:MAX_NAMED])
    more = len(names) - MAX_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown
