"""Whether arrays fit into memory: asked before, since Linux also promises what it lacks."""

from __future__ import annotations

import os

from search_spaces.errors import DataError


def require_memory(num_bytes: int, what: str) -> None:
    """Raises DataError where less memory is free than `what` needs."""
    free = available_bytes()
    if num_bytes > free:
        need, have = _in_words(num_bytes), _in_words(free)
        advice = "ask for fewer images (`train_size`, `validation_size`) or smaller ones"
        raise DataError(f"{what} need {need} of memory and {have} are free; {advice}")


def available_bytes() -> int:
    """Memory that can be had without swapping; all of the machine's where nobody says."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _in_words(num_bytes: int) -> str:
    value, units = float(num_bytes), ["bytes", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        del units[0]
    return f"{value:,.0f} {units[0]}" if value >= 10 else f"{value:.1f} {units[0]}"
