"""Output on streams that cannot say every character: ASCII stands in for what they cannot."""

from __future__ import annotations

import codecs
import io
import sys
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
