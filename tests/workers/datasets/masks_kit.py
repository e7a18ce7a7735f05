"""Small images with masks: two halves of an image are of two classes, and have their colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

COLORS = np.array([(10, 20, 30), (200, 40, 60), (30, 220, 90), (90, 60, 240)], np.uint8)
"""Of the pixels of each class in an image."""


def halves(left: int, right: int, height: int = 6, width: int = 8) -> np.ndarray:
    """Values of a mask."""
    mask = np.empty((height, width), np.uint8)
    mask[:, : width // 2], mask[:, width // 2 :] = left, right
    return mask


def write_image(path: Path, mask: np.ndarray, number: int = 0) -> None:
    """The image of a mask whose values are classes; no two numbers give equal images."""
    pixels = COLORS[mask % len(COLORS)] + np.uint8(number % 10)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def write_mask(path: Path, values: np.ndarray) -> None:
    """A grey PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)


def write_part(
    root: Path, part: str, masks: list[np.ndarray], folders: tuple[str, str] = ("images", "masks")
) -> None:
    """`root/images/PART/0.png` and `root/masks/PART/0.png`, and so on."""
    for number, mask in enumerate(masks):
        write_image(root / folders[0] / part / f"{number}.png", mask, number)
        write_mask(root / folders[1] / part / f"{number}.png", mask)
