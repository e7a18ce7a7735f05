"""`nas delete`: what goes with a study, what stays, and when it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import optuna
import pytest
from optuna.storages import RDBStorage
from search_kit import SIX, Search, experiment_file
from sqlalchemy import create_engine, inspect, text

from dashboards.for_optuna import attach_files, closed
from nas.cli import main
from nas.config import ExperimentFile
from nas.store import Companion, Store, StudyRecord
from nas.store.workspace import Workspace


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database that has no tables yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'nas.db'}"
    return str(request.getfixturevalue("postgres").emptied_database())


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "nas_studies"


def _file(name: str) -> ExperimentFile:
    text = SIX.replace("name: six", f"name: {name}")
    return experiment_file(text.replace("num_trials: 12", "num_trials: 1"))


def _search(store: Store, root: Path, name: str, serves: str | None = None) -> StudyRecord:
    """A search of one trial, with weights, a report, an export that is attached in Optuna."""
    search = Search(store, _file(name))
    search.run()
    workspace = Workspace(root, name)
    workspace.create()
    workspace.keep(search.study, 0, b"weights")
    workspace.report.write_text("a report")
    workspace.sample(search.study).write_bytes(b"images")
    workspace.export.mkdir()
    code = workspace.export / "trial_0.py"
    code.write_text("code")
    digest = sha256(code.read_bytes()).hexdigest()
    store.add_export(search.study, 0, format="code", file_name=code.name, sha256=digest, proof={})
    attach_files(store, name, [code], root)
    if serves is not None:
        store.add_companion(search.study, Companion(serves, "baselines"))
    return search.study


@pytest.fixture
def studies(both: str, root: Path) -> Iterator[Store]:
    """`six` with its baselines and theirs."""
    with Store(both) as store:
        _search(store, root, "six")
        _search(store, root, "six-baselines", "six")
        _search(store, root, "six-baselines-again", "six-baselines")
        yield store


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["delete", *arguments])
    return int(str(ended.value.code))


def _rows(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        found = {n: connection.scalar(text(f"SELECT count(*) FROM {n}")) for n in names}
    engine.dispose()
    return found


def test_all_of_a_study_goes_and_others_stay(
    both: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(both) as store:
        _search(store, root, "other")
    before, files = _rows(both), sorted(root.rglob("*"))
    with Store(both) as store:
        other = store.trials(store.study("other"))
        _search(store, root, "six")
        _search(store, root, "six-baselines", "six")
        _search(store, root, "six-baselines-again", "six-baselines")
    assert _run("six", "--yes", "--json", "--storage", both) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "study": "six", "removed": ["six", "six-baselines", "six-baselines-again"],
        "num_trials": 3, "num_files": 12, "left": [],
    }  # fmt: skip
    assert _rows(both) == before
    assert sorted(root.rglob("*")) == files
    with Store(both) as store:
        assert store.trials(store.study("other")) == other
    with closed(RDBStorage(both)) as storage:
        assert [s.study_name for s in storage.get_all_studies()] == ["other"]
    with Store(both) as store:  # the name is free again
        assert Search(store, _file("six")).run() == "COMPLETE"


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("", 1), ("y\n", 0)])
def test_it_asks(
    answer: str,
    code: int,
    studies: Store,
    both: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert _run("six", "--storage", both) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert "six: 3 trials, 12 files" in said.err
    assert "with what was made for it: six-baselines, six-baselines-again" in said.err
    assert ("nothing was removed" in said.err) is bool(code)
    assert (studies.find_study("six") is None) is not bool(code)


@pytest.mark.parametrize("name", ["six", "six-baselines-again"])
def test_one_that_runs_is_not_removed(
    name: str, studies: Store, both: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    record = studies.study(name)
    studies.acquire(record, "elsewhere-1", "elsewhere", 7, "ada", 60.0, now)
    before, files = _rows(both), sorted(root.rglob("*"))
    assert _run("six", "--yes", "--storage", both) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"study {name!r} is run by process 7 of ada on elsewhere" in line
    assert (_rows(both), sorted(root.rglob("*"))) == (before, files)
    studies.acquire(record, "elsewhere-1", "elsewhere", 7, "ada", 1.0, now - timedelta(hours=1))
    assert _run("six", "--yes", "--storage", both) == 0


def test_what_others_wrote_stays(
    studies: Store, both: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of the user's, and the weights of a study of this name in another database."""
    folder = root / "six"
    kept = [
        folder / "notes.txt",
        folder / "weights" / "trial-00000-0badf00d.pt",
        folder / "report.html",
    ]
    for path in kept[:2]:
        path.write_text("mine")
    assert _run("six", "--yes", "--storage", both) == 0
    assert f"{Path('nas_studies/six')} has files that no study" in capsys.readouterr().err
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(kept)


def test_a_study_of_another_in_optuna_stays(studies: Store, both: str) -> None:
    with closed(RDBStorage(both)) as storage:
        optuna.delete_study(study_name="six", storage=storage)
        optuna.create_study(study_name="six", storage=storage, directions=["maximize"])
    assert _run("six", "--yes", "--storage", both) == 0
    with closed(RDBStorage(both)) as storage:
        names = sorted(study.study_name for study in storage.get_all_studies())
    assert names == ["six"]


def test_wrong_usage(studies: Store, both: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("six", "--json", "--storage", both) == 2
    assert "give --yes too" in capsys.readouterr().err
    assert _run("seven", "--yes", "--storage", both) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("nas: no study 'seven' in ")
