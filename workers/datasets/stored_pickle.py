"""Reads a pickle of plain values and byte arrays, as the CIFAR archives have it, and runs nothing.

A pickle is a program: it may import anything and call it. This one may name NumPy's array, its
`dtype` and its reconstruction, and gets stand-ins for them that only keep what they are told. No
name is ever imported, and nothing of NumPy is called before all is checked.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from search_spaces.errors import DataError, reason_of
from workers.datasets.base import Bytes


class _StoredDtype:
    """What a pickled `dtype` says of itself."""

    def __init__(self, kind: object = None, *flags: object) -> None:
        self.kind = kind

    def __setstate__(self, state: object) -> None:
        """Byte order and such mean nothing to bytes."""


class _StoredArray:
    """What a pickled array says of itself; not yet checked."""

    def __init__(self, *arguments: object) -> None:
        self.state: object = None

    def __setstate__(self, state: object) -> None:
        self.state = state

    def as_bytes(self) -> Bytes:
        """The array, where it is one of bytes in C order. Raises ValueError where it is not."""
        match self.state:
            case (int(), tuple(shape), _StoredDtype() as dtype, False | 0, bytes(raw)):
                pass
            case _:
                raise ValueError("an array is not stored as bytes in C order")
        # Bytes where Python 2 wrote it, as the published archives were.
        if dtype.kind not in (b"u1", "u1"):
            raise ValueError(f"an array has the type {dtype.kind!r}; it must be u1, bytes")
        if not all(type(n) is int and n >= 0 for n in shape) or prod(shape) != len(raw):
            raise ValueError(f"an array says {shape} and has {len(raw)} bytes")
        return np.frombuffer(raw, np.uint8).reshape(shape)


def _from_buffer(raw: object, dtype: object, shape: object, order: object) -> _StoredArray:
    """An array as the pickles of Python 3.8 and newer may store it."""
    array = _StoredArray()
    content = bytes(raw) if isinstance(raw, bytes | bytearray) else raw
    array.state = (1, shape, dtype, order != "C", content)
    return array


def _encode(text: object, encoding: object) -> bytes:
    """Bytes that Python 3 wrote by a protocol without bytes."""
    if not isinstance(text, str) or encoding != "latin1":
        raise ValueError("`_codecs.encode` of something other than bytes")
    return text.encode("latin1")


_ARRAYS = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")
_BUFFERS = ("numpy.core.numeric", "numpy._core.numeric")
_STAND_INS: dict[tuple[str, str], Callable[..., object]] = {
    **{(module, "ndarray"): _StoredArray for module in _ARRAYS},
    **{(module, "dtype"): _StoredDtype for module in _ARRAYS},
    **{(module, "_reconstruct"): _StoredArray for module in _ARRAYS},
    **{(module, "_frombuffer"): _from_buffer for module in _BUFFERS},
    ("_codecs", "encode"): _encode,
}


class _StandIn:
    """Calls a stand-in and can be given no state, so that a pickle changes nothing for the next."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., object]) -> None:
        self._call = call

    def __call__(self, *arguments: object) -> object:
        return self._call(*arguments)

    def __setstate__(self, state: object) -> None:
        raise ValueError("it gives a state to something other than an array")


class _Unpickler(pickle._Unpickler):  # the one in C lets a file of ten bytes ask for gigabytes
    """Knows a few names, none of which is what it says."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _STAND_INS:
            raise ValueError(f"it asks for `{module}.{name}`, which no array of bytes needs")
        return _StandIn(_STAND_INS[module, name])


def read_pickle(content: bytes, where: str) -> dict[str, Any]:
    """The mapping that is stored; byte keys of Python 2 become text, arrays become arrays.

    Args:
        where: Names the file in messages.

    Raises:
        DataError: It is damaged, asks for anything beyond arrays, or is no mapping.
    """
    try:
        stored = _Unpickler(io.BytesIO(content), encoding="bytes").load()
        if not isinstance(stored, dict):
            raise ValueError("it is no mapping")
        return {_text(key): _value(value) for key, value in stored.items()}
    except Exception as error:
        raise DataError(f"{where}: is no pickle of images: {reason_of(error)}") from error


def _text(key: object) -> str:
    return key.decode("latin1") if isinstance(key, bytes) else str(key)


def _value(value: object) -> object:
    return value.as_bytes() if isinstance(value, _StoredArray) else value
