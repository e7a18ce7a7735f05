"""The key `evaluator`: what measures accuracy."""

from __future__ import annotations

import re

PROXY = "proxy"
"""The built-in short training."""

_REFERENCE = re.compile(r"[^:\s]+:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def check_evaluator(name: str) -> str:
    """Raises ValueError for what is neither `proxy` nor a reference to a user's own."""
    if name != PROXY and _REFERENCE.fullmatch(name) is None:
        raise ValueError(f"must be {PROXY}, or module:Name of an evaluator of your own")
    return name
