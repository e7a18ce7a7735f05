"""Tables in files: round trips, what is wrong with a file, and a search for another device."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latency_kit import Device, Observer
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file

from nas.cli import main
from nas.config.latency import LatencySpec
from nas.latency.profile import profile_space
from nas.store import Store
from search_spaces.errors import LatencyError
from search_spaces.graphs.graph import Graph
from search_spaces.spaces.enumeration import distinct_blocks
from search_spaces.spaces.rescaling import scaled_reference
from search_spaces.spaces.space import Space
from workers.latency import (
    LatencySetting,
    MeasuredNetwork,
    Measurement,
    TableFile,
    read_table,
    write_table,
)
from workers.latency.board import CONTENTS

BOARD = LatencySetting(
    "cpu", "eager", "float32", 1, 1, "contiguous", 'a board, "rev. 2"', "torch 2, python 3.11"
)
A, B = "0123456789abcdef", "fedcba9876543210"


def _measurement(name: str, ms: float = 1.5) -> Measurement:
    return Measurement(name, ms, 0.5 * ms, 2 * ms, 0.25, 12, 0.05, True)


def _table() -> TableFile:
    blocks = {A: _measurement(A), B: _measurement(B, 0.1)._replace(is_quiet=False)}
    networks = {"0" * 16: MeasuredNetwork(_measurement("0" * 16, 3.0), (A, B, B))}
    return TableFile(BOARD, blocks, networks)


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, _table())
    assert read_table(path) == _table()
    assert path.read_text().splitlines()[1].startswith(f"block,{A},1.5,0.75,3.0,0.25,12,0.05,true,")


@settings(max_examples=50, deadline=None)
@given(
    ms=st.floats(1e-6, 1e6),
    name=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20),
)
def test_every_number_and_name_comes_back(
    ms: float, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("table") / "table.csv"
    table = TableFile(replace(BOARD, device_name=name), {A: _measurement(A, ms)})
    write_table(path, table)
    assert read_table(path) == table


def test_columns_may_stand_in_any_order_with_others_between(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, TableFile(BOARD, {A: _measurement(A)}))
    rows = [line.split(",", 9) for line in path.read_text().splitlines()]
    turned = [
        ",".join([*row[1:9], note, row[0], row[9]]) for row, note in zip(rows, "xy", strict=True)
    ]
    path.write_text("\n".join(turned))
    assert read_table(path).blocks == {A: _measurement(A)}


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("latency_ms,", "", r": is no latency table: it lacks the column `latency_ms`$"),
        ("kind,id", "a,b", r": is no latency table: it lacks the column `kind`, `id`$"),
        (",1.5,", ",-1.5,", r":2: `latency_ms` must be a positive number, got '-1.5'$"),
        (",1.5,", ",0,", r":2: `latency_ms` must be a positive number, got '0'$"),
        (",1.5,", ",nan,", r":2: `latency_ms` must be a positive number, got 'nan'$"),
        (",1.5,", ",inf,", r":2: `latency_ms` must be a positive number, got 'inf'$"),
        (",1.5,", ",fast,", r":2: `latency_ms` must be a positive number, got 'fast'$"),
        (",1.5,", ",4.5,", r":2: `latency_ms` must be between `low_ms` and `high_ms`, got '4.5'$"),
        (",0.25,", ",-0.25,", r":2: `spread_ms` must be a number that is not negative, got"),
        (",12,", ",1.2,", r":2: `num_runs` must be a whole number from 0, got '1.2'$"),
        (",true,", ",yes,", r":2: `is_quiet` must be one of true, false, got 'yes'$"),
        (",float32,", ",int7,", r":2: `dtype` must be one of float32, bfloat16, float16, int8"),
        (f"block,{A}", "block,a", r":2: `id` must be sixteen hex digits, got 'a'$"),
        ("\nblock", "\ncell", r":2: `kind` must be one of block, network, got 'cell'$"),
        (f"{A} {B}", f"{A} b", r":4: `blocks` must be ids of blocks with spaces between them, got"),
        (f"\nblock,{B}", f"\nblock,{A}", rf":3: block {A} is given twice$"),
    ],
)  # fmt: skip
def test_damaged_file_is_one_line(before: str, after: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, _table())
    _edit(path, before, after)
    with pytest.raises(LatencyError, match=rf"table\.csv{message}") as raised:
        read_table(path)
    assert len(str(raised.value).splitlines()) == 1


def test_a_row_of_another_setting_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, _table())
    lines = path.read_text().splitlines()
    lines[2] = lines[2].replace("float32", "float16")
    path.write_text("\n".join(lines))
    with pytest.raises(LatencyError, match=r"csv:3: `dtype` is float16, but float32 in the lines"):
        read_table(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"table\.csv: cannot be read: No such file or directory$"),
        (b"", r"table\.csv: is no latency table: it lacks the column `kind`, "),
        (b"\xff\xfe\x00", r"table\.csv: is UTF-16 text; save it as UTF-8 \(in Excel as `CSV UTF-8"),
        (b"kind\n\x80", r"table\.csv:2: is not UTF-8 text$"),
        (b'"open', r"table\.csv:1: is not valid CSV: unexpected end of data$"),
    ],
)
def test_what_is_no_table_is_one_line(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LatencyError, match=message):
        read_table(path)


def test_a_table_cut_off_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, _table())
    text = path.read_text()
    path.write_text(text[: text.index(B) + 30])
    with pytest.raises(
        LatencyError, match=r"csv:3: must have 18 cells, as the first line; has \d+$"
    ):
        read_table(path)
    path.write_text(text.splitlines()[0] + "\n")
    with pytest.raises(LatencyError, match=r"table\.csv: has no rows$"):
        read_table(path)


# A search for another device


@pytest.fixture
def space() -> Space:
    return experiment_file().space(IN_SHAPE, NUM_CLASSES)


@pytest.fixture
def board_table(tmp_path: Path, space: Space, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of another device, on which everything takes as many ms as it has layers."""
    path = tmp_path / "board.csv"
    with monkeypatch.context() as patch, Store("sqlite://") as store:
        Device(scale=2.0).install(patch)
        table = profile_space(store, space, LatencySpec(), Observer()).table
    file = table.as_file(table.blocks)
    write_table(path, TableFile(BOARD, file.blocks, file.networks))
    return path


def _no_device(patch: pytest.MonkeyPatch) -> None:
    Device(broken_after=0).install(patch)


def test_a_table_drives_a_search_for_its_device(
    store: Store, space: Space, board_table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_device(monkeypatch)
    spec = LatencySpec(table=board_table.name)
    profile = profile_space(store, space, spec, Observer(), folder=board_table.parent)
    assert profile.num_measured == 0
    assert profile.table.setting == BOARD
    network = space.network({"width_mult": 2.0, "stage1.standard.kernel_size": 3})
    layers = sum(len(block.graph.nodes) for block in network.blocks)
    assert profile.table.predict(network) == pytest.approx(2 * layers)
    assert len(store.latency_blocks(BOARD.key)) == len(profile.blocks)


def test_a_table_that_lacks_blocks_says_which_and_how_many(
    store: Store, space: Space, board_table: Path
) -> None:
    lines = board_table.read_text().splitlines()
    gone = [line.split(",")[1] for line in lines[1:8]]
    board_table.write_text("\n".join([lines[0], *lines[8:]]))
    message = (
        r"board\.csv: lacks 7 of the 12 blocks of the space: [0-9a-f]{16} \(.* and 2 more; `nas"
    )
    with pytest.raises(LatencyError, match=message) as raised:
        profile_space(store, space, LatencySpec(table=str(board_table)), Observer())
    assert sum(block in str(raised.value) for block in gone) == 5
    assert store.latency_blocks(BOARD.key) == []


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"device": "cuda"}, r"was measured with device cpu; `latency.device` is cuda$"),
        ({"dtype": "float16"}, r"was measured with dtype float32; `latency.dtype` is float16$"),
        ({"num_threads": 4}, r"was measured with num_threads 1; `latency.num_threads` is 4$"),
        ({"backend": "compile"}, r"was measured with backend eager; `latency.backend` is compile$"),
    ],
)
def test_a_foreign_table_is_one_line(
    section: dict[str, object], message: str, store: Store, space: Space, board_table: Path
) -> None:
    spec = LatencySpec(table=str(board_table), **section)
    with pytest.raises(LatencyError, match=message):
        profile_space(store, space, spec, Observer())


def _command(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["profile", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_table_written_here_is_read_there(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Device().install(monkeypatch)
    (tmp_path / "space.yaml").write_text(SIX)
    out = tmp_path / "out.csv"
    assert _command(tmp_path / "space.yaml", "--storage", url, "--out", out) == 0
    _no_device(monkeypatch)
    (tmp_path / "there.yaml").write_text(f"{SIX}latency: {{table: out.csv}}\n")
    there = f"sqlite:///{tmp_path / 'there.db'}"
    capsys.readouterr()
    assert _command(tmp_path / "there.yaml", "--storage", there, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["entries"], printed["measured_now"]) == (12, 0)
    assert printed["correction"]["num_networks"] == 6


def test_networks_of_another_device_cannot_be_checked_here(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Device().install(monkeypatch)
    path, out = tmp_path / "space.yaml", tmp_path / "board.csv"
    path.write_text(SIX)
    assert _command(path, "--storage", url, "--out", out) == 0
    write_table(out, replace(read_table(out), setting=BOARD))
    path.write_text(f"{SIX}latency: {{table: board.csv}}\n")
    capsys.readouterr()
    assert _command(path, "--storage", url, "--check", "3") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("nas: networks can be measured on the table's device alone (a board, ")


def test_bundle_goes_with_nothing_that_measures_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(SIX)
    assert _command(path, "--bundle", tmp_path / "device.pyz", "--check", "3") == 2
    assert "--bundle measures nothing here" in capsys.readouterr().err
    assert not (tmp_path / "device.pyz").exists()


def test_a_bundle_measures_the_blocks_of_baselines_too(tmp_path: Path) -> None:
    path, out = tmp_path / "space.yaml", tmp_path / "device.pyz"
    path.write_text(f"{SIX}baselines: [shufflenet_v1: {{width_mult: 0.25}}]\n")
    assert _command(path, "--bundle", out) == 0
    with ZipFile(out) as bundle:
        blocks = json.loads(bundle.read(CONTENTS))["blocks"]
    measured = {Graph.from_json(tuple(b["in_shape"]), b["layers"]).id for b in blocks}
    file = experiment_file(path.read_text())
    own = {graph.id for graph in distinct_blocks(file.space((1, 32, 32), 10))}
    network = scaled_reference("shufflenet_v1", (1, 32, 32), 10, 0.25)
    assert measured == own | {block.graph.id for block in network.blocks}
    assert len(measured) > len(own)
