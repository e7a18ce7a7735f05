"""Tables in terminals of any width: no number is cut, and no word of a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from nas.cli import main
from nas.cli.tables.columns import print_table
from nas.store import Store, StudyRecord

COLUMNS = [("trial", "right"), ("accuracy", "right"), ("FLOPs", "right"), ("", "right")]
COLUMNS += [("peak memory", "right"), ("network", "left")]
ROWS = [
    ["12", "0.9132", "346k", "knee", "1,234 KiB", "stem 8; standard 3x3 x 2; fire 0.125"],
    ["7", "0.8011", "22.6k", "", "51.1 KiB", "stem 16; separable 5x5"],
]


def _printed(width: int, rows: Sequence[Sequence[str]] = ROWS) -> str:
    screen = Console(width=width, record=True, highlight=False, markup=False, quiet=False)
    with screen.capture() as capture:
        print_table(COLUMNS, rows, screen=screen)
    return capture.get()


@pytest.mark.parametrize("width", range(1, 130, 3))
def test_every_number_is_there_as_a_whole(width: int) -> None:
    shown = _printed(width)
    for row in ROWS:
        for cell in row[:5]:
            assert cell in shown
        for word in row[5].split():
            assert word in shown
    assert "…" not in shown


def test_a_wide_terminal_has_a_line_a_row_and_a_narrow_one_records() -> None:
    wide = _printed(100).splitlines()
    assert [len(wide), wide[2].split()[:4]] == [4, ["12", "0.9132", "346k", "knee"]]
    narrow = _printed(24).splitlines()
    assert narrow[0] == "trial 12 knee"
    assert narrow[1].split() == ["accuracy", "0.9132"]
    assert all("12" not in line for line in narrow if line.startswith("trial 7"))


@given(
    width=st.integers(1, 60),
    numbers=st.lists(st.integers(0, 10**12), min_size=1, max_size=5),
)
def test_whatever_the_numbers(width: int, numbers: list[int]) -> None:
    rows = [["1", "0.5", f"{number:,}", "", str(number), "a network"] for number in numbers]
    found = re.findall(r"[\d,]+", _printed(width, rows))
    for number in numbers:
        assert f"{number:,}" in found
        assert str(number) in found


@pytest.mark.parametrize("width", ["20", "40", "60", "80"])
@pytest.mark.parametrize(
    ("command", "numbers"),
    [
        (["pareto", "hand-made", "--no-plot"], ["0.5000", "0.7500", "22.6k", "258", "0.750 ms"]),
        (["pareto", "hand-made", "--plot"], ["0.5000", "0.7500", "22.6k", "258"]),
        (["list"], ["hand-made", "0.7500"]),
        (["describe", "mobilenet_v1"], ["4.23M", "569M"]),
        (["describe", "hand-made", "--trial", "0"], ["258", "22,608"]),
        (["describe", "--compare", "mobilenet_v1", "squeezenet1_1"], ["4.23M", "1.24M"]),
    ],
)
def test_commands_cut_no_number(
    command: list[str],
    numbers: list[str],
    width: str,
    hand_made: StudyRecord,
    store: Store,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Costs of the literature, and of the networks that are computed by hand in `test_cli`."""
    store.close()
    monkeypatch.setenv("COLUMNS", width)
    with pytest.raises(SystemExit) as ended:
        main([*command, "--storage", url])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "…" not in shown
    exact = shown.replace("4,231,976", "4.23M").replace("568,740,352", "569M")
    for number in numbers:
        assert re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d])", exact), number
