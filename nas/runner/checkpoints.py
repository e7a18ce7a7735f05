"""What unfinished trials had at their last rung, so that any later launch goes on from there.

A checkpoint is a file, and a row that names it and says what its bytes are. The file is written
first, under a name of its own; the row is committed together with the result of the rung; only then
the file before it is removed. So whatever is killed whenever, row and curve never disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from nas.runner import checkpoint_files
from nas.runner.checkpoint_files import Folder
from nas.store import Store, StudyRecord
from search_spaces.errors import SearchError, reason_of


@dataclass(frozen=True)
class Checkpoint:
    """A file that a row can name.

    Attributes:
        epochs: How many the trial was trained by then.
        sha256: Of its bytes.
        num_bytes: How many there are.
    """

    epochs: int
    uri: str
    sha256: str
    num_bytes: int


def checkpoint_folder(root: str | Path, study: StudyRecord) -> Folder:
    """A study's own folder below `root`; studies of one name in two databases have two.

    Raises:
        SearchError: The address is of no kind that can be written to.
    """
    given = str(root)
    place = f"{given.rstrip('/')}/{study.name}-{study.digest}"
    try:
        return Folder(place if "://" in given else str(Path(place).absolute()))
    except (ImportError, ValueError) as error:
        raise SearchError(f"`checkpoints` (={given}): {_line(error)}") from error


class Checkpoints:
    """The checkpoints of one run of a study; only the runner of the study may have one."""

    def __init__(
        self, folder: Folder, store: Store, study: StudyRecord, notify: Callable[[str], None]
    ) -> None:
        """Takes up what an earlier run left, and removes files that no row names.

        Raises:
            SearchError: The folder cannot be made or looked into.
        """
        self._folder = folder
        self._notify = notify
        self._is_writable = True
        self._unreadable: set[int] = set()
        self._known = {
            number: Checkpoint(kept.epochs, kept.uri, kept.sha256, kept.bytes)
            for number, kept in store.checkpoints(study).items()
        }
        try:
            folder.create()
            self._remove_strays()
        except Exception as error:  # file systems raise what they like
            raise SearchError(
                f"{folder.uri}: no checkpoints can lie there: {_line(error)}"
            ) from error

    def _remove_strays(self) -> None:
        named = {kept.uri for kept in self._known.values()}
        for name in self._folder.names():
            uri = f"{self._folder.uri}/{name}"
            if uri not in named:
                checkpoint_files.remove(uri)

    def write(self, number: int, epochs: int, state: bytes) -> Checkpoint | None:
        """Writes the state of a trial; None where that fails, which is told once."""
        # A name of its own: a rung that is trained again must not replace what a row names.
        name = f"trial-{number:05d}-epochs-{epochs}-{uuid4().hex[:8]}.state"
        try:
            uri = self._folder.write(name, state)
        except Exception as error:  # file systems raise what they like
            if self._is_writable:
                lost = "interrupted trials will go on from what was kept before"
                self._notify(f"{self._folder.uri}: no checkpoint is kept: {_line(error)}; {lost}")
            self._is_writable = False
            return None
        self._is_writable = True
        return Checkpoint(epochs, uri, sha256(state).hexdigest(), len(state))

    def committed(self, number: int, kept: Checkpoint) -> None:
        """The row of a checkpoint is in the database: the one before it is of no more use."""
        before = self._known.get(number)
        self._known[number] = kept
        self._unreadable.discard(number)
        if before is not None and before.uri != kept.uri:
            self._remove(before)

    def state_of(self, number: int) -> bytes | None:
        """What a trial had at its last rung; None before the first, and where that is damaged."""
        kept = self._known.get(number)
        if kept is None or number in self._unreadable:
            return None
        try:
            state = checkpoint_files.read(kept.uri)
            wrong = "" if sha256(state).hexdigest() == kept.sha256 else "is damaged"
        except Exception as error:  # file systems raise what they like
            state, wrong = b"", f"cannot be read: {_line(error)}"
        if not wrong:
            return state
        begins = f"trial {number} begins with its first epoch again"
        self._notify(f"checkpoint {kept.uri} {wrong}; {begins}")
        self._unreadable.add(number)
        return None

    def drop(self, number: int) -> None:
        """Forgets a trial that has ended."""
        kept = self._known.pop(number, None)
        if kept is not None:
            self._remove(kept)

    def close(self) -> None:
        """Removes the folder where nothing is left in it."""
        try:
            self._folder.remove()
        except Exception as error:  # file systems raise what they like
            self._notify(f"{self._folder.uri}: cannot be removed: {_line(error)}")

    def _remove(self, kept: Checkpoint) -> None:
        try:
            checkpoint_files.remove(kept.uri)
        except Exception as error:  # file systems raise what they like
            self._notify(f"checkpoint {kept.uri} cannot be removed: {_line(error)}")


def _line(error: BaseException) -> str:
    return getattr(error, "strerror", None) or reason_of(error)
