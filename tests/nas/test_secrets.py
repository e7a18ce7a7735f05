"""Passwords of databases are shown by no command, whatever goes wrong."""

from __future__ import annotations

import traceback
from pathlib import Path

import click
import pytest
from postgres_kit import PASSWORD, Postgres
from search_kit import SIX, launch_untrained
from sqlalchemy import inspect

import nas
from nas.cli import COMMANDS, cli, main
from nas.store import Store
from nas.store.schema import Base
from search_spaces.errors import NasError

SECRET = PASSWORD

ADDRESSES = {
    "no server": f"postgresql+psycopg://nas:{SECRET}@/name?host=/no/such/folder",
    "in the query": f"postgresql+psycopg://nas@/name?host=/no/such/folder&password={SECRET}",
    "unknown option": f"postgresql+psycopg://nas:{SECRET}@/name?host=/no/such/folder&colour=red",
    "no number": f"postgresql+psycopg://nas:{SECRET}@host:port/name",
    "no driver": f"postgresql+nothing://nas:{SECRET}@host/name",
    "unknown database": f"nothing://nas:{SECRET}@host/name",
    "of a file": f"sqlite://nas:{SECRET}@host/nas.db",
    "no address": f"nas:{SECRET}@host",
    "with an at": f"postgresql+psycopg://nas:very@{SECRET}@/name?host=/no/such/folder",
    "misplaced": f"postgresql+psycopg://nas@/{SECRET}@/name?host=/no/such/folder",
}


def _command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


STORING = [
    name for name in COMMANDS
    if any(p.name == "storage" for p in _command(name).params) and name != "doctor"
]  # fmt: skip
"""Those that need the database; `doctor` tells what is wrong with it among all else."""


def _arguments(name: str) -> list[str]:
    """What a command needs besides the storage, in the order of its arguments."""
    values = {"file": "space.yaml", "space": "space.yaml", "study": "six", "target": "six"}
    given = [p for p in _command(name).params if isinstance(p, click.Argument)]
    more = {"describe": ["--trial", "0"], "retarget": ["--objectives", "accuracy,params"]}
    return [values.get(str(p.name), "six") for p in given] + more.get(name, [])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "space.yaml").write_text(f"{SIX}objectives: [accuracy, latency_ms]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_most_commands_know_a_database() -> None:
    assert {"launch", "list", "pareto", "report", "export", "describe"} <= set(STORING)


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("name", STORING)
def test_no_command_shows_a_password(
    name: str, address: str, here: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setenv("NAS_STORAGE", address)
    with pytest.raises(SystemExit) as ended:
        main([name, *_arguments(name)])
    assert ended.value.code == 1
    with pytest.raises(NasError) as raised:
        main(["--debug", name, *_arguments(name)])
    shown = "".join(traceback.format_exception(raised.value))
    printed = capfd.readouterr()
    assert SECRET not in printed.out + printed.err + caplog.text + shown
    assert len(printed.err.splitlines()) == 1 or name in ("launch", "profile")  # which tell more
    assert printed.err.splitlines()[-1].startswith("nas: ") or name in ("launch", "profile")
    assert [path.name for path in here.rglob("*") if SECRET.encode() in path.name.encode()] == []


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_doctor_shows_no_password(
    form: list[str], address: str, here: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setenv("NAS_STORAGE", address)
    with pytest.raises(SystemExit) as ended:
        main(["--debug", "doctor", *form])
    assert ended.value.code == 1
    printed = capfd.readouterr()
    assert "database" in printed.out
    assert SECRET not in printed.out + printed.err + caplog.text


def test_nothing_that_is_kept_holds_a_password(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Of a search on PostgreSQL: messages, files, and every row of every table."""
    url = postgres.emptied_database()
    assert SECRET in url
    (tmp_path / "space.yaml").write_text(SIX)
    monkeypatch.chdir(tmp_path)
    launch_untrained(monkeypatch)
    commands = {"launch": 130, "list": 0, "status": 0, "pareto": 0, "report": 0, "describe": 0}
    for name, code in commands.items():
        with pytest.raises(SystemExit) as ended:
            main([name, *_arguments(name), "--storage", url])
        assert ended.value.code == code, name
    printed = capfd.readouterr()
    assert "nas:***@" in printed.err.replace("postgres:***@", "nas:***@")
    with Store(url, create=False) as store:
        kept = _rows(store)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "cluttered_digits" in kept and b"<html" in written
    assert SECRET not in printed.out + printed.err + caplog.text + kept
    assert SECRET.encode() not in written


def _rows(store: Store) -> str:
    """All that a database holds, of ours and of Optuna's."""
    with store.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        assert len(tables) > len(Base.metadata.tables) + 5
        found = [
            row for name in tables for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
        ]
    return str(found)


def test_notebooks_show_no_password() -> None:
    study = nas.Study("six", ADDRESSES["no server"])
    assert SECRET not in repr(study)
