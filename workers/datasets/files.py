"""Files of data sets: found below a root, read in memory only, never more than they should hold."""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import Protocol

from search_spaces.errors import DataError, DataOptionError, on_one_line

DAMAGED = (OSError, EOFError, zlib.error, tarfile.TarError)
"""What reading a damaged file or archive raises."""


FIRST_MEMBERS = 8
"""How many members of an archive are looked at to tell what it is."""

MAX_LOOKED_AT = 1 << 29
"""Bytes that are unpacked for that at most: a batch of CIFAR-10 has 31 million."""


class Reader(Protocol):
    """All that is asked of an open file."""

    def read(self, size: int = -1, /) -> bytes: ...


def root_of(root: str | None, expected: str) -> Path:
    """The root as a path that exists.

    Args:
        expected: What must be there, for the message.

    Raises:
        DataOptionError: There is none, or it is not there.
    """
    if root is None:
        raise DataOptionError("root", f"is required: {expected}")
    path = Path(root).expanduser()
    if not path.exists():
        raise DataOptionError("root", f"(={root}) is not there; expected is {expected}")
    return path


@contextmanager
def reading(path: Path | str) -> Iterator[None]:
    """Turns what a damaged or unreadable file raises into a DataError of one line."""
    try:
        yield
    except DAMAGED as error:
        raise DataError(f"{path}: cannot be read: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return on_one_line(str(error)) or "it is damaged"


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """A file, unpacked on the way where it is a `.gz`. Raises DataError where it is damaged."""
    with reading(path), _open(path) as file:
        yield file


def _open(path: Path) -> gzip.GzipFile | BufferedReader:
    file = path.open("rb")
    if file.read(2) == b"\x1f\x8b":
        file.close()
        return gzip.open(path, "rb")
    file.seek(0)
    return file


class Capped:
    """A stream that ends in a DataError once it gives more bytes than its data set can have."""

    def __init__(self, stream: Reader, limit: int, path: Path) -> None:
        self._stream = stream
        self._left = limit
        self._limit = limit
        self._path = path

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; all, within the limit, where it is negative."""
        # One byte beyond the limit, since only that tells that there is more.
        wanted = self._left + 1 if size < 0 else min(size, self._left + 1)
        data = self._stream.read(wanted)
        self._left -= len(data)
        if self._left < 0:
            limit = f"{self._limit:,} bytes"
            raise DataError(f"{self._path}: unpacks to more than the {limit} that it should have")
        return data


def folder_members(folder: Path, sizes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """Name and content of files of a folder, in the order of `sizes`.

    Args:
        sizes: Most bytes that each of the files may have.

    Raises:
        DataError: One is missing, unreadable or too large.
    """
    for name, limit in sizes.items():
        path = folder / name
        with reading(path), path.open("rb") as file:
            content = Capped(file, limit, path).read()
        yield name, content


def tar_members(
    path: Path, sizes: Mapping[str, int], others: int = 0
) -> Iterator[tuple[str, bytes]]:
    """Name and content of members of a `.tar.gz` or `.tar`, in the order of the archive.

    Nothing is written anywhere. The whole archive is read, so that a damaged end is noticed.

    Args:
        sizes: Most bytes of each wanted member, by the last part of its name.
        others: Most bytes of all other members together, which are unpacked too.

    Raises:
        DataError: It is damaged, lacks one, has one twice, or unpacks to far more than it should.
    """
    found: set[str] = set()
    limit = 2 * (sum(sizes.values()) + others) + (1 << 24)
    with opened(path) as file:
        stream = Capped(file, limit, path)
        # As a stream, in which nothing is sought: going back in a `.gz` unpacks it from its start.
        with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
            for member in archive:
                name = _checked_name(path, member)
                if name in sizes and name not in found:
                    found.add(name)
                    yield name, _content(path, archive, member, sizes[name])
                elif name in sizes:
                    raise DataError(f"{path}: has two members {name!r}")
        while stream.read(1 << 20):  # up to the checksum of the compressed stream
            pass
    missing = [name for name in sizes if name not in found]
    if missing:
        raise DataError(f"{path}: has no member {missing[0]!r}")


def first_of(path: Path, names: Iterable[str]) -> bool:
    """Whether one of the first members of an archive has one of the names; quickly read.

    Raises DataError where it is no archive.
    """
    wanted = set(names)
    with opened(path) as file:
        stream = Capped(file, MAX_LOOKED_AT, path)
        with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
            for _, member in zip(range(FIRST_MEMBERS), archive, strict=False):
                if _checked_name(path, member) in wanted:
                    return True
    return False


def _checked_name(path: Path, member: tarfile.TarInfo) -> str:
    name = path_within(path, member)
    return name.name if member.isfile() else ""


def path_within(path: Path, member: tarfile.TarInfo) -> PurePosixPath:
    """Where a member of an archive lies in it. Raises DataError where that is outside of it."""
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise DataError(f"{path}: has a member outside of it, {member.name!r}")
    return name


OF_A_MAC = "__MACOSX"
"""What the archiver of macOS adds: a folder of the same names without images."""


def subfolders(folder: Path) -> list[str]:
    """Names of the folders in a folder, sorted, without what systems put there."""
    with reading(folder):
        entries = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    return [name for name in entries if not name.startswith(".") and name != OF_A_MAC]


def files_below(folder: Path, left_out: Counter[str]) -> Iterator[str]:
    """Paths of the files below a folder, in the order of their names.

    Links to folders are not followed, since they may lead round in a circle or to the same files
    again; the folder itself may be one, and so may files.

    Args:
        left_out: Is told of links to folders and of hidden files.
    """
    for where, folders, files in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        left_out.update(["links to folders"] * len(links))
        # Else it is the file system's order, and the split, which is drawn by place, differs by
        # machine.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.startswith("."):
                left_out["hidden"] += 1
            else:
                yield os.path.join(where, name)


def _content(path: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    if member.size > limit:
        size = f"has {member.size:,} bytes; at most {limit:,} are right"
        raise DataError(f"{path}: member {member.name!r} {size}")
    file = archive.extractfile(member)
    content = file.read() if file else b""
    if len(content) < member.size:
        raise DataError(f"{path}: is cut off within {member.name!r}")
    return content
