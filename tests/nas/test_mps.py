"""MPS by a stand-in of NVIDIA's program: started, used and ended, or said why not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from search_kit import SIX, launch_untrained

from nas.cli import main
from nas.config.search import WorkersSpec
from nas.runner.gpu_share import shared_gpus
from workers.devices.mps import LOGS, PIPES

PARTS = WorkersSpec(gpus_per_trial=0.25)

CONTROL = """#!/bin/sh
echo "$CUDA_MPS_PIPE_DIRECTORY $CUDA_MPS_LOG_DIRECTORY $@" >> "{folder}/calls"
if [ "$1" = -d ]; then
  test -d "$CUDA_MPS_PIPE_DIRECTORY" && test -d "$CUDA_MPS_LOG_DIRECTORY" || exit 9
  {start}
  exit 0
fi
cat >> "{folder}/said"
"""


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for name in (PIPES, LOGS):
        monkeypatch.delenv(name, raising=False)


def _control(folder: Path, start: str = "true") -> None:
    path = folder / "nvidia-cuda-mps-control"
    path.write_text(CONTROL.replace("{folder}", str(folder)).replace("{start}", start))
    path.chmod(0o755)


def test_it_runs_while_trials_do_and_is_ended(tmp_path: Path) -> None:
    _control(tmp_path)
    told: list[str] = []
    with shared_gpus(PARTS, told.append, here=True) as has_mps:
        pipes, logs = os.environ[PIPES], os.environ[LOGS]
        assert has_mps and Path(pipes).is_dir() and len(pipes) < 80
        assert not (tmp_path / "said").exists()
    assert (tmp_path / "calls").read_text() == f"{pipes} {logs} -d\n{pipes} {logs} \n"
    assert (tmp_path / "said").read_text().startswith("quit")
    assert PIPES not in os.environ and LOGS not in os.environ
    assert not Path(pipes).parent.exists() and told == []


def test_it_is_ended_where_the_search_fails(tmp_path: Path) -> None:
    _control(tmp_path)
    with pytest.raises(KeyError), shared_gpus(PARTS, lambda _: None, here=True):
        raise KeyError
    assert (tmp_path / "said").read_text().startswith("quit")
    assert PIPES not in os.environ


def test_where_it_is_not_installed_one_line_says_so(tmp_path: Path) -> None:
    told: list[str] = []
    with shared_gpus(PARTS, told.append, here=True) as has_mps:
        assert not has_mps and PIPES not in os.environ
    (line,) = told
    assert line.startswith("trials that share a GPU take turns on it: MPS is not installed")


def test_where_it_does_not_start_one_line_says_why(tmp_path: Path) -> None:
    _control(tmp_path, "echo 'Cannot find MPS control\ndaemon'; exit 1")
    told: list[str] = []
    with shared_gpus(PARTS, told.append, here=True) as has_mps:
        assert not has_mps and PIPES not in os.environ
    (line,) = told
    assert line.endswith("MPS cannot be used: Cannot find MPS control daemon")
    assert not (tmp_path / "said").exists()


def test_one_that_runs_already_is_used_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _control(tmp_path)
    monkeypatch.setenv(PIPES, "/var/run/mps")
    with shared_gpus(PARTS, lambda _: None, here=True) as has_mps:
        assert has_mps and os.environ[PIPES] == "/var/run/mps"
    assert os.environ[PIPES] == "/var/run/mps"
    assert not (tmp_path / "calls").exists()


def test_trials_of_a_launch_have_it_and_it_ends_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Ray is started with is what its workers inherit."""
    _control(tmp_path)
    seen: list[str | None] = []

    @contextmanager
    def ray(*_: object) -> Iterator[None]:
        seen.append(os.environ.get(PIPES))
        yield

    launch_untrained(monkeypatch)
    monkeypatch.setattr("nas.runner.job.ray_cluster", ray)
    monkeypatch.setattr("nas.runner.run.require_gpu_build", lambda _: None)
    monkeypatch.chdir(tmp_path)
    for name, gpus in (("parts", 0.25), ("whole", 1)):
        text = SIX.replace("name: six", f"name: {name}") + f"workers: {{gpus_per_trial: {gpus}}}\n"
        Path("space.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(SystemExit, match="130"):
            main(["launch", "space.yaml"])
    assert seen[0] is not None and seen[1:] == [None]
    assert not Path(seen[0]).exists() and (tmp_path / "said").read_text().count("quit") == 1


@pytest.mark.parametrize("gpus", [0.0, 1.0, 2.0])
def test_nothing_is_started_where_nothing_is_shared(gpus: float, tmp_path: Path) -> None:
    _control(tmp_path)
    for workers, here in ((WorkersSpec(gpus_per_trial=gpus), True), (PARTS, False)):
        with shared_gpus(workers, lambda _: None, here=here) as has_mps:
            assert not has_mps
    assert not (tmp_path / "calls").exists()
