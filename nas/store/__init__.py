"""Studies, trials, learning curves and latency tables in one SQL database."""

from nas.store.address import DEFAULT_URL, default_url, masked, storage_words
from nas.store.checkpoints import CheckpointRecord
from nas.store.companions import CalibrationRecord
from nas.store.engines import engine_options, prepare_engine
from nas.store.events import EventRecord, RunningTrial
from nas.store.exports import ExportRecord
from nas.store.leases import RunnerRecord
from nas.store.records import (
    Companion,
    EpochRecord,
    Int8Reading,
    LayerRecord,
    StudyRecord,
    StudySummary,
    TrialRecord,
    with_serving_below,
)
from nas.store.store import Store
from nas.store.trainings import TrainingEpochRecord, TrainingRecord

__all__ = [
    "DEFAULT_URL",
    "CalibrationRecord",
    "CheckpointRecord",
    "Companion",
    "EpochRecord",
    "EventRecord",
    "ExportRecord",
    "Int8Reading",
    "LayerRecord",
    "RunnerRecord",
    "RunningTrial",
    "Store",
    "StudyRecord",
    "StudySummary",
    "TrainingEpochRecord",
    "TrainingRecord",
    "TrialRecord",
    "default_url",
    "engine_options",
    "masked",
    "prepare_engine",
    "storage_words",
    "with_serving_below",
]
