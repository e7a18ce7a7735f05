"""Reads trials, their curves and their networks: a hundred thousand at once where need be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from sys import intern
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nas.statistics.correction import Correction, WholeNetwork, fit_correction
from nas.store.address import masked
from nas.store.latency import FrontLatencyRow
from nas.store.records import (
    NOTHING_OWN,
    EpochRecord,
    LayerRecord,
    MeasuredLatency,
    ReusedTraining,
    StudyRecord,
    TrialRecord,
    own_and_interval,
)
from nas.store.reuse import reused_trainings
from nas.store.schema import ArchitectureRow, EpochRow, LayerRow, OwnValueRow, TrialRow
from nas.store.transactions import Transactions, utc
from search_spaces.errors import StoreError
from search_spaces.graphs.network import Network
from search_spaces.measures import ACCURACY

ONE_PIECE = 1
"""A prediction is of the network as a whole, however many blocks it has."""

_MEASURED = tuple(field.name for field in fields(MeasuredLatency))

_FACTS = {
    "number": TrialRow.number,
    "architecture": TrialRow.architecture_id,
    "choices": TrialRow.choices,
    "description": TrialRow.description,
    "state": TrialRow.state,
    "epochs": TrialRow.epochs,
    ACCURACY: TrialRow.accuracy,
    "flops": ArchitectureRow.flops,
    "params": ArchitectureRow.params,
    "weight_bytes": ArchitectureRow.weight_bytes,
    "peak_activation_bytes": ArchitectureRow.peak_activation_bytes,
    "predicted_latency_ms": TrialRow.latency_ms,
    "train_s": TrialRow.train_s,
    "failure": TrialRow.failure,
    "failure_kind": TrialRow.failure_kind,
    "retries": TrialRow.retries,
    "restarts": TrialRow.restarts,
    "started_at": TrialRow.started_at,
    "finished_at": TrialRow.finished_at,
    "worker": TrialRow.worker,
}
"""What a record calls the columns that it is made of; the networks are left where they are."""

_AT_ONCE = 100
"""Rows that are held as the database gives them, beside the records that are made of them."""


class TrialQueries(Transactions):
    """The part of a store that reads trials."""

    def trials(self, study: StudyRecord, first: int = 0) -> list[TrialRecord]:
        """The trials of a study in order of their number, from `first` on."""
        query = (
            select(*_FACTS.values(), *(getattr(FrontLatencyRow, name) for name in _MEASURED))
            .join(ArchitectureRow, ArchitectureRow.id == TrialRow.architecture_id)
            .outerjoin(FrontLatencyRow, FrontLatencyRow.trial_id == TrialRow.id)
            .where(TrialRow.study_id == study.id, TrialRow.number >= first)
            .order_by(TrialRow.number)
            .execution_options(yield_per=_AT_ONCE)
        )
        with self._transaction() as session:
            reused = reused_trainings(session, study.id)
            own, quality = _own_values(session, study, first), study.quality
            rows = (tuple(row) for row in session.execute(query))
            return _put_right(
                [
                    _trial(row, reused.get(row[0]), own.get(row[0], NOTHING_OWN), quality)
                    for row in rows
                ]
            )

    def epochs(self, study: StudyRecord, first: int = 0) -> list[EpochRecord]:
        """The learning curves of a study from trial `first` on, by trial and epoch."""
        query = (
            select(
                TrialRow.number, EpochRow.epochs, EpochRow.accuracy, EpochRow.train_loss,
                EpochRow.train_s,
            )
            .join(TrialRow, TrialRow.id == EpochRow.trial_id)
            .where(TrialRow.study_id == study.id, TrialRow.number >= first)
            .order_by(TrialRow.number, EpochRow.epochs)
            .execution_options(yield_per=_AT_ONCE)
        )  # fmt: skip
        with self._transaction() as session:
            return [EpochRecord(*row) for row in session.execute(query)]

    def layers(self, study: StudyRecord, number: int) -> list[LayerRecord]:
        """The diagnostics of a trial's convolutions in their order; none where it has none."""
        names = [field.name for field in fields(LayerRecord)]
        query = (
            select(*(getattr(LayerRow, name) for name in names))
            .join(TrialRow, TrialRow.id == LayerRow.trial_id)
            .where(TrialRow.study_id == study.id, TrialRow.number == number)
            .order_by(LayerRow.position)
        )
        with self._transaction() as session:
            return [LayerRecord(*row) for row in session.execute(query)]

    def network(self, architecture: str) -> Network:
        """The network of an architecture's id. Raises StoreError where there is none."""
        with self._transaction() as session:
            row = session.get(ArchitectureRow, architecture)
        if row is None:
            raise StoreError(f"no architecture {architecture!r} in {masked(self.url)}")
        return Network.from_json(row.network)


def _own_values(session: Session, study: StudyRecord, first: int) -> dict[int, dict[str, float]]:
    query = (
        select(TrialRow.number, OwnValueRow.measure, OwnValueRow.value)
        .join(TrialRow, TrialRow.id == OwnValueRow.trial_id)
        .where(TrialRow.study_id == study.id, TrialRow.number >= first)
    )
    found: dict[int, dict[str, float]] = {}
    for number, name, value in session.execute(query):
        found.setdefault(number, {})[name] = value
    return found


def _trial(
    row: tuple[Any, ...], reused: ReusedTraining | None, values: Mapping[str, float], quality: str
) -> TrialRecord:
    facts = dict(zip(_FACTS, row, strict=False))  # what was measured end to end comes behind
    facts["choices"] = {intern(name): _once(value) for name, value in facts["choices"].items()}
    facts["state"] = intern(facts["state"])
    facts["started_at"] = _moment(facts["started_at"])
    facts["finished_at"] = _moment(facts["finished_at"])
    measured = row[len(_FACTS) :]
    own, interval = own_and_interval(values, quality)
    return TrialRecord(
        **facts, latency_ms=facts["predicted_latency_ms"], reused=reused, own=own,
        quality=quality, interval=interval,
        measured=None if measured[0] is None else MeasuredLatency(*measured),
    )  # fmt: skip


def _once(value: Any) -> Any:
    """A value, in memory once however many trials have it: each row is decoded anew."""
    return intern(value) if isinstance(value, str) else value


def _put_right(trials: list[TrialRecord]) -> list[TrialRecord]:
    """Trials with the latency that is measured, or else with what the measured ones foretell.

    A search picks networks for the errors of their predictions: what is measured at its end says
    more of the others that it found than any network that was drawn at random.
    """
    pairs = [
        WholeNetwork(t.measured.predicted_ms, t.flops, ONE_PIECE, t.measured.latency_ms)
        for t in trials
        if t.measured is not None
    ]
    if not pairs:
        return trials
    correction = fit_correction(pairs)
    return [_with_latency(trial, correction) for trial in trials]


def _with_latency(trial: TrialRecord, correction: Correction) -> TrialRecord:
    if trial.measured is not None:
        return replace(trial, latency_ms=trial.measured.latency_ms)
    if trial.latency_ms is None:
        return trial
    return replace(trial, latency_ms=correction(trial.latency_ms, trial.flops, ONE_PIECE))


def _moment(moment: datetime | None) -> datetime | None:
    return None if moment is None else utc(moment)
