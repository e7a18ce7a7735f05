"""Tables as spreadsheets and editors write them, in both places that read CSV."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from nas.simulation.table import TableProblem
from search_spaces.csv_file import read_csv
from search_spaces.errors import DataError, LatencyError, NasError
from workers.latency import LatencySetting, Measurement, TableFile, read_table, write_table

RESULTS = 'param.depth,param.block,accuracy,flops\n1,fire,0.5,10\n2,"stan,dard",0.75,20\n'

WRITTEN: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "two marks": lambda text: b"\xef\xbb\xbf" + text.encode("utf-8-sig"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "lines of old Macs": lambda text: text.replace("\n", "\r").encode(),
    "packed": lambda text: gzip.compress(text.encode()),
    "packed with a mark": lambda text: gzip.compress(text.encode("utf-8-sig")),
    "blank lines": lambda text: text.replace("\n", "\n\n").encode() + b" , ,,\n",
    "blanks in the first line": lambda text: text.replace(",", " , ", 3).encode(),
    "columns without a name": lambda text: text.replace("\n", ",,\n").encode(),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_results_of_all_programs_are_the_same(how: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(WRITTEN[how](RESULTS))
    problem = TableProblem.read(path)
    assert {choice.name: choice.values for choice in problem.choices} == {
        "depth": (1, 2), "block": ("fire", "stan,dard"),
    }  # fmt: skip
    assert [result.accuracy for result in problem.results] == [0.5, 0.75]
    assert [result.candidate.costs for result in problem.results] == [{"flops": 10}, {"flops": 20}]


@pytest.mark.parametrize("how", sorted(set(WRITTEN) - {"blanks in the first line"}))
def test_latencies_of_all_programs_are_the_same(how: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    setting = LatencySetting("cpu", "eager", "float32", 1, 1, "channels_last", "Board Ü", "torch 2")
    wanted = TableFile(setting, {"a" * 16: Measurement("a" * 16, 1.5, 1.0, 2.0, 0.25, 9, 1, True)})
    write_table(path, wanted)
    path.write_bytes(WRITTEN[how](path.read_text(encoding="utf-8")))
    assert read_table(path) == wanted


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (RESULTS.encode("utf-16"), "table.csv: is UTF-16 text; save it as UTF-8"),
        (RESULTS.encode("utf-16-be"), "table.csv: is no text in UTF-8: it holds bytes of zero"),
        (RESULTS.replace(",", ";").encode(), ":1: columns must be separated by commas; they are by "
         "semicolons"),
        (RESULTS.replace(",", "\t").encode(), ":1: columns must be separated by commas; they are "
         "by tabs"),
        (RESULTS.replace("fire", "fér").encode("latin-1"), "table.csv:2: is not UTF-8 text"),
        (gzip.compress(RESULTS.encode(), mtime=0)[:-9], "table.csv: cannot be read: "),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("read", "error"), [(TableProblem.read, DataError), (read_table, LatencyError)]
)
def test_what_cannot_be_read_is_one_line(
    content: bytes, message: str, read: Callable[[Path], object], error: type[NasError],
    tmp_path: Path,
) -> None:  # fmt: skip
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(error) as raised:
        read(path)
    assert message in str(raised.value)
    assert str(raised.value).startswith(f"{path}:")
    assert "\n" not in str(raised.value)


def test_a_line_within_quotes_keeps_the_numbers_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b\n"one\ntwo",1\n\n3,4\n')
    assert [(row.line, row.cells) for row in read_csv(path, DataError).rows] == [
        (3, {"a": "one\ntwo", "b": "1"}), (5, {"a": "3", "b": "4"}),
    ]  # fmt: skip


def test_other_files_of_ours_keep_blanks(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n x ,\u2028\n")
    assert next(read_csv(path, DataError).rows).cells == {"a": " x ", "b": "\u2028"}
