"""The note on a trial, in Markdown: architecture in words, costs, layers, the way to its code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dashboards.sections.words import (
    architecture_lines,
    label,
    measures,
    quantity,
    value_label,
    visible,
)
from nas.store import StudyRecord, TrialRecord
from nas.store.results import measured_in_words, whole_in_words
from search_spaces.graphs.description import (
    Line,
    Section,
    block_lines,
    classes_in_words,
    sections,
    shape_text,
)
from search_spaces.graphs.network import Network
from search_spaces.measures import costs, measure, told_beside
from search_spaces.quantities import format_limit, format_quantity, plural

MAX_LAYERS = 40
"""Of a deeper network a note lists the blocks: Optuna's dashboard reads all notes at once."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+!|~&:@$^-])")


def trial_note(trial: TrialRecord, network: Network, command: str) -> str:
    """The note on a trial that has ended.

    Args:
        command: What exports the trial.
    """
    parts = [_words(trial), _quantities(trial)]
    if trial.state == "FAIL":
        parts += ["**Why it failed**", fenced(trial.failure or "no reason was recorded")]
    parts += [_layers(network), "**As code**", fenced(command, "sh")]
    return "\n\n".join(parts)


def study_note(study: StudyRecord) -> str:
    """The note on a study: data, objectives, budgets, and what its numbers mean."""
    objectives = ", ".join(label(name) for name in study.objectives)
    rows = [("Data set", study.dataset), ("Objectives", objectives)]
    rows += [("Classes", classes_in_words(study.class_names))] if study.class_names else []
    rows += [(f"Limit: {label(limit.quantity)}", format_limit(limit)) for limit in study.limits]
    meaning = (
        f"{label(study.quality)} is that on validation images after a short training. FLOPs are "
        "multiply-adds of "
        "one image, counted once. A trial that is pruned was stopped early, since "
        f"others did better after as many epochs, judged by {measures(study.objectives)}. "
        "A network outside a limit on costs is never trained; one "
        f"outside a limit on {measure(study.quality).in_words} is infeasible."
    )
    return f"{_table(('', ''), rows)}\n\n{literal(meaning)}"


def literal(text: str) -> str:
    """A text as Markdown shows it literally, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(visible(text).split()))


def fenced(text: str, language: str = "") -> str:
    """A text as a block of code, whatever it holds."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{visible(text)}\n{fence}"


def _words(trial: TrialRecord) -> str:
    return "\n".join(f"- {literal(line)}" for line in architecture_lines(trial))


def _quantities(trial: TrialRecord) -> str:
    known = trial.values()
    rows = [
        (value_label(name), quantity(trial, name))
        for name in (trial.quality, *told_beside(trial.quality), *costs())
        if name in known
    ]
    if trial.accuracy is not None:
        # It is the first of the quantities, wherever a trial has one.
        rows[0] = (label(trial.quality), f"{rows[0][1]} after {plural(trial.epochs, 'epoch')}")
    if trial.measured is not None:
        how = whole_in_words(trial.measured.how)
        rows.append((f"Latency {how}", measured_in_words(trial.measured)))
    return _table(("", ""), rows)


def _layers(network: Network) -> str:
    parts = sections(network)
    if sum(len(part.lines) for part in parts) > MAX_LAYERS:
        parts = [Section("", "", tuple(block_lines(network)))]
    rows = [row for part in parts for row in _rows(part)]
    return _table(("Layer", "What", "Output", "Parameters", "FLOPs"), rows)


def _rows(part: Section) -> Iterable[Sequence[str]]:
    lines = (*part.lines, *([part.repeats] if part.repeats else []))
    for line in lines:
        inside = part.heading and line is not part.repeats
        yield _row(f"{part.heading}.{line.name}" if inside else line.name, line)


def _row(name: str, line: Line) -> Sequence[str]:
    params, flops = (
        format_quantity(value, unit) if value else ""
        for value, unit in ((line.params, "params"), (line.flops, "flops"))
    )
    return name, line.what, shape_text(line.out_shape), params, flops


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    marks = ["--:" if column > 2 else "---" for column in range(len(headings))]
    cells = [headings, *([literal(cell) for cell in row] for row in rows)]
    lines = [f"|{'|'.join(row)}|" for row in cells]
    return "\n".join([lines[0], f"|{'|'.join(marks)}|", *lines[1:]])
