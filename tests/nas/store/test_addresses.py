"""Addresses of databases, and what cannot be reached by them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from nas.cli.options import DEFAULT_STORAGE
from nas.store import Store, default_url, masked, storage_words
from search_spaces.errors import StoreError


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "a storage address reads like .*; this one does not"),
        ("nas.db", "a storage address reads like"),
        ("postgresql://user:s3cret@host:port/name", "a storage address reads like"),
        ("sqlite:///a\0b.db", "a storage address reads like"),
        ("sqlite:///no/such/folder/nas.db", "unable to open database file"),
        ("sqlite://user:s3cret@host/nas.db", r"sqlite://user:\*\*\*@host/nas.db: Invalid SQLite"),
        ("nothing://user:s3cret@host/name", r"nothing://user:\*\*\*@host/name: no driver"),
        ("sqlite+nothing:///nas.db", "no driver for this database: Can't load plugin"),
    ],
)
def test_database_that_cannot_be_reached(
    address: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=message) as raised:
        Store(address)
    assert len(str(raised.value).splitlines()) == 1
    assert "s3cret" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "nas.db"
    path.write_text("these are not the bytes of a database" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        Store(f"sqlite:///{path}")


def test_reading_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database; `nas launch` makes it"):
        Store(f"sqlite:///{tmp_path / 'nas.db'}", create=False)
    assert list(tmp_path.iterdir()) == []


def test_reading_adds_no_tables_to_the_database_of_others(tmp_path: Path) -> None:
    path = tmp_path / "others.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="has no studies; `nas launch` makes them"):
        Store(f"sqlite:///{path}", create=False)
    tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert tables == [("theirs",)]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:///nas.db", "sqlite:///nas.db"),
        ("postgresql://nas:s3cret@host:5432/nas", "postgresql://nas:***@host:5432/nas"),
        ("postgresql://host/nas?password=s3cret", "postgresql://host/nas?password=hidden"),
        ("postgresql://nas:s3cret@host:port/nas", "the storage address"),
        ("nas:s3cret", "the storage address"),
        ("postgresql://nas:a@s3cret@host/nas", "the storage address"),
        ("postgresql://nas:a%40s3cret@host/nas", "postgresql://nas:***@host/nas"),
        ("postgresql://nas:a/s3cret@host/nas", "postgresql://nas:***@host/nas"),
        ("sqlite:///a@b.db", "sqlite:///a%40b.db"),
    ],
)
def test_passwords_are_not_shown(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_the_database_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAS_STORAGE", raising=False)
    assert default_url() == DEFAULT_STORAGE == "sqlite:///nas.db"
    monkeypatch.setenv("NAS_STORAGE", "")
    assert default_url() == "sqlite:///nas.db"
    monkeypatch.setenv("NAS_STORAGE", "sqlite:///other.db")
    assert default_url() == "sqlite:///other.db"


def test_what_finds_a_database_again() -> None:
    assert storage_words("sqlite:///nas.db") == ""
    assert storage_words("sqlite:///nas.db", "sqlite:///other.db") == " --storage sqlite:///nas.db"
    assert storage_words("sqlite:///other.db", "sqlite:///other.db") == ""
    assert storage_words("sqlite:///my files/nas.db") == " --storage 'sqlite:///my files/nas.db'"
    shown = storage_words("postgresql://user:s3cret@host/name")
    assert shown == " --storage 'postgresql://user:***@host/name'"
