"""Reads and writes attributes of an Optuna study, many in one transaction.

Optuna's dashboard keeps notes and figures in pieces, as attributes of the study. Its own functions
write each piece in a transaction of its own, so that a reader may see half of a figure, and look
through all pieces of all notes each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from optuna.storages import RDBStorage
from sqlalchemy import Engine, column, delete, select, table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from nas.store import masked
from nas.store.engines import one_line
from search_spaces.errors import StoreError

_ATTRIBUTES = table(
    "study_system_attributes", column("study_id"), column("key"), column("value_json")
)

_TRIALS = table("trials", column("study_id"), column("trial_id"), column("number"))


class StudyAttributes:
    """The attributes of one Optuna study that belong to its dashboard.

    Attributes:
        study_id: Optuna's number of the study.
    """

    def __init__(self, storage: RDBStorage, study_id: int) -> None:
        self.study_id = study_id
        self._engine: Engine = storage.engine

    def trial_ids(self) -> dict[int, int]:
        """Optuna's ids of the study's trials, by their number."""
        query = select(_TRIALS.c.number, _TRIALS.c.trial_id).where(
            _TRIALS.c.study_id == self.study_id
        )
        with self._errors(), self._engine.connect() as connection:
            return {number: trial_id for number, trial_id in connection.execute(query)}

    def read(self, prefix: str, suffix: str = "") -> dict[str, Any]:
        """The attributes whose names begin, and end, so.

        Raises:
            StoreError: The database cannot be read.
        """
        key = _ATTRIBUTES.c.key
        query = select(key, _ATTRIBUTES.c.value_json).where(
            # Escaped, since `_`, of which these names are full, stands for any character in SQL.
            _ATTRIBUTES.c.study_id == self.study_id, key.startswith(prefix, autoescape=True),
            key.endswith(suffix, autoescape=True),
        )  # fmt: skip
        with self._errors(), self._engine.connect() as connection:
            return {name: json.loads(text) for name, text in connection.execute(query)}

    def write(self, values: Mapping[str, object], *, remove: Iterable[str] = ()) -> None:
        """Sets these attributes and removes those, in one transaction.

        Raises:
            StoreError: The database cannot be written.
        """
        rows = [
            {"study_id": self.study_id, "key": key, "value_json": json.dumps(value)}
            for key, value in values.items()
        ]
        # SQLAlchemy's plain `insert` has no `on_conflict_do_update`; those of both databases have.
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(_ATTRIBUTES)
        upsert = insert.on_conflict_do_update(
            index_elements=["study_id", "key"], set_={"value_json": insert.excluded.value_json}
        )
        gone = delete(_ATTRIBUTES).where(
            _ATTRIBUTES.c.study_id == self.study_id, _ATTRIBUTES.c.key.in_(list(remove))
        )
        with self._errors(), self._engine.begin() as connection:
            connection.execute(gone)
            if rows:
                connection.execute(upsert, rows)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(f"{masked(self._engine.url)}: {one_line(error)}") from error
