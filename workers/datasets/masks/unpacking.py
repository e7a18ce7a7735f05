"""Archives of images, unpacked once into the cache."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from hashlib import sha256
from pathlib import Path

from search_spaces.errors import DataError, DataOptionError
from workers.cache import cache_folder
from workers.datasets.files import path_within, reading


def unpacked(archive: Path, expected: str) -> Path:
    """The folder in the cache that holds the files of a tar archive, plain or packed.

    Args:
        expected: What should be there, for messages.

    Raises:
        DataOptionError: It is no such archive.
        DataError: It is damaged or hostile, or there is no room for what it holds.
    """
    with reading(archive):
        if not tarfile.is_tarfile(archive):
            rule = f"(={archive}) is neither a folder nor a tar archive; expected is {expected}"
            raise DataOptionError("root", rule)
        status = archive.stat()
    identity = (str(archive.resolve()), status.st_size, status.st_mtime_ns)
    folder = cache_folder("unpacked") / sha256(repr(identity).encode()).hexdigest()[:32]
    if not folder.is_dir():
        with reading(folder.parent):
            folder.parent.mkdir(parents=True, exist_ok=True)
            _unpack_to(folder, archive)
    return folder


def _unpack_to(folder: Path, archive: Path) -> None:
    """All or nothing: another process finds the folder only when it is whole."""
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".partial-"))
    try:
        with reading(archive):
            _extract(archive, partial)
        try:
            partial.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _extract(path: Path, folder: Path) -> None:
    with tarfile.open(path) as archive:
        members = [member for member in archive if member.isfile()]
        size, free = sum(member.size for member in members), shutil.disk_usage(folder).free
        if size > free:
            raise DataError(f"{path}: holds {size:,} bytes; {free:,} are free in {folder.parent}")
        for member in members:
            target = folder / path_within(path, member)
            content = archive.extractfile(member)
            assert content is not None, "it is a file"
            target.parent.mkdir(parents=True, exist_ok=True)
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
            if target.stat().st_size < member.size:
                raise DataError(f"{path}: is cut off within {member.name!r}")
