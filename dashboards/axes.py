"""The axis of each cost in figures."""

from __future__ import annotations

AXES = {
    "flops": ("FLOPs (multiply-adds)", 1.0, "~s"),
    "params": ("Parameters", 1.0, "~s"),
    "latency_ms": ("Latency (ms)", 1.0, "~g"),
    "peak_activation_bytes": ("Peak activations (KiB)", 2.0**10, ",~r"),
    "weight_bytes": ("Weights (KiB)", 2.0**10, ",~r"),
}
"""Title, unit and number format of each cost's axis."""
