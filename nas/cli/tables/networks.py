"""Networks as tables for a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from nas.cli.tables.columns import print_table
from nas.cli.targets import Target
from nas.store.records import TrialRecord
from nas.terminal import terminal
from search_spaces.graphs.cost import Cost, cost
from search_spaces.graphs.description import Line, Section, block_lines, sections, shape_text
from search_spaces.graphs.primitives import Conv, Linear
from search_spaces.measures import measure
from search_spaces.quantities import format_quantity, plural

if TYPE_CHECKING:
    from nas.store import LayerRecord

PLAIN_WIDTH = 120
TRACEBACK_LINES = 6
NUM_WORST = 5
CONVENTION = "multiply-adds, counted once; bias, norm, activation, pooling and joins count zero"

_COMPARED = ("params", "flops", "weight_bytes", "peak_activation_bytes")
_COLUMNS = ("layer", "type", "in → out", "params", "FLOPs", "KiB", "field")


def console() -> Console:
    """Standard output; where that is no terminal, wide enough for exact numbers."""
    # Who sets COLUMNS has said how wide it shall be.
    plain = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return terminal(width=PLAIN_WIDTH if plain else None)


def print_network(target: Target, *, by_block: bool, every_layer: bool) -> None:
    """The layers of a network, or its blocks, and the sums."""
    screen = console()
    network = target.network
    if by_block:
        parts = [Section("", "", tuple(block_lines(network)))]
    else:
        parts = sections(network, every_layer=every_layer)
    shapes = f"{shape_text(network.in_shape)} → {shape_text(network.out_shape)}"
    screen.print(f"{target.name}: {shapes}")
    _print_layers(screen, parts)
    _print_totals(screen, cost(network))
    if not every_layer and not by_block:
        screen.print("Norm, activation and dropout stand with their layer; --layers lists each.")
    if target.diagnostics:
        _print_diagnostics(screen, target.diagnostics, every_layer=every_layer)
    if target.choices:
        screen.print("Choices: " + ", ".join(f"{k}={v}" for k, v in target.choices.items()))
    # The same sentence as on the pages: one place words it.
    if target.stopped is not None:
        from dashboards.sections.words import why_stopped

        screen.print(f"Stopped early. {why_stopped(target.stopped)}")
    if target.failed is not None:
        _print_failure(screen, target.failed, target.traceback)


def _print_failure(screen: Console, trial: TrialRecord, traceback: str | None) -> None:
    """Why a trial failed, and the last lines of its traceback."""
    tries = f", tried {trial.retries + 1} times" if trial.retries else ""
    screen.print(f"Failed after {plural(trial.epochs, 'epoch')}{tries}: {trial.failure}")
    lines = (traceback or "").rstrip().splitlines()
    if lines:
        for line in lines[-TRACEBACK_LINES:]:
            screen.print(f"  {line}")
        screen.print(f"The whole traceback has {len(lines)} lines; --json shows it.")


def _print_diagnostics(
    screen: Console, layers: Sequence[LayerRecord], *, every_layer: bool
) -> None:
    """What the training made of the channels: of all convolutions, or of the worst."""
    from nas.store.records import worst_layers

    shown = layers if every_layer else worst_layers(layers, NUM_WORST)
    names = ("channels", "dead", "correlation", "rank")
    rows = [
        [
            layer.layer, str(layer.num_channels), f"{layer.dead_share:.0%}",
            "-" if layer.mean_correlation is None else f"{layer.mean_correlation:.2f}",
            f"{layer.effective_rank:.1f}",
        ]
        for layer in shown
    ]  # fmt: skip
    screen.print()
    columns = [("channels at work", "left"), *((name, "right") for name in names)]
    print_table(columns, rows, screen=screen)
    if len(shown) < len(layers):
        screen.print(
            f"The {len(shown)} of {len(layers)} convolutions with the least of their channels at "
            "work, on validation images; --layers lists all."
        )


def _print_layers(screen: Console, parts: Sequence[Section]) -> None:
    """All layers; where they do not fit, numbers have three digits."""
    columns = [*((name, "left") for name in _COLUMNS[:3]), *((n, "right") for n in _COLUMNS[3:])]
    rows: list[list[str]] = []
    shorter: list[list[str]] = []
    styles: list[str] = []
    for part in parts:
        if part.heading:
            heading = [part.heading, part.type, *[""] * (len(_COLUMNS) - 2)]
            rows, shorter, styles = [*rows, heading], [*shorter, heading], [*styles, "bold"]
        lines = [(line, bool(part.heading), "") for line in part.lines]
        lines += [(part.repeats, False, "italic")] if part.repeats else []
        for line, indent, style in lines:
            rows.append([*_cells(line, True, indent=indent)])
            shorter.append([*_cells(line, False, indent=indent)])
            styles.append(style)
    print_table(columns, rows, shorter=shorter, styles=styles, screen=screen)


def _cells(line: Line, exact: bool, *, indent: bool) -> Iterable[str]:
    arrow = " → " if exact else "→"
    yield f"  {line.name}" if indent else line.name
    yield line.what if exact else line.what.replace(", ", "+")
    yield arrow.join((shape_text(line.in_shape), shape_text(line.out_shape)))
    for name in ("params", "flops"):
        value = getattr(line, name)
        yield (f"{value:,}" if exact else format_quantity(value, name)) if value else ""
    kib = line.activation_bytes / 1024
    rounded = f"{kib:.0f}" if kib >= 1000 else f"{kib:.3g}"
    yield f"{kib:,.2f}".rstrip("0").rstrip(".") if exact else rounded
    yield str(line.receptive_field)


def _print_totals(screen: Console, total: Cost) -> None:
    weights = format_quantity(total.weight_bytes, "weight_bytes")
    peak = format_quantity(total.peak_activation_bytes, "peak_activation_bytes")
    field = f"{total.receptive_field} pixels, in steps of {total.receptive_stride:g}"
    rows = (
        ("parameters", f"{total.params:,}, {weights}"),
        ("FLOPs", f"{total.flops:,}"),
        ("peak memory", peak),
        ("receptive field", field),
        ("arithmetic intensity", f"{total.arithmetic_intensity:.3g} FLOPs per byte moved"),
    )
    screen.print("\n" + "\n".join(f"{name:<21} {value}" for name, value in rows))
    screen.print(f"FLOPs are {CONVENTION}. Bytes are those of float32 and one image.")


def print_comparison(targets: Sequence[Target]) -> None:
    """Networks side by side, a column for each; factors are to the first one."""
    costs = [cost(target.network) for target in targets]
    rows = [
        ["input", *(shape_text(target.network.in_shape) for target in targets)],
        ["weight layers", *(str(_weight_layers(target)) for target in targets)],
    ]
    for name in _COMPARED:
        values = [getattr(total, name) for total in costs]
        texts = [format_quantity(value, name) for value in values]
        factors = [f" {value / values[0]:>5.2f}x" if values[0] else "" for value in values]
        told = [f"{t}{f}" for t, f in zip(texts, factors, strict=True)]
        rows.append([measure(name).in_words, *told])
    rows.append(["receptive field", *(str(total.receptive_field) for total in costs)])
    rows.append(["FLOPs per byte moved", *(f"{c.arithmetic_intensity:.3g}" for c in costs)])
    screen = console()
    print_table([("", "left"), *((t.name, "right") for t in targets)], rows, screen=screen)
    screen.print(f"FLOPs are {CONVENTION}. Factors are to the first. Float32, one image.")


def _weight_layers(target: Target) -> int:
    ops = (node.op for _, _, node in target.network.layers())
    return sum(isinstance(op, Conv | Linear) for op in ops)
