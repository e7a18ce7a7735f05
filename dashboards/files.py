"""Writing a page in one step."""

from __future__ import annotations

import os
from pathlib import Path

from search_spaces.errors import ReportError


def replace_file(path: Path, text: str) -> None:
    """Writes a file, or keeps what was there. Raises ReportError where it cannot be written."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_text(text, encoding="utf-8")
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}") from error
