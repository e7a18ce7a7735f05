"""Databases that may only be read, and those that came without their folder."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from read_only_kit import run_without_rights

from nas.cli import main
from nas.store import Store, StudyRecord

STORAGE = ["--storage", "sqlite:///shelf/nas.db"]

READING = [
    ["list"],
    ["status"],
    ["status", "hand-made"],
    ["pareto", "hand-made", "--json"],
    ["describe", "hand-made", "--trial", "2"],
    ["retarget", "hand-made", "--constraints", "flops=30M"],
    ["report", "hand-made", "--out", "report.html"],
]

WRITING = [
    ["stop", "hand-made"],
    ["delete", "hand-made", "--yes"],
    ["report", "hand-made", "--folder", "shelf"],
    ["confirm", "hand-made"],
]


@contextmanager
def _locked(shelf: Path) -> Iterator[None]:
    for path in (*shelf.iterdir(), shelf):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        shelf.chmod(0o755)


@pytest.fixture
def shelf(tmp_path: Path, store: Store, hand_made: StudyRecord) -> Path:
    """A folder with a database that nobody has open."""
    store.close()
    folder = tmp_path / "shelf"
    folder.mkdir()
    shutil.move(tmp_path / "nas.db", folder / "nas.db")
    return folder


def test_it_is_read_and_not_written(shelf: Path, tmp_path: Path) -> None:
    before = (shelf / "nas.db").read_bytes()
    commands = [[*command, *STORAGE] for command in READING + WRITING]
    with _locked(shelf):
        found = run_without_rights(commands, tmp_path)
    read, written = found[: len(READING)], found[len(READING) :]
    assert [(code, err) for code, _, err in read[:3]] == [(0, "")] * 3
    assert [code for code, _, _ in read] == [0] * len(READING)
    assert all("hand-made" in out for _, out, _ in read[:3])
    assert "hand-made" in (tmp_path / "report.html").read_text()
    for code, _, err in written:
        assert code == 1
        assert "Traceback" not in err
        assert err.splitlines()[-1].startswith("nas: ")
    assert "--out FILE writes it elsewhere" in written[2][2]
    assert (shelf / "nas.db").read_bytes() == before
    assert [path.name for path in shelf.iterdir()] == ["nas.db"]


def test_what_a_killed_search_left_is_read_too(shelf: Path, tmp_path: Path) -> None:
    """Its last writes are in the files beside the database; without one of them, a line says so."""
    writer = sqlite3.connect(shelf / "nas.db")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("UPDATE nas_studies SET state = 'FAIL'")
    writer.commit()
    killed = tmp_path / "copy"
    shutil.copytree(shelf, killed)
    writer.close()
    shutil.rmtree(shelf)
    killed.rename(shelf)
    with _locked(shelf):
        ((code, out, _),) = run_without_rights([["list", *STORAGE]], tmp_path)
    assert (code, "fail" in out) == (0, True)
    (shelf / "nas.db-shm").unlink()
    with _locked(shelf):
        ((code, _, err),) = run_without_rights([["list", *STORAGE]], tmp_path)
    assert code == 1
    (line,) = err.splitlines()
    assert "nas.db-wal has what was written last" in line


def test_a_database_without_its_folder_names_the_missing_file(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["export", "hand-made", "--trial", "2", "--out", "code", *STORAGE])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    with Store("sqlite:///shelf/nas.db") as store:
        digest = store.study("hand-made").digest
    assert f"there is no nas_studies/hand-made/weights/trial-00002-{digest}.pt" in said
    assert "not trained" not in said


def test_an_export_of_a_database_that_is_only_read(shelf: Path, tmp_path: Path) -> None:
    command = ["export", "hand-made", "--trial", "2", "--out", "code", *STORAGE]
    with _locked(shelf):
        ((code, _, err),) = run_without_rights([command], tmp_path)
    assert code == 0
    assert "the database may only be read" in err
    assert (tmp_path / "code" / "trial_2.py").exists()
