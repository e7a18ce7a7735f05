"""What choices of a space are called on pages."""

from __future__ import annotations

KINDS = {
    "block": "Block",
    "kernel_size": "Kernel size",
    "dilation": "Dilation",
    "groups": "Groups",
    "width_mult": "Width",
    "resolution_mult": "Resolution",
    "num_blocks": "Blocks in a stage",
    "out_channels": "Channels",
}
"""Headings of kinds of choices; others are called by their name."""


def kind_name(kind: str) -> str:
    """`Kernel size` for `kernel_size`."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def choice_name(choice: str) -> str:
    """`stage 2 · fire squeeze ratio` for `stage2.fire.squeeze_ratio`."""
    place, _, rest = choice.rpartition(".")
    words = [_place(part) for part in place.split(".") if part]
    last = {"width_mult": "width", "resolution_mult": "resolution"}.get(rest, rest)
    last = last.replace("_", " ")
    if not words:
        return last
    return f"{words[0]} · {' '.join([*words[1:], last])}"


def _place(part: str) -> str:
    return f"stage {part[5:]}" if part.startswith("stage") and part[5:].isdecimal() else part
