"""What a container leaves of a machine, by the files of both versions of control groups."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workers.limits import Cores, cores_here, memory_limit, num_cores
from workers.memory import available_bytes

MIB = 2**20


def _tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("cores", "usable"),
    [
        (Cores(8, 8, None), 8),
        (Cores(8, 2, None), 2),
        (Cores(8, 8, 3.5), 3),
        (Cores(8, 2, 3.5), 2),
        (Cores(8, 8, 0.5), 1),
    ],
)
def test_the_smallest_of_all_limits_counts(cores: Cores, usable: int) -> None:
    assert cores.usable == usable


V2 = {"proc/self/cgroup": "0::/\n"}
V1 = {"proc/self/cgroup": "5:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n1:name=systemd:/\n"}


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({**V2, "sys/fs/cgroup/cpu.max": "150000 100000\n"}, 1.5),
        ({**V2, "sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        (V2, None),
        ({}, None),
        # A service: each group above it limits it as well.
        (
            {
                "proc/self/cgroup": "0::/system.slice/nas.service\n",
                "sys/fs/cgroup/system.slice/cpu.max": "200000 100000\n",
                "sys/fs/cgroup/system.slice/nas.service/cpu.max": "max 100000\n",
            },
            2.0,
        ),
        # A container that sees its group under another name than the host.
        (
            {
                **V1,
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "400000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            4.0,
        ),
        (
            {
                **V1,
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            None,
        ),
        ({**V2, "sys/fs/cgroup/cpu.max": "rubbish"}, None),
        ({**V2, "sys/fs/cgroup/cpu.max": "100000 0"}, None),
    ],
)
def test_quota_of_cores(files: dict[str, str], quota: float | None, tmp_path: Path) -> None:
    assert cores_here(_tree(tmp_path, files)).quota == quota


@pytest.mark.parametrize(
    ("files", "most", "left"),
    [
        (
            {
                **V2,
                "sys/fs/cgroup/memory.max": f"{512 * MIB}\n",
                "sys/fs/cgroup/memory.current": f"{400 * MIB}\n",
                "sys/fs/cgroup/memory.stat": f"anon 1\ninactive_file {100 * MIB}\nactive_file 2\n",
            },
            512,
            212,  # files that nobody has looked at for long make room
        ),
        (
            {
                **V1,
                "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{256 * MIB}\n",
                "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{200 * MIB}\n",
                "sys/fs/cgroup/memory/memory.stat": f"total_inactive_file {16 * MIB}\n",
            },
            256,
            72,
        ),
    ],
)
def test_limit_of_memory(files: dict[str, str], most: int, left: int, tmp_path: Path) -> None:
    limit = memory_limit(_tree(tmp_path, files))
    assert limit is not None
    assert (limit.most / MIB, limit.left / MIB) == (most, left)


@pytest.mark.parametrize("most", ["max", "9223372036854771712"])
def test_what_is_no_limit(most: str, tmp_path: Path) -> None:
    files = {
        **V1,
        "sys/fs/cgroup/memory/memory.limit_in_bytes": most,
        "sys/fs/cgroup/memory/memory.usage_in_bytes": "1",
    }
    assert memory_limit(_tree(tmp_path, files)) is None


def test_the_tightest_of_several_groups_counts(tmp_path: Path) -> None:
    files = {"proc/self/cgroup": "0::/a/b\n"}
    for group, most, used in (("a", 1000, 900), ("a/b", 500, 100)):
        files[f"sys/fs/cgroup/{group}/memory.max"] = str(most)
        files[f"sys/fs/cgroup/{group}/memory.current"] = str(used)
    limit = memory_limit(_tree(tmp_path, files))
    assert limit is not None and limit.left == 100


def test_this_process() -> None:
    assert 1 <= num_cores() <= len(os.sched_getaffinity(0))


def test_a_container_has_no_more_memory_than_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux tells the machine's memory also within a container, where a process is then killed."""
    files = {**V2, "sys/fs/cgroup/memory.max": "3000", "sys/fs/cgroup/memory.current": "1000"}
    limit = memory_limit(_tree(tmp_path, files))
    monkeypatch.setattr("workers.memory.memory_limit", lambda: limit)
    assert available_bytes() == 2000
    monkeypatch.setattr("workers.memory.memory_limit", lambda: None)
    assert available_bytes() > 2000
