"""The checks of a card, in the order in which they are run."""

from __future__ import annotations

from workers.gpu_checks.check import Check
from workers.gpu_checks.processes import assertion_survived, memory_shortage_survived
from workers.gpu_checks.timings import busy_card_told, timings_repeat
from workers.gpu_checks.training import (
    checkpoints_travel,
    float32_is_exact,
    graph_is_eager,
    memory_stays_flat,
    nothing_waits,
)

CHECKS = {
    check.name: check
    for check in (
        Check(
            "graph_is_eager", "a captured step computes what the plain one does", graph_is_eager, 20
        ),
        Check("float32_is_exact", "float32 on the card has all its digits", float32_is_exact, 2),
        Check("nothing_waits", "the CPU waits at the ends of epochs alone", nothing_waits, 10),
        Check("memory_stays_flat", "forty trials leave nothing behind", memory_stays_flat, 30),
        Check(
            "memory_shortage_survived", "training goes on after memory ran out",
            memory_shortage_survived, 20,
        ),
        Check(
            "assertion_survived", "an assertion on the card ends its own process alone",
            assertion_survived, 15,
        ),
        Check("checkpoints_travel", "a state goes to the CPU and back", checkpoints_travel, 5),
        Check("timings_repeat", "latencies measured twice are equal", timings_repeat, 10),
        Check("busy_card_told", "a busy card moves no latency unnoticed", busy_card_told, 20),
    )
}  # fmt: skip
