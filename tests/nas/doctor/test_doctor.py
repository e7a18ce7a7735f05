"""What is wrong with a machine: rules on made-up facts, and the command on this machine."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from earlier_kit import unpack

from nas.cli import main
from nas.doctor import Cluster, Database, Facts, Folder, Gpus, Memory, findings, gather
from nas.store import Store, StudyRecord
from workers.limits import Cores

GIB = 2**30
DISK = Folder("studies", "/home/me/nas_studies", 100 * GIB, 200 * GIB, True)
WELL = Facts(
    cores=Cores(8, 8, None),
    memory=Memory(16 * GIB, None, 12 * GIB),
    shared_memory=Folder("shared memory", "/dev/shm", 8 * GIB, 8 * GIB, True),
    gpus=Gpus(),
    folders=(DISK, replace(DISK, use="cache"), replace(DISK, use="temporary files", path="/tmp")),
    ray_folder="/tmp",
    packages={"python": "3.11.7"},
    lacking=(),
    database=Database("sqlite:///nas.db", "absent"),
    browser="firefox",
)
CARDS = ("NVIDIA H100 80GB HBM3", "NVIDIA H100 80GB HBM3")


def test_nothing_is_wrong_with_a_good_machine() -> None:
    assert findings(WELL) == []


def _disk(use: str, **changes: Any) -> dict[str, Any]:
    changed = [
        replace(folder, **changes) if folder.use == use else folder for folder in WELL.folders
    ]
    return {"folders": tuple(changed)}


def _gpus(**values: Any) -> dict[str, Any]:
    return {"gpus": Gpus(**values)}


WRONG: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("one core", {"cores": Cores(1, 1, None)}, "cores", "one core", "two cores"),
    ("affinity", {"cores": Cores(8, 1, None)}, "cores", "one core", "taskset -cp 0-7 $$"),
    ("quota", {"cores": Cores(8, 8, 1.5)}, "cores", "one core", "--cpus 2"),
    ("memory", {"memory": Memory(16 * GIB, None, GIB // 2)}, "memory", "512 MiB", "end other"),
    ("limit", {"memory": Memory(16 * GIB, GIB, GIB // 4)}, "memory", "256 MiB", "--memory"),
    ("docker's shared memory",
     {"shared_memory": Folder("shared memory", "/dev/shm", 2**26, 2**26, True)},
     "shared memory", "64 MiB of 64 MiB", "--shm-size"),
    ("shared memory in use",
     {"shared_memory": Folder("shared memory", "/dev/shm", 2**20, 8 * GIB, True)},
     "shared memory", "1.0 MiB of 8.0 GiB", "ls -l /dev/shm"),
    ("hidden", _gpus(cards=CARDS, build="CUDA 12.8", visible="CUDA_VISIBLE_DEVICES="),
     "GPU", "hides 2 GPUs", "unset CUDA_VISIBLE_DEVICES"),
    ("hidden by -1", _gpus(cards=CARDS[:1], build="CUDA 12.8", visible="CUDA_VISIBLE_DEVICES=-1"),
     "GPU", "hides 1 GPU", "unset CUDA_VISIBLE_DEVICES"),
    ("none to be shown", _gpus(build="CUDA 12.8", visible="CUDA_VISIBLE_DEVICES=0"),
     "GPU", "there is none on this machine", "unset CUDA_VISIBLE_DEVICES"),
    ("built for the CPU", _gpus(visible="CUDA_VISIBLE_DEVICES=0"),
     "GPU", "built for the CPU alone", "unset CUDA_VISIBLE_DEVICES"),
    ("no such card", _gpus(cards=CARDS, build="CUDA 12.8", visible="CUDA_VISIBLE_DEVICES=7"),
     "GPU", "no such GPU among 2", "unset CUDA_VISIBLE_DEVICES"),
    ("ROCm", _gpus(build="ROCm 6.4", visible="HIP_VISIBLE_DEVICES=0"),
     "GPU", "HIP_VISIBLE_DEVICES=0 names a GPU", "unset HIP_VISIBLE_DEVICES"),
    ("cards unused", _gpus(cards=CARDS), "GPU", "2 GPUs here", "--force-reinstall torch"),
    ("driver", _gpus(cards=CARDS, build="CUDA 12.8", error="the driver is too old"),
     "GPU", "PyTorch sees none: the driver is too old", "nvidia-smi"),
    ("broken torch", _gpus(error="libcudart.so.12: cannot open shared object file"),
     "GPU", "libcudart", "--force-reinstall torch"),
    ("refused", _gpus(cards=CARDS, seen=CARDS, build="CUDA 12.8", error="it refuses to work: busy",
                      has_mps=True),
     "GPU", "refuses to work: busy", "nvidia-smi"),
    ("packages", {"lacking": ("numpy>=2.0 (1.26.4 is installed)",)},
     "packages", "numpy>=2.0 (1.26.4 is installed)", "pip install 'numpy>=2.0'"),
    ("sockets", {"ray_folder": "/gpfs/projects/vision/users/somebody/tmp"},
     "Ray", "too long", "RAY_TMPDIR=/tmp"),
    ("database", {"database": Database("postgresql://db/nas", "unreachable", error="refused")},
     "database", "refused", "start its server"),
    ("damaged file", {"database": Database("sqlite:///nas.db", "unreachable", error="malformed")},
     "database", "malformed", "--storage"),
    ("full disk", _disk("studies", free=2**20), "disk", "1.0 MiB are free", "--folder"),
    ("nowhere to write", _disk("studies", is_writable=False),
     "disk", "cannot be written", "--folder"),
    ("Ray's disk", _disk("temporary files", free=3 * GIB), "disk", "95% full", "TMPDIR"),
    ("cluster", {"cluster": Cluster("auto", error="no Ray cluster answers")},
     "cluster", "answers", "ray start --head"),
    ("empty cluster", {"cluster": Cluster("auto", 1)}, "cluster", "no node has a CPU", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "subject", "said", "help"),
    [row[1:] for row in WRONG],
    ids=[row[0] for row in WRONG],
)
def test_each_thing_that_is_wrong_is_told_with_what_helps(
    changes: dict[str, Any], subject: str, said: str, help: str
) -> None:
    (found,) = findings(replace(WELL, **changes))
    assert (found.level, found.subject) == ("wrong", subject)
    assert said in found.said
    assert help in found.help
    assert "\n" not in found.said + found.help


NOTES: list[tuple[str, dict[str, Any], str]] = [
    ("some cores", {"cores": Cores(64, 8, None)},
     "8 of 64 cores are this process's, by its affinity"),
    ("quota", {"cores": Cores(64, 64, 4.0)}, "4 of 64 cores are this process's, by the quota"),
    ("some cards",
     _gpus(cards=CARDS, seen=CARDS[:1], build="CUDA 12.8", has_mps=True,
           visible="CUDA_VISIBLE_DEVICES=1"),
     "CUDA_VISIBLE_DEVICES=1 shows 1 of 2 GPUs"),
    ("no MPS", _gpus(cards=CARDS, seen=CARDS, build="CUDA 12.8"), "take turns"),
    ("no cache", _disk("cache", is_writable=False), "cannot be written"),
    ("older", {"database": Database("sqlite:///nas.db", "older", 3)}, "upgrades it"),
    ("no browser", {"browser": None}, "reports are single files"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), [row[1:] for row in NOTES], ids=[r[0] for r in NOTES])
def test_what_is_only_worth_knowing_is_a_note(changes: dict[str, Any], said: str) -> None:
    (found,) = findings(replace(WELL, **changes))
    assert found.level == "note"
    assert said in found.said


@pytest.mark.parametrize(
    "gpus",
    [
        Gpus(CARDS, CARDS, "CUDA_VISIBLE_DEVICES=0,1", "CUDA 12.8", has_mps=True),
        Gpus((), ("AMD Instinct MI300X",), None, "ROCm 6.4"),
        Gpus((), (), "CUDA_VISIBLE_DEVICES=", None),  # hides what is not there
        Gpus((), (), None, "CUDA 12.8"),
    ],
)
def test_what_is_well_about_cards_is_not_told(gpus: Gpus) -> None:
    assert findings(replace(WELL, gpus=gpus)) == []


def test_no_gpu_is_wrong_where_one_is_asked_for() -> None:
    (found,) = findings(WELL, wants_gpu=True)
    assert (found.level, found.subject) == ("wrong", "GPU")
    seen = replace(WELL, gpus=Gpus(CARDS, CARDS, None, "CUDA 12.8", has_mps=True))
    assert findings(seen, wants_gpu=True) == []
    hidden = replace(WELL, gpus=Gpus(CARDS, (), "CUDA_VISIBLE_DEVICES=", "CUDA 12.8"))
    assert len(findings(hidden, wants_gpu=True)) == 1


def test_what_is_wrong_comes_first() -> None:
    facts = replace(WELL, browser=None, cores=Cores(4, 1, None), ray_folder="/" + 60 * "x")
    assert [finding.level for finding in findings(facts)] == ["wrong", "wrong", "note"]


# This machine


class Told(NamedTuple):
    code: int
    text: str


@pytest.fixture
def doctor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def run(*arguments: str) -> Told:
        with pytest.raises(SystemExit) as ended:
            main(["doctor", *arguments])
        return Told(int(str(ended.value.code)), capsys.readouterr().out)

    return run


def _found(told: Told, subject: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(told.text)["findings"]
    return [finding for finding in found if finding["subject"] == subject]


def test_facts_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_TMPDIR", "/a/place")
    facts = gather(f"sqlite:///{tmp_path}/nas.db", tmp_path / "not" / "yet")
    assert facts.cores.allowed == len(os.sched_getaffinity(0))
    assert 0 < facts.memory.available < facts.memory.total
    assert facts.packages["torch"] == torch.__version__
    assert facts.gpus.seen == () or torch.cuda.is_available()
    assert facts.lacking == ()
    assert facts.ray_folder == "/a/place"
    assert facts.database.state == "absent"
    usage = shutil.disk_usage(tmp_path)
    assert facts.folders[0].total == usage.total and facts.folders[0].is_writable
    assert list(tmp_path.iterdir()) == []  # nothing is made


def test_a_browser_is_looked_for_where_programs_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gather("sqlite://", tmp_path).browser is None
    (tmp_path / "google-chrome").write_text("#!/bin/sh\n")
    (tmp_path / "google-chrome").chmod(0o755)
    assert gather("sqlite://", tmp_path).browser == "google-chrome"


def test_cards_are_those_that_the_driver_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As NVIDIA's program prints them."""
    listed = "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-1f2e)\nGPU 1: Tesla T4 (UUID: GPU-3c4d)\n"
    (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\ncat <<'END'\n{listed}END\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert gather("sqlite://", tmp_path).gpus.cards == ("NVIDIA A100-SXM4-40GB", "Tesla T4")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU to be seen")
def test_a_variable_that_names_no_gpu(doctor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    told = doctor()
    assert told.code == 1
    assert "wrong   GPU: CUDA_VISIBLE_DEVICES=0 names a GPU" in told.text
    assert "-> unset CUDA_VISIBLE_DEVICES" in told.text


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU to be checked")
def test_checks_of_a_gpu_that_is_not_there(doctor: Any) -> None:
    told = doctor("--gpu", "--json")
    assert told.code == 1
    assert [finding["level"] for finding in _found(told, "GPU")] == ["wrong"]
    assert json.loads(told.text)["checks"] == []


def test_a_server_that_does_not_answer(doctor: Any) -> None:
    told = doctor("--storage", "postgresql+psycopg://me:secret@127.0.0.1:1/nas", "--json")
    assert told.code == 1
    (found,) = _found(told, "database")
    assert found["level"] == "wrong" and "127.0.0.1" in found["said"]
    assert "secret" not in told.text


def test_an_address_that_is_none(doctor: Any) -> None:
    told = doctor("--storage", "nas.db", "--json")
    assert told.code == 1
    assert "a storage address reads like" in _found(told, "database")[0]["said"]


def test_a_damaged_file(doctor: Any, tmp_path: Path) -> None:
    (tmp_path / "nas.db").write_bytes(bytes(range(1, 256)) * 40)
    told = doctor("--json")
    assert told.code == 1
    assert "sqlite:///nas.db: " in _found(told, "database")[0]["said"]


def test_a_database_with_studies(
    doctor: Any, store: Store, hand_made: StudyRecord, url: str, tmp_path: Path
) -> None:
    store.close()
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.db")}
    told = doctor("--storage", url, "--json")
    assert json.loads(told.text)["facts"]["database"]["num_studies"] == 1
    assert _found(told, "database") == []
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.db")} == before


def test_a_database_of_an_older_program_is_left_as_it_is(doctor: Any, tmp_path: Path) -> None:
    database = unpack(tmp_path)
    before = database.read_bytes()
    told = doctor("--json")
    assert [finding["level"] for finding in _found(told, "database")] == ["note"]
    assert json.loads(told.text)["facts"]["database"]["state"] == "older"
    assert database.read_bytes() == before
    assert list(tmp_path.glob("*.bak")) == []


def test_a_database_of_a_newer_program(doctor: Any, store: Store, tmp_path: Path, url: str) -> None:
    store.close()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE nas_alembic_version SET version_num = '9999'")
    told = doctor("--storage", url, "--json")
    assert told.code == 1
    assert "newer version" in _found(told, "database")[0]["said"]


def test_a_folder_that_is_not_there(doctor: Any) -> None:
    told = doctor("--storage", "sqlite:////no/such/folder/nas.db", "--json")
    assert told.code == 1
    assert "its folder is not there" in _found(told, "database")[0]["said"]


def test_a_cluster_that_does_not_answer(doctor: Any) -> None:
    told = doctor("--address", "127.0.0.1:1", "--json")
    assert told.code == 1
    (found,) = _found(told, "cluster")
    assert found["level"] == "wrong"
    assert "no Ray cluster answers at 127.0.0.1:1" in found["said"]


def test_little_shared_memory(doctor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.disk_usage

    def usage(path: Any) -> Any:
        return real(path)._replace(total=2**26, free=2**26) if "shm" in str(path) else real(path)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    told = doctor("--json")
    assert told.code == 1
    assert [finding["level"] for finding in _found(told, "shared memory")] == ["wrong"]


def test_one_core() -> None:
    code = "import os, sys; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    code += "from nas.cli import main; main(['doctor', '--json'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    told = Told(done.returncode, done.stdout)
    assert told.code == 1
    assert [finding["level"] for finding in _found(told, "cores")] == ["wrong"]


def test_all_that_is_known_is_printed(doctor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nas.doctor.gather", lambda *_: WELL)
    told = doctor()
    assert told.code == 0
    subjects = {line.split("  ")[0] for line in told.text.splitlines() if line}
    assert subjects >= {"cores", "memory", "GPU", "packages", "database", "disk", "browser"}
    assert told.text.endswith("nothing is wrong\n")


@pytest.mark.parametrize("passed", [True, False])
def test_a_check_that_fails_is_wrong(
    doctor: Any, monkeypatch: pytest.MonkeyPatch, passed: bool
) -> None:
    from workers.gpu_checks import Verdict

    facts = replace(WELL, gpus=Gpus(CARDS, CARDS, None, "CUDA 12.8"))
    verdict = Verdict("nothing_waits", passed, "something waits in each step", {}, 1.0)
    monkeypatch.setattr("nas.doctor.gather", lambda *_: facts)
    monkeypatch.setattr("nas.cli.commands.doctor._checked", lambda: [verdict])
    told = doctor("--gpu")
    assert told.code == (0 if passed else 1)
    word = "ok" if passed else "wrong"
    assert f"{word:<8}nothing_waits: something waits in each step\n" in told.text
