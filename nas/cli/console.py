"""The terminal as commands write to it: as wide as it is, and gone when its reader is."""

from __future__ import annotations

from rich.console import Console


class _Terminal(Console):
    """Leaves a reader that has gone, as `head` does, to the end of the program.

    Rich itself would end it with exit code 1.
    """

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def terminal(*, err: bool = False, width: int | None = None) -> Console:
    """Standard output, or standard error; texts are shown as they are.

    Args:
        width: Instead of that of the terminal.
    """
    return _Terminal(stderr=err, highlight=False, markup=False, width=width)
