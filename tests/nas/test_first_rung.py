"""The first rung where a file is silent: at half of the training, and as ever in older studies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from search_kit import SIX, experiment_file, launch_untrained, new_study

from nas.cli import main
from nas.config import ExperimentFile
from nas.runner.same_study import require_same
from nas.store import Store, StudyRecord
from nas.trust.accompany import control_of
from nas.trust.companions import study_file
from search_spaces.errors import SearchError

DUMP = Path(__file__).parents[1] / "data" / "schemas" / "0003.sql"
SAID = "fidelity: {max_epochs: 3, min_epochs: 1, reduction_factor: 3}"
SILENT = "fidelity: {max_epochs: 3}"
"""Which meant the same to the program that wrote the dump."""

NEW = SIX.replace("fidelity: {max_epochs: 2, min_epochs: 2}", "fidelity: {max_epochs: 12}")


def _launch(text: str, *options: str) -> None:
    Path("space.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="130"):
        main(["launch", "space.yaml", *options])


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A database of before, by a search that was cut short, whose file is silent."""
    path, sql = tmp_path / "nas.db", DUMP.read_text(encoding="utf-8")
    assert sql.count(SAID) == 1
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql.replace(SAID, SILENT))
    return path


def _study(path: Path) -> StudyRecord:
    with Store(f"sqlite:///{path}", create=False) as store:
        return store.study("small")


def _file(study: StudyRecord, fidelity: str) -> ExperimentFile:
    return experiment_file(study.experiment_file.replace(SILENT, fidelity))


@pytest.mark.parametrize("fidelity", [SILENT, SAID, "fidelity: {max_epochs: 3, min_epochs: 1}"])
def test_a_study_of_before_goes_on_with_its_own_rungs(before: Path, fidelity: str) -> None:
    study = _study(before)
    file = _file(study, fidelity)
    goes_on = require_same(study, file, study.dataset_fingerprint)
    assert goes_on.experiment.fidelity.rungs() == (1, 3)
    assert goes_on.experiment.identity() == study.identity


def test_a_study_of_before_is_no_study_with_later_rungs(before: Path) -> None:
    study = _study(before)
    file = _file(study, "fidelity: {max_epochs: 3, min_epochs: 2}")
    with pytest.raises(SearchError, match=r"another `fidelity\.min_epochs`: 1 -> 2; launch"):
        require_same(study, file, study.dataset_fingerprint)


def test_what_serves_a_study_of_before_has_its_rungs(before: Path) -> None:
    """Networks of it that are trained again, and the random search that it is compared with."""
    study = _study(before)
    assert study_file(study).experiment.fidelity.rungs() == (1, 3)
    goes_on = require_same(study, _file(study, SILENT), study.dataset_fingerprint)
    assert control_of(goes_on).experiment.fidelity.rungs() == (1, 3)


def test_a_launch_goes_on_with_a_study_of_before_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same file under another name begins a study of today."""
    launch_untrained(monkeypatch)
    monkeypatch.chdir(tmp_path)
    images = "{name: cluttered_digits, train_size: 20, validation_size: 20}"
    silent = NEW.replace("{name: cluttered_digits}", images)
    _launch(silent.replace("{max_epochs: 12}", "{max_epochs: 12, min_epochs: 1}"))
    with closing(sqlite3.connect("nas.db")) as connection, connection:
        connection.execute("UPDATE nas_studies SET experiment_file = ?", (silent,))
    capsys.readouterr()
    _launch(silent)
    told = "study six: first rung at epoch 1 as when it began; a new study would have it at epoch 6"
    assert told in " ".join(capsys.readouterr().err.split())
    _launch(silent, "--as-new", "seven")
    assert "first rung" not in capsys.readouterr().err
    with Store("sqlite:///nas.db", create=False) as store:
        found = {
            s.study.name: s.study.experiment["fidelity"]["min_epochs"] for s in store.studies()
        }
    assert found == {"six": 1, "seven": 6}


def test_a_new_study_keeps_what_its_silence_meant(store: Store) -> None:
    study = new_study(store, experiment_file(NEW))
    assert study.experiment["fidelity"]["min_epochs"] == 6
    for fidelity in ("{max_epochs: 12}", "{max_epochs: 12, min_epochs: 6}"):
        file = experiment_file(NEW.replace("{max_epochs: 12}", fidelity))
        goes_on = require_same(study, file, study.dataset_fingerprint)
        assert goes_on.experiment.fidelity.rungs() == (6, 12)
    former = experiment_file(NEW.replace("{max_epochs: 12}", "{max_epochs: 12, min_epochs: 1}"))
    with pytest.raises(SearchError, match=r"another `fidelity\.min_epochs`: 6 -> 1; launch"):
        require_same(study, former, study.dataset_fingerprint)


@pytest.mark.parametrize("scheduler", ["none", "hyperband"])
def test_schedulers_that_look_for_themselves_begin_as_before(scheduler: str) -> None:
    """Their digests of before are those of now: nothing in their sections has changed."""
    text = NEW.replace("{max_epochs: 12}", f"{{max_epochs: 9, scheduler: {scheduler}}}")
    fidelity = experiment_file(text).experiment.fidelity
    assert fidelity.checkpoints() == (1, 3, 9)
    assert fidelity.model_dump(mode="json")["min_epochs"] == 1
