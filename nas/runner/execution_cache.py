"""Timings that this machine keeps, so that all studies on it train alike, in any database."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from workers.cache import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

    from workers.proxy import Execution


def cached_executions() -> list[Execution]:
    """What was timed on this machine, one for each setting; nothing where that cannot be read."""
    from workers.proxy import Execution

    try:
        values = json.loads(_file().read_text(encoding="utf-8"))
        return [Execution.from_dict(entry) for entry in values]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def cache_execution(execution: Execution) -> None:
    """Keeps the families that are new to this machine. A cache that cannot be written is none."""
    kept = {entry.setting: entry for entry in cached_executions()}
    kept[execution.setting] = execution.completed_by(kept.get(execution.setting))
    path = _file()
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps([entry.to_dict() for entry in kept.values()]), "utf-8")
        partial.replace(path)


def _file() -> Path:
    return cache_folder("executions") / "timings.json"
