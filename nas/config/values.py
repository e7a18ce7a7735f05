"""Kinds of values that several sections share."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

ObjectiveName = Literal[
    "accuracy", "flops", "params", "latency_ms", "peak_activation_bytes", "weight_bytes"
]

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def check_name(name: str) -> str:
    """A study's name, which also names a folder. Raises ValueError where it could not."""
    if _SAFE_NAME.fullmatch(name) is None:
        rule = "must be letters, digits, dots, dashes and underscores, at most 100, and start with"
        raise ValueError(f"{rule} a letter or digit")
    return name


MAX_INT = 2**31 - 1
"""What every database can hold as an integer."""

PositiveInt = Annotated[int, Field(ge=1, le=MAX_INT)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Positive = Annotated[float, Field(gt=0)]
Text = Annotated[str, Field(min_length=1)]
