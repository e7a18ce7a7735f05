"""What trained networks are worth in eight bit integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select

from nas.store.events import EventRow
from nas.store.records import Int8Reading, StudyRecord
from nas.store.schema import OwnValueRow, trial_row
from nas.store.transactions import Transactions

QUANTISED = "quantised"
"""The kind of the event that tells of it."""


class QuantisedTables(Transactions):
    """The part of a store that keeps it, as measures beside the others."""

    def set_int8(self, study: StudyRecord, readings: Mapping[int, Int8Reading], text: str) -> None:
        """Notes readings by number of their trial, in place of earlier ones.

        Args:
            text: What happened, in one line.
        """
        names = Int8Reading.names(study.quality)
        with self._transaction() as session:
            for number, reading in readings.items():
                trial = trial_row(session, study.id, number)
                for name, value in zip(names, reading, strict=True):
                    session.merge(OwnValueRow(trial_id=trial.id, measure=name, value=value))
            session.add(EventRow(study_id=study.id, kind=QUANTISED, text=text))


def int8_counts(study: StudyRecord) -> Select[Any]:
    """What changes with the readings of a study; the values themselves are too many to look at."""
    return select(func.count()).where(EventRow.study_id == study.id, EventRow.kind == QUANTISED)
