"""Tables in a terminal, however narrow that is: no number is ever cut.

Texts are wrapped between words. Where even so not all columns fit side by side, each row becomes a
record: a line for each of its cells, with the heading in front.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from nas.terminal import terminal

Columns = Sequence[tuple[str, str]]
"""Headings, each with the side that its cells stand on, `left` or `right`."""

_BETWEEN = 2
"""Blanks between columns."""


def print_table(
    columns: Columns,
    rows: Iterable[Sequence[str]],
    *,
    shorter: Iterable[Sequence[str]] = (),
    styles: Sequence[str] = (),
    screen: Console | None = None,
) -> None:
    """Prints rows side by side where they fit, else as records.

    Args:
        shorter: The same rows in fewer characters, for where the others do not fit unwrapped.
        styles: Of the rows; none by default.
        screen: Instead of standard output.
    """
    screen = screen or terminal()
    long, short = ([list(row) for row in each] for each in (rows, shorter))
    wanted = sum(_natural(i, columns, long) + _BETWEEN for i in range(len(columns))) - _BETWEEN
    is_narrow = bool(short) and wanted > screen.width
    for cells, between in [(short, _BETWEEN), (short, 1)] if is_narrow else [(long, _BETWEEN)]:
        widths = _widths(columns, cells, screen.width, between)
        if widths is not None:
            screen.print(_table(columns, cells, widths, styles, between))
            return
    _print_records(screen, columns, long)


def room_for(columns: Columns, rows: Sequence[Sequence[str]], screen: Console | None = None) -> int:
    """How wide the last column can be, where the others are as wide as they would like to be."""
    others = [_natural(i, columns, rows) + _BETWEEN for i in range(len(columns) - 1)]
    return (screen or terminal()).width - sum(others)


def _natural(i: int, columns: Columns, rows: Sequence[Sequence[str]]) -> int:
    return max(cell_len(text) for text in (columns[i][0], *(row[i] for row in rows)))


def _least(i: int, columns: Columns, rows: Sequence[Sequence[str]]) -> int:
    """Cells on the right are numbers, which stay whole; all else may be wrapped between words."""
    heading, side = columns[i]
    cells = [row[i] for row in rows]
    texts = cells if side == "right" else _words(cells)
    return max((cell_len(text) for text in (*texts, *_words([heading]))), default=0)


def _words(texts: Iterable[str]) -> list[str]:
    """The pieces that are not taken apart; what a text is indented by belongs to its first."""
    words: list[str] = []
    for text in texts:
        indent = text[: len(text) - len(text.lstrip())]
        first, *rest = text.split() or [""]
        words += [indent + first, *rest]
    return words


def _widths(
    columns: Columns, rows: Sequence[Sequence[str]], width: int, between: int
) -> list[int] | None:
    """How wide each column is; None where they do not fit side by side."""
    widths = [_least(i, columns, rows) for i in range(len(columns))]
    spare = width - sum(widths) - between * (len(columns) - 1)
    if spare < 0:
        return None
    # From the left, so that what is short of room is the last column, which mostly is words.
    for i in range(len(columns)):
        more = min(spare, _natural(i, columns, rows) - widths[i])
        widths[i], spare = widths[i] + more, spare - more
    return widths


def _table(
    columns: Columns,
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    styles: Sequence[str],
    between: int,
) -> Table:
    padding = (0, between - 1, 0, 0)  # the box has a blank of its own
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=padding)
    for (heading, side), width in zip(columns, widths, strict=True):
        # Folded, since Rich would put an ellipsis in the place of digits.
        table.add_column(
            heading, justify="right" if side == "right" else "left", width=width, overflow="fold"
        )
    for i, row in enumerate(rows):
        table.add_row(*row, style=styles[i] if styles else None)
    return table


def _print_records(screen: Console, columns: Columns, rows: Sequence[Sequence[str]]) -> None:
    """Cells of columns without a heading stand in the first line of a record."""
    longest = max((cell_len(heading) for heading, _ in columns[1:]), default=0)
    for row in rows:
        cells = [(heading, cell.strip()) for (heading, _), cell in zip(columns, row, strict=True)]
        (heading, first), *others = cells
        unnamed = [cell for name, cell in others if not name and cell]
        # Not broken by Rich: a terminal that breaks it lets the line be copied as one.
        screen.print(" ".join(filter(None, (heading, first, *unnamed))), soft_wrap=True)
        for name, cell in others:
            if name and cell:
                screen.print(f"  {name:<{longest}}  {cell}", soft_wrap=True)
