"""The drawing of a network: nothing overlaps, nothing is lost, and names are text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from head_kit import with_head
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


def _sampled(path: str) -> Iterator[tuple[float, float]]:
    """Points of a path of straight lines (M, H, V) and of curves (C)."""
    x = y = 0.0
    for command, numbers in re.findall(r"([MHVC])([^MHVC]*)", path):
        given = [float(number) for number in numbers.split()]
        if command == "C":
            ends = [(x, y), *zip(given[::2], given[1::2], strict=True)]
            for t in (n / 50 for n in range(51)):
                weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
                yield tuple(
                    sum(w * end[i] for w, end in zip(weights, ends, strict=True)) for i in (0, 1)
                )
            x, y = ends[-1]
            continue
        to_x = given[0] if command in "MH" else x
        to_y = given[-1] if command in "MV" else y
        if command != "M":
            yield from ((x + (to_x - x) * n / 50, y + (to_y - y) * n / 50) for n in range(51))
        x, y = to_x, to_y


@pytest.mark.parametrize("name", ["unet", "lraspp_mobilenet_v3_large", "unet head", "fcn head"])
@pytest.mark.parametrize("aspect", [0.3, 1.4, 3.0])
def test_skips_run_around_cards(name: str, aspect: float) -> None:
    """A dashed line for each tap, over no card and within the drawing."""
    kind, _, head = name.partition(" ")
    network = with_head(kind) if head else reference_network(name)
    cards = [make_card(run) for run in runs(network, at_least=2)]
    placed, _, _ = best_columns(cards, aspect)
    root = ElementTree.fromstring(diagram(name, network, aspect=aspect))
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    paths = [each.attrib["d"] for each in root.iter() if each.attrib.get("class") == "skip"]
    assert len(paths) == sum(len(block.taps) for block in network.blocks) > 0
    for x, y in (point for path in paths for point in _sampled(path)):
        assert 0 <= x <= width and 0 <= y <= height
        for place in placed:
            inside = place.x + 1 < x < place.x + place.card.width - 1
            assert not (inside and place.y + 1 < y < place.y + place.card.height - 1)
