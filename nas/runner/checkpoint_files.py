"""Files on any file system that fsspec knows: a local folder, S3, Google's, memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from search_spaces.whole_file import replacing


class Folder:
    """A folder that whole files are written to and read from.

    Attributes:
        uri: Its address; what is written to it lies right below.
    """

    def __init__(self, uri: str) -> None:
        """Takes `/a/path` or `s3://bucket/path`; nothing is made yet.

        Raises:
            ImportError: The package for this kind of file system is not there.
            ValueError: There is no such kind.
        """
        files, path = fsspec.core.url_to_fs(uri)
        self._files: Any = files
        self._path = str(path).rstrip("/")
        # With its protocol, since rows name files by it: a later launch may have another folder.
        self.uri: str = str(files.unstrip_protocol(self._path))

    def create(self) -> None:
        """Makes it, where that means something. Raises whatever the file system raises."""
        self._files.makedirs(self._path, exist_ok=True)

    def write(self, name: str, data: bytes) -> str:
        """Writes a file, which then is there as a whole or not at all; returns its address."""
        path = f"{self._path}/{name}"
        if isinstance(self._files, LocalFileSystem):
            with replacing(Path(path), lasting=True) as partial:
                partial.write_bytes(data)
        else:
            # A store of objects shows no part of one. What is torn elsewhere fails its SHA-256.
            self._files.pipe_file(path, data)
        return f"{self.uri}/{name}"

    def names(self) -> list[str]:
        """The files in it."""
        if not self._files.isdir(self._path):
            return []
        return [str(path).rpartition("/")[2] for path in self._files.ls(self._path, detail=False)]

    def remove(self) -> None:
        """Removes the folder itself where it is empty and there is one."""
        if self._files.isdir(self._path) and not self.names():
            self._files.rmdir(self._path)


def read(uri: str) -> bytes:
    """The bytes of a file at any address. Raises whatever its file system raises."""
    files, path = fsspec.core.url_to_fs(uri)
    return bytes(files.cat_file(path))


def remove(uri: str) -> None:
    """Removes a file at any address; one that is not there is left at that."""
    files, path = fsspec.core.url_to_fs(uri)
    if files.exists(path):
        files.rm_file(path)
