"""How large a file of TensorFlow Lite is, without its bytes.

The same tables and vectors in the same order as `ModelFile` writes, of which only the places are
worked out, by the rules of flatbuffers: a file grows from its end, each value is aligned to its
size, and tables of equal form share one description, their vtable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tflite

from search_spaces.tflite.model_file import ALIGNMENT, IDENTIFIER, ModelFile
from search_spaces.tflite.program import Array, Operator
from search_spaces.tflite.quantisation import Typed

_OFFSET = 4
"""Bytes of an offset, and of what says how long a vector is."""

_ENTRY = 2
"""Bytes of each number of a vtable, of which two are its own length and that of its table."""

_WIDTHS = {
    "PrependBoolSlot": 1, "PrependInt8Slot": 1, "PrependUint8Slot": 1, "PrependInt32Slot": 4,
    "PrependUint32Slot": 4, "PrependUOffsetTRelativeSlot": 4,
}  # fmt: skip


def file_bytes(typed: Typed) -> int:
    """The length of `model_bytes` of a program."""
    return _FileSize(typed).num_bytes()


class _Field(NamedTuple):
    """A field of a table: its number there, its bytes, and the value that is not written."""

    number: int
    width: int
    default: int


class _Form(NamedTuple):
    """A table that begins at some place: its bytes, and its vtable."""

    num_bytes: int
    vtable: tuple[int, ...]


class _Part(NamedTuple):
    """A part of a file that was worked out before.

    Attributes:
        num_bytes: That it takes.
        alignment: That it needs.
        vtables: That must be there already.
    """

    num_bytes: int
    alignment: int
    vtables: frozenset[tuple[int, ...]]


_PARTS: dict[tuple[object, ...], _Part] = {}
"""By what a part says, and where it begins. They are few: tensors and operators are much alike."""

_MOST_PARTS = 1 << 16


class _FileSize(ModelFile):
    def __init__(self, typed: Typed) -> None:
        super().__init__(typed)
        self._place = 0
        self._alignment = 1
        self._vtables: set[tuple[int, ...]] = set()
        self._used: set[tuple[int, ...]] = set()

    def num_bytes(self) -> int:
        self._model()
        ending = len(IDENTIFIER) + _OFFSET
        return self._place + -(self._place + ending) % self._alignment + ending

    def _table(self, table: str, **fields: Any) -> int:
        known = ((_field(table, name), value) for name, value in fields.items())
        written = tuple(field for field, value in known if value != field.default)
        form = _form(written, self._place % _OFFSET)
        self._place += form.num_bytes
        self._alignment = max(self._alignment, _OFFSET)
        place = self._place
        self._used.add(form.vtable)
        if form.vtable not in self._vtables:
            self._vtables.add(form.vtable)
            self._place += _ENTRY * (len(form.vtable) + 1)
        return place

    def _buffer(self, array: Array | None) -> int:
        key = ("buffer", None if array is None else array.nbytes)
        return self._part(key, lambda: super(_FileSize, self)._buffer(array))

    def _tensor(self, number: int, buffer: int) -> int:
        tensor, scaling = self._program.tensors[number], self._typed.scalings[number]
        if number in (self._program.input, self._program.output):  # it has a name
            return super()._tensor(number, buffer)
        scales = None if scaling is None else (len(scaling.scales), scaling.axis)
        key = ("tensor", len(tensor.shape), tensor.role, scales, buffer > 0, self._typed.is_integer)
        return self._part(key, lambda: super(_FileSize, self)._tensor(number, buffer))

    def _operator(self, operator: Operator) -> int:
        options, is_first = tuple(operator.options.items()), self._codes[operator.kind] == 0
        key = ("operator", operator.kind, len(operator.inputs), options, is_first)
        return self._part(key, lambda: super(_FileSize, self)._operator(operator))

    def _part(self, key: tuple[object, ...], write: Callable[[], int]) -> int:
        """Writes a part, or goes on behind it where an equal one is known from the same place."""
        key = (*key, self._place % ALIGNMENT)
        found = _PARTS.get(key)
        if found is not None and found.vtables <= self._vtables:
            self._place += found.num_bytes
            self._alignment = max(self._alignment, found.alignment)
            return self._place
        start, num_known, alignment = self._place, len(self._vtables), self._alignment
        self._used, self._alignment = set(), 1
        place = write()
        if len(self._vtables) == num_known and len(_PARTS) < _MOST_PARTS:
            num_bytes = self._place - start
            _PARTS[key] = _Part(num_bytes, self._alignment, frozenset(self._used))
        self._alignment = max(self._alignment, alignment)
        return place

    def _vector(self, num_bytes: int, alignment: int = _OFFSET) -> int:
        place = self._place + -(self._place + num_bytes) % _OFFSET
        place += -(place + num_bytes) % alignment
        self._alignment = max(self._alignment, alignment)
        self._place = place + num_bytes + _OFFSET
        return self._place

    def _offsets(self, offsets: Sequence[int]) -> int:
        return self._vector(_OFFSET * len(offsets))

    def _numbers(self, values: Sequence[Any] | Array, dtype: Any = np.int32) -> int:
        width = np.dtype(dtype).itemsize
        return self._vector(width * len(values), width)

    def _data(self, array: Array) -> int:
        return self._vector(array.nbytes, ALIGNMENT)

    def _name(self, text: str) -> int:
        return self._vector(len(text.encode()) + 1)


@cache
def _field(table: str, name: str) -> _Field:
    """What the schema says of a field, by what its package asks of a builder."""
    asked = _Asked()
    getattr(tflite, f"{table}Add{name}")(asked, 1)
    return asked.field


class _Asked:
    """Stands in for a builder.

    Attributes:
        field: That it was last asked to write.
    """

    field: _Field

    def __getattr__(self, method: str) -> Any:
        def asked(number: int, _value: int, default: int) -> None:
            self.field = _Field(number, _WIDTHS[method], default)

        return asked


@cache
def _form(written: tuple[_Field, ...], start: int) -> _Form:
    """The form of a table whose fields are written from a place on, each aligned to its width."""
    place, places = start, {}
    for field in written:
        place += -place % field.width + field.width
        places[field.number] = place
    # The offset to its vtable is written last, and so comes first.
    end = place + -place % _OFFSET + _OFFSET
    entries = [
        end - places[number] if number in places else 0
        for number in range(max(places, default=-1) + 1)
    ]
    return _Form(end - start, (end - start, *entries))
