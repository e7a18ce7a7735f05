"""The drawing of a network: nothing overlaps, nothing is lost, and names are text."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.networks.cards import best_columns, make_card
from dashboards.networks.diagram import diagram
from dashboards.networks.layers_layout import layout
from search_spaces.graphs.chain import Chain
from search_spaces.graphs.description import runs
from search_spaces.networks import reference_network, reference_networks

_GRAPHS = st.integers(2, 12).flatmap(
    lambda size: st.tuples(
        st.lists(st.floats(10, 150), min_size=size, max_size=size),
        st.lists(st.tuples(st.integers(0, size - 2), st.integers(1, size - 1)), max_size=20).map(
            lambda pairs: [(a, b) for a, b in pairs if a < b]
        ),
    )
)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(_GRAPHS)
def test_boxes_of_a_row_do_not_overlap(graph: tuple[list[float], list[tuple[int, int]]]) -> None:
    widths, pairs = graph
    chain = [(i, i + 1) for i in range(0, len(widths) - 1, 2)]
    found = layout(widths, pairs + chain)
    for edge in found.edges:
        assert found.rows[edge.source] < found.rows[edge.target]
        assert len(edge.lanes) == found.rows[edge.target] - found.rows[edge.source] - 1
    for row in range(found.num_rows):
        boxes = sorted((found.centres[i], widths[i]) for i, r in enumerate(found.rows) if r == row)
        for (x1, width1), (x2, width2) in pairwise(boxes):
            assert x1 + width1 / 2 < x2 - width2 / 2
        for x, width in boxes:
            assert x - width / 2 >= -1e-6
            assert x + width / 2 <= found.width + 1e-6


def test_a_chain_with_a_skip_runs_straight() -> None:
    found = layout([6, 80, 60, 70, 6], [(0, 1), (1, 2), (2, 3), (0, 3), (3, 4)])
    assert found.rows == (0, 1, 2, 3, 4)
    assert max(found.centres) - min(found.centres) < 3
    (skip,) = (edge for edge in found.edges if edge.lanes)
    assert (skip.source, skip.target) == (0, 3)
    assert min(skip.lanes) > found.centres[1] + 30


@pytest.mark.parametrize("name", reference_networks())
def test_cards_do_not_overlap_and_lie_within_the_drawing(name: str) -> None:
    cards = [make_card(run) for run in runs(reference_network(name), at_least=2)]
    placed, width, height = best_columns(cards)
    assert [place.card for place in placed] == cards
    for before, after in pairwise(placed):
        below = after.y >= before.y + before.card.height
        assert below or after.column > before.x + before.card.width
    for place in placed:
        assert place.x > 0
        assert place.x + place.card.width < width
        assert place.y + place.card.height < height
        left = place.card.left
        assert left >= 0
        assert left + place.card.layout.width <= place.card.width


def test_names_are_text() -> None:
    """Names come from files and databases: none may become part of the drawing."""
    evil = '<script>alert("&")</script>'
    chain = Chain((3, 8, 8)).block(evil, "standard", 8).block("next", "fire", 8)
    root = ElementTree.fromstring(diagram(evil, chain.network()))
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    texts = ["".join(element.itertext()) for element in root.iter()]
    assert evil in texts
    assert f"{evil} · standard" in texts


def test_equal_blocks_are_drawn_once() -> None:
    root = ElementTree.fromstring(diagram("resnet18", reference_network("resnet18")))
    texts = ["".join(element.itertext()) for element in root.iter()]
    assert "stage1.0 to stage1.1 · residual_basic" in texts
    assert texts.count("2x") == 1
    assert "each 231M FLOPs, 74k parameters" in texts
