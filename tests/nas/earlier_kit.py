"""The database of an earlier program that `tests/data/earlier` keeps, as a file to be opened."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copy
from typing import Any

EARLIER = Path(__file__).parents[1] / "data" / "earlier"

_WAS = "file:///home/user/nas_studies"


def unpack(folder: Path) -> Path:
    """The database and the checkpoint that it names, in a folder of their own."""
    database = folder / "nas.db"
    database.write_bytes(gzip.decompress((EARLIER / "nas.db.gz").read_bytes()))
    studies = (folder / "nas_studies").as_uri()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE nas_checkpoints SET uri = replace(uri, ?, ?)", (_WAS, studies))
        ((uri,),) = connection.execute("SELECT uri FROM nas_checkpoints")
    state = folder / "nas_studies" / uri.removeprefix(studies + "/")
    state.parent.mkdir(parents=True)
    copy(EARLIER / state.name, state)
    return database


def query(database: Path, sql: str, *values: object) -> list[Any]:
    """Rows of a database."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql, values).fetchall()
