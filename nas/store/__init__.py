"""Studies, trials, learning curves and latency tables in one SQL database."""

from nas.store.records import EpochRecord, StudyRecord, StudySummary, TrialRecord
from nas.store.store import DEFAULT_URL, Store, engine_options, masked

__all__ = [
    "DEFAULT_URL",
    "EpochRecord",
    "Store",
    "StudyRecord",
    "StudySummary",
    "TrialRecord",
    "engine_options",
    "masked",
]
