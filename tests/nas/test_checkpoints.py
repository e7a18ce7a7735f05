"""States of unfinished trials: what is kept where, and what a launch after a crash finds."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from search_kit import Search, experiment_file

from nas.runner.checkpoint_files import Folder
from nas.runner.checkpoints import Checkpoints, checkpoint_folder
from nas.runner.recorder import TrialRecorder
from nas.runner.watchdog import Watchdog
from nas.store import Store
from nas.store.workspace import Workspace
from search_spaces.errors import SearchError

FOUR = """
name: four
dataset: {name: cluttered_digits}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages: [{out_channels: 8, stride: 2, block: {standard: {kernel_size: [1, 3]}}}]
search: {num_trials: 2, sampler: random}
fidelity: {scheduler: none, max_epochs: 9, min_epochs: 1, reduction_factor: 3}
""".replace(", min_epochs: 1, reduction_factor: 3", "")
"""States are kept after 1 and 3 epochs of 9."""


class Launch:
    """One launch of a search whose workers send states, as `b"state after 3"`."""

    def __init__(self, store: Store, folder: Path, root: str) -> None:
        self.said: list[str] = []
        self.search = Search(store, experiment_file(FOUR))
        self.kept = Checkpoints(
            checkpoint_folder(root, self.search.study), store, self.search.study, self.said.append
        )
        workspace = Workspace(folder, "four")
        workspace.create()
        self.recorder = TrialRecorder(
            self.search.session, workspace, self.kept, Watchdog(lambda: 0.0)
        )

    def begin(self) -> tuple[int, bytes | None]:
        """The next trial on a worker, and the state that it is given."""
        proposal = self.search.begin()
        assert proposal is not None
        assigned = self.recorder.assignment(proposal, 9, (1, 3, 9), 0)
        self.recorder.started(proposal.number, "worker")
        return proposal.number, assigned.state

    def report(self, number: int, *epochs: int) -> None:
        for epoch in epochs:
            state = b"state after %d" % epoch if epoch in (1, 3) else None
            self.recorder.reported(
                number,
                {"epochs": epoch, "accuracy": epoch / 10, "train_loss": None, "train_s": 1.0,
                 "state": state},
            )  # fmt: skip

    def epochs(self) -> list[tuple[int, int]]:
        return [(e.number, e.epochs) for e in self.search.store.epochs(self.search.study)]

    def rows(self) -> dict[int, int]:
        """Epochs of the checkpoints in the database, by trial."""
        kept = self.search.store.checkpoints(self.search.study)
        return {number: row.epochs for number, row in kept.items()}

    def killed(self) -> None:
        """Nothing is written any more."""
        self.search.optuna.close()


@pytest.fixture(params=["folder", "file://", "memory://"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where checkpoints lie."""
    if request.param == "memory://":
        yield f"memory://{tmp_path.name}"
        files = fsspec.filesystem("memory")
        if files.exists(f"/{tmp_path.name}"):
            files.rm(f"/{tmp_path.name}", recursive=True)
        return
    yield f"{'' if request.param == 'folder' else 'file://'}{tmp_path / 'states'}"


def _files(launch: Launch) -> list[str]:
    return sorted(name.rsplit("-", 1)[0] for name in launch.kept._folder.names())


def test_a_killed_trial_goes_on_from_its_last_rung(store: Store, root: str, tmp_path: Path) -> None:
    first = Launch(store, tmp_path, root)
    number, state = first.begin()
    assert state is None
    first.report(number, 1, 2, 3, 4)
    assert first.rows() == {number: 3}
    assert _files(first) == [f"trial-{number:05d}-epochs-3"]
    first.killed()

    second = Launch(store, tmp_path, root)
    assert second.begin() == (number, b"state after 3")
    second.report(number, 4)  # which was reported before
    assert second.epochs() == [(number, epoch) for epoch in (1, 2, 3, 4)]
    second.report(number, 5, 6, 7, 8, 9)
    assert second.epochs() == [(number, epoch) for epoch in range(1, 10)]
    assert second.rows() == {}
    assert _files(second) == []
    assert second.said == []
    (trial,) = store.trials(second.search.study)
    assert (trial.state, trial.epochs, trial.train_s, trial.restarts) == ("COMPLETE", 9, 9.0, 1)
    second.killed()


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_checkpoint_is_one_line(
    damage: str, store: Store, root: str, tmp_path: Path
) -> None:
    first = Launch(store, tmp_path, root)
    number, _ = first.begin()
    first.report(number, 1, 2, 3, 4)
    uri = store.checkpoints(first.search.study)[number].uri
    files, path = fsspec.core.url_to_fs(uri)
    files.rm_file(path) if damage == "gone" else files.pipe_file(path, b"state after 2")
    first.killed()

    second = Launch(store, tmp_path, root)
    assert second.begin() == (number, None)
    (line,) = second.said
    assert line.startswith(f"checkpoint {uri} {'is damaged' if damage == 'changed' else 'cannot'}")
    assert line.endswith(f"trial {number} begins with its first epoch again")
    second.report(number, *range(1, 6))
    assert second.epochs() == [(number, epoch) for epoch in range(1, 6)]
    assert second.rows() == {number: 3}
    assert _files(second) == [f"trial-{number:05d}-epochs-3"]
    second.killed()
    third = Launch(store, tmp_path, root)
    assert third.begin() == (number, b"state after 3")
    third.killed()


def test_files_that_no_row_names_are_removed(store: Store, root: str, tmp_path: Path) -> None:
    """The process died after the file was written, and before the row was."""
    first = Launch(store, tmp_path, root)
    number, _ = first.begin()
    first.report(number, 1)
    assert first.kept.write(number, 3, b"never committed") is not None
    assert len(_files(first)) == 2
    first.killed()
    second = Launch(store, tmp_path, root)
    assert _files(second) == [f"trial-{number:05d}-epochs-1"]
    assert second.begin() == (number, b"state after 1")
    second.killed()


def test_two_databases_share_a_folder(tmp_path: Path) -> None:
    root = str(tmp_path / "states")
    launches = []
    for name in ("a", "b"):
        store = Store(f"sqlite:///{tmp_path / name}.db")
        launch = Launch(store, tmp_path / name, root)
        number, _ = launch.begin()
        launch.report(number, 1)
        launches.append(launch)
    for launch in launches:
        assert _files(launch) == ["trial-00000-epochs-1"]
        assert launch.kept.state_of(0) == b"state after 1"
        launch.killed()
        launch.search.store.close()


def test_a_place_that_cannot_be_written_is_told_once(store: Store, tmp_path: Path) -> None:
    """The trials train on; what was kept before stays."""
    launch = Launch(store, tmp_path, str(tmp_path / "states"))
    number, _ = launch.begin()
    launch.report(number, 1)
    launch.kept._folder._path += "/gone"
    launch.report(number, 2, 3)
    other, _ = launch.begin()
    launch.report(other, 1)
    (line,) = launch.said
    assert "no checkpoint is kept: No such file or directory" in line
    assert launch.rows() == {number: 1}
    assert launch.epochs() == [(number, 1), (number, 2), (number, 3), (other, 1)]
    launch.killed()


def test_a_place_that_cannot_be_made_is_an_error(store: Store, tmp_path: Path) -> None:
    (tmp_path / "states").write_text("a file")
    with pytest.raises(SearchError, match="no checkpoints can lie there: "):
        Launch(store, tmp_path, str(tmp_path / "states"))


def test_files_are_written_whole(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    uri = folder.write("a", b"1" * 1000)
    assert uri == f"file://{tmp_path}/a"
    assert folder.names() == ["a"]
    assert stat.S_ISREG((tmp_path / "a").stat().st_mode)
