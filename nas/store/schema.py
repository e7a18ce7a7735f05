"""The tables of a study, beside Optuna's in the same database. Units stand in the column names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from nas.store.records import StudyRecord
from nas.store.transactions import now, utc
from search_spaces.graphs.inference import InputFormat
from search_spaces.measures import ACCURACY, LATENCY, remember

LargeInteger = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits in every database."""

# SQLAlchemy would else write None as the JSON value null, which is not NULL.
OptionalJSON = JSON(none_as_null=True)
"""Values, or NULL where they were not noted."""


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {  # noqa: RUF012
        dict[str, Any]: JSON,
        list[int]: JSON,
        datetime: DateTime(timezone=True),
        float: Double,
    }


class StudyRow(Base):
    """One search: its experiment file as given, and what it ran on."""

    __tablename__ = "nas_studies"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    identity: Mapped[str]
    seed: Mapped[int] = mapped_column(LargeInteger)
    experiment_file: Mapped[str]
    experiment: Mapped[dict[str, Any]]
    dataset: Mapped[str]
    dataset_fingerprint: Mapped[str]
    in_shape: Mapped[list[int]]
    num_classes: Mapped[int]
    num_validation_images: Mapped[int | None]
    input_format: Mapped[dict[str, Any] | None] = mapped_column(OptionalJSON)
    class_names: Mapped[list[str] | None] = mapped_column(OptionalJSON)
    measures: Mapped[list[dict[str, Any]] | None] = mapped_column(OptionalJSON)
    quality: Mapped[str | None]
    versions: Mapped[dict[str, Any]]
    hardware: Mapped[dict[str, Any]]


class ArchitectureRow(Base):
    """One network, whatever study found it. FLOPs are multiply-adds counted once."""

    __tablename__ = "nas_architectures"

    id: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[dict[str, Any]]
    flops: Mapped[int] = mapped_column(LargeInteger)
    params: Mapped[int] = mapped_column(LargeInteger)
    weight_bytes: Mapped[int] = mapped_column(LargeInteger)
    peak_activation_bytes: Mapped[int] = mapped_column(LargeInteger)
    receptive_field_px: Mapped[int]


class TrialRow(Base):
    """One architecture trained in one study; the number is Optuna's."""

    __tablename__ = "nas_trials"
    __table_args__ = (
        UniqueConstraint("study_id", "number"),
        # No architecture is trained twice in a study, whatever a sampler does.
        UniqueConstraint("study_id", "architecture_id"),
        # What lists of studies count and compare, so that they read no trial for it.
        Index("ix_nas_trials_study_id_state", "study_id", "state", ACCURACY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("nas_studies.id"))
    number: Mapped[int]
    architecture_id: Mapped[str] = mapped_column(ForeignKey("nas_architectures.id"))
    choices: Mapped[dict[str, Any]]
    description: Mapped[str]
    latency_ms: Mapped[float | None]
    state: Mapped[str]
    epochs: Mapped[int] = mapped_column(default=0)
    accuracy: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    train_s: Mapped[float] = mapped_column(default=0.0)
    worker: Mapped[str | None]
    failure: Mapped[str | None]
    failure_kind: Mapped[str | None]
    traceback: Mapped[str | None]
    retries: Mapped[int] = mapped_column(default=0, server_default="0")
    restarts: Mapped[int] = mapped_column(default=0, server_default="0")


class OwnValueRow(Base):
    """What a measure from outside the package says of a trial."""

    __tablename__ = "nas_own_values"

    trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]


_OF_NETWORKS = ("flops", "params", "peak_activation_bytes", "weight_bytes")

CREATE_VALUES_VIEW = "CREATE VIEW nas_values AS " + " UNION ALL ".join(
    [
        f"SELECT t.id AS trial_id, COALESCE(s.quality, '{ACCURACY}') AS measure, "
        "t.accuracy AS value FROM nas_trials t JOIN nas_studies s ON s.id = t.study_id "
        "WHERE t.accuracy IS NOT NULL",
        f"SELECT id, '{LATENCY}', {LATENCY} FROM nas_trials WHERE {LATENCY} IS NOT NULL",
        *(
            f"SELECT t.id, '{name}', a.{name} FROM nas_trials t "
            "JOIN nas_architectures a ON a.id = t.architecture_id"
            for name in _OF_NETWORKS
        ),
        "SELECT trial_id, measure, value FROM nas_own_values",
    ]
)
"""Every value of every trial as a row of `trial_id`, `measure` and `value`, whatever it is kept as.

A trial's `accuracy` is called what its study calls it (`quality`, NULL for accuracy).
`latency_ms` is what the search worked with, the prediction by the table.
"""


class EpochRow(Base):
    """Validation accuracy of a trial after each epoch."""

    __tablename__ = "nas_epochs"

    trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"), primary_key=True)
    epochs: Mapped[int] = mapped_column(primary_key=True)
    accuracy: Mapped[float]
    train_loss: Mapped[float | None]
    train_s: Mapped[float]


class LayerRow(Base):
    """What a trained network made of the channels of one convolution; see `workers.diagnostics`."""

    __tablename__ = "nas_layer_diagnostics"

    trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"), primary_key=True)
    layer: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    num_channels: Mapped[int]
    dead_share: Mapped[float]
    mean_correlation: Mapped[float | None]
    effective_rank: Mapped[float]


def trial_row(session: Session, study_id: int, number: int) -> TrialRow:
    """A trial by its number. Raises NoResultFound where a study has none of it."""
    query = select(TrialRow).where(TrialRow.study_id == study_id, TrialRow.number == number)
    return session.scalars(query).one()


def study_record(row: StudyRow) -> StudyRecord:
    """A study, detached from the database; its own measures are remembered."""
    for facts in row.measures or ():
        remember(**facts)
    return StudyRecord(
        id=row.id, name=row.name, state=row.state, created_at=utc(row.created_at),
        identity=row.identity, seed=row.seed, experiment=row.experiment,
        experiment_file=row.experiment_file, dataset=row.dataset,
        dataset_fingerprint=row.dataset_fingerprint, in_shape=tuple(row.in_shape),
        num_classes=row.num_classes, versions=row.versions, hardware=row.hardware,
        num_validation_images=row.num_validation_images,
        input_format=InputFormat.of_json(row.input_format) if row.input_format else None,
        class_names=tuple(row.class_names) if row.class_names else None,
    )  # fmt: skip
