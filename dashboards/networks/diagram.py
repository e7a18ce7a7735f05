"""A network drawn block by block, as one SVG file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from dashboards.networks.cards import (
    ASPECT,
    BETWEEN,
    BOX_HEIGHT,
    GUTTER,
    LETTER,
    MARGIN,
    PADDING,
    TITLE_HEIGHT,
    Card,
    Placed,
    best_columns,
    make_card,
)
from dashboards.networks.diagram_colors import LIGHT_DIAGRAM, DiagramColors, kind_class
from dashboards.networks.skips import skips
from dashboards.sections.words import visible
from search_spaces.graphs.cost import cost
from search_spaces.graphs.description import runs, shape_text
from search_spaces.graphs.network import Network
from search_spaces.quantities import format_quantity


def _style(colors: DiagramColors) -> str:
    """Rules for this drawing alone: within a page they must touch nothing else."""
    font = 'system-ui, "Segoe UI", "DejaVu Sans", sans-serif'
    rules = {
        "text": f"font-family: {font}; fill: {colors.ink};",
        ".title": "font-size: 20px; font-weight: 600;",
        ".name": "font-size: 13px; font-weight: 600;",
        ".muted": f"fill: {colors.muted}; font-size: 11px;",
        ".small": f"fill: {colors.muted}; font-size: 9.5px;",
        ".what": "font-size: 11px;",
        ".mid": "text-anchor: middle;",
        ".end": "text-anchor: end;",
        ".card": f"fill: {colors.card}; stroke: {colors.rim};",
        ".page": f"fill: {colors.page};",
        ".edge": f"fill: none; stroke: {colors.edge}; stroke-width: 1.2;",
        ".skip": f"fill: none; stroke: {colors.flow}; stroke-width: 1.2; stroke-dasharray: 4 3;",
        ".flow": f"fill: none; stroke: {colors.flow}; stroke-width: 1.8; marker-end: url(#tip);",
        ".tip, .end-point": f"fill: {colors.flow};",
        ".flops": f"fill: {colors.flops};",
        ".params": f"fill: {colors.params};",
    }
    kinds = {
        f".{kind_class(kind)}": f"fill: {fill}; stroke: {rim};"
        for kind, (fill, rim) in colors.kinds.items()
    }
    return "\n".join(f"{_scoped(names)} {{ {rule} }}" for names, rule in (rules | kinds).items())


def _scoped(names: str) -> str:
    return ", ".join(f".network {name}" for name in names.split(", "))


_LEAST_WIDTH = 760.0
"""Room for the legend."""


def diagram(
    name: str,
    network: Network,
    colors: DiagramColors = LIGHT_DIAGRAM,
    *,
    with_heading: bool = True,
    aspect: float = ASPECT,
) -> str:
    """The network as the text of an SVG file, or of an element of a page.

    Blocks stand in columns, read from top to bottom and left to right; within a block its layers
    with all branches and skips. Equal blocks in a row are drawn once. The bars of a block are its
    shares of FLOPs and of parameters, against the block that has most.

    Args:
        with_heading: Whether the name and the totals stand above.
        aspect: Width over height to come near to.
    """
    cards = [make_card(run) for run in runs(network, at_least=2)]
    placed, width, height = best_columns(cards, aspect)
    around = skips(placed)
    width, height = max(width, _LEAST_WIDTH), max(height, around.bottom + 12)
    top = 0.0 if with_heading else TITLE_HEIGHT
    parts = [
        _head(colors, width, height + 34 - top, top),
        f"<title>{escape(visible(name))}</title>",
    ]
    parts += [_title(name, network)] if with_heading else []
    parts += [_flow(before, after) for before, after in pairwise(placed)]
    parts += [f'<path class="skip" d="{path}"/>' for path in around.paths]
    parts += [_ends(network, placed)]
    most = (max(c.flops for c in cards) or 1, max(c.params for c in cards) or 1)
    parts += [_draw_card(place, most) for place in placed]
    kinds = {box.kind for card in cards for box in card.boxes if box.what}
    parts += [_legend([kind for kind in colors.kinds if kind in kinds], height), "</svg>"]
    return "\n".join(parts) + "\n"


def _head(colors: DiagramColors, width: float, height: float, top: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="0 {top:.0f} {width:.0f} {height:.0f}">\n'
        f"<style>\n{_style(colors)}\n</style>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" '
        'markerHeight="6" orient="auto"><path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>\n'
        f'<rect class="page" y="{top:.0f}" width="100%" height="100%"/>'
    )


def _title(name: str, network: Network) -> str:
    total = cost(network)
    facts = (
        f"{shape_text(network.in_shape)} to {shape_text(network.out_shape)}",
        f"{format_quantity(total.params, 'params')} parameters",
        f"{format_quantity(total.flops, 'flops')} FLOPs (multiply-adds, counted once)",
        f"receptive field {total.receptive_field}",
    )
    return f"{_text(MARGIN, 36, name, 'title')}\n{_text(MARGIN, 56, ', '.join(facts), 'muted')}"


def _text(x: float, y: float, words: str, classes: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{classes}">{escape(visible(words))}</text>'


def _flow(before: Placed, after: Placed) -> str:
    """The arrow from one card to the next, with the shape of what passes."""
    x, y = before.middle, before.y + before.card.height
    label = shape_text(after.card.in_shape)
    if before.column == after.column:
        path = f"M{x:.1f} {y:.1f} V{after.y:.1f}"
        note = _text(x + 8, (y + after.y) / 2 + 4, label, "muted")
    else:
        between = after.column - GUTTER / 2
        top = after.y - BETWEEN / 2
        path = f"M{x:.1f} {y:.1f} v14 H{between:.1f} V{top:.1f} H{after.middle:.1f} V{after.y:.1f}"
        note = _text(after.middle + 8, top + 14, label, "muted")
    return f'<path class="flow" d="{path}"/>\n{note}'


def _ends(network: Network, placed: Sequence[Placed]) -> str:
    """The arrows into the first card and out of the last."""
    first, last = placed[0], placed[-1]
    bottom = last.y + last.card.height
    shown_in, shown_out = shape_text(network.in_shape), shape_text(network.out_shape)
    return (
        f'<path class="flow" d="M{first.middle:.1f} {first.y - 22:.1f} V{first.y:.1f}"/>\n'
        f"{_text(first.middle + 8, first.y - 10, shown_in, 'muted')}\n"
        f'<path class="flow" d="M{last.middle:.1f} {bottom:.1f} v22"/>\n'
        f"{_text(last.middle + 8, bottom + 18, shown_out, 'muted')}"
    )


def _draw_card(place: Placed, most: tuple[int, int]) -> str:
    card = place.card
    parts = [f'<g transform="translate({place.x:.1f} {place.y:.1f})">']
    # Equal blocks are drawn once: the edges of others behind it show that there are several.
    for behind in (6, 3) if len(card.run) > 1 else ():
        parts.append(_rectangle(behind, behind, card))
    parts.append(_rectangle(0, 0, card))
    parts.append(_text(PADDING, 20, card.heading, "name"))
    parts.append(_text(PADDING, 35, card.costs, "muted"))
    parts += _bars(card, most)
    if len(card.run) > 1:
        times = f"{len(card.run)}x"
        parts.append(_text(card.width - 8, 20, times, "name end"))
    parts += [_edge(card, number) for number in range(len(card.layout.edges))]
    parts += [_draw_box(card, number) for number in range(len(card.boxes))]
    return "\n".join([*parts, "</g>"])


def _rectangle(x: float, y: float, card: Card) -> str:
    return (
        f'<rect class="card" x="{x:.1f}" y="{y:.1f}" width="{card.width:.1f}" '
        f'height="{card.height:.1f}" rx="8"/>'
    )


def _bars(card: Card, most: tuple[int, int]) -> list[str]:
    """FLOPs above parameters, as shares of what the dearest card has."""
    room = card.width - 2 * PADDING
    shares = (card.flops / most[0], card.params / most[1])
    return [
        # As small as it may be, a share that is not zero is seen.
        f'<rect x="{PADDING}" y="{y}" width="{max(share * room, 0.5):.1f}" height="3" '
        f'class="{quantity}"/>'
        for share, y, quantity in zip(shares, (41, 46), ("flops", "params"), strict=True)
        if share
    ]


def _position(card: Card, number: int) -> tuple[float, float]:
    """Centre of a box within its card."""
    return card.left + card.layout.centres[number], card.row(card.layout.rows[number])


def _edge(card: Card, number: int) -> str:
    edge = card.layout.edges[number]
    x, y = _position(card, edge.source)
    points = [(x, y)]
    row = card.layout.rows[edge.source]
    points += [(card.left + lane, card.row(row + step)) for step, lane in enumerate(edge.lanes, 1)]
    points.append(_position(card, edge.target))
    path = f"M{x:.1f} {y:.1f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        path += f" C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}"
    return f'<path class="edge" d="{path}"/>'


def _draw_box(card: Card, number: int) -> str:
    box = card.boxes[number]
    x, y = _position(card, number)
    if box.tap:
        point = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" class="end-point"/>'
        return f"{point}\n{_text(x, y - 7, box.label, 'small mid')}"
    if not box.what:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" class="end-point"/>'
    return (
        f'<rect x="{x - box.width / 2:.1f}" y="{y - BOX_HEIGHT / 2:.1f}" width="{box.width:.1f}" '
        f'height="{BOX_HEIGHT}" rx="6" class="{kind_class(box.kind)}"/>\n'
        f"{_text(x, y - 2.5, box.what, 'what mid')}\n{_text(x, y + 10.5, box.below, 'small mid')}"
    )


def _legend(kinds: Sequence[str], top: float) -> str:
    parts, x = [], MARGIN
    for kind in kinds:
        parts.append(
            f'<rect x="{x:.1f}" y="{top}" width="14" height="12" rx="3" '
            f'class="{kind_class(kind)}"/>\n{_text(x + 20, top + 10, kind, "muted")}'
        )
        x += 34 + LETTER * len(kind)
    for word, quantity in (("FLOPs", "flops"), ("parameters", "params")):
        parts.append(
            f'<rect x="{x:.1f}" y="{top + 5}" width="14" height="3" class="{quantity}"/>\n'
            f"{_text(x + 20, top + 10, word, 'muted')}"
        )
        x += 34 + LETTER * len(word)
    return "\n".join(parts)
