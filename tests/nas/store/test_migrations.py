"""Databases of earlier programs: they open, are copied first, keep every row, and go on."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from postgres_kit import Postgres
from search_kit import experiment_file
from sqlalchemy import create_engine

import nas.store.migrations
from nas.runner.optuna_study import OptunaStudy
from nas.runner.session import SearchSession
from nas.samplers import SAMPLERS
from nas.store import Store
from nas.store.migrations import HEAD, VERSION_TABLE, migrate
from nas.store.schema import Base
from search_spaces.errors import StoreError
from search_spaces.spaces.problem import SpaceProblem

SCHEMAS = Path(__file__).parents[2] / "data" / "schemas"
RELEASED = sorted(path.stem for path in SCHEMAS.glob("*.sql"))
"""Dumps of databases written by the program of each schema, by a search that was cut short."""


def _database(path: Path, revision: str) -> Path:
    """A database as the program of a revision left it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SCHEMAS / f"{revision}.sql").read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode=WAL")
    return path


@pytest.fixture(params=RELEASED)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return _database(tmp_path / "nas.db", request.param)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A database of the first schema, which knew of no revisions."""
    return _database(tmp_path / "nas.db", "0001")


def _open(path: Path) -> Store:
    return Store(f"sqlite:///{path}", create=False)


def _tables(path: Path) -> dict[str, list[str]]:
    """The columns of every table."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            for (name,) in names
        }


def _rows(path: Path, columns: dict[str, list[str]]) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {', '.join(names)} FROM {table}"), key=str)
            for table, names in columns.items()
        }


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def _schema(path: Path) -> dict[str, Any]:
    """Columns, references and indexes of our tables."""
    with closing(sqlite3.connect(path)) as connection:
        ours = [name for name in _tables(path) if name.startswith("nas_")]
        return {table: _table(connection, table) for table in ours}


def _table(connection: sqlite3.Connection, table: str) -> tuple[list[Any], ...]:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    references = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    indexes = connection.execute(f"PRAGMA index_list({table})").fetchall()
    return (
        sorted((name, kind, bool(needed or key)) for _, name, kind, needed, _, key in columns),
        sorted(row[2:5] for row in references),
        sorted(
            (unique, [row[2] for row in connection.execute(f"PRAGMA index_info({name})")])
            for _, name, unique, *_ in indexes
        ),
    )


def _differences(store: Store) -> list[Any]:
    """What Alembic finds between our tables and the models."""
    ours = {"include_name": lambda name, kind, _: kind != "table" or name in Base.metadata}
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, **ours})
        return list(compare_metadata(context, Base.metadata))


def test_there_is_a_dump_of_every_earlier_schema() -> None:
    assert [f"{n:04}" for n in range(1, int(HEAD))] == RELEASED


def test_the_revisions_end_where_the_models_are() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(nas.store.migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_an_upgraded_database_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    Store(f"sqlite:///{new}").close()
    with _open(old) as store:
        assert _differences(store) == []
    assert _schema(old) == _schema(new)
    assert len(_schema(new)) == len(Base.metadata.tables) + 1  # and that of the revision


def test_the_revisions_from_nothing_make_the_tables_of_a_new_one(tmp_path: Path) -> None:
    migrated, new = tmp_path / "migrated.db", tmp_path / "new.db"
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()
    Store(f"sqlite:///{new}").close()
    assert _schema(migrated) == _schema(new)


def test_every_row_is_kept_and_the_copy_is_what_was_there(
    old: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before, columns = _dump(old), _tables(old)
    columns.pop(VERSION_TABLE, None)
    rows = _rows(old, columns)
    assert len(rows["nas_trials"]) >= 7
    assert len(rows["trials"]) == 8
    assert rows["nas_epochs"]
    assert rows["nas_latency_blocks"]
    with _open(old) as store:
        (event,) = store.events(None)
    (copy,) = old.parent.glob("*.bak")
    assert event.kind == "upgraded"
    assert event.data == {"from": copy.name.split(".")[2], "to": HEAD, "copy": copy.name}
    assert _dump(copy) == before
    after = _rows(old, columns)
    assert {table: [r for r in after[table] if r in rows[table]] for table in after} == rows
    longer = [table for table in after if len(after[table]) > len(rows[table])]
    assert longer in ([], ["nas_events"])  # which notes the upgrade
    assert {path.name for path in old.parent.iterdir()} == {"nas.db", copy.name}
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_an_upgraded_study_goes_on(old: Path) -> None:
    """The trial that was cut off is trained, new ones come, and what was finished stays."""
    with _open(old) as store:
        (summary,) = store.studies()
        study = summary.study
        before = store.trials(study)
        open_before = {t.number for t in before if t.state in ("WAITING", "RUNNING")}
        finished = {t.number: t for t in before if t.number not in open_before}
        assert open_before
        file = experiment_file(study.experiment_file)
        experiment = file.experiment
        space = file.space(study.in_shape, study.num_classes)
        problem = SpaceProblem(space, experiment.objectives, (), lambda network: 1.0)
        sampler = SAMPLERS["random"](problem, experiment.seed)
        optuna_study = OptunaStudy(store, study, sampler)
        session = SearchSession(store, study, optuna_study, experiment, problem, lambda: 0.0)
        trained = set(_train_all(session, experiment.fidelity.max_epochs))
        assert session.finish() == "COMPLETE"
        optuna_study.close()
        after = {t.number: t for t in store.trials(study)}
        assert open_before <= trained
        assert {number: after[number] for number in finished} == finished
        assert len(after) == experiment.search.num_trials
        assert {t.state for t in after.values()} <= {"COMPLETE", "PRUNED"}


def _train_all(session: SearchSession, max_epochs: int) -> Iterator[int]:
    while (proposal := session.propose()) is not None:
        yield proposal.number
        session.start(proposal.number, "worker")
        for epoch in range(1, max_epochs + 1):
            if not session.report(proposal.number, epoch, 0.5, 1.0, 1.0):
                break


def test_columns_that_came_before_there_were_revisions(first: Path) -> None:
    """Made by hand as the first schema was at first: no kind of failure, no retries, no timings."""
    with closing(sqlite3.connect(first)) as connection:
        for column in ("failure_kind", "traceback", "retries"):
            connection.execute(f"ALTER TABLE nas_trials DROP COLUMN {column}")
        connection.execute("DROP TABLE nas_executions")
    with _open(first) as store:
        study = store.studies()[0].study
        assert {(t.failure_kind, t.retries) for t in store.trials(study)} == {(None, 0)}
        assert store.executions_of(study) == []


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "nas.db"
    Store(f"sqlite:///{path}").close()
    newer = f"{int(HEAD) + 1:04}"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{newer}'")
        connection.commit()
    before = path.read_bytes()
    rule = rf"was written by a newer version of this program \(schema {newer}, this one knows"
    for create in (True, False):
        with pytest.raises(StoreError, match=rule) as raised:
            Store(f"sqlite:///{path}", create=create)
        assert len(str(raised.value).splitlines()) == 1
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["nas.db"]


def test_without_a_copy_nothing_is_upgraded(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _dump(first)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    rule = "must be upgraded, and cannot be copied first: .*No space left on device; nothing was"
    with pytest.raises(StoreError, match=rule):
        _open(first)
    assert _dump(first) == before
    assert [path.name for path in first.parent.iterdir()] == ["nas.db"]


def test_an_upgrade_that_fails_changes_nothing(first: Path) -> None:
    with closing(sqlite3.connect(first)) as connection:
        connection.execute("CREATE TABLE nas_exports (theirs)")  # after runners and events
    before = _dump(first)
    with pytest.raises(StoreError, match="table nas_exports already exists"):
        _open(first)
    assert _dump(first) == before
    (copy,) = first.parent.glob("*.bak")
    assert _dump(copy) == before


def test_no_copy_replaces_an_earlier_one(first: Path) -> None:
    earlier = first.with_name("nas.db.0001.bak")
    earlier.write_text("of another database that lay here")
    _open(first).close()
    assert earlier.read_text() == "of another database that lay here"
    assert first.with_name("nas.db.0001-2.bak").exists()


def test_what_is_up_to_date_opens_without_alembic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "alembic", None)  # which makes its import an error
    url = f"sqlite:///{tmp_path / 'nas.db'}"
    Store(url).close()
    Store(url, create=False).close()


OPENS = """
import sys
from nas.store import Store
print("ready", flush=True)
sys.stdin.readline()
with Store(sys.argv[1]) as store:
    print(len(store.studies()))
"""


def _open_at_once(url: str) -> list[str]:
    """What two processes print that open a database at the same moment."""
    command = [sys.executable, "-c", OPENS, url]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=60)[0] for process in processes]


@pytest.mark.parametrize("is_there", [True, False])
def test_processes_that_open_at_once_do_not_collide(is_there: bool, tmp_path: Path) -> None:
    path = tmp_path / "nas.db"
    if is_there:
        _database(path, "0001")
    assert _open_at_once(f"sqlite:///{path}") == [f"{int(is_there)}\n"] * 2
    with _open(path) as store:
        assert len(store.events(None)) == int(is_there)
    assert len(list(tmp_path.glob("*.bak"))) == int(is_there)
    assert list(tmp_path.glob("*.tmp")) == []


def test_processes_that_open_a_server_at_once_do_not_collide(postgres: Postgres) -> None:
    assert _open_at_once(postgres.emptied_database()) == ["0\n"] * 2


def test_the_first_schema_on_postgresql(postgres: Postgres) -> None:
    """Made by its revision, without a note of it, as the program of that time left it."""
    url = postgres.emptied_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        migrate(connection, "0001")
        connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
    engine.dispose()
    with Store(url, create=False) as store:
        assert store.studies() == []
        assert _differences(store) == []
        (event,) = store.events(None)
        assert event.data == {"from": "0001", "to": HEAD, "copy": None}


def test_a_newer_database_on_postgresql_is_refused(postgres: Postgres) -> None:
    url = postgres.emptied_database()
    with Store(url) as store, store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreError, match="was written by a newer version of this program"):
        Store(url)
