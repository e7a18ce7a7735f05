"""What the pages show, read from the store when it has changed, once for all who look."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from dashboards.findings import Findings
from nas.store import Store, StudyRecord
from nas.store.watching import Activity


@dataclass(frozen=True)
class Snapshot:
    """A study at one moment.

    Attributes:
        version: Differs from that of any moment at which pages show something else.
        activity: Who trains what, how fast it goes on, and who runs the study.
    """

    version: str
    findings: Findings
    activity: Activity
    made: dict[str, Any] = field(default_factory=dict)
    """What was made of it so far, by name."""

    @cached_property
    def study(self) -> StudyRecord:
        return self.findings.study


class Feed:
    """The studies of one database.

    Attributes:
        store: The database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._snapshots: dict[int, Snapshot] = {}
        self._locks: dict[int, threading.Lock] = {}
        self._lock = threading.Lock()

    def snapshot(self, study_id: int, now: datetime) -> Snapshot | None:
        """A study as it is now; None where there is none of this id."""
        with self._lock:
            lock = self._locks.setdefault(study_id, threading.Lock())
        with lock:
            name = self.store.study_name(study_id)
            if name is None:
                return None
            study = self.store.study(name)
            activity = self.store.activity(study)
            version = f"{self.store.version(study)}-{activity.is_lost(now):d}"
            known = self._snapshots.get(study_id)
            if known is None or known.version != version:
                findings = Findings.read(self.store, name)
                known = self._snapshots[study_id] = Snapshot(version, findings, activity)
            return known
