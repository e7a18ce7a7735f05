"""Studies, trials, learning curves and latency tables in one SQL database."""

from nas.store.address import DEFAULT_URL, engine_options, masked, tune_sqlite
from nas.store.records import EpochRecord, LayerRecord, StudyRecord, StudySummary, TrialRecord
from nas.store.store import Store

__all__ = [
    "DEFAULT_URL",
    "EpochRecord",
    "LayerRecord",
    "Store",
    "StudyRecord",
    "StudySummary",
    "TrialRecord",
    "engine_options",
    "masked",
    "tune_sqlite",
]
