"""However a command ends, it says so in one line: damaged databases, streams that take nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TextIO

import pytest
from search_kit import SIX, launch_untrained

from nas.cli import COMMANDS, main
from nas.runner.cluster import ray_cluster
from nas.store import Store, StudyRecord
from search_spaces.errors import SearchError

ARGUMENTS = {
    "launch": ["SPACE"],
    "status": [],
    "stop": ["hand-made"],
    "describe": ["hand-made", "--trial", "0"],
    "profile": ["SPACE"],
    "list": [],
    "pareto": ["hand-made"],
    "explain": ["hand-made"],
    "calibrate": ["SPACE"],
    "confirm": ["hand-made"],
    "retarget": ["hand-made", "--constraints", "flops=30M"],
    "report": ["hand-made"],
    "dashboard": ["hand-made", "--no-open", "--port", "0"],
    "delete": ["hand-made", "--yes"],
    "quantise": ["hand-made"],
    "train": ["hand-made"],
    "export": ["hand-made"],
}
"""What each command that opens a database is given."""

WITHOUT_DATABASE = {"validate", "simulate", "doctor"}

MAKING = {"launch", "profile", "calibrate"}
"""Commands that make a database where there is none."""


def _run(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(str(ended.value.code))


@pytest.fixture
def space(tmp_path: Path) -> str:
    path = tmp_path / "space.yaml"
    few = "dataset: {name: cluttered_digits, train_size: 20, validation_size: 20}"
    path.write_text(SIX.replace("dataset: {name: cluttered_digits}", few))
    return str(path)


def _noise(path: Path) -> None:
    path.write_bytes(bytes(range(1, 256)) * 40)


def _half(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def _pages(path: Path) -> None:
    """Only the header and the list of tables are left of it."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def _values(path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("UPDATE nas_studies SET experiment = '{\"objectives\": ['")
    connection.execute("UPDATE nas_studies SET in_shape = '?'")
    connection.commit()
    connection.close()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _nowhere(path: Path) -> None:
    path.unlink()
    path.with_name("no").symlink_to("nowhere")
    path.symlink_to("no/such/folder")


def test_every_command_is_tried() -> None:
    assert set(ARGUMENTS) | WITHOUT_DATABASE == set(COMMANDS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("damage", [_noise, _half, _pages, _values, _folder, _empty, _nowhere])
def test_a_damaged_database_is_one_line(
    damage: Callable[[Path], None],
    name: str,
    space: str,
    store: Store,
    hand_made: StudyRecord,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if damage in (_empty, _values) and name in MAKING:
        pytest.skip("it needs nothing of what is missing")
    store.close()
    monkeypatch.chdir(tmp_path)
    damage(tmp_path / "nas.db")
    arguments = [space if part == "SPACE" else part for part in ARGUMENTS[name]]
    code = _run([name, *arguments, "--storage", "sqlite:///nas.db"])
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert code == 1
    lines = [line for line in said.splitlines() if line.startswith("nas: ")]
    assert len(lines) == 1
    assert said.splitlines()[-1] == lines[0]
    assert "sqlite:///nas.db: " in lines[0]


def _full() -> TextIO:
    return open("/dev/full", "w")


def _closed() -> TextIO:
    """As a shell's `>&-` leaves it, once the program has put something in its place."""
    return os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")


def _left() -> TextIO:
    """A pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w")


@pytest.fixture(params=[_full, _closed, _left])
def broken(request: pytest.FixtureRequest) -> Iterator[tuple[TextIO, int, list[str]]]:
    """Standard output that takes nothing, the exit code, and the lines that are said."""
    stream = request.param()
    reason = {_full: "No space left on device", _closed: "Bad file descriptor"}.get(request.param)
    line = f"nas: standard output cannot be written: {reason}"
    yield (stream, 1, [line]) if reason else (stream, 0, [])
    stream.close()


@pytest.mark.parametrize("name", COMMANDS)
def test_output_that_takes_nothing_is_one_line(
    name: str, broken: tuple[TextIO, int, list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    stream, code, said = broken
    with redirect_stdout(stream):  # pytest puts its own there before each test
        assert _run([name, "--help"]) == code
    assert capfd.readouterr().err.splitlines() == said


@pytest.mark.parametrize(
    "command",
    [
        ["list"], ["list", "--json"], ["status"], ["status", "hand-made"], ["pareto", "hand-made"],
        ["pareto", "hand-made", "--csv"], ["pareto", "hand-made", "--plot"], ["stop", "hand-made"],
        ["describe", "hand-made", "--trial", "0"], ["describe", "squeezenet1_1"],
        ["validate", "SPACE"],
        ["describe", "--compare", "mobilenet_v1", "squeezenet1_1"],
        ["retarget", "hand-made", "--constraints", "flops=30M"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_results_for_an_output_that_takes_nothing(
    command: list[str],
    broken: tuple[TextIO, int, list[str]],
    space: str,
    store: Store,
    hand_made: StudyRecord,
    url: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    store.close()
    arguments = [space if part == "SPACE" else part for part in command]
    storage = [] if command[0] == "validate" else ["--storage", url]
    stream, code, said = broken
    is_silent = command[0] == "stop"  # which speaks on standard error alone
    with redirect_stdout(stream):
        assert _run([*arguments, *storage]) == (0 if is_silent else code)
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("nas: ")]
    assert lines == ([] if is_silent else said)


@pytest.mark.parametrize(
    ("redirected", "code", "said"),
    [
        ("> /dev/full", 1, ["nas: standard output cannot be written: No space left on device"]),
        (">&-", 1, ["nas: standard output cannot be written: Bad file descriptor"]),
        ("2>&- >&- <&-", 1, []),
        ("| head -n 1", 0, []),
        ("| true", 0, []),
    ],
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_a_shell_makes_of_the_output(
    redirected: str, code: int, said: list[str], unbuffered: str
) -> None:
    script = f"set -o pipefail; '{sys.executable}' -m nas describe squeezenet1_1 {redirected}"
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    ended = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=120
    )
    assert (ended.returncode, ended.stderr.splitlines()) == (code, said)


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("one\ntwo"), OSError(28, "Full")])
def test_what_nobody_foresaw_is_one_line(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("search_spaces.networks.reference_networks", fails)
    monkeypatch.setattr("nas.cli.targets.reference_networks", fails)
    assert _run(["describe", "squeezenet1_1"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("nas: ")
    assert "Full" in line or (type(error).__name__ in line and "nas --debug" in line)
    with pytest.raises(type(error)):
        main(["--debug", "describe", "squeezenet1_1"])


RAY_ERRORS = [
    OSError("AF_UNIX path length cannot exceed 107 bytes: /tmp/x/plasma_store"),
    Exception("The current node timed out during startup.\nThis could happen because ..."),
    RuntimeError("Failed to start GCS."),
    ConnectionError("refused"),
    AssertionError(),
]


@pytest.mark.parametrize("error", RAY_ERRORS, ids=lambda error: type(error).__name__)
def test_a_ray_that_cannot_start_is_one_line(
    error: Exception,
    space: str,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(**_: object) -> None:
        raise error

    launch_untrained(monkeypatch)
    monkeypatch.setattr("ray.is_initialized", lambda: False)
    monkeypatch.setattr("ray.init", fails)
    monkeypatch.setattr("nas.runner.job.ray_cluster", ray_cluster)
    folder = str(tmp_path / "studies")
    assert _run(["launch", space, "--storage", url, "--folder", folder]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (line,) = [line for line in said.splitlines() if line.startswith("nas: ")]
    assert line.startswith("nas: Ray cannot start on this machine: ")
    assert ("RAY_TMPDIR" in line) is ("AF_UNIX" in str(error))
    with Store(url) as store:
        assert store.study("six").state == "INTERRUPTED"


def test_a_search_outlives_whoever_read_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    from nas.runner.progress import Progress
    from nas.terminal import TerminalObserver

    monkeypatch.setattr(sys, "stderr", _left())
    observer = TerminalObserver()
    observer.message("nobody hears this")
    with observer.searching(Progress(10, None)), nullcontext():
        observer.message("nor this")
    with pytest.raises(BrokenPipeError):
        sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.stderr.close()


def test_a_cluster_that_cannot_be_reached_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr("ray.is_initialized", lambda: False)
    monkeypatch.setattr("ray.init", fails)
    with (
        pytest.raises(SearchError, match="the Ray cluster at auto cannot be reached: refused"),
        ray_cluster("auto", lambda: None, lambda: None),
    ):
        pass
