"""Which class a value of a stored mask is, and what the classes are called.

A user's `classes:` comes first, then what the layout or a file of names beside the masks says.
Where nobody does, each value is its class and the masks to train on tell how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError, DataOptionError
from workers.datasets.base import IGNORED, Bytes, Classes, PixelValue

Indices = NDArray[np.int64]

NUM_VALUES = 256


@dataclass(frozen=True)
class ClassTable:
    """What the values of masks mean.

    Attributes:
        num_classes: How many classes there are; None where the masks have to tell.
        names: What they are called; None where they have numbers alone.
        values: The class of each value; None where each value is its class.
        colors: The class of each colour, by `red << 16 | green << 8 | blue`, of masks in colours.
            What is read of such a mask are classes, which `values` does not change any more.
        ignored: Values, or colours, whose pixels are of no class.
    """

    num_classes: int | None = None
    names: tuple[str, ...] | None = None
    values: Mapping[int, int] | None = None
    colors: Mapping[int, int] | None = None
    ignored: frozenset[int] = field(default=frozenset({IGNORED}))

    @classmethod
    def of(cls, classes: Classes) -> ClassTable:
        """As the key `classes` of an experiment file tells."""
        if isinstance(classes, int):
            return cls(classes)
        names = tuple(classes)
        if not isinstance(classes, Mapping):
            return cls(len(names), names)
        found = {number: label for label, each in enumerate(classes.values()) for number in each}
        if any(isinstance(value, str) for value in found):
            colors = {_packed(str(color)): label for color, label in found.items()}
            return cls(len(names), names, colors=colors, ignored=frozenset())
        values = {int(value): label for value, label in found.items()}
        return cls(len(names), names, values, ignored=frozenset({IGNORED} - values.keys()))

    def ignoring(self, more: tuple[PixelValue, ...]) -> ClassTable:
        """The same with further values that are of no class; last classes that are such are none.

        Raises:
            DataOptionError: A value is a class as well, or is none of masks like these.
        """
        in_colors = self.colors is not None
        for value in more:
            if isinstance(value, str) != in_colors:
                wanted = "colours, as `classes` has" if in_colors else "numbers, as `classes` has"
                raise DataOptionError("ignore", f"(={value}) must be {wanted}")
        ignored = frozenset(_packed(v) if isinstance(v, str) else v for v in more)
        taken = (self.colors if in_colors else self.values) or {}
        both = [v for v in more if (_packed(v) if isinstance(v, str) else v) in taken]
        if both:
            raise DataOptionError("ignore", f"(={both[0]}) is a class of `classes` as well")
        table = replace(self, ignored=self.ignored | ignored)
        return table._without_last() if self.values is None and not in_colors else table

    def _without_last(self) -> ClassTable:
        number = self.num_classes
        while number and number - 1 in self.ignored:
            number -= 1
        if number is not None and number < 2:
            raise DataOptionError("ignore", f"leaves {number} of {self.num_classes} classes")
        return replace(self, num_classes=number, names=self.names and self.names[:number])

    def found_in(self, counts: Indices) -> ClassTable:
        """The same, with as many classes as masks have values; `counts` of them `(256,)`.

        Raises:
            DataError: The values are plainly no numbers of classes.
        """
        if self.num_classes is not None:
            return self
        found = [int(v) for v in np.flatnonzero(counts) if v not in self.ignored]
        number = max(found, default=0) + 1
        # A class may be missing where images are few; most of them are missing where the values are
        # brightnesses, as 0 and 128.
        if 2 * len(found) < number or number < 2:
            held = [str(value) for value in np.flatnonzero(counts)]
            shown = ", ".join(held[:8]) + (" ..." if len(held) > 8 else "")
            advice = "say which value is which class: `classes: {NAME: VALUE, ...}`"
            rule = f"is needed: the masks to train on hold the values {shown}; {advice}"
            raise DataOptionError("classes", rule)
        return replace(self, num_classes=number)

    def of_found(self, num_classes: int) -> str:
        """What a user is told where the masks tell how many classes there are."""
        values = f"0 to {num_classes - 1}"
        return f"classes are the values of the masks to train on, {values} (`classes` names them)"

    @property
    def identity(self) -> str:
        """All that decides what becomes of a stored mask."""
        colors = sorted((self.colors or {}).items())
        return f"{self.lookup().tobytes().hex()} {colors} {sorted(self.ignored)}"

    def lookup(self) -> Bytes:
        """The class of each value that is read, `(256,)`; `IGNORED` of all that are of none."""
        assert self.num_classes is not None, "the masks have told how many classes there are"
        classes = np.full(NUM_VALUES, IGNORED, np.uint8)
        if self.values is not None and self.colors is None:
            for value, label in self.values.items():
                classes[value] = label
        else:
            classes[: self.num_classes] = np.arange(self.num_classes)
        if self.colors is None:
            classes[list(self.ignored)] = IGNORED
        return classes

    def pixels(self, counts: Indices, name: Callable[[int], str]) -> Indices:
        """Pixels of each class in each mask, `(n, num_classes)`.

        Args:
            counts: Pixels of each value that is read, `(n, 256)`.
            name: Names a mask in messages, by its number.

        Raises:
            DataError: A mask holds a value that is of no class, or nothing but ignored pixels.
        """
        classes = self.lookup()
        known = classes != IGNORED
        known[[IGNORED] if self.colors is not None else list(self.ignored)] = True
        self._refuse_unknown(counts, known, name)
        assert self.num_classes is not None
        found = np.zeros((len(counts), self.num_classes), np.int64)
        for value in np.flatnonzero(classes != IGNORED):
            found[:, classes[value]] += counts[:, value]
        empty = np.flatnonzero(~found.any(1))
        if len(empty):
            rule = "every pixel is ignored; a mask must show at least one class"
            raise DataError(f"{name(int(empty[0]))}: {rule}{and_others(len(empty))}")
        return found

    def _refuse_unknown(
        self, counts: Indices, known: NDArray[np.bool_], name: Callable[[int], str]
    ) -> None:
        wrong = np.flatnonzero(counts[:, ~known].any(1))
        if not len(wrong):
            return
        first = int(wrong[0])
        value = int(np.flatnonzero((counts[first] > 0) & ~known)[0])
        ignored = ", ".join(map(str, sorted(self.ignored))) or "none"
        came = f"holds the value {value} ({counts[first, value]:,} pixels)"
        rule = f"values are {self._allowed()}, ignored: {ignored}"
        raise DataError(f"{name(first)}: {came}; {rule}{and_others(len(wrong))}")

    def _allowed(self) -> str:
        if self.values is None:
            assert self.num_classes is not None
            return f"0 to {self.num_classes - 1}"
        return ", ".join(map(str, sorted(self.values)))


def _packed(color: str) -> int:
    """`#804080` as a number."""
    return int(color[1:], 16)


def and_others(number: int) -> str:
    """Ends a message about the first of so many files."""
    return f" (and {number - 1:,} more such files)" if number > 1 else ""
