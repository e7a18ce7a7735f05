"""The board that networks must fit: what it has, and what each network of the front takes of it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from dashboards.sections.findings import Findings
from dashboards.sections.words import MISSING, accuracy_in_words, label
from nas.config.constraints import SHORT_FORMS
from nas.config.device import DeviceSpec
from nas.store import StudyRecord, TrialRecord
from search_spaces.measures import BYTES, RAM, int8_of, measure
from search_spaces.quantities import format_quantity


@dataclass(frozen=True)
class Part:
    """A part of a bar.

    Attributes:
        kind: `program`, `runtime` or `network`.
        name: What it is, for people.
        percent: Of the whole bar.
    """

    kind: str
    name: str
    percent: float


@dataclass(frozen=True)
class Bar:
    """What is taken of RAM, or of flash.

    Attributes:
        parts: From the left.
        limit: Where the limit stands, in percent of the bar.
        is_over: Whether it is exceeded.
        words: All that is taken, and of how much.
    """

    parts: tuple[Part, ...]
    limit: float
    is_over: bool
    words: str


@dataclass(frozen=True)
class BoardRow:
    """A network on the board.

    Attributes:
        quality: In float32.
        at_int8: The same in eight bit integers, where that was measured.
        bars: Of RAM and of flash, those that have a budget; None where that is not known.
    """

    number: int
    quality: str
    at_int8: str
    bars: tuple[Bar | None, ...]


@dataclass(frozen=True)
class BoardCard:
    """A board with the networks of the front.

    Attributes:
        words: What it has.
        headings: Of the bars: RAM, flash.
        legend: Kinds of parts, and what they are.
        has_int8: Whether any network was measured in eight bit integers.
    """

    name: str
    words: tuple[str, ...]
    headings: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]
    rows: tuple[BoardRow, ...]
    has_int8: bool


_LEGEND = {
    "program": "the rest of the program", "runtime": "records of the runtime",
    "network": "the network: its maps in RAM, its file in flash",
}  # fmt: skip


def board_card(findings: Findings) -> BoardCard | None:
    """The card of a study's board; None where it has no budget of RAM or flash, or no front yet."""
    sizes = board_sizes(findings.study)
    if not sizes or not findings.front:
        return None
    spec = _device(findings.study)
    int8 = int8_of(findings.quality)
    rows = tuple(_row(findings, trial, sizes, int8) for trial in findings.front)
    shown = {part.kind for row in rows for bar in row.bars if bar for part in bar.parts}
    return BoardCard(
        spec.in_words if spec else "The device", _words(sizes), tuple(map(label, sizes)),
        tuple((kind, name) for kind, name in _LEGEND.items() if kind in shown), rows,
        has_int8=any(int8 in trial.own for trial in findings.front),
    )  # fmt: skip


Sizes = dict[str, tuple[float, float, float]]
"""For each measure with a budget: bytes in all, of the rest of the program, and the budget."""


def board_sizes(study: StudyRecord) -> Sizes:
    """What is limited of RAM and flash with TensorFlow Lite Micro."""
    spec = _device(study)
    sizes = spec.sizes() if spec and spec.runtime == "tflite_micro" else {}
    limits = {limit.quantity: limit.value for limit in study.limits if not limit.is_lower}
    found: Sizes = {}
    for short, name in SHORT_FORMS.items():
        if name in limits:
            whole, program = sizes.get(short, (limits[name], 0.0))
            found[name] = (max(whole, program + limits[name]), program, limits[name])
    return found


def _device(study: StudyRecord) -> DeviceSpec | None:
    try:
        given = study.experiment.get("device")
        return DeviceSpec.model_validate(given) if given else None
    except ValidationError:
        return None  # of a board that was known when the study began


def _words(sizes: Sizes) -> tuple[str, ...]:
    said = []
    for name, (whole, program, budget) in sizes.items():
        text = f"{measure(name).in_words} {BYTES.write(whole)}"
        if program:
            text += f", of which {BYTES.write(program)} are for the rest of the program"
        if budget < whole - program:
            text += f"; networks may take {BYTES.write(budget)}"
        said.append(text)
    return tuple(said)


def _row(findings: Findings, trial: TrialRecord, sizes: Sizes, int8: str) -> BoardRow:
    return BoardRow(
        trial.number, accuracy_in_words(trial, findings.accuracy_interval(trial)),
        format_quantity(trial.own[int8], findings.quality) if int8 in trial.own else MISSING,
        tuple(_bar(findings, trial, name, *found) for name, found in sizes.items()),
    )  # fmt: skip


def _bar(
    findings: Findings, trial: TrialRecord, name: str, whole: float, program: float, budget: float
) -> Bar | None:
    """None where it is not known what a network takes."""
    taken = trial.own.get(name)
    if taken is None:
        return None
    plan = findings.plans.get(trial.number)
    kept = plan.arena.kept if plan is not None and name == RAM else 0
    full = max(whole, program + taken)
    shares = [
        ("program", program), ("runtime", kept), ("network", taken - kept),
    ]  # fmt: skip
    parts = tuple(
        Part(kind, f"{_LEGEND[kind]}: {BYTES.write(size)}", 100 * size / full)
        for kind, size in shares
        if size > 0
    )
    words = f"{BYTES.write(taken)} of {BYTES.write(budget)}"
    return Bar(parts, 100 * (program + budget) / full, taken > budget, words)
