"""Where this machine keeps what it need not make or measure twice."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder(name: str) -> Path:
    """The folder of one kind of thing: below `NAS_CACHE`, or where the system keeps caches."""
    base = os.environ.get("NAS_CACHE") or os.environ.get("XDG_CACHE_HOME")
    folder = Path(base).expanduser() if base else Path.home() / ".cache"
    return folder / "conv-nas" / name
