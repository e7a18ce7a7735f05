"""Mutated experiment files, launched: one line or a whole study; no traceback, no hang.

`NAS_MUTATIONS=2000` tries as many of them; without it 100 are tried.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from search_kit import launch_untrained

from nas.cli import main
from nas.config import ExperimentFile
from nas.config.document import Document
from nas.store import Store

NUM_FILES = int(os.environ.get("NAS_MUTATIONS", "100"))
MAX_SECONDS = 60.0
"""What no file may take; on an idle machine the slowest took a few."""

VALID = """\
name: digits
seed: 3
dataset: {name: cluttered_digits, train_size: 100, validation_size: 50}
space:
  stem: {out_channels: 16}
  width_mult: [0.5, 1.0]
  resolution_mult: 1.0
  stages:
    - out_channels: 32
      stride: 2
      block: &blocks
        - standard: {kernel_size: [3, 5], dilation: [1, 2]}
        - shuffle: {groups: [2, 4]}
        - fire
    - out_channels: [32, 64]
      num_blocks: [1, 2]
      block: *blocks
objectives: [accuracy, flops, params]
constraints:
  flops: 30M
  params: {min: 100, max: 1M}
search:
  sampler: random
  num_trials: 3
  time_limit: 10m
fidelity: {max_epochs: 9, min_epochs: 1, reduction_factor: 3}
workers: {cpus_per_trial: 1, max_retries: 1}
"""
WORDS = (
    "", "~", "-1", "0", "1", "3", "1.5", "1e999", ".nan", "-.inf", "9" * 400, "2000000000", "no",
    "x", "[]", "{}", "[[]]", "[3, 3]", "{a: 1}", "standard", "[standard, {fire: {}}]", "30M",
    "-30M", "1e999k", "0.001k", ">= 5M, <= 30M", "\u2028", '"\\0"', '"\\uD800"', "\t", "'",
    "*blocks", "&b", "!!null ''", "!!python/name:os.system", "? ", "- ", "%TAG", "---", "...",
    "\x85", "@", "../../etc", "grid", "tpe", "none", "accuracy", "latency", "10s", "flops",
    "[1, 2, 3, 4, 5, 6, 7, 8]", "1000000", "[0.25, 0.5, 0.75]", "a b", "#", "é", "\x00",
)  # fmt: skip


def _with_value(lines: list[str], line: int, word: str) -> list[str]:
    """One key says something else."""
    line %= len(lines)
    return [*lines[:line], f"{lines[line].partition(':')[0]}: {word}", *lines[line + 1 :]]


def _with_value_inside(lines: list[str], line: int, word: str) -> list[str]:
    """One of the values of a line says something else."""
    line %= len(lines)
    values = list(re.finditer(r"(?<=[ \[{])[\w.]+(?=[,\]}]|$)", lines[line]))
    if not values:
        return lines
    start, end = values[len(word) % len(values)].span()
    return [*lines[:line], lines[line][:start] + word + lines[line][end:], *lines[line + 1 :]]


def _without(lines: list[str], line: int, _word: str) -> list[str]:
    line %= len(lines)
    return [*lines[:line], *lines[line + 1 :]]


def _twice(lines: list[str], line: int, _word: str) -> list[str]:
    line %= len(lines)
    return [*lines[: line + 1], *lines[line:]]


def _moved(lines: list[str], line: int, word: str) -> list[str]:
    """A line stands elsewhere, or deeper."""
    line %= len(lines)
    rest = [*lines[:line], *lines[line + 1 :]]
    place = len(word) % len(lines)
    return [*rest[:place], " " * (len(word) % 3) + lines[line], *rest[place:]]


def _damaged(lines: list[str], line: int, word: str) -> list[str]:
    """Anything anywhere, in place of what is there."""
    text = "\n".join(lines)
    start = (line * 7919) % len(text)
    return (text[:start] + word + text[start + len(word) :]).split("\n")


MUTATIONS = (_with_value, _with_value_inside, _without, _twice, _moved, _damaged)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The valid file after one to three mutations."""
    lines = VALID.rstrip("\n").split("\n")
    for _ in range(draw(st.integers(1, 3))):
        mutate = draw(st.sampled_from(MUTATIONS))
        word = draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)))
        lines = mutate(lines or [""], draw(st.integers(0, 200)), word)
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def _untrained(monkeypatch: pytest.MonkeyPatch) -> None:
    launch_untrained(monkeypatch)


@contextmanager
def _empty_folder() -> Iterator[Path]:
    with TemporaryDirectory() as name, chdir(name):
        yield Path(name)


def _launch(text: str, folder: Path) -> int:
    (folder / "space.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    start = time.monotonic()
    with pytest.raises(SystemExit) as ended:  # anything else is a traceback
        main(["launch", "space.yaml"])
    assert time.monotonic() - start < MAX_SECONDS
    return int(str(ended.value.code))


def _require_whole(folder: Path) -> None:
    """Every study can be read back, has what was done, and would go on."""
    with Store(f"sqlite:///{folder / 'nas.db'}", create=False) as store:
        for summary in store.studies():
            study = summary.study
            kept = ExperimentFile(Document("kept", study.experiment_file))
            assert kept.experiment.identity() == study.identity
            assert kept.experiment.name == study.name
            assert study.state in ("COMPLETE", "INTERRUPTED")
            trials = store.trials(study)
            assert {trial.state for trial in trials} <= {"COMPLETE", "PRUNED"}
            assert len(store.epochs(study)) == sum(trial.epochs for trial in trials)
            assert store.runner_of(study) is None


def test_the_file_that_is_mutated_becomes_a_study(capsys: pytest.CaptureFixture[str]) -> None:
    with _empty_folder() as folder:
        assert _launch(VALID, folder) == 130, capsys.readouterr().err
        _require_whole(folder)
        with Store("sqlite:///nas.db", create=False) as store:
            assert [summary.num_complete for summary in store.studies()] == [1]


@settings(
    max_examples=NUM_FILES, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(text=mutated())
def test_mutated_files_are_one_line_or_a_whole_study(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    note(text)
    with _empty_folder() as folder:
        code = _launch(text, folder)
        event(f"exit code {code}")
        said = capsys.readouterr().err.splitlines()
        there = {path.name for path in folder.iterdir()}
        if code == 2:
            assert len(said) == 1
            assert said[0].startswith("nas: space.yaml:")
            assert there == {"space.yaml"}
        elif "nas.db" in there:
            _require_whole(folder)
        if code == 1:
            assert said[-1].startswith("nas: ")
        assert code in (0, 1, 2, 130)
