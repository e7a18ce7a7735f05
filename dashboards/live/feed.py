"""What the pages show, read from the store when it has changed, once for all who look."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from dashboards.sections.findings import Findings
from nas.store import EventRecord, Store, StudyRecord
from nas.store.watching import Activity, StudyVersion

MAX_KEPT = 16
"""Studies that are kept in memory; of others it is read anew."""

NUM_EVENTS = 20


@dataclass(frozen=True)
class Snapshot:
    """A study at one moment.

    Attributes:
        findings: What it has found.
        made: What was made of that so far, by name.
        activity: Who trains what, how fast it goes on, and who runs the study: at this very moment.
        events: The latest, the last one first.
    """

    version: StudyVersion
    findings: Findings
    made: dict[str, Any]
    activity: Activity
    events: tuple[EventRecord, ...]

    @property
    def study(self) -> StudyRecord:
        return self.findings.study


@dataclass
class _Known:
    """What was read of a study."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    version: StudyVersion | None = None
    findings: Findings | None = None
    made: dict[str, Any] = field(default_factory=dict)


class Feed:
    """The studies of one database.

    Attributes:
        store: The database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def snapshot(self, study_id: int) -> Snapshot | None:
        """A study as it is now; None where there is none of this id."""
        name = self.store.study_name(study_id)
        if name is None:
            return None
        study = self.store.study(name)
        known = self._of(study_id)
        # One reads a study that has changed; whoever else looks at it waits for that.
        with known.lock:
            # Before what it is the version of: a trial that comes in between is news the next time.
            version = self.store.version(study)
            if known.version is None or known.version != version or known.findings is None:
                same = known.version is not None and known.version.rest == version.rest
                before = known.findings if same else None
                known.findings = Findings.read(self.store, name, before)
                known.version, known.made = version, {}
            findings, made = known.findings, known.made
        events = reversed(self.store.last_events(study, NUM_EVENTS))
        return Snapshot(version, findings, made, self.store.activity(study), tuple(events))

    def _of(self, study_id: int) -> _Known:
        with self._lock:
            known = self._known.setdefault(study_id, _Known())
            self._known.move_to_end(study_id)
            if len(self._known) > MAX_KEPT:
                self._known.popitem(last=False)
            return known
