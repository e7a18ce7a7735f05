"""Copies of what a training consists of, so that it can go on from there."""

from __future__ import annotations

from typing import Any

from torch import Tensor


def copied(value: Any) -> Any:
    """The same nest of dicts and lists with tensors of its own, memory format kept."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    if isinstance(value, list):
        return [copied(part) for part in value]
    return value
