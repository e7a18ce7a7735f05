"""MobileNet v1 on a microcontroller: our figures beside those that a vendor publishes.

    python -m benchmarks.mobilenet_on_device

Flash is compared as the bytes of weights and biases, which is what the vendor tells; RAM as the
bytes of maps and scratch space. Each network is also written, with random weights, and run in
TensorFlow Lite Micro, whose own figures stand beside.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch

from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.networks import reference_network
from search_spaces.tflite.arena import planned_bytes, spans
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.memory_plan import MemoryPlan
from search_spaces.tflite.program import Program
from workers.quantisation import Asked, post_training_quantised, run_files


class Case(NamedTuple):
    """A network, and the vendor's figures in KiB by the version of its tool; see `PUBLISHED`.

    Attributes:
        weights: Of weights and biases, the same in all versions.
        activations: By version.
    """

    width_mult: float
    resolution: int
    in_channels: int
    num_classes: int
    weights: float | None = None
    activations: tuple[tuple[str, float], ...] = ()

    @property
    def network(self) -> Network:
        return reference_network("mobilenet_v1", **{
            "width_mult": self.width_mult, "resolution": self.resolution,
            "in_channels": self.in_channels, "num_classes": self.num_classes,
        })  # fmt: skip

    @property
    def name(self) -> str:
        side = self.resolution
        return f"{self.width_mult:g}, {side}x{side}x{self.in_channels}, {self.num_classes} classes"


PUBLISHED = (
    Case(0.25, 96, 3, 5, 214.69, (("7", 39.56), ("8.1", 50.2), ("10.0", 66.96))),
    Case(0.25, 96, 1, 5, 214.55, (("7", 38.64), ("8.1", 41.21), ("10.0", 52.8))),
    Case(0.25, 224, 3, 5, 214.69, (("10.0", 272.96),)),
    Case(0.5, 224, 3, 5, 812.61, (("7", 404.28), ("8.1", 404.66), ("10.0", 449.58))),
    Case(0.25, 224, 3, 1000, 467.33, (("10.0", 272.96),)),
    Case(0.5, 224, 3, 1000, 1314.0, (("10.0", 431.07),)),
    Case(1.0, 224, 3, 1000, 4157.09, (("10.0", 1331.13),)),
)
"""STMicroelectronics' model zoo, MobileNet v1 in int8 on an STM32H7: the tables of its README files
(flowers has five classes, ImageNet a thousand), by version of STM32Cube.AI."""

OURS = (Case(0.25, 96, 1, 2), Case(0.25, 96, 1, 1001))


def without_pads(program: Program) -> Program:
    """The same where TensorFlow's own padding is what a network is trained with: no `PAD`."""
    before = {o.output: o.inputs[0] for o in program.operators if o.kind == "PAD"}
    kept = tuple(
        operator._replace(inputs=tuple(before.get(i, i) for i in operator.inputs))
        for operator in program.operators
        if operator.kind != "PAD"
    )
    return replace(program, operators=kept)


def largest_map(program: Program) -> int:
    """What a planner needs that lets the output of each layer lie over its input."""
    return max(span.num_bytes for span in spans(program))


def alive_at_once(program: Program) -> int:
    """The most bytes that are there at one step; no planner is below without overlap."""
    needed = spans(program)
    return max(
        sum(span.num_bytes for span in needed if span.first <= step <= span.last)
        for step in range(1, len(program.operators) + 1)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = {case.name: row(case) for case in (*OURS, *PUBLISHED)}
    if options.json:
        print(json.dumps(found))
    else:
        _print(found)


def row(case: Case) -> dict[str, Any]:
    """Bytes of one network as we write it, and the vendor's KiB, None where there are none."""
    network = case.network
    plan, program = MemoryPlan(network), lowered(network)
    plain = without_pads(program)
    model = post_training_quantised(network, build_module(network).eval(), None, None)
    assert model.arena is not None
    image = np.zeros((1, case.resolution, case.resolution, case.in_channels), np.int8)
    (ran,) = run_files([Asked(model.data, image, 1, 2 * model.arena.total)])
    assert ran.arena["total"] == model.arena.total and ran.arena["head"] == plan.arena.planned
    return {
        "weights and biases": sum(step.weight_bytes for step in plan.steps),
        "published weights": case.weights,
        "file": len(model.data),
        "arena": ran.arena["total"],
        "maps": ran.arena["head"],
        "without PAD": planned_bytes(spans(plain)),
        "alive then": alive_at_once(plain),
        "largest map": largest_map(plain),
        "published maps": dict(case.activations) or None,
    }


def _print(found: dict[str, dict[str, Any]]) -> None:
    columns = list(next(iter(found.values())))
    print(f"| network | {' | '.join(columns)} |")
    print("|---|" + "---|" * len(columns))
    for name, values in found.items():
        print(f"| {name} | {' | '.join(map(_cell, values.values()))} |")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{kib:g} ({version})" for version, kib in value.items())
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else _kib(value)


def _kib(num_bytes: int) -> str:
    return f"{num_bytes / 1024:.2f}"


if __name__ == "__main__":
    main()
