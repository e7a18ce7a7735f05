"""What a check returns or raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Found(NamedTuple):
    """All is well.

    Attributes:
        said: One line.
    """

    said: str
    figures: Mapping[str, float]


class CheckFailed(Exception):
    """Something is not as it must be; the message is one line.

    Attributes:
        figures: The numbers behind it.
    """

    def __init__(self, message: str, figures: Mapping[str, float] | None = None) -> None:
        super().__init__(message)
        self.figures = figures or {}
