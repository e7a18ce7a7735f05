"""What docs/database.md says of tables, and the answers that it gives to its queries."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from nas.store import Store
from nas.store.schema import Base

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\$ (sqlite3 nas\.db \".*?\")\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database that the answers are those of, as the present program has it."""
    folder = tmp_path_factory.mktemp("documented")
    schema = (ROOT / "tests" / "data" / "schemas" / "0001.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(folder / "nas.db")) as connection:
        connection.executescript(schema)
    Store(f"sqlite:///{folder / 'nas.db'}", create=False).close()
    return folder


def test_every_example_is_found() -> None:
    assert len(EXAMPLES) == TEXT.count("```console") == 9


@pytest.mark.parametrize(("command", "answer"), EXAMPLES)
def test_examples_return_what_is_said(command: str, answer: str, folder: Path) -> None:
    program, _, query = shlex.split(command)
    with closing(sqlite3.connect(folder / "nas.db")) as connection:
        rows = connection.execute(query).fetchall()
    assert "".join("|".join(map(_shown, row)) + "\n" for row in rows) == answer
    if shutil.which(program):
        done = subprocess.run(
            command, shell=True, cwd=folder, capture_output=True, text=True, check=True
        )
        assert done.stdout == answer


def _shown(value: object) -> str:
    """As the program prints it."""
    return "" if value is None else str(value)


def test_every_table_and_column_is_documented() -> None:
    rows = re.findall(r"^\| `(nas_\w+)` \| .* \| (.*) \|$", TEXT, re.MULTILINE)
    documented = {table: re.findall(r"`(\w+)`", columns) for table, columns in rows}
    models = {name: list(table.columns.keys()) for name, table in Base.metadata.tables.items()}
    assert documented == models
