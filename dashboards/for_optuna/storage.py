"""Optuna's side of a database of ours."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import optuna
from optuna.storages import RDBStorage
from sqlalchemy.exc import SQLAlchemyError

from nas.store import Store, engine_options, masked, prepare_engine
from nas.store.engines import one_line
from search_spaces.errors import StoreError


def optuna_storage(store: Store) -> RDBStorage:
    """Optuna's storage in the database of a store; its tables are made where they are missing.

    Raises:
        StoreError: Another version of Optuna has made them, or the database cannot be reached.
    """
    url = store.url.render_as_string(hide_password=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            storage = RDBStorage(url, engine_kwargs=engine_options(store.url))
    except (RuntimeError, SQLAlchemyError) as error:
        rule = f"{masked(store.url)}: Optuna cannot read it"
        raise StoreError(f"{rule}: {one_line(error)}") from error
    prepare_engine(storage.engine)
    with closed(storage):  # the connections so far were made without these settings
        return storage


@contextmanager
def closed(storage: RDBStorage) -> Iterator[RDBStorage]:
    """Closes the connections of a storage at the end."""
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()
