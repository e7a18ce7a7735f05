"""What a trained network makes of the test images, as files: masks as PNG, labels as a table."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import TrainingError
from search_spaces.whole_file import replacing
from workers.datasets import Contents, Split
from workers.training import Deployed

PREDICTIONS, MASKS, CLASSES, TABLE = "predictions", "masks", "classes.txt", "predictions.csv"


@dataclass(frozen=True)
class PredictionFolder:
    """Where predictions are written, and what is known of the test images.

    Of segmentation there is a PNG for each image in `predictions`, and one of what is true in
    `masks`, both at the size that networks are judged at; a pixel is its class, one that is ignored
    255 in `masks`. Of classification there is one table.
    """

    path: Path
    contents: Contents

    def require(self) -> None:
        """Makes the folder. Raises TrainingError where nothing will be written to it."""
        if "test" not in self.contents.num_images:
            raise TrainingError(f"{self.path}: of no use; the data set has no test images")
        rule = "is no folder to write to"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TrainingError(f"{self.path}: {rule}: {error.strerror}") from error
        if not os.access(self.path, os.W_OK):
            raise TrainingError(f"{self.path}: {rule}: it may not be changed")

    def write(self, deployed: Deployed, test: Split) -> None:
        """Writes what a network makes of the test images, in place of what was there.

        Raises:
            TrainingError: A file cannot be written.
        """
        try:
            if test.labels.ndim > 1:
                self._write_masks(deployed, test)
            else:
                self._write_table(deployed, test)
        except OSError as error:
            raise TrainingError(f"{self.path}: cannot be written: {error.strerror}") from error

    def _write_masks(self, deployed: Deployed, test: Split) -> None:
        pairs = zip(self._names(test), _each(deployed, test), test.labels, strict=True)
        for name, predicted, mask in pairs:
            _write_mask(self.path / PREDICTIONS / f"{name}.png", predicted)
            _write_mask(self.path / MASKS / f"{name}.png", mask)
        with replacing(self.path / CLASSES) as partial:
            names = "".join(f"{name}\n" for name in self.contents.info.class_names)
            partial.write_text(names, encoding="utf-8")

    def _write_table(self, deployed: Deployed, test: Split) -> None:
        classes = self.contents.info.class_names
        with (
            replacing(self.path / TABLE) as partial,
            partial.open("w", encoding="utf-8", newline="") as file,
        ):
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("image", "label", "predicted"))
            pairs = zip(self._names(test), test.labels, _each(deployed, test), strict=True)
            rows.writerows((name, classes[label], classes[found]) for name, label, found in pairs)

    def _names(self, test: Split) -> tuple[str, ...]:
        """Of the images' files; numbers where they have none."""
        found = self.contents.test_names
        return found or tuple(f"{number:05d}" for number in range(len(test.labels)))


def _each(deployed: Deployed, test: Split) -> Iterator[Any]:
    """What is predicted of one image after the other."""
    for some in deployed.predictions(test):
        yield from some


def _write_mask(path: Path, mask: NDArray[Any]) -> None:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as partial:
        # Grey and not with a palette, of which some readers give the colours.
        Image.fromarray(mask.astype(np.uint8)).save(partial, "PNG")
