"""Lines of code as a formatter leaves them, whether it allows 88 characters or 100."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from unicodedata import east_asian_width

NARROW = 88
"""The width that formatters have by default; what is longer is broken."""

WIDE = 100
"""The width of this project. What lies between the two is broken in a way that both keep."""


LEAST_JOINED = 3
"""Arguments that are too many to stand one a line: then they share one, as tables do."""


def call_lines(indent: int, head: str, parts: Sequence[str], tail: str) -> list[str]:
    """A call such as `head(parts)tail` on one line, or broken within its brackets.

    Where the two widths would break it differently, several arguments stay on one line, which a
    formatter is told to leave.

    Args:
        head: What stands before the arguments, bracket included.
        tail: The closing bracket, and what stands behind it.
    """
    space, inner = " " * indent, " " * (indent + 4)
    line = f"{space}{head}{', '.join(parts)}{tail}"
    if len(line) <= NARROW or not parts:
        return [line]
    below = f"{inner}{', '.join(parts)}"
    # Both widths break here and join what is within, so that nothing has to be told.
    if len(line) > WIDE and len(below) <= NARROW:
        return [f"{space}{head}", below, f"{space}{tail}"]
    if len(parts) >= LEAST_JOINED and len(below) <= WIDE and tail[-1] in "):":
        return [f"{space}{head}", below, f"{space}{tail}  # fmt: skip"]
    each = [f"{inner}{part}," for part in parts]
    is_long = tail[-1] in "):" and any(len(line) > NARROW and "(" in line for line in each)
    return [f"{space}{head}", *each, f"{space}{tail}{'  # fmt: skip' if is_long else ''}"]


def signature(indent: int, head: str, parameters: Sequence[str], tail: str) -> list[str]:
    """The head of a function; parameters that are too many for a line stand in rows."""
    lines = call_lines(indent, head, parameters, tail)
    space, inner = " " * indent, " " * (indent + 4)
    rows = [inner]
    for parameter in parameters:
        if len(f"{rows[-1]}{parameter},") > NARROW:
            rows.append(inner)
        rows[-1] += f"{parameter}, "
    in_rows = [f"{space}{head}", *(row.rstrip() for row in rows), f"{space}{tail}  # fmt: skip"]
    return shortest(lines, in_rows)


def assignment(indent: int, name: str, value: str) -> list[str]:
    """The lines of `name = value`; a long value that is no call stands within brackets."""
    space = " " * indent
    line = f"{space}{name} = {value}"
    if len(line) <= NARROW:
        return [line]
    comment = "  # fmt: skip" if len(line) <= WIDE else ""
    return [f"{space}{name} = (", f"{space}    {value}", f"{space}){comment}"]


def shortest(*alternatives: list[str]) -> list[str]:
    """The alternative of fewest lines, of equals the first."""
    return min(alternatives, key=len)


def docstring(indent: int, paragraphs: Sequence[Sequence[str]]) -> list[str]:
    """A docstring of any text: paragraphs of lines, each wrapped, none left empty.

    Raw where there is a backslash, so that nothing in it means anything but itself.
    """
    space = " " * indent
    is_raw = any("\\" in printable(line) for part in paragraphs for line in part)
    quotes = 'r"""' if is_raw else '"""'
    width = WIDE - indent - len(quotes)
    lines = _paragraphs(paragraphs, width)
    if len(lines) == 1:
        lines = _paragraphs(paragraphs, width - len('"""'))
    if len(lines) == 1:
        # Else a quote or backslash at the end would take the closing quotes along.
        stop = "." if lines[0][-1] in '\\"' else ""
        return [f'{space}{quotes}{lines[0]}{stop}"""']
    rest = [f"{space}{line}" if line else "" for line in lines[1:]]
    return [f"{space}{quotes}{lines[0]}", *rest, f'{space}"""']


def _paragraphs(paragraphs: Sequence[Sequence[str]], width: int) -> list[str]:
    """The lines of paragraphs, an empty line between two; those of the first are plain text."""
    hanging = ("" if index == 0 else "    " for index in range(len(paragraphs)))
    parts = zip(paragraphs, hanging, strict=True)
    return [line for part, indent in parts for line in ("", *_wrapped(part, width, indent))][1:]


def _wrapped(lines: Sequence[str], width: int, hanging: str) -> Iterator[str]:
    for line in lines:
        text = printable(line).replace('"""', "'''").strip() or "-"
        if text.startswith('"'):
            text = f"'{text[1:]}"
        # Linters count two columns for each of these.
        is_wide = any(east_asian_width(character) in "FW" for character in text)
        for row in wrap(
            text, width // 2 if is_wide else width, subsequent_indent=hanging,
            break_on_hyphens=False,
        ):  # fmt: skip
            yield row.rstrip()


def printable(text: str) -> str:
    """Text on one line; what does not print, such as a line break, as its escape sequence.

    Characters that change how others are shown (the direction of writing) do not print.
    """
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
