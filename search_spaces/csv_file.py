"""CSV files as other programs write them: the one way in, with its line for whatever is wrong.

Text is UTF-8, with or without a byte order mark, also packed by gzip; columns are separated by
commas. Blanks around names of columns, empty lines, and columns without a name are not read.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from search_spaces.errors import NasError

_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BYTE_ORDER_MARK = "\ufeff"
_SEPARATORS = {";": "semicolons", "\t": "tabs"}


class CsvRow(NamedTuple):
    """One row.

    Attributes:
        line: Where it ends in the file, from 1.
        cells: By the names of the first line.
    """

    line: int
    cells: dict[str, str]


class CsvFile(NamedTuple):
    """What a file says: the names of its first line, and its rows, which are checked one by one."""

    header: list[str]
    rows: Iterator[CsvRow]


def read_csv(path: Path, error: type[NasError]) -> CsvFile:
    """Reads a file.

    Raises:
        error: In one line what is wrong, with file and line; of a row, when it is asked for.
    """
    lines = _lines(path, _text(path, error), error)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    _require_names(path, header, error)
    return CsvFile([name for name in header if name], _rows(path, header, lines, error))


def _rows(
    path: Path, header: list[str], lines: Iterator[tuple[int, list[str]]], error: type[NasError]
) -> Iterator[CsvRow]:
    for line, cells in lines:
        if len(cells) != len(header):
            rule = f"must have {len(header)} cells, as the first line; has {len(cells)}"
            raise error(f"{path}:{line}: {rule}")
        named = zip(header, cells, strict=True)
        yield CsvRow(line, {name: cell for name, cell in named if name})


def _text(path: Path, error: type[NasError]) -> str:
    try:
        content = path.read_bytes()
        # What is called .gz and is not fails in the unpacking, with a reason.
        if content.startswith(_GZIP) or path.suffix == ".gz":
            content = gzip.decompress(content)
        # Told before bytes of zero are, of which UTF-16 is full: here we know what helps.
        if content.startswith(_UTF16):
            raise error(f"{path}: is UTF-16 text; save it as UTF-8 (in Excel as `CSV UTF-8`)")
        if b"\0" in content:
            raise error(f"{path}: is no text in UTF-8: it holds bytes of zero")
        return content.decode("utf-8").lstrip(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as wrong:
        line = wrong.object.count(b"\n", 0, wrong.start) + 1
        raise error(f"{path}:{line}: is not UTF-8 text") from wrong
    # Of a damaged archive zlib's error comes, of one cut short EOFError: none is an OSError.
    except (OSError, EOFError, zlib.error) as wrong:
        reason = getattr(wrong, "strerror", None) or wrong
        raise error(f"{path}: cannot be read: {reason}") from wrong


def _lines(path: Path, text: str, error: type[NasError]) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row that holds anything."""
    # As `csv` wants it: ends of lines within quotes stay. Without `strict` a quote that is never
    # closed would swallow the rest of the file unseen.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield reader.line_num, cells
    except csv.Error as wrong:
        raise error(f"{path}:{reader.line_num}: is not valid CSV: {wrong}") from wrong


def _require_names(path: Path, header: list[str], error: type[NasError]) -> None:
    """Raises an error where the first line cannot be one of names between commas."""
    for mark, words in _SEPARATORS.items():
        if len(header) == 1 and mark in header[0]:
            rule = f"columns must be separated by commas; they are by {words}"
            raise error(f"{path}:1: {rule}")
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice is not None:
        raise error(f"{path}:1: column `{twice}`: must stand once in the first line")
