"""Output on streams that cannot say every character, or that are closed, full or left alone.

ASCII stands in for characters that a stream cannot say. What cannot be written at all is one line
on standard error.
"""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
from contextlib import suppress
from functools import lru_cache

STAND_INS = {
    "±": "+/-", "·": "*", "≤": "<=", "≥": ">=", "→": "->", "…": "...",
    "─": "-", "│": "|", "├": "+", "└": "+", "┊": ":", "●": "o", "◆": "#",
}  # fmt: skip
"""Characters that commands print; any other is a question mark."""

_ERRORS = "stand-ins"
_ASCII = "plain-ascii"
"""ASCII by a name of our own: click writes UTF-8 to streams that say they are ASCII."""


def say_what_can_be_said() -> None:
    """Lets standard output and standard error stand in for characters instead of raising."""
    _register()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not _is_unicode(stream.encoding):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=_ASCII if is_ascii else None, errors=_ERRORS)


def open_what_is_closed() -> None:
    """Puts something in the place of standard streams that are closed.

    Else the next file that is opened would get the number of one of them, be it a database. As if
    it were still closed, standard output takes nothing: whoever writes there is told.
    """
    for number, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            # The system gives the lowest number that is free: mostly just this one.
            taken = os.open(os.devnull, flags)
            if taken != number:
                os.dup2(taken, number)
                os.close(taken)
    # Python has made None of what was closed when it began.
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115


def output_error(error: OSError | None = None) -> OSError | None:
    """Why standard output cannot be written; None where it can.

    Args:
        error: Which a command ended with, and which may be of something else.
    """
    try:
        sys.stdout.flush()
        if error is not None:  # without a buffer, nothing is left to be written
            os.write(sys.stdout.fileno(), b"")
    except io.UnsupportedOperation:  # it is no file
        return None
    except OSError as found:
        return found
    # The pipe that broke may be another one, as to a database, while somebody still reads here.
    return error if isinstance(error, BrokenPipeError) and _has_no_reader() else None


def _has_no_reader() -> bool:
    poll = select.poll()
    # Asked for nothing, as errors and hang-ups are told in any case.
    poll.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def give_up_output() -> None:
    """Lets what could not be written vanish, so that nobody tries again at the very end."""
    empty = os.open(os.devnull, os.O_WRONLY)
    os.dup2(empty, sys.stdout.fileno())
    os.close(empty)


def complain(line: str) -> None:
    """Says a line on standard error, if that takes it: there is nowhere else to say that."""
    with suppress(OSError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _is_unicode(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith("utf")


@lru_cache(maxsize=1)
def _register() -> None:
    codecs.register_error(_ERRORS, _stand_in)
    codecs.register(_search)


def _search(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != _ASCII:
        return None
    known = codecs.lookup("ascii")
    return codecs.CodecInfo(
        known.encode, known.decode, known.streamreader, known.streamwriter,
        known.incrementalencoder, known.incrementaldecoder, name=_ASCII,
    )  # fmt: skip


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unsaid = error.object[error.start : error.end]
    return "".join(STAND_INS.get(character, "?") for character in unsaid), error.end
