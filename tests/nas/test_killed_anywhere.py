"""A search that is killed before any one of its writes is the search that was not killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from search_kit import Search, experiment_file
from sqlalchemy import event
from sqlalchemy.engine import Engine

from nas.store import Store

TEXT = """
name: killed
seed: 3
dataset: {name: cluttered_digits}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages:
    - out_channels: [8, 16]
      stride: 2
      block: [standard: {kernel_size: [1, 3]}, separable: {kernel_size: [3, 5]}]
search: {num_trials: 4, sampler: SAMPLER}
fidelity: {max_epochs: 4, min_epochs: 1, reduction_factor: 2}
"""


class Killed(BaseException):
    """Nothing after it happens, as after SIGKILL."""


@contextmanager
def killed_before(write: int) -> Iterator[list[int]]:
    """Raises Killed in place of the commit number `write`, from 0, of any connection at all.

    Yields:
        The number of commits so far.
    """
    commits = [0]

    def commit(connection: Any) -> None:
        if commits[0] >= write:
            raise Killed
        commits[0] += 1

    event.listen(Engine, "commit", commit)
    try:
        yield commits
    finally:
        event.remove(Engine, "commit", commit)


def results(search: Search) -> list[Any]:
    """All that a search is judged by."""
    trials = [
        (t.number, t.architecture, t.state, t.accuracy, t.epochs, t.train_s)
        for t in search.store.trials(search.study)
    ]
    told = [(t.number, t.state.name, t.values) for t in search.optuna.study.get_trials()]
    return [trials, search.store.epochs(search.study), told]


def run(path: Path, sampler: str, kill: int = 10**6) -> tuple[list[Any] | None, int]:
    """Runs or goes on; what it found if it came to its end, and its commits."""
    with Store(f"sqlite:///{path}") as store:
        search = Search(store, experiment_file(TEXT.replace("SAMPLER", sampler)))
        try:
            with killed_before(kill) as commits:
                state = search.run()
        except Killed:
            search.optuna.close()
            return None, commits[0]
        assert state == "COMPLETE"
        found = results(search)
        search.optuna.close()
        return found, commits[0]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a study that has no trial: its tables need not be made again and again."""
    path = tmp_path_factory.mktemp("begun") / "nas.db"
    assert run(path, "random", 0) == (None, 0)
    return path


@pytest.mark.parametrize(("sampler", "step"), [("random", 7), ("cost_aware", 29)])
def test_killed_before_any_write(sampler: str, step: int, begun: Path, tmp_path: Path) -> None:
    """Every so many writes of a search that makes about a hundred."""
    whole, commits = run(Path(copy(begun, tmp_path / "whole.db")), sampler)
    assert whole is not None
    assert commits > 50
    for kill in range(0, commits, step):
        path = Path(copy(begun, tmp_path / f"{kill}.db"))
        assert run(path, sampler, kill) == (None, kill)
        found, _ = run(path, sampler)
        assert found == whole, f"killed before write {kill}"


def test_killed_again_and_again(begun: Path, tmp_path: Path) -> None:
    """Each launch gets a few writes further than its start."""
    whole, _ = run(Path(copy(begun, tmp_path / "whole.db")), "random")
    path = Path(copy(begun, tmp_path / "nas.db"))
    for launch in range(30):
        found, _ = run(path, "random", 17 + launch % 5)
        if found is not None:
            break
    assert found == whole
    assert launch > 3
