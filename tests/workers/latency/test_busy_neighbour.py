"""A table measured beside a busy process is as the quiet one, or marked (the real thing)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from search_spaces.registry import lower
from workers.latency import Effort, Measurement, Subject, measure, setting_here

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be chosen here"),
]

SUBJECTS = [
    Subject.of_block(lower(name, (16, 16, 16), channels, 1, "relu", ()))
    for name in ("standard", "separable", "shuffle", "fire")
    for channels in (16, 32, 48)
]

_BUSY = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
print("on", flush=True)
while True:
    pass
"""


@contextmanager
def busy_process(core: int) -> Iterator[None]:
    """A process that keeps a core busy."""
    command = [sys.executable, "-c", _BUSY, str(core)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"on\n"
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def pinned(core: int) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _measure(usual_reference_ms: float | None = None) -> dict[str, Measurement]:
    setting = setting_here()
    effort = Effort(max_seconds=0.1)
    found = measure(SUBJECTS, setting, effort, usual_reference_ms=usual_reference_ms)
    return {measured.id: measured for measured in found}


def test_on_the_same_core_the_table_is_marked() -> None:
    core = min(os.sched_getaffinity(0))
    with pinned(core):
        quiet = _measure()
        usual = min(found.reference_ms for found in quiet.values())
        with busy_process(core):
            busy = _measure(usual)
    assert set(busy) == set(quiet)
    for block, found in busy.items():
        as_quiet = abs(found.latency_ms / quiet[block].latency_ms - 1) <= 0.1
        assert not found.is_quiet or as_quiet
    assert not all(found.is_quiet for found in busy.values())


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one core only")
def test_on_another_core_the_table_is_as_the_quiet_one_or_marked() -> None:
    core, other, *_ = sorted(os.sched_getaffinity(0))
    with pinned(core):
        quiet = _measure()
        usual = min(found.reference_ms for found in quiet.values())
        with busy_process(other):
            busy = _measure(usual)
    for block, found in busy.items():
        as_quiet = abs(found.latency_ms / quiet[block].latency_ms - 1) <= 0.1
        assert not found.is_quiet or not quiet[block].is_quiet or as_quiet
