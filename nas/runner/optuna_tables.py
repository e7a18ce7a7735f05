"""Optuna's tables in a database of ours, and which study in them is ours.

Others keep studies in them too. One of the same name that no search of ours made is never touched:
trials would be mixed, and with directions the other way round the search would run backwards.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import optuna
from optuna.storages import RDBStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial
from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from nas.store import Store, StudyRecord, TrialRecord, engine_options, masked, prepare_engine
from nas.store.address import parsed
from nas.store.engines import make_engine, one_line
from nas.store.files import sqlite_file
from search_spaces.errors import StoreError
from search_spaces.measures import is_maximised

ORIGIN = "nas:study"
"""Attribute of an Optuna study that a search of ours made: the digest of our study."""

_NAMES = "study:metric_names"
"""Where Optuna keeps the names of objectives."""

_ADVICE = "nothing was changed; take another name with --as-new NAME, or another --storage"


def optuna_storage(store: Store) -> RDBStorage:
    """Optuna's storage in the database of a store; its tables are made where they are missing.

    Raises:
        StoreError: Another version of Optuna has made them, or the database cannot be reached.
    """
    with store.engine.connect() as connection:
        has_tables = _has_tables(connection)
    return _opened(store.url, make_tables=not has_tables and not store.is_read_only)


class ForeignStudyError(StoreError):
    """Optuna has a study of a name of ours that no search of ours made."""


@contextmanager
def closed(storage: RDBStorage) -> Iterator[RDBStorage]:
    """Closes the connections of a storage at the end."""
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()


def directions(objectives: Sequence[str]) -> list[StudyDirection]:
    """Which way each objective is better."""
    better = {True: StudyDirection.MAXIMIZE, False: StudyDirection.MINIMIZE}
    return [better[is_maximised(objective)] for objective in objectives]


def require_free_name(storage: str, name: str) -> None:
    """Checks that a search may take a name, before anything is written.

    Raises:
        StoreError: The database cannot be read, its tables are those of another version of Optuna,
            or they have a study of this name while ours have none.
    """
    url = parsed(storage)
    path = sqlite_file(url)
    if path is not None and not path.exists():
        return
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            is_taken = _has_tables(connection) and not _is_ours(connection, name)
    except SQLAlchemyError as error:
        raise StoreError(f"{masked(url)}: {one_line(error)}") from error
    finally:
        engine.dispose()
    if not is_taken:
        return
    with closed(_opened(url, make_tables=False)) as found:
        if _id_of(found, name) is not None:
            raise _foreign(url, name, "no search of this program made it")


def own_study_id(storage: RDBStorage, store: Store, study: StudyRecord) -> int | None:
    """Optuna's id of a study of ours; None where Optuna has none of its name.

    Raises:
        ForeignStudyError: It has one that is not ours.
    """
    study_id = _id_of(storage, study.name)
    if study_id is None:
        return None
    wrong = _difference(storage, store, study, study_id)
    if wrong is not None:
        raise _foreign(store.url, study.name, wrong)
    return study_id


def require_whole(store: Store, study: StudyRecord) -> None:
    """Raises StoreError where Optuna's side of a study that goes on is not ours, or is gone."""
    with closed(optuna_storage(store)) as storage:
        if own_study_id(storage, store, study) is None and store.num_trials_by_state(study):
            rule = f"Optuna's part of study {study.name!r} was deleted, so that it cannot go on"
            advice = f"--as-new NAME begins another study, `nas delete {study.name}` removes this"
            raise StoreError(f"{masked(store.url)}: {rule}; {advice}")


def _difference(storage: RDBStorage, store: Store, study: StudyRecord, study_id: int) -> str | None:
    """What tells that an Optuna study is not ours; None where it is."""
    wanted = directions(study.objectives)
    found = storage.get_study_directions(study_id)
    if found != wanted:
        has, wants = (", ".join(d.name.lower() for d in each) for each in (found, wanted))
        return f"its directions are {has}, those of the search {wants}"
    attributes = storage.get_study_system_attrs(study_id)
    names, origin = attributes.get(_NAMES), attributes.get(ORIGIN)
    if names is not None and list(names) != list(study.objectives):
        return f"its objectives are {', '.join(names)}, not {', '.join(study.objectives)}"
    if origin is not None:
        return None if origin == study.digest else "another search made it"
    known = store.trials(study)  # before Optuna's, which has each trial first
    trials = storage.get_all_trials(study_id, deepcopy=False)
    if names is None and trials:
        return "its objectives have no names, which a search gives them"
    return None if _has_our_marks(known, trials) else "its trials are not those of ours"


def _has_our_marks(known: Sequence[TrialRecord], trials: Sequence[FrozenTrial]) -> bool:
    """Whether trials are those of a study that was begun before studies were marked."""
    ended = all("architecture" in t.user_attrs for t in trials if t.state.is_finished())
    marks = {t.number: t.user_attrs.get("architecture") for t in trials}
    return ended and all(marks.get(t.number) == t.architecture for t in known)


def _opened(url: URL, *, make_tables: bool) -> RDBStorage:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            # Both are done here, since Optuna adds tables to a stranger's before it checks them.
            storage = RDBStorage(
                url.render_as_string(hide_password=False), engine_kwargs=engine_options(url),
                skip_compatibility_check=True, skip_table_creation=not make_tables,
            )  # fmt: skip
    except SQLAlchemyError as error:
        raise StoreError(f"{masked(url)}: Optuna cannot read it: {one_line(error)}") from error
    prepare_engine(storage.engine)
    with closed(storage):  # the connections so far were made without these settings
        _require_version(storage, url)
        return storage


def _require_version(storage: RDBStorage, url: URL) -> None:
    """Raises StoreError where another version of Optuna has made its tables."""
    found, wanted = storage.get_current_version(), storage.get_head_version()
    if found == wanted:
        return
    is_older = found in storage.get_all_versions()
    advice = "optuna storage upgrade --storage URL" if is_older else "pip install -U optuna"
    rule = f"Optuna's tables are of version {found}, and Optuna {optuna.__version__} has {wanted}"
    raise StoreError(f"{masked(url)}: {rule}; they were not changed; `{advice}` mends it")


def _has_tables(connection: Connection) -> bool:
    """Whether a database has tables of Optuna, of a version that can be opened without a change.

    Optuna itself adds tables, and a note of its version, before it looks at the version.
    """
    names = set(inspect(connection).get_table_names())
    if "studies" not in names:
        return False
    revision = text("SELECT version_num FROM alembic_version")
    if "alembic_version" not in names or connection.scalar(revision) is None:
        rule = "has tables of an Optuna before 1.0, or of another program; they were not changed"
        raise StoreError(f"{masked(connection.engine.url)}: {rule}; take another --storage")
    return True


def _is_ours(connection: Connection, name: str) -> bool:
    if not inspect(connection).has_table("nas_studies"):
        return False
    query = text("SELECT id FROM nas_studies WHERE name = :name")
    return connection.scalar(query, {"name": name}) is not None


def _id_of(storage: RDBStorage, name: str) -> int | None:
    try:
        return storage.get_study_id_from_name(name)
    except KeyError:
        return None


def _foreign(url: URL, name: str, why: str) -> ForeignStudyError:
    return ForeignStudyError(
        f"{masked(url)}: Optuna has another study {name!r} there: {why}; {_ADVICE}"
    )
