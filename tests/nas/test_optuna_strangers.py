"""Studies of others in Optuna's tables: a search of the same name leaves them as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import optuna
import pytest
from search_kit import SIX, Search, experiment_file, launch_untrained
from sqlalchemy import create_engine, inspect, text

from nas.cli import main
from nas.runner.optuna_tables import ForeignStudyError, closed, optuna_storage, own_study_id
from nas.store import Store
from search_spaces.errors import StoreError

THREE = ["maximize", "minimize", "minimize"]
"""The directions of accuracy, flops, latency_ms."""


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database that has no tables yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'nas.db'}"
    return str(request.getfixturevalue("postgres").emptied_database())


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    launch_untrained(monkeypatch)
    dataset = "dataset: {name: cluttered_digits, train_size: 20, validation_size: 20}"
    path = tmp_path / "space.yaml"
    path.write_text(
        SIX.replace("dataset: {name: cluttered_digits}", dataset).replace(
            "search:", "objectives: [accuracy, flops, params]\nsearch:"
        )
    )
    yield str(path)


def _launch(space: str, url: str, *more: str) -> int:
    folder = str(Path(space).parent / "studies")
    with pytest.raises(SystemExit) as ended:
        main(["launch", space, "--storage", url, "--folder", folder, *more])
    return int(str(ended.value))


def _stranger(url: str, name: str, directions: list[str], names: list[str] | None = None) -> None:
    """A study as somebody else makes it."""
    with closed(optuna.storages.RDBStorage(url)) as storage:
        study = optuna.create_study(storage=storage, study_name=name, directions=directions)
        if names is not None:
            storage.set_study_system_attr(study._study_id, "study:metric_names", names)
        for _ in range(2):
            trial = study.ask()
            trial.suggest_float("rate", 0.0, 1.0)
            study.tell(trial, [0.5] * len(directions))


def _delete(url: str, name: str) -> None:
    with closed(optuna.storages.RDBStorage(url)) as storage:
        optuna.delete_study(study_name=name, storage=storage)


def _everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        rows = {
            n: [tuple(r) for r in connection.execute(text(f"SELECT * FROM {n}"))] for n in names
        }
    engine.dispose()
    return {name: sorted(found, key=repr) for name, found in rows.items()}


@pytest.mark.parametrize(
    "directions",
    [THREE, ["minimize", "maximize", "maximize"], ["maximize"], ["maximize", "minimize"]],
    ids=["ours", "the-other-way-round", "one-objective", "two-objectives"],
)
def test_a_study_of_another_is_left_alone(
    directions: list[str], both: str, space: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _stranger(both, "six", directions)
    before = _everything(both)
    assert _launch(space, both) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("nas: ")
    assert "Optuna has another study 'six'" in line
    assert "--as-new" in line
    assert _everything(both) == before  # not even our tables were made
    assert _launch(space, both, "--as-new", "seven") in (0, 130)
    after = _everything(both)
    assert [row for row in after["studies"] if "six" in row] == before["studies"]
    assert set(before["trials"]) <= set(after["trials"])


def test_a_file_of_another_is_the_same_to_the_last_byte(
    space: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _stranger(url, "six", THREE)
    before = (tmp_path / "nas.db").read_bytes()
    assert _launch(space, url) == 1
    for command in ("list", "status", "dashboard", "pareto six"):
        with pytest.raises(SystemExit) as ended:
            main([*command.split(), "--storage", url])
        assert ended.value.code == 1
    said = capsys.readouterr().err.splitlines()
    assert all("has no studies" in line for line in said[1:])
    assert len(said) == 5
    assert (tmp_path / "nas.db").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nas.db", "space.yaml"]


def _older(url: str) -> None:
    _rewrite(url, "UPDATE alembic_version SET version_num = 'v2.4.0.a'")


def _before_alembic(url: str) -> None:
    _rewrite(url, "DROP TABLE alembic_version")


def _newer(url: str) -> None:
    _rewrite(url, "UPDATE alembic_version SET version_num = 'v9.0.0.a'")


def _rewrite(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("make", [_older, _before_alembic, _newer])
def test_tables_of_another_optuna_are_left_alone(
    make: Callable[[str], None], both: str, space: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _stranger(both, "other", ["maximize"])
    make(both)
    before = _everything(both)
    assert _launch(space, both) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "ptuna" in line
    assert _everything(both) == before


def test_a_study_that_was_replaced_in_optuna_is_not_gone_on_with(
    both: str, space: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody deletes our study in Optuna, and makes one of the same name and shape."""
    assert _launch(space, both) == 130
    _delete(both, "six")
    capsys.readouterr()
    assert _launch(space, both) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert "was deleted" in line
    assert "nas delete six" in line
    _stranger(both, "six", THREE, ["accuracy", "flops", "params"])
    before = _everything(both)
    assert _launch(space, both) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert "Optuna has another study 'six'" in line
    assert _everything(both) == before


def test_a_study_of_an_earlier_program_goes_on(both: str) -> None:
    """Those had no mark; their trials tell that they are ours."""
    file = experiment_file()
    with Store(both) as store:
        first = Search(store, file)
        proposal = first.begin()
        assert proposal is not None
        first.train(proposal)
        first.end()
        _rewrite(both, "DELETE FROM study_system_attributes WHERE key = 'nas:study'")
        again = Search(store, file)
        assert again.begin() is not None
        again.end()
        with closed(optuna_storage(store)) as storage:
            assert own_study_id(storage, store, again.study) is not None
            _rewrite(
                both,
                "UPDATE study_system_attributes SET value_json = '\"12345678\"'"
                " WHERE key = 'nas:study'",
            )
            with pytest.raises(ForeignStudyError, match="another search made it"):
                own_study_id(storage, store, again.study)


def test_notes_are_not_written_into_a_study_of_another(both: str) -> None:
    from dashboards.for_optuna import attach_files, kept_fresh, refresh

    with Store(both) as store:
        search = Search(store, experiment_file())
        search.run()
        _delete(both, "six")
        _stranger(both, "six", ["maximize", "minimize", "minimize"])
        before = _everything(both)
        told: list[str] = []
        with kept_fresh(both, lambda store: ["six"], told.append):
            pass
        assert len(told) == 1
        with pytest.raises(StoreError, match="another study"):
            refresh(both, lambda store: ["six"])
        with pytest.raises(StoreError, match="another study"):
            attach_files(store, "six", [], Path("unused"))
        assert _everything(both) == before
