"""What the front's networks make of their channels, as plain values for the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.findings import Findings
from dashboards.words import MISSING
from nas.store import LayerRecord
from nas.store.records import worst_layers


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
