"""Full trainings of chosen architectures: recipe, curve, and the one look at the test images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from nas.store.records import StudyRecord
from nas.store.schema import Base, LargeInteger, OptionalJSON, StudyRow, TrialRow, trial_row
from nas.store.transactions import Transactions, now, storable, utc
from search_spaces.graphs.inference import InputFormat
from search_spaces.quantities import plural


class TrainingRow(Base):
    """One full training, of a trial of a study or of any other architecture."""

    __tablename__ = "nas_trainings"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int | None] = mapped_column(ForeignKey("nas_studies.id"), index=True)
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("nas_trials.id"), index=True)
    # No reference: the network of a file of code may be in no study.
    architecture_id: Mapped[str]
    recipe: Mapped[dict[str, Any]]
    seed: Mapped[int] = mapped_column(LargeInteger)
    state: Mapped[str] = mapped_column(default="RUNNING")
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    epochs: Mapped[int] = mapped_column(default=0)
    max_epochs: Mapped[int]
    validation_accuracy: Mapped[float | None]
    test_accuracy: Mapped[float | None]
    num_test_images: Mapped[int | None]
    train_s: Mapped[float] = mapped_column(default=0.0)
    failure: Mapped[str | None]
    checkpoint: Mapped[str | None]
    weights_sha256: Mapped[str | None]
    hardware: Mapped[dict[str, Any]]
    versions: Mapped[dict[str, Any]]
    input_format: Mapped[dict[str, Any] | None] = mapped_column(OptionalJSON)
    class_names: Mapped[list[str] | None] = mapped_column(OptionalJSON)
    readings: Mapped[dict[str, Any] | None] = mapped_column(OptionalJSON)


class TrainingEpochRow(Base):
    """One epoch of a full training; no accuracy where none was measured after it."""

    __tablename__ = "nas_training_epochs"

    training_id: Mapped[int] = mapped_column(ForeignKey("nas_trainings.id"), primary_key=True)
    epochs: Mapped[int] = mapped_column(primary_key=True)
    validation_accuracy: Mapped[float | None]
    train_loss: Mapped[float]
    train_s: Mapped[float]


@dataclass(frozen=True)
class TrainingRecord:
    """One full training.

    Attributes:
        study: Name of the study, where it is of a trial.
        number: Of that trial.
        architecture: Id of the network.
        recipe: All that the training was told.
        state: RUNNING, COMPLETE or FAIL.
        validation_accuracy: After the last epoch that measured it, 0 to 1.
        test_accuracy: Measured once, at the end, 0 to 1.
        num_test_images: How many that was measured on.
        failure: Why it failed, in one line.
        checkpoint: Path of what it goes on from.
        weights_sha256: Of the file of its weights.
        input_format: How images were given to the network, as JSON; None where an earlier program
            did not note it.
        class_names: By label; None likewise.
        readings: What the test images tell beside `test_accuracy`, by name; None where nothing is
            told.
    """

    id: int
    study: str | None
    number: int | None
    architecture: str
    recipe: dict[str, Any]
    seed: int
    state: str
    started_at: datetime
    finished_at: datetime | None
    epochs: int
    max_epochs: int
    validation_accuracy: float | None
    test_accuracy: float | None
    num_test_images: int | None
    train_s: float
    failure: str | None
    checkpoint: str | None
    weights_sha256: str | None
    hardware: dict[str, Any]
    versions: dict[str, Any]
    input_format: dict[str, Any] | None = None
    class_names: list[str] | None = None
    readings: dict[str, float] | None = None

    @property
    def precision(self) -> str:
        """What was trained: a network in `float32`, or in eight bit integers, `int8`."""
        return str(self.recipe.get("precision", "float32"))

    @property
    def in_words(self) -> str:
        """For example `full training, 100 epochs`."""
        what = {"float32": "full training", "int8": "training in eight bit integers"}
        return f"{what[self.precision]}, {plural(self.epochs, 'epoch')}"


@dataclass(frozen=True)
class TrainingEpochRecord:
    """A full training after some epochs."""

    epochs: int
    validation_accuracy: float | None
    train_loss: float
    train_s: float


class TrainingTables(Transactions):
    """The part of a store that keeps full trainings."""

    def add_training(
        self,
        architecture: str,
        *,
        recipe: Mapping[str, Any],
        seed: int,
        max_epochs: int,
        hardware: Mapping[str, Any],
        versions: Mapping[str, Any],
        input_format: InputFormat | None = None,
        class_names: Sequence[str] | None = None,
        study: StudyRecord | None = None,
        number: int | None = None,
    ) -> int:
        """Notes that a training begins; `study` and `number` where it is of a trial.

        Returns:
            Its id.
        """
        with self._transaction() as session:
            trial = None
            if study is not None and number is not None:
                trial = trial_row(session, study.id, number)
            row = TrainingRow(
                study_id=study.id if study else None, trial_id=trial.id if trial else None,
                architecture_id=architecture, recipe=dict(recipe), seed=seed,
                max_epochs=max_epochs, hardware=dict(hardware), versions=dict(versions),
                input_format=input_format.as_json() if input_format else None,
                class_names=list(class_names) if class_names else None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def report_training(
        self, training: int, epoch: TrainingEpochRecord, checkpoint: str | None = None
    ) -> None:
        """Adds an epoch, and where the checkpoint lies that goes on from it, if there is one."""
        with self._transaction() as session:
            row = session.get_one(TrainingRow, training)
            session.add(TrainingEpochRow(training_id=training, **vars(epoch)))
            row.epochs = epoch.epochs
            row.train_s += epoch.train_s
            if epoch.validation_accuracy is not None:
                row.validation_accuracy = epoch.validation_accuracy
            # Not every epoch has one: what is stopped now goes on from the last.
            row.checkpoint = checkpoint or row.checkpoint

    def plan_training(self, training: int, max_epochs: int) -> None:
        """Notes how many epochs a training shall have, where that follows from its speed."""
        with self._transaction() as session:
            session.get_one(TrainingRow, training).max_epochs = max_epochs

    def rewind_training(
        self, training: int, curve: Iterable[TrainingEpochRecord], checkpoint: str
    ) -> None:
        """Makes the curve that of the checkpoint which a training goes on from, and notes where."""
        kept = list(curve)
        measured = [e.validation_accuracy for e in kept if e.validation_accuracy is not None]
        with self._transaction() as session:
            row = session.get_one(TrainingRow, training)
            session.execute(
                # Epochs behind the checkpoint were noted before the kill, and are trained again.
                delete(TrainingEpochRow).where(TrainingEpochRow.training_id == training)
            )
            session.add_all(TrainingEpochRow(training_id=training, **vars(e)) for e in kept)
            row.epochs, row.checkpoint = kept[-1].epochs if kept else 0, checkpoint
            row.train_s = sum(e.train_s for e in kept)
            row.validation_accuracy = measured[-1] if measured else None

    def finish_training(
        self,
        training: int,
        *,
        test_accuracy: float | None = None,
        num_test_images: int | None = None,
        weights_sha256: str | None = None,
        readings: Mapping[str, float] | None = None,
    ) -> None:
        """Ends a training well."""
        with self._transaction() as session:
            row = session.get_one(TrainingRow, training)
            row.state, row.finished_at = "COMPLETE", now()
            row.test_accuracy, row.num_test_images = test_accuracy, num_test_images
            row.weights_sha256, row.checkpoint = weights_sha256, None
            row.readings = dict(readings) if readings else None

    def fail_training(self, training: int, failure: str) -> None:
        """Ends a training that failed, with the reason."""
        with self._transaction() as session:
            row = session.get_one(TrainingRow, training)
            row.state, row.finished_at, row.failure = "FAIL", now(), storable(failure)

    def training(self, training: int) -> TrainingRecord:
        """One training. Raises StoreError where there is none of this id."""
        with self._transaction() as session:
            return _training(session, session.get_one(TrainingRow, training))

    def trainings(self, study: StudyRecord | None = None) -> list[TrainingRecord]:
        """All trainings, or those of one study, the earliest first."""
        query = select(TrainingRow).order_by(TrainingRow.id)
        if study is not None:
            query = query.where(TrainingRow.study_id == study.id)
        with self._transaction() as session:
            return [_training(session, row) for row in session.scalars(query).all()]

    def training_epochs(self, training: int) -> list[TrainingEpochRecord]:
        """The curve of a training."""
        query = select(TrainingEpochRow).where(TrainingEpochRow.training_id == training)
        with self._transaction() as session:
            return [
                TrainingEpochRecord(r.epochs, r.validation_accuracy, r.train_loss, r.train_s)
                for r in session.scalars(query.order_by(TrainingEpochRow.epochs))
            ]


_SAME = (
    "id", "recipe", "seed", "state", "epochs", "max_epochs", "validation_accuracy",
    "test_accuracy", "num_test_images", "train_s", "failure", "checkpoint", "weights_sha256",
    "hardware", "versions", "input_format", "class_names", "readings",
)  # fmt: skip
"""What a record calls as its row does."""


def _training(session: Session, row: TrainingRow) -> TrainingRecord:
    study = session.get(StudyRow, row.study_id) if row.study_id else None
    trial = session.get(TrialRow, row.trial_id) if row.trial_id else None
    return TrainingRecord(
        study=study.name if study else None, number=trial.number if trial else None,
        architecture=row.architecture_id, started_at=utc(row.started_at),
        finished_at=utc(row.finished_at) if row.finished_at else None,
        **{name: getattr(row, name) for name in _SAME},
    )  # fmt: skip
