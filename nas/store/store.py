"""Reads and writes studies in one SQL database; each method is one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Self

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import sessionmaker

from nas.store.address import DEFAULT_URL, masked, parsed
from nas.store.checkpoints import CheckpointTables, ExecutionTables
from nas.store.companions import CalibrationTables, CompanionRow, CompanionTables, served
from nas.store.deletion import DeletionTables, protect_finished
from nas.store.engines import errors_told, make_engine
from nas.store.events import ActivityTables, EventTables
from nas.store.exports import ExportTables
from nas.store.files import is_read_only, sqlite_file
from nas.store.latency import LatencyTables
from nas.store.opening import bring_up_to_date
from nas.store.quantised import QuantisedTables
from nas.store.records import NOTHING_OWN, EpochRecord, LayerRecord, StudyRecord, StudySummary
from nas.store.reuse import ReuseTables
from nas.store.schema import (
    ArchitectureRow,
    EpochRow,
    LayerRow,
    OwnValueRow,
    StudyRow,
    TrialRow,
    study_record,
    trial_row,
)
from nas.store.trainings import TrainingTables
from nas.store.transactions import insert_into, now, storable
from nas.store.trial_queries import TrialQueries
from nas.store.watching import Watching
from search_spaces.errors import StoreError
from search_spaces.graphs.cost import Cost
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Network
from search_spaces.measures import ACCURACY, quality_of


class Store(
    LatencyTables,
    QuantisedTables,
    ExecutionTables,
    ActivityTables,
    EventTables,
    ExportTables,
    TrainingTables,
    CheckpointTables,
    TrialQueries,
    Watching,
    ReuseTables,
    CalibrationTables,
    CompanionTables,
    DeletionTables,
):
    """The studies of one database.

    Attributes:
        url: Address of the database.
        is_read_only: Whether it is a file that may only be read; whatever writes then fails.
    """

    def __init__(self, url: str = DEFAULT_URL, *, create: bool = True) -> None:
        """Opens a database, and makes its tables where `create` allows it.

        Tables of an older program are upgraded; a SQLite file is copied first.

        Raises:
            StoreError: The address is wrong, the database cannot be reached or is that of a newer
                program; with `create` it may only be read, without it there is none.
        """
        self.url = parsed(url)
        self.is_read_only = is_read_only(self.url)
        if not create:
            self._require_file()
        elif self.is_read_only:
            raise StoreError(f"{masked(self.url)}: the file or its folder cannot be written")
        self._engine = make_engine(self.url, to_wal=create)
        # Rows are still read when their transaction is over and they could not be loaded again.
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._units = threading.local()
        protect_finished(self._sessions)
        try:
            with errors_told(self.url):
                bring_up_to_date(self._engine, create=create)
        except BaseException:
            self.close()
            raise

    @property
    def engine(self) -> Engine:
        """For plain SQL and for pandas."""
        return self._engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    # Studies

    def create_study(self, **columns: Any) -> StudyRecord:
        """Adds a study, with the columns of `nas_studies`."""
        with self._transaction() as session:
            quality = quality_of(columns["experiment"]["objectives"])
            row = StudyRow(**columns, quality=None if quality == ACCURACY else quality)
            session.add(row)
            # Its id, and that the name is taken, come out only now.
            session.flush()
            return study_record(row)

    def find_study(self, name: str) -> StudyRecord | None:
        """A study by name; None where there is none."""
        with self._transaction() as session:
            row = session.scalar(select(StudyRow).where(StudyRow.name == name))
            return None if row is None else study_record(row)

    def study(self, name: str) -> StudyRecord:
        """A study by name. Raises StoreError where there is none, naming those there are."""
        found = self.find_study(name)
        if found is None:
            names = [found.study.name for found in self.studies() if found.serves is None]
            known = f"it has {', '.join(names)}" if names else "it is empty"
            raise StoreError(f"no study {name!r} in {masked(self.url)}; {known}")
        return found

    def studies(self) -> list[StudySummary]:
        """All studies, oldest first."""
        complete = TrialRow.state == "COMPLETE"
        query = (
            select(
                StudyRow,
                CompanionRow,
                func.count(TrialRow.id),
                func.count(TrialRow.id).filter(complete),
                func.count(TrialRow.id).filter(TrialRow.state == "FAIL"),
                func.max(TrialRow.accuracy).filter(complete),
            )
            .outerjoin(TrialRow, TrialRow.study_id == StudyRow.id)
            .outerjoin(CompanionRow, CompanionRow.study_id == StudyRow.id)
            .group_by(StudyRow.id, CompanionRow.study_id)
            .order_by(StudyRow.id)
        )
        with self._transaction() as session:
            return [
                StudySummary(study_record(row), n, done, failed, best, served(companion))
                for row, companion, n, done, failed, best in session.execute(query)
            ]

    def set_study_state(self, study: StudyRecord, state: str) -> None:
        """Notes that a study runs, was interrupted, is complete or failed."""
        with self._transaction() as session:
            session.get_one(StudyRow, study.id).state = state

    def set_input(
        self, study: StudyRecord, input_format: InputFormat, class_names: Sequence[str]
    ) -> None:
        """Notes of a study that an earlier program began how its networks are given images."""
        with self._transaction() as session:
            row = session.get_one(StudyRow, study.id)
            row.input_format, row.class_names = input_format.as_json(), list(class_names)

    def set_experiment(self, study: StudyRecord, text: str, values: Mapping[str, Any]) -> None:
        """Replaces the experiment of a study that goes on with another budget of trials or time."""
        with self._transaction() as session:
            row = session.get_one(StudyRow, study.id)
            row.experiment_file, row.experiment = text, dict(values)

    # Trials

    def add_trial(
        self,
        study: StudyRecord,
        number: int,
        network: Network,
        costs: Cost,
        *,
        choices: Mapping[str, Any],
        description: str,
        latency_ms: float | None,
        own: Mapping[str, float] = NOTHING_OWN,
    ) -> None:
        """Adds a trial that waits for a worker, and its architecture where it is new.

        Args:
            own: Measures from outside this package that are known of it.
        """
        with self._transaction() as session:
            session.execute(
                insert_into(session, ArchitectureRow)
                .values(_architecture(network, costs))
                .on_conflict_do_nothing()  # another search may have added it just now
            )
            trial = TrialRow(
                study_id=study.id, number=number, architecture_id=network.id,
                choices=dict(choices), description=description, latency_ms=latency_ms,
                state="WAITING",
            )  # fmt: skip
            session.add(trial)
            if own:
                session.flush()
                session.add_all(_own_values(trial.id, own))

    def start_trial(self, study: StudyRecord, number: int, worker: str) -> None:
        """Notes that a worker has begun a trial."""
        with self._transaction() as session:
            row = trial_row(session, study.id, number)
            row.state, row.started_at, row.worker = "RUNNING", now(), worker

    def report(
        self,
        study: StudyRecord,
        epoch: EpochRecord,
        state: str = "RUNNING",
        layers: Iterable[LayerRecord] = (),
        finished: Mapping[str, float] = NOTHING_OWN,
    ) -> None:
        """Adds the result of an epoch and, if this ends the trial, its final state and layers.

        Args:
            finished: Measures from outside this package, of the trained module.
        """
        with self._transaction() as session:
            row = trial_row(session, study.id, epoch.number)
            # In place of those of the epoch before; first, as of an ended trial nothing changes.
            for reading in _own_values(row.id, epoch.readings):
                session.merge(reading)
            session.add(
                EpochRow(
                    trial_id=row.id, epochs=epoch.epochs, accuracy=epoch.accuracy,
                    train_loss=epoch.train_loss, train_s=epoch.train_s,
                )
            )  # fmt: skip
            row.epochs, row.accuracy, row.state = epoch.epochs, epoch.accuracy, state
            row.train_s += epoch.train_s
            session.add_all(
                LayerRow(trial_id=row.id, position=position, **asdict(layer))
                for position, layer in enumerate(layers)
            )
            session.add_all(_own_values(row.id, finished))
            if state != "RUNNING":
                row.finished_at = now()

    def fail_trial(
        self,
        study: StudyRecord,
        number: int,
        failure: str,
        traceback: str | None = None,
        *,
        kind: str | None = None,
    ) -> None:
        """Ends a trial that could not be trained, with the reason."""
        with self._transaction() as session:
            row = trial_row(session, study.id, number)
            row.state, row.finished_at = "FAIL", now()
            row.failure, row.failure_kind = storable(failure), kind
            row.traceback = None if traceback is None else storable(traceback)

    def retry_trial(self, study: StudyRecord, number: int, retries: int) -> None:
        """Makes a trial wait again that lost its worker; its curve so far is kept."""
        with self._transaction() as session:
            row = trial_row(session, study.id, number)
            row.state, row.retries, row.worker = "WAITING", retries, None

    def interrupt_trials(self, study: StudyRecord) -> list[int]:
        """Makes trials wait again that were running when their search ended; curves are kept.

        Returns:
            Their numbers.
        """
        running = select(TrialRow).where(TrialRow.study_id == study.id, TrialRow.state == "RUNNING")
        with self._transaction() as session:
            rows = session.scalars(running.order_by(TrialRow.number)).all()
            for row in rows:
                row.state, row.worker, row.restarts = "WAITING", None, row.restarts + 1
            return [row.number for row in rows]

    def traceback(self, study: StudyRecord, number: int) -> str | None:
        """The traceback of a failed trial; None where it has none."""
        with self._transaction() as session:
            return trial_row(session, study.id, number).traceback

    def _require_file(self) -> None:
        path = sqlite_file(self.url)
        if path is not None and not path.exists():
            raise StoreError(f"{masked(self.url)}: no such database; `nas launch` makes it")


def _own_values(trial: int, values: Mapping[str, float]) -> list[OwnValueRow]:
    return [OwnValueRow(trial_id=trial, measure=name, value=v) for name, v in values.items()]


def _architecture(network: Network, costs: Cost) -> dict[str, Any]:
    return {
        "id": network.id, "network": network.to_json(), "flops": costs.flops,
        "params": costs.params, "weight_bytes": costs.weight_bytes,
        "peak_activation_bytes": costs.peak_activation_bytes,
        "receptive_field_px": costs.receptive_field,
    }  # fmt: skip
