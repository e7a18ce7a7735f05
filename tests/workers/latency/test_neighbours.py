"""Whether others used the processor: by hand, and with a real busy process."""

import os
import subprocess
import sys
import time

import pytest

from workers.latency.noise import NOTHING, Moment, is_alone


@pytest.mark.parametrize(
    ("spent", "alone"),
    [
        (Moment(10.0, 10.0, 10.0, 10.0), True),
        (Moment(10.0, 9.6, 9.6, 9.6), True),
        (Moment(10.0, 9.4, 9.4, 10.0), False),  # the core was shared
        (Moment(10.0, 10.0, 10.0, 24.9), True),  # of three other cores, less than half was used
        (Moment(10.0, 10.0, 10.0, 25.1), False),
        (Moment(10.0, 10.0, 20.0, 25.1), True),  # ten of these seconds were another thread of ours
        (Moment(10.0, 10.0, 10.0, None), True),  # the system does not tell
    ],
)
def test_alone_on_four_cores(spent: Moment, alone: bool) -> None:
    assert is_alone(spent, num_threads=1, num_cores=4) is alone


def test_spells_are_added_counter_by_counter() -> None:
    first = Moment(5.0, 4.0, 4.5, 9.0).since(Moment(1.0, 1.0, 1.0, 2.0))
    assert first == Moment(4.0, 3.0, 3.5, 7.0)
    assert NOTHING.and_then(first).and_then(first) == Moment(8.0, 6.0, 7.0, 14.0)
    assert first.and_then(Moment(1.0, 1.0, 1.0, None)).busy_s is None


def test_where_all_cores_are_ours_only_the_own_share_counts() -> None:
    assert is_alone(Moment(10.0, 10.0, 10.0, 90.0), num_threads=4, num_cores=4)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be chosen here")
def test_a_busy_process_on_the_same_core_is_seen() -> None:
    """Both share one core, and so this thread gets about half of it."""
    before = os.sched_getaffinity(0)
    core = min(before)
    busy = "import os, sys\nos.sched_setaffinity(0, {int(sys.argv[1])})\nprint('on', flush=True)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{busy}while True: pass", str(core)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == b"on\n"
        os.sched_setaffinity(0, {core})
        start = Moment.now()
        while time.perf_counter() < start.wall_s + 1.0:
            pass
        assert not is_alone(Moment.now().since(start), num_threads=1)
    finally:
        os.sched_setaffinity(0, before)
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
