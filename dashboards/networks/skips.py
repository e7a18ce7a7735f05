"""The lines from blocks that are tapped to those that read them, around the cards between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dashboards.networks.cards import Placed

_BELOW = 26.0
"""Under the last card and the arrows out of the columns."""

_STEP = 5.0
_BESIDE, _NUM_BESIDE = 8.0, 3
"""How far lines run beside the cards of a column, clear of the arrows in the middle of gutters."""


class Skips(NamedTuple):
    """Lines as SVG's paths.

    Attributes:
        bottom: Where the lowest of them runs; 0 where none runs below the cards.
    """

    paths: tuple[str, ...]
    bottom: float


def skips(placed: Sequence[Placed]) -> Skips:
    """A line for each tap: beside the cards of a column, below those of the columns between."""
    of_block = {entry.block.name: place for place in placed for entry in place.card.run}
    pairs = [(of_block[tap], place) for place in placed for tap in place.card.taps]
    columns = sorted({place.column for place in placed})
    ends = {c: max(p.x + p.card.width for p in placed if p.column == c) for c in columns}
    lowest = max(place.y + place.card.height for place in placed)
    paths, lane = [], 0.0
    for number, (source, reader) in enumerate(pairs):
        beside = _BESIDE + _STEP * (number % _NUM_BESIDE)
        out = ends[source.column] + beside
        apart = columns.index(reader.column) - columns.index(source.column)
        path = f"M{source.x + source.card.width:.1f} {_middle(source):.1f} H{out:.1f}"
        if apart > 1:
            lane = (lane or lowest + _BELOW - _STEP) + _STEP
            path += f" V{lane:.1f} H{reader.column - beside:.1f}"
        # The row of points where a card is entered, which has the names of taps.
        into = reader.x if apart else reader.x + reader.card.width
        paths.append(f"{path} V{reader.y + reader.card.row(0):.1f} H{into:.1f}")
    return Skips(tuple(paths), lane)


def _middle(place: Placed) -> float:
    return place.y + place.card.height / 2
