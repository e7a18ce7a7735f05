"""Texts that any database takes."""

from __future__ import annotations


def storable(text: str) -> str:
    """A text with `␀` for zero characters and `?` for halves of surrogate pairs."""
    return text.replace("\0", "\u2400").encode("utf-8", "replace").decode("utf-8")
