"""What eight bit integers cost the networks of a front, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nas.store import Int8Reading, StudyRecord, TrialRecord
from nas.store.results import pareto_front
from search_spaces.measures import int8_of, measure


def difference_in_words(reading: Int8Reading) -> str:
    """For example `-0.0030 [-0.0071, +0.0011]`: int8 less float32, and its 95% interval."""
    return f"{reading.difference:+.4f} [{reading.low:+.4f}, {reading.high:+.4f}]"


def difference_in_short(reading: Int8Reading) -> str:
    """For example `-0.0030 ±0.0041`: the difference, and how far its interval goes beyond it."""
    beyond = max(reading.high - reading.difference, reading.difference - reading.low)
    return f"{reading.difference:+.4f} ±{beyond:.4f}"


def reading_in_words(reading: Int8Reading, quality: str) -> str:
    """For example `accuracy in int8 0.8810, to float32 -0.0030 [-0.0071, +0.0011]`."""
    word = measure(int8_of(quality)).in_words
    return f"{word} {reading.value:.4f}, to float32 {difference_in_words(reading)}"


def is_guided_by_int8(study: StudyRecord) -> bool:
    """Whether what guided the search was read in integers."""
    return (study.experiment.get("proxy") or {}).get("precision") == "int8"


def max_drop(study: StudyRecord) -> float | None:
    """What integers may cost a network; None where the file says nothing of it."""
    found = (study.experiment.get("device") or {}).get("max_drop")
    return None if found is None else float(found)


def beyond_max_drop(study: StudyRecord, trials: Iterable[TrialRecord]) -> list[TrialRecord]:
    """Those of some networks that lose more than `max_drop`."""
    most = max_drop(study)
    return [
        trial
        for trial in trials
        if most is not None and trial.int8 is not None and -trial.int8.difference > most
    ]


def said(study: StudyRecord, trials: Iterable[TrialRecord]) -> list[str]:
    """What is to be told below a table of some networks, a sentence a line."""
    shown = [trial for trial in trials if trial.int8 is not None]
    word = measure(study.quality).in_words
    lines = []
    if is_guided_by_int8(study):
        lines.append(f"The search was guided by {word} as read in int8.")
    if not shown:
        return lines
    most = max_drop(study)
    if most is not None:
        beyond = [
            f"{trial.number} ({difference_in_words(trial.int8)})"
            for trial in beyond_max_drop(study, shown)
            if trial.int8 is not None
        ]
        costs = f"Int8 costs more than `max_drop` ({most:g}): {', '.join(beyond)}."
        lines.append(costs if beyond else f"Int8 costs no network more than `max_drop` ({most:g}).")
    return lines


def as_json(study: StudyRecord, trials: Iterable[TrialRecord]) -> dict[str, Any]:
    """As `--json` prints it beside the front; empty where the file has no `max_drop`."""
    most = max_drop(study)
    if most is None:
        return {}
    front = pareto_front(trials, study.objectives, study.limits)
    numbers = [trial.number for trial in beyond_max_drop(study, front)]
    return {"max_drop": most, "beyond_max_drop": numbers}
