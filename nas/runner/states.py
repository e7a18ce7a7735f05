"""What running trials had at their last rung, so that a lost one goes on from there."""

from __future__ import annotations

from pathlib import Path


class RungStates:
    """One file for each running trial, in the folder of this run on the launching machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, number: int, state: bytes) -> None:
        """Replaces what a trial had at an earlier rung."""
        self._path(number).write_bytes(state)

    def of(self, number: int) -> bytes | None:
        """What a trial had at its last rung; None before the first."""
        path = self._path(number)
        return path.read_bytes() if path.exists() else None

    def drop(self, number: int) -> None:
        """Forgets a trial that has ended."""
        self._path(number).unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self._folder / f"trial-{number:05d}.state"
