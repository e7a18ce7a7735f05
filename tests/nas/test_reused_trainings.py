"""Trainings that several studies share: taken over when equal in everything, and only then."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, Search, experiment_file

from dashboards import write_report
from nas.cli import cli
from nas.runner.preparation import starts_of
from nas.runner.reuse import Reuse, arithmetic, key_maker
from nas.store import LayerRecord, Store, TrialRecord
from nas.store.workspace import Workspace
from search_spaces.errors import StoreError
from workers.proxy import Execution
from workers.proxy.execution import ElementTimes, FamilyTimes, PassTimes

HALVING = SIX.replace("{max_epochs: 2, min_epochs: 2}", "{max_epochs: 4, min_epochs: 2}")


def searching(
    store: Store, text: str, folder: Path, *, is_on: bool = True, data: str = "data"
) -> Search:
    """A search whose trainings are the same in all studies of the same data and recipe."""
    search = Search(store, experiment_file(text))
    workspace = Workspace(folder, search.study.name)
    workspace.create()
    make_key = key_maker(search.file.experiment, data, Execution())
    search.session.reuse_from(Reuse(store, search.study, workspace, make_key, is_on=is_on))
    return search


def named(name: str, text: str = SIX) -> str:
    return text.replace("name: six", f"name: {name}")


def trials(store: Store, name: str) -> list[TrialRecord]:
    return store.trials(store.study(name))


def test_an_equal_study_trains_nothing(store: Store, tmp_path: Path) -> None:
    first = searching(store, SIX, tmp_path)
    assert first.run() == "COMPLETE"
    second = searching(store, named("again"), tmp_path)
    assert second.run() == "COMPLETE"
    assert len(first.trained) == 6
    assert second.trained == []
    before, after = trials(store, "six"), trials(store, "again")
    for trial in after:
        same = next(t for t in before if t.architecture == trial.architecture)
        assert (trial.state, trial.epochs, trial.accuracy) == ("COMPLETE", 2, same.accuracy)
        assert trial.reused == ("six", same.number, 2)
        assert trial.train_s == 0
    curves = [
        [(e.epochs, e.accuracy, e.train_loss) for e in store.curve(store.study(name), 0)]
        for name in ("six", "again")
    ]
    assert curves[0] == curves[1]
    assert second.session.progress.num_reused == 6
    assert second.notices == [n for n in second.notices if "study 'six'" in n]
    assert len(second.notices) == 1


def test_an_overlapping_space_trains_only_what_is_new(store: Store, tmp_path: Path) -> None:
    """Of widths 1 2 3 and kernels 1 3 the second study has widths 2 3 4: four of six are known."""
    first = searching(store, SIX, tmp_path)
    first.run()
    wider = named("wider").replace("[1.0, 2.0, 3.0]", "[2.0, 3.0, 4.0]")
    second = searching(store, wider, tmp_path)
    second.run()
    known = {trial.architecture for trial in trials(store, "six")}
    found = {trial.architecture for trial in trials(store, "wider")}
    assert len(found) == 6 and len(found & known) == 4
    assert set(second.trained) == found - known


def test_a_third_study_names_who_trained(store: Store, tmp_path: Path) -> None:
    for name in ("six", "again", "third"):
        searching(store, named(name), tmp_path).run()
    assert {trial.reused and trial.reused.study for trial in trials(store, "third")} == {"six"}


@pytest.mark.parametrize(
    "changed",
    [
        ("name: six", "name: other\nseed: 1"),
        ("name: six", "name: other\nproxy: {batch_size: 16}"),
        ("name: six", "name: other\nproxy: {augmentation: {crop: 2}}"),
        ("{max_epochs: 2, min_epochs: 2}", "{max_epochs: 3, min_epochs: 3}"),
        ("name: six", "name: other\nworkers: {gpus_per_trial: 1}"),
    ],
)
def test_another_recipe_is_trained_anew(
    store: Store, tmp_path: Path, changed: tuple[str, str]
) -> None:
    searching(store, SIX, tmp_path).run()
    second = searching(store, SIX.replace(*changed).replace("name: six", "name: other"), tmp_path)
    second.run()
    assert len(second.trained) == 6
    assert not any(trial.reused for trial in trials(store, "other"))


def test_other_data_are_never_mixed(store: Store, tmp_path: Path) -> None:
    searching(store, SIX, tmp_path).run()
    second = searching(store, named("again"), tmp_path, data="other data")
    second.run()
    assert len(second.trained) == 6


@pytest.mark.parametrize("package", ["torch", "numpy", None])
def test_another_version_is_never_mixed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str | None
) -> None:
    """Of PyTorch, of NumPy, of the recipe."""
    searching(store, SIX, tmp_path).run()
    if package is None:
        monkeypatch.setattr("workers.proxy.recipe.RECIPE_VERSION", 999)
    else:
        import importlib.metadata

        real = importlib.metadata.version
        other = lambda name: "0.0" if name == package else real(name)  # noqa: E731
        monkeypatch.setattr(importlib.metadata, "version", other)
    second = searching(store, named("again"), tmp_path)
    second.run()
    assert len(second.trained) == 6


def test_another_arithmetic_is_another_training() -> None:
    """Convolutions that are ten times faster in bfloat16 train in it; then the key is another."""
    file = experiment_file()
    network = file.space(IN_SHAPE, NUM_CLASSES).network(
        {"width_mult": 1.0, "stage1.standard.kernel_size": 3}
    )
    slow, fast = PassTimes(1.0, 1.0, 1.0), PassTimes(0.1, 0.1, 0.1)
    times = FamilyTimes(1000, 100, slow, fast)
    families = {f"dense 3x3, stride {s}x{s}, dilation 1x1": times for s in (1, 2)}
    quick = Execution(elements=ElementTimes(1.0, 0.1, 0.0), families=families)
    assert arithmetic(network, Execution()) == "float32"
    assert arithmetic(network, quick) != "float32"
    keys = {
        key_maker(file.experiment, "data", execution)(network)
        for execution in (Execution(), quick, Execution(autocast=True))
    }
    assert len(keys) == 3
    same = replace(quick, families={**families, "depthwise of another space": times})
    assert arithmetic(network, same) == arithmetic(network, quick)


def test_reuse_can_be_turned_off_and_later_studies_still_find(store: Store, tmp_path: Path) -> None:
    searching(store, SIX, tmp_path).run()
    second = searching(store, named("again"), tmp_path, is_on=False)
    second.run()
    assert len(second.trained) == 6
    third = searching(store, named("third"), tmp_path)
    third.run()
    assert third.trained == []


def test_what_goes_beyond_what_is_known_is_trained(store: Store, tmp_path: Path) -> None:
    """A trial stopped at its rung in one study is promoted in another, that knows no better."""
    first = searching(store, HALVING, tmp_path)
    first.run()
    stopped = [t for t in trials(store, "six") if t.state == "PRUNED"]
    assert stopped
    one = stopped[0]
    only = named("alone", HALVING).replace("num_trials: 12", "num_trials: 1")
    second = searching(store, only, tmp_path)
    second.optuna.study.enqueue_trial(one.choices)
    number = _first_known(second, one)
    (trial,) = [t for t in trials(store, "alone") if t.number == number]
    assert trial.state == "COMPLETE"
    assert trial.reused == ("six", one.number, 2)
    assert not trial.is_reused
    assert [e.epochs for e in store.curve(second.study, number)] == [1, 2, 3, 4]
    assert second.trained == [one.architecture]


def _first_known(search: Search, wanted: TrialRecord) -> int:
    """Trains the first trial to its end; it is the one that was queued."""
    proposal = search.begin()
    assert proposal is not None and proposal.network.id == wanted.architecture
    search.train(proposal)
    search.end()
    return proposal.number


def test_known_to_the_end_is_never_cut_short(store: Store, tmp_path: Path) -> None:
    """In the second study all are known to the end, so that halving stops none of them."""
    every = HALVING.replace("{max_epochs: 4, min_epochs: 2}", "{scheduler: none, max_epochs: 4}")
    searching(store, every, tmp_path).run()
    second = searching(store, named("again", HALVING), tmp_path)
    second.run()
    assert second.trained == []
    assert [trial.state for trial in trials(store, "again")] == ["COMPLETE"] * 6


def test_a_search_that_dies_in_between_goes_on(store: Store, tmp_path: Path) -> None:
    first = searching(store, SIX, tmp_path)
    first.run()
    wider = named("wider").replace("[1.0, 2.0, 3.0]", "[2.0, 3.0, 4.0]")
    second = searching(store, wider, tmp_path)
    assert second.begin() is not None  # what came before it was known; then the process dies
    second.optuna.close()
    third = searching(store, wider, tmp_path)
    third.run()
    found = trials(store, "wider")
    assert [trial.state for trial in found] == ["COMPLETE"] * 6
    assert sum(trial.is_reused for trial in found) == 4
    assert third.session.progress.num_reused == 4


def test_weights_and_layers_come_along(store: Store, tmp_path: Path) -> None:
    first = searching(store, SIX, tmp_path)
    layers = [LayerRecord("stem.conv", 8, 0.0, 0.5, 4.0)]
    source = Workspace(tmp_path, "six")
    while (proposal := first.begin()) is not None:
        source.keep(first.study, proposal.number, f"weights of {proposal.network.id}".encode())
        first.session.report(proposal.number, 1, 0.5, 1.0, 1.0)
        first.session.report(proposal.number, 2, 0.6, 1.0, 1.0, layers)
    first.end()
    searching(store, named("again"), tmp_path).run()
    for trial in trials(store, "again"):
        kept = Workspace(tmp_path, "again").weights(store.study("again"), trial.number)
        assert kept.read_bytes() == f"weights of {trial.architecture}".encode()
        assert store.layers(store.study("again"), trial.number) == layers


def test_a_study_begins_with_the_trials_of_another(store: Store, tmp_path: Path) -> None:
    """`start_from: study:six` in a space that has four of its six networks."""
    searching(store, SIX, tmp_path).run()
    wider = named("wider").replace("[1.0, 2.0, 3.0]", "[2.0, 3.0, 4.0]")
    file = experiment_file(wider.replace("search: {", "search: {start_from: 'study:six', "))
    search = Search(store, file)
    values = starts_of(store, search.problem, file.experiment)
    networks = {search.space.network(v).id for v in values}
    assert networks == {
        trial.architecture for trial in trials(store, "six") if trial.choices["width_mult"] > 1
    }
    missing = experiment_file(wider.replace("search: {", "search: {start_from: 'study:no', "))
    with pytest.raises(StoreError, match="no study 'no'"):
        starts_of(store, search.problem, missing.experiment)
    search.end()


def test_table_json_and_report_say_where_it_was_trained(
    store: Store, url: str, tmp_path: Path
) -> None:
    searching(store, SIX, tmp_path).run()
    searching(store, named("again"), tmp_path).run()
    table = CliRunner().invoke(cli, ["pareto", "again", "--storage", url])
    assert "Trained in other studies: " in table.stdout
    printed = CliRunner().invoke(cli, ["pareto", "again", "--storage", url, "--json"])
    for trial in json.loads(printed.stdout)["front"]:
        same = next(t for t in trials(store, "six") if t.architecture == trial["architecture"])
        assert trial["reused_from"] == {"study": "six", "number": same.number, "epochs": 2}
        assert f"(six, trial {same.number})" in table.stdout
    first = CliRunner().invoke(cli, ["pareto", "six", "--storage", url])
    assert "Trained in other studies" not in first.stdout
    write_report(store, "again", tmp_path / "again.html")
    page = (tmp_path / "again.html").read_text(encoding="utf-8")
    assert "6 known from other studies" in page
