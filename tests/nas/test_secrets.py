"""Passwords of databases are shown by no command, whatever goes wrong."""

from __future__ import annotations

import traceback
from pathlib import Path

import click
import pytest
from search_kit import SIX

import nas
from nas.cli import COMMANDS, cli, main
from search_spaces.errors import NasError

SECRET = "s3cret"

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
    name for name in COMMANDS if any(p.name == "storage" for p in _command(name).params)
]  # fmt: skip


def _arguments(name: str) -> list[str]:
    """What a command needs besides the storage, in the order of its arguments."""
    values = {"file": "space.yaml", "space": "space.yaml", "study": "six", "target": "six"}
    given = [p for p in _command(name).params if isinstance(p, click.Argument)]
    more = ["--trial", "0"] if name == "describe" else []
    return [values.get(str(p.name), "six") for p in given] + more


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


def test_notebooks_show_no_password() -> None:
    study = nas.Study("six", ADDRESSES["no server"])
    assert SECRET not in repr(study)
