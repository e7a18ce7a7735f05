"""The card of one network, and what it makes of its channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.networks.diagram import diagram
from dashboards.networks.diagram_colors import ON_PAGE
from dashboards.networks.memory_figure import memory_figure, memory_words
from dashboards.plots.axes import MEASURED_LATENCY
from dashboards.plots.curves import small_curve
from dashboards.sections.findings import Findings
from dashboards.sections.words import (
    MISSING,
    STATES,
    accuracy_in_words,
    architecture_lines,
    label,
    quality_words,
    quantity,
    value_label,
    why_stopped,
)
from dashboards.templating import fill
from nas.quantisation.told import difference_in_words
from nas.store import EpochRecord, LayerRecord, Store, StudyRecord, TrialRecord
from nas.store.records import worst_layers
from nas.store.results import excess, measured_in_words, tied_with, ties_in_words
from nas.trust.confirmed import (
    mean_in_words,
    other_images_in_words,
    probability_in_words,
    verdict_in_words,
)
from search_spaces.errors import GraphError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.description import (
    Line,
    classes_in_words,
    input_in_words,
    sections,
    shape_text,
)
from search_spaces.graphs.network import Network
from search_spaces.measures import FLASH, LATENCY, RAM, int8_of
from search_spaces.quantities import format_duration, format_quantity, plural
from search_spaces.tflite.memory_plan import memory_plan

WIDE = 2.4
"""Width over height of the drawing, as a card has room for it."""


@dataclass(frozen=True)
class CardContent:
    """What the store knows of a trial beyond its row.

    Attributes:
        network: Its architecture.
        layers: Diagnostics of its convolutions; none where it was not trained to the end.
        curve: Its learning curve.
        traceback: Of a failure.
    """

    network: Network
    layers: Sequence[LayerRecord]
    curve: Sequence[EpochRecord]
    traceback: str | None = None

    @classmethod
    def read(cls, store: Store, findings: Findings, trial: TrialRecord) -> CardContent:
        """Reads what belongs to a trial of `findings`."""
        failed = trial.state == "FAIL"
        return cls(
            store.network(trial.architecture),
            findings.layers.get(trial.number) or store.layers(findings.study, trial.number),
            findings.curve(trial.number),
            store.traceback(findings.study, trial.number) if failed else None,
        )


def card_html(
    findings: Findings, trial: TrialRecord, content: CardContent, export_command: str
) -> str:
    """The card as HTML to be put into an element; its drawings follow the page's colours.

    Args:
        export_command: What the reader may copy to get the network as code.
    """
    from markupsafe import Markup

    name = f"trial {trial.number}"
    drawn = diagram(name, content.network, ON_PAGE, with_heading=False, aspect=WIDE)
    max_epochs = findings.setting("fidelity", "max_epochs")
    return fill(
        "card.html.j2",
        **quality_words(findings.quality),
        trial=trial,
        state=STATES.get(trial.state, trial.state),
        badges=_badges(findings, trial),
        lines=architecture_lines(trial),
        facts=_facts(findings, trial, content.network),
        failure=trial.failure,
        stopped=_stopped(findings, trial),
        traceback=content.traceback,
        curve=Markup(small_curve(content.curve, max_epochs, quality=findings.quality)),
        epochs=_epochs(trial, content.curve),
        latency=_latency(findings, trial),
        again=_again(findings, trial),
        int8=_int8(trial),
        diagram=Markup(drawn),
        memory=_memory(findings, content.network),
        sections=[_section(section) for section in sections(content.network)],
        channel_summary=summary(content.layers) if content.layers else None,
        channels=[_channels(layer) for layer in content.layers],
        command=export_command,
        has_weights=trial.state in ("COMPLETE", "PRUNED"),
        feeding=_feeding(findings.study),
    )


def _badges(findings: Findings, trial: TrialRecord) -> list[str]:
    shown = [
        ("knee", trial == findings.knee),
        ("on the front", trial.number in findings.on_front),
        ("outside limits", excess(trial, findings.limits) > 0),
    ]
    return [name for name, holds in shown if holds]


def _facts(findings: Findings, trial: TrialRecord, network: Network) -> list[tuple[str, str]]:
    """What stands in large at the top: names and values."""
    total = cost(network)
    shown = (
        [(label(findings.quality), accuracy_in_words(trial, findings.accuracy_interval(trial)))]
        if trial.accuracy is not None
        else []
    )
    shown += [(label(name), quantity(trial, name)) for name in ("flops", "params")]
    # In large stands what is known best; a prediction that was measured has its place below.
    known = MEASURED_LATENCY if trial.measured else LATENCY
    if quantity(trial, known) != MISSING:
        how = trial.measured.how if trial.measured else ""
        shown.append((value_label(known, how), quantity(trial, known)))
    memory = ("peak_activation_bytes", "weight_bytes", RAM, FLASH)
    shown += [(label(n), quantity(trial, n)) for n in memory if quantity(trial, n) != MISSING]
    shown.append(("Receptive field", f"{total.receptive_field} px"))
    return shown


def _memory(findings: Findings, network: Network) -> dict[str, Any] | None:
    """What lies where while it runs in eight bit integers; None where it cannot."""
    from markupsafe import Markup

    try:
        plan = memory_plan(network)
    except GraphError:
        return None
    limits = [limit.value for limit in findings.limits_on(RAM) if not limit.is_lower]
    budget = limits[0] - plan.arena.kept if limits else None
    return {
        "figure": Markup(memory_figure(plan, budget)),
        "words": memory_words(plan),
        "total": format_quantity(plan.arena.total, RAM),
        "kept": format_quantity(plan.arena.kept, RAM),
    }


def _epochs(trial: TrialRecord, curve: Sequence[EpochRecord]) -> str:
    if not curve:
        return ""
    if trial.reused is not None and trial.is_reused:
        where = f"study {trial.reused.study}, trial {trial.reused.number}"
        return f"{plural(curve[-1].epochs, 'epoch')}, trained in {where}"
    spent = format_duration(sum(epoch.train_s for epoch in curve))
    return f"{plural(curve[-1].epochs, 'epoch')}, {spent} of training"


def _stopped(findings: Findings, trial: TrialRecord) -> str | None:
    found = findings.rung_comparisons.of(trial.number) if trial.state == "PRUNED" else None
    return why_stopped(found) if found else None


def _latency(findings: Findings, trial: TrialRecord) -> dict[str, str] | None:
    """The latency measured end to end beside what the table said."""
    measured = trial.measured
    if measured is None:
        return None
    return {
        "heading": "Measured [95% interval]" if measured.num_runs else "Compiled whole",
        "measured": measured_in_words(measured),
        "predicted": format_quantity(measured.predicted_ms, LATENCY),
        "runs": f"{measured.num_runs:,}" if measured.num_runs else "",
        "quiet": "" if measured.is_quiet else "the device was not quiet meanwhile",
        "ties": ties_in_words(tied_with(trial, findings.measured)),
    }


def _int8(trial: TrialRecord) -> dict[str, str] | None:
    """What it is worth in eight bit integers, beside float32 on the same images."""
    found = trial.int8
    if found is None:
        return None
    return {
        "label": label(int8_of(trial.quality)),
        "value": quantity(trial, int8_of(trial.quality)),
        "float32": format_quantity(found.value - found.difference, trial.quality),
        "difference": difference_in_words(found),
    }


def _again(findings: Findings, trial: TrialRecord) -> dict[str, str] | None:
    """What trainings with other seeds say."""
    network, found = findings.confirmed(trial), findings.confirmation
    if network is None or found is None:
        return None
    verdict = verdict_in_words(network)
    return {
        "epochs": plural(found.max_epochs, "epoch"),
        "seeds": ", ".join(map(str, network.accuracies)),
        "mean": mean_in_words(network),
        "other_images": other_images_in_words(network) if network.on_other_images else "",
        "probability": probability_in_words(network.front_probability),
        "verdict": "" if network.verdict == "front" else f"As far as can be told: {verdict}.",
    }


def _feeding(study: StudyRecord) -> list[tuple[str, str]]:
    """What the network is given and what its outputs mean, as far as that is known."""
    found = study.input_format if study.own_evaluator is None else None
    given = f"{shape_text(study.in_shape)} {input_in_words(found)}" if found else ""
    named = classes_in_words(study.class_names) if study.class_names else ""
    return [(name, said) for name, said in (("Input", given), ("Classes", named)) if said]


def _section(section: Any) -> dict[str, Any]:
    lines = [_line(line) for line in section.lines]
    repeats = [_line(section.repeats)] if section.repeats else []
    return {"heading": section.heading, "type": section.type, "lines": lines + repeats}


def _line(line: Line) -> list[str]:
    """Name, what it is, output, parameters, FLOPs, receptive field."""
    return [
        line.name, line.what, shape_text(line.out_shape),
        format_quantity(line.params, "params") if line.params else "",
        format_quantity(line.flops, "flops") if line.flops else "",
        str(line.receptive_field),
    ]  # fmt: skip


def _channels(layer: LayerRecord) -> dict[str, Any]:
    correlation = layer.mean_correlation
    return {
        "name": layer.layer,
        "num_channels": layer.num_channels,
        "dead": layer.dead_share,
        "correlation": correlation,
        "rank": layer.rank_share,
    }


def channel_rows(findings: Findings) -> list[dict[str, Any]]:
    """A row for each network of the front that was diagnosed: its shares and its worst layers."""
    return [
        {
            "number": trial.number,
            "values": summary(findings.layers[trial.number]),
            "worst": [in_words(layer) for layer in worst_layers(findings.layers[trial.number])],
        }
        for trial in findings.front
        if findings.layers.get(trial.number)
    ]


def summary(layers: Sequence[LayerRecord]) -> list[str]:
    """Dead channels, correlation and effective rank of a network; each channel counts once."""
    channels = sum(layer.num_channels for layer in layers)
    dead = sum(layer.dead_share * layer.num_channels for layer in layers) / channels
    rank = sum(layer.effective_rank for layer in layers) / channels
    measured = [
        (layer.mean_correlation, layer.num_channels)
        for layer in layers
        if layer.mean_correlation is not None
    ]
    weight = sum(count for _, count in measured)
    total = sum(correlation * count for correlation, count in measured)
    return [f"{dead:.1%}", f"{total / weight:.2f}" if weight else MISSING, f"{rank:.0%}"]


def in_words(layer: LayerRecord) -> str:
    """`stage2.0.conv: 3 of 96 dead, rank 20`."""
    dead = round(layer.dead_share * layer.num_channels)
    return f"{layer.layer}: {dead} of {layer.num_channels} dead, rank {layer.effective_rank:.0f}"
