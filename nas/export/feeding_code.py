"""The part of an exported file that makes a network's input of bytes, and names its classes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nas.export.layout import NARROW, printable
from search_spaces.input_format import InputFormat

CLASSES = ".classes.txt"
"""What follows a network's name in that of a file of names, one a line, by label."""

MOST_LINES = 4
"""Names that take more of them stand in a file beside the code, one a line."""

_PREPROCESS = '''def preprocess(images: Tensor) -> Tensor:
    """Make input of bytes (batch, channels, height, width), or channels last: {channels}."""
    if images.dtype != torch.uint8 or images.dim() != 4:
        raise TypeError(f"not four dimensions of uint8: {{images.shape}}, {{images.dtype}}")
    if images.shape[1] != IN_SHAPE[0]:
        images = images.permute(0, 3, 1, 2)
    mean, std = torch.tensor([MEAN, STD], device=images.device)[..., None, None]
    x = (images - mean) / std
    return F.interpolate(x, IN_SHAPE[1:], mode="bilinear", antialias=True)'''


def constants(input_format: InputFormat | None, class_names: Sequence[str] | None) -> list[str]:
    """The lines of `MEAN`, `STD` and `CLASS_NAMES`, as far as they are known."""
    lines = []
    if input_format is not None:
        mean, std = list(input_format.mean), list(input_format.std)
        lines.append(f"MEAN, STD = {mean}, {std}")
    if class_names is not None and not stands_beside(class_names):
        lines += _names(class_names)
    return lines


def preprocess(input_format: InputFormat) -> str:
    """The source of the function that maps bytes to what the network is given."""
    return _PREPROCESS.format(channels=input_format.channels)


def stands_beside(class_names: Sequence[str]) -> bool:
    """Whether names are too many for the code."""
    return len(_names(class_names)) > MOST_LINES


def _names(class_names: Sequence[str]) -> list[str]:
    quoted = [printable(json.dumps(name, ensure_ascii=False)) for name in class_names]
    rows = ["CLASS_NAMES = ["]
    for name in quoted:
        if len(f"{rows[-1]}{name}, ") > NARROW:
            rows.append("    ")
        rows[-1] += f"{name}, "
    rows = [row.rstrip() for row in rows]
    return [*rows[:-1], f"{rows[-1].removesuffix(',')}]  # fmt: skip"]
