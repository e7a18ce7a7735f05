"""How the bytes of an image become what a network is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LAYOUT = "NCHW"
"""Batch, channels, height, width: of stored images and of what a network is given."""

INPUT_RANGE = (0, 255)
"""What the numbers of an image may be before anything is done to them."""


@dataclass(frozen=True)
class InputFormat:
    """Each byte of an image, less the mean of its channel, over the deviation of its channel.

    An image of another size than the network's is resized then, bilinearly and antialiased.

    Attributes:
        mean: Of the bytes of the training images, for each channel.
        std: Their standard deviation, likewise; at least 1.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def channels(self) -> str:
        """What the channels are, in order."""
        return {1: "grey", 3: "RGB"}.get(len(self.mean), f"{len(self.mean)} channels")

    def as_json(self) -> dict[str, Any]:
        """Plain values that say it all, as the database, ONNX files and results have them."""
        return {
            "mean": list(self.mean), "std": list(self.std), "input_range": list(INPUT_RANGE),
            "layout": LAYOUT, "channels": self.channels,
        }  # fmt: skip

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> InputFormat:
        """What `as_json` gave."""
        return cls(tuple(values["mean"]), tuple(values["std"]))
