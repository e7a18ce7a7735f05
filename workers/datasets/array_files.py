"""Arrays in a `.npz` file or in a folder of `.npy` files. Nothing pickled is read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError, reason_of
from workers.memory import require_memory

Array = NDArray[Any]


class StoredArrays:
    """The arrays of a `.npz` file or of a folder of `.npy` files, read one by one.

    Attributes:
        names: Their names, without the ending.
        where: The file or folder, for messages.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.where = str(root)
        self._zip: zipfile.ZipFile | None = None

    def __enter__(self) -> StoredArrays:
        if self._root.is_dir():
            files = [path.name for path in sorted(self._root.iterdir())]
        else:
            with self._guarded(""):
                self._zip = zipfile.ZipFile(self._root)
                files = self._zip.namelist()
        self.names = [name.removesuffix(".npy") for name in files if name.endswith(".npy")]
        return self

    def __exit__(self, *error: object) -> None:
        if self._zip is not None:
            self._zip.close()

    def described(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of an array; its content is not read."""
        with self._guarded(name), self._opened(name) as file:
            return _header(file)

    def read(self, name: str) -> Array:
        """An array: of a folder mapped, of a file read, where memory suffices."""
        shape, dtype = self.described(name)
        if self._zip is None:
            # A plain file can be mapped: the split then copies what it takes, and nothing lies
            # there twice.
            with self._guarded(name):
                return np.lib.format.open_memmap(self._root / f"{name}.npy", mode="r")
        require_memory(prod(shape) * dtype.itemsize, f"{self.where}: array `{name}`")
        with self._guarded(name), self._opened(name) as file:
            array: Array = np.lib.format.read_array(file, allow_pickle=False)
            # zipfile compares its checksum at the very end of an array, which is reached by reading
            # on.
            if file.read(1):
                raise ValueError("it holds more than its header says")
        return array

    def _opened(self, name: str) -> IO[bytes]:
        if self._zip is None:
            return (self._root / f"{name}.npy").open("rb")
        return self._zip.open(f"{name}.npy")

    @contextmanager
    def _guarded(self, name: str) -> Iterator[None]:
        """Whatever a damaged file makes of the libraries becomes one line."""
        try:
            yield
        # What is too large for this machine is not damaged, and is told by the registry.
        except (DataError, MemoryError):
            raise
        except Exception as error:
            array = f": array `{name}`" if name else ""
            said = f"{self.where}{array}: cannot be read: {reason_of(error)}"
            raise DataError(said) from error


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type of a `.npy` stream. Raises ValueError for one of Python objects."""
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which are pickled; none are read")
    return shape, dtype
