"""Files of class names that lie beside masks: one name a line, or a colour and a name a line."""

from __future__ import annotations

import re
from pathlib import Path

from search_spaces.errors import DataError
from workers.datasets.files import reading
from workers.datasets.masks.class_table import ClassTable

PLAIN = ("classes.txt", "class_names.txt", "labels.txt", "names.txt")
IN_COLORS = ("label_colors.txt",)

MAX_BYTES = 1 << 16
MAX_CLASSES = 255

_NUMBERED = re.compile(r"(\d+)\s*[\s:,;.)]\s*(.+)")
_COLORED = re.compile(r"(\d+)[\s,]+(\d+)[\s,]+(\d+)[\s,]+(.+)")


def table_beside(folder: Path) -> ClassTable | None:
    """What a file of class names in a folder says; None where there is none.

    Raises:
        DataError: It cannot be read, or is none of names.
    """
    for name in (*PLAIN, *IN_COLORS):
        path = folder / name
        if path.is_file():
            return _in_colors(path) if name in IN_COLORS else _plain(path)
    return None


def _plain(path: Path) -> ClassTable:
    """`sky`, or `0 sky` where the numbers count on from 0."""
    lines = _lines(path)
    numbered = [_NUMBERED.fullmatch(line) for line in lines]
    numbers = [int(match[1]) if match else -1 for match in numbered]
    names = lines
    if numbers == list(range(len(lines))):
        names = [match[2] for match in numbered if match]
    _require_names(path, names)
    return ClassTable.of(tuple(names))


def _in_colors(path: Path) -> ClassTable:
    """`64 128 64 Animal`, as CamVid publishes its classes."""
    classes = {}
    for line in _lines(path):
        match = _COLORED.fullmatch(line)
        if match is None or any(int(value) > 255 for value in match.groups()[:3]):
            raise DataError(f"{path}: each line must be `RED GREEN BLUE NAME`; one is {line!r}")
        red, green, blue = map(int, match.groups()[:3])
        classes[match[4]] = (f"#{red:02x}{green:02x}{blue:02x}",)
    _require_names(path, list(classes))
    return ClassTable.of(classes)


def _lines(path: Path) -> list[str]:
    with reading(path), path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is no text in UTF-8") from error
    if len(content) > MAX_BYTES:
        raise DataError(f"{path}: is too long for a file of class names")
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _require_names(path: Path, names: list[str]) -> None:
    if not 2 <= len(names) <= MAX_CLASSES or len(set(names)) < len(names):
        rule = f"must have 2 to {MAX_CLASSES} names of classes, each once, a line each"
        raise DataError(f"{path}: {rule}; it has {len(names)}, {len(set(names))} of them different")
