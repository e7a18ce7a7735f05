"""Whether an experiment goes on with a study of its name, and what differs where it may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nas.config import ExperimentFile
from nas.config.identity import IDENTITY, identity_values
from nas.store import StudyRecord
from search_spaces.errors import SearchError

MAX_SHOWN = 5
"""Differences that a message names; of more it tells the number."""

MAX_VALUE = 60
"""Characters of a value in a message."""

_HINT = "launch the file unchanged to go on, or with --as-new NAME to begin another study"


def require_same(study: StudyRecord, file: ExperimentFile, fingerprint: str) -> ExperimentFile:
    """The file that goes on with a study: what it does not say means what it meant then.

    Values are compared rather than digests: the keys that the study has say which ones came later,
    also those of a user's own blocks.

    Args:
        fingerprint: Of the data set as it is now.

    Raises:
        SearchError: The study searches something else; has each key that differs, with the study's
            value and the file's.
    """
    file = file.as_begun(study.experiment)
    now = identity_values(file.experiment, known=study.experiment)
    changed = list(_differences(_begun(study.experiment), now))
    if changed:
        raise SearchError(f"study {study.name!r} exists with another {_shown(changed)}; {_HINT}")
    if study.dataset_fingerprint != fingerprint:
        came = f"fingerprint {study.dataset_fingerprint} -> {fingerprint}"
        rule = "results on different data are never mixed"
        raise SearchError(f"study {study.name!r} was made on other data: {came}; {rule}; {_HINT}")
    return file


def _begun(values: Mapping[str, Any]) -> dict[str, Any]:
    """What must not change, as it was when a study began; where the data lie may."""
    kept = {key: values[key] for key in IDENTITY if key in values}
    return {**kept, "dataset": {k: v for k, v in values["dataset"].items() if k != "root"}}


def _differences(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """`key: old -> new` for the deepest keys that differ."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in [*before, *(key for key in now if key not in before)]:
            path = f"{place}.{key}" if place else str(key)
            yield from _differences(before.get(key, ...), now.get(key, ...), path)
    elif _are_lists_of_maps(before, now):
        for index, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from _differences(old, new, f"{place}[{index}]")
    elif before != now:
        yield f"`{place}`: {_value(before)} -> {_value(now)}"


def _are_lists_of_maps(before: Any, now: Any) -> bool:
    """Such as stages and blocks; lists of plain values are shown as a whole."""
    both = isinstance(before, list) and isinstance(now, list) and len(before) == len(now)
    return both and all(isinstance(part, Mapping) for part in (*before, *now))


def _shown(differences: list[str]) -> str:
    more = len(differences) - MAX_SHOWN
    return ", ".join(differences[:MAX_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _value(value: Any) -> str:
    if value is ...:
        return "nothing"
    text = " ".join(repr(value).split())
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 3]}..."
