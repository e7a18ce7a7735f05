"""What happens to a study: told to whoever watches, and kept as events in the database."""

from __future__ import annotations

from typing import Any

from nas.runner.observer import Observer
from nas.store import Store, StudyRecord


class Journal:
    """Tells and keeps."""

    def __init__(self, store: Store, study: StudyRecord, observer: Observer) -> None:
        self._store, self._study, self._observer = store, study, observer

    def tell(self, kind: str, text: str, trial: int | None = None) -> None:
        """One line that people are told now and can look up later."""
        self._observer.message(text)
        self.keep(kind, text, trial)

    def keep(self, kind: str, text: str, trial: int | None = None, **data: Any) -> None:
        """One line that can be looked up later."""
        self._store.add_event(self._study, kind, text, trial, data)
