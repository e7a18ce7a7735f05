"""The board that networks must fit, on pages: its card with bars, and memory step by step."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from dashboards.networks.memory_figure import memory_figure, memory_words
from dashboards.networks.network_card import CardContent, card_html
from dashboards.sections.device import board_card
from dashboards.sections.findings import Findings
from dashboards.sections.report import write_report
from nas.store import Store
from nas.store.schema import OwnValueRow, TrialRow
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.network import Block, Network
from search_spaces.tflite.memory_plan import MemoryPlan

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

DEVICE = {"name": "mine", "ram": 4000, "flash": 8000, "ram_overhead": 1000}
RAM_BYTES = 1024 + 192
"""What TensorFlow Lite Micro reports of the second network: its records, and maps."""

LIMITS = {"ram_bytes": {"max": 3000}, "flash_bytes": {"max": 8000}}


@pytest.fixture
def boarded(write_study: Callable[..., StudyWriter]) -> Store:
    """One network of 8x8 positions, 2 channels behind 1: 64 and 128 bytes of maps."""
    study = write_study(experiment={"objectives": ["accuracy", "flops"], "constraints": LIMITS,
                                    "device": DEVICE})  # fmt: skip
    study.trial([0.9], flops=2000)
    study.trial([0.5], flops=1000)
    _tell(study.store, 0, ram_bytes=3500.0, flash_bytes=2000.0, accuracy_int8=0.875)
    _tell(study.store, 1, ram_bytes=float(RAM_BYTES), flash_bytes=4000.0)
    return study.store


def _tell(store: Store, number: int, **values: float) -> None:
    with Session(store.engine) as session, session.begin():
        trial = session.query(TrialRow.id).filter_by(number=number).scalar()
        rows = [{"trial_id": trial, "measure": k, "value": v} for k, v in values.items()]
        session.execute(insert(OwnValueRow), rows)


def test_bars_have_the_share_of_each(boarded: Store) -> None:
    """Of 4,000 bytes 1,000 are the program's, 64 + 128 hold maps, 1,024 are the runtime's."""
    card = board_card(Findings.read(boarded, "digits"))
    assert card is not None and (card.name, card.headings) == ("mine", ("RAM", "Flash"))
    (row,) = card.rows
    assert (row.number, row.at_int8) == (1, "-") and not card.has_int8
    ram, flash = row.bars
    assert ram is not None and flash is not None
    shares = {part.kind: part.percent for part in ram.parts}
    assert shares == pytest.approx(
        {"program": 25.0, "runtime": 100 * 1024 / 4000, "network": 100 * 192 / 4000}
    )
    assert (ram.limit, ram.is_over, flash.limit) == (100.0, False, 100.0)
    assert [(part.kind, part.percent) for part in flash.parts] == [("network", 50.0)]


def test_a_network_beyond_the_limit_is_marked(boarded: Store) -> None:
    """Where nothing is within, the front is what is least beyond; its bar ends behind the limit."""
    findings = Findings.read(boarded, "digits")
    only = Findings(findings.study, findings.trials, (), findings.trials[:1], None, {})
    card = board_card(only)
    assert card is not None and card.has_int8 and card.rows[0].at_int8 == "0.8750"
    ram = card.rows[0].bars[0]
    assert ram is not None and ram.is_over and ram.words == "3.42 KiB of 2.93 KiB"
    assert ram.limit == pytest.approx(100 * 4000 / 4500)


@pytest.mark.parametrize(
    ("device", "limits"),
    [
        (None, {}), (None, {"flops": {"max": 1e9}}),
        ({"ram": 9, "flash": 9, "runtime": "none", "precision": "float32"}, {"flops": {"max": 1}}),
    ],
)  # fmt: skip
def test_without_budgets_of_a_device_there_is_no_card(
    write_study: Callable[..., StudyWriter], device: Any, limits: Any
) -> None:
    study = write_study(experiment={"objectives": ["accuracy", "flops"], "constraints": limits,
                                    "device": device})  # fmt: skip
    study.trial([0.9])
    assert board_card(Findings.read(study.store, "digits")) is None


def test_limits_alone_are_a_device_without_a_name(write_study: Callable[..., StudyWriter]) -> None:
    limits = {"ram_bytes": {"max": 2048}}
    study = write_study(experiment={"objectives": ["accuracy", "flops"], "constraints": limits})
    study.trial([0.9])
    card = board_card(Findings.read(study.store, "digits"))
    assert card is not None and card.name == "The device" and card.words == ("RAM 2 KiB",)
    # What a study of an earlier program did not work out is not known.
    assert card.rows[0].bars == (None,)


def test_the_report_has_the_board_and_the_memory_of_each_network(
    boarded: Store, tmp_path: Path
) -> None:
    write_report(boarded, "digits", tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text()
    assert "Does it fit the device?" in html
    assert "mine: RAM 3.91 KiB, of which 1000 B are for the rest of the program" in html
    findings = Findings.read(boarded, "digits")
    trial = findings.trials[1]
    card = card_html(findings, trial, CardContent.read(boarded, findings, trial), "nas export")
    assert (
        "Step 1 of 1 needs most, 192 B: CONV_2D of stem.conv, with stem.conv 128 B and input"
        in card
    )
    assert "RAM</dt><dd>1.19 KiB" in card


def _rectangles(svg: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(
        r'<g class="(?:map|live|scratch)">.*?<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" '
        r'height="([\d.]+)"', svg,
    )  # fmt: skip
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


def test_the_drawing_has_each_map_at_its_place_for_its_time() -> None:
    """Three maps of 256 bytes in two steps: full width, first half at the top, second half."""
    net = Builder((16, 4, 4))
    graph = net.graph(net.add(net.conv(net.input, 16, name="<b>"), net.input))
    plan = MemoryPlan(Network((16, 4, 4), (Block("only", "own", graph),)))
    svg = memory_figure(plan, budget=800.0)
    widths = sorted(round(rectangle[2]) for rectangle in _rectangles(svg))
    # The drawing is 924 wide: two steps; what is there for one takes half of it.
    assert widths == [461, 923, 923]
    heights = {round(rectangle[3]) for rectangle in _rectangles(svg)}
    assert len(heights) == 1, "maps of one size are of one height"
    assert "limit 800 B" in svg and "peak 768 B" in svg and "<b>" not in svg
    assert "limit" not in memory_figure(plan, budget=8000.0)
    assert memory_words(plan)[0].startswith("Step 2 of 2 needs most, 768 B: ADD of only.add, with ")
