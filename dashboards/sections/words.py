"""Study texts, numbers and choices as people read them, safe to show."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from dashboards.plots.axes import MEASURED_LATENCY, quantity_of, value_of
from nas.store import TrialRecord
from nas.trust.rung_comparison import RungComparison
from search_spaces.measures import LATENCY, measure
from search_spaces.quantities import format_quantity, plural

if TYPE_CHECKING:
    from markupsafe import Markup

    from nas.statistics import Estimate


def label(name: str) -> str:
    """What a measure is called, as an objective or a limit."""
    return measure(name).label


def value_label(name: str, how_timed: str = "measured") -> str:
    """The heading of its values: a latency says how it is known.

    Args:
        how_timed: How that of whole networks is known, see `StudyRecord`.
    """
    if name == MEASURED_LATENCY:
        return f"{how_timed.capitalize()} latency"
    return "Predicted latency" if name == LATENCY else measure(name).label


def best_words(quality: str) -> str:
    """What the network with most of a trained measure is."""
    return f"Highest {measure(quality).in_words}"


def quality_words(quality: str) -> dict[str, str]:
    """What templates call a trained measure: its name, as a heading, and within a sentence."""
    return {
        "quality": quality,
        "quality_label": label(quality),
        "quality_word": measure(quality).in_words,
    }


def validation_words(quality: str) -> str:
    """The title of an axis of a trained measure."""
    return f"Validation {measure(quality).in_words}"


STATES = {
    "COMPLETE": "complete",
    "PRUNED": "stopped early",
    "FAIL": "failed",
    "RUNNING": "running",
    "WAITING": "waiting",
}
"""Trial states as pages say them."""

_NUM_NAMED = 3
"""Trials that a sentence names."""

MISSING = "-"
"""Where a value was not measured."""

_KEPT = "\n\t"


def visible(text: str) -> str:
    """A text whose control and formatting characters are made visible.

    Line feeds and tabs stay; other control characters become Unicode's pictures of them, and what
    would reorder or hide text, or is no character at all, its code, for example `\\u202e`.
    """
    if text.isprintable():
        return text
    # One line break on Windows; its first half alone would be shown as a picture.
    return "".join(map(_visible, text.replace("\r\n", "\n")))


def _visible(character: str) -> str:
    code = ord(character)
    if character in _KEPT or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character
    return chr(0x2400 + code) if code < 0x20 else f"\\u{code:04x}"


def plotly_text(text: str) -> str:
    """A text for Plotly, which reads HTML tags and entities (though not that of a quote)."""
    return escape(" ".join(visible(text).split()), quote=False)


def quantity(trial: TrialRecord, name: str) -> str:
    """A measure with its unit; a dash where it is not known."""
    value = value_of(trial, name)
    return MISSING if value is None else format_quantity(value, quantity_of(name))


def accuracy_in_words(trial: TrialRecord, interval: Estimate | None) -> str:
    """For example `0.8840 ±0.015`: how far its interval goes beyond it, where there is one."""
    if interval is None:
        return quantity(trial, trial.quality)
    beyond = max(interval.high - interval.value, interval.value - interval.low)
    return f"{quantity(trial, trial.quality)} ±{beyond:.3f}"


def latency(trial: TrialRecord) -> str:
    """The latency and how it is known: measured end to end, or else predicted; empty without."""
    if trial.measured is not None:
        return f"{quantity(trial, MEASURED_LATENCY)} {trial.measured.how}"
    return f"{quantity(trial, 'latency_ms')} predicted" if trial.latency_ms is not None else ""


def architecture_lines(trial: TrialRecord) -> list[str]:
    """An architecture in words: what holds for the whole network, then a line for each stage."""
    return [part.strip() for part in trial.description.split(";") if part.strip()]


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def measures(names: Iterable[str]) -> str:
    """Measured quantities within a sentence: `accuracy, FLOPs and latency`."""
    labels = [label(name) for name in names]
    return listed([label.lower() if label[1:].islower() else label for label in labels])


def why_stopped(found: RungComparison) -> str:
    """What a trial that was stopped early was compared with, in a sentence or two."""
    together = "" if len(found.objectives) == 1 else " together"
    said = (
        f"After {plural(found.epochs, 'epoch')} it was compared with "
        f"{plural(len(found.others), 'other trial')} by {measures(found.objectives)}{together}; "
        f"one in {found.reduction_factor} goes on"
    )
    if not found.better:
        return f"{said}. None was as good in each, but others cover more of the front."
    if len(found.better) == 1:
        return f"{said}. Trial {found.better[0]} was as good or better in each."
    names = [str(number) for number in found.better[:_NUM_NAMED]]
    more = len(found.better) - len(names)
    names += [f"{more:,} more"] if more else []
    return f"{said}. Trials {listed(names)} were as good or better in each."


def moment(when: datetime) -> str:
    """`21 November 2026, 22:21 UTC`; a time without zone is UTC, as SQLite gives it back."""
    utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def time_element(when: datetime) -> Markup:
    """The same as an element, which the script of the live pages shows in the reader's own time."""
    from markupsafe import Markup

    exact = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    said = Markup('<time class="moment" datetime="{}">{}</time>')
    return said.format(exact.isoformat(timespec="seconds"), moment(when))


KINDS = {
    "block": "Block",
    "kind": "Head",
    "kernel_size": "Kernel size",
    "dilation": "Dilation",
    "groups": "Groups",
    "width_mult": "Width",
    "resolution_mult": "Resolution",
    "num_blocks": "Blocks in a stage",
    "out_channels": "Channels",
}
"""Headings of kinds of choices; others are called by their name."""


def kind_name(kind: str) -> str:
    """`Kernel size` for `kernel_size`."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def choice_name(choice: str) -> str:
    """`stage 2 · fire squeeze ratio` for `stage2.fire.squeeze_ratio`."""
    place, _, rest = choice.rpartition(".")
    words = [_place(part) for part in place.split(".") if part]
    last = {"width_mult": "width", "resolution_mult": "resolution"}.get(rest, rest)
    last = last.replace("_", " ")
    if not words:
        return last
    return f"{words[0]} · {' '.join([*words[1:], last])}"


def _place(part: str) -> str:
    return f"stage {part[5:]}" if part.startswith("stage") and part[5:].isdecimal() else part
