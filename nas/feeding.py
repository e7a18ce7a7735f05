"""What a network is given and what its outputs mean, in words."""

from __future__ import annotations

from collections.abc import Sequence

from search_spaces.input_format import InputFormat

MOST_NAMES = 20
"""Classes that are named where there are more; the database has them all."""


def input_in_words(found: InputFormat) -> str:
    """For example `bytes, grey, each less 33.3184, over 62.4096`."""
    mean, std = (", ".join(f"{n:.6g}" for n in numbers) for numbers in (found.mean, found.std))
    if len(found.mean) == 1:
        return f"bytes, {found.channels}, each less {mean}, over {std}"
    return f"bytes, {found.channels}, each channel less its mean ({mean}), over its std ({std})"


def classes_in_words(names: Sequence[str]) -> str:
    """For example `0 is 1, 1 is 10, 2 is 2`; `0 to 9` where numbers are all that is known."""
    if list(names) == [str(label) for label in range(len(names))]:
        return f"0 to {len(names) - 1}"
    told = ", ".join(f"{label} is {name}" for label, name in enumerate(names[:MOST_NAMES]))
    return told if len(names) <= MOST_NAMES else f"{told}, and so on to {len(names) - 1}"
