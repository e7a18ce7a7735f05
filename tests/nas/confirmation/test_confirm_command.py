"""What `nas confirm` trains and prints, and where else it is shown."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from confirm_kit import FOUND, made_again, study_of
from latency_kit import Observer
from search_kit import SIX, experiment_file, new_study

import nas.trust.confirm as module
from nas.cli import cli
from nas.config import ExperimentFile
from nas.store import Store
from nas.store.workspace import Workspace
from nas.trust.companion_runs import Place, Trained
from nas.trust.companions import study_file, variant_of
from nas.trust.confirm import Plan, confirm
from search_spaces.errors import SearchError, StoreError


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Trainings are made up; what is asked for: number of networks, epochs, seed."""
    asked = []

    def train(
        file: ExperimentFile, starts: list, max_epochs: int, seed: int, place: Place, purpose: str
    ) -> Trained:
        asked.append((len(starts), max_epochs, seed))
        with Store(place.storage) as store:
            study = store.study(file.experiment.name)
            draw = np.random.default_rng(seed)
            accuracies = [a + float(draw.normal(0, 0.01)) for _, _, a in FOUND]
            made_again(store, study, accuracies, seed, max_epochs)
        return Trained({}, [])

    class Data:
        fingerprint = "0123456789abcdef"

    monkeypatch.setattr(module, "train_all", train)
    monkeypatch.setattr(module, "checked_dataset", lambda *_: Data())
    return asked


def test_the_command(
    no_training: list[tuple[int, int, int]], store: Store, url: str, tmp_path: Path
) -> None:
    study_of(store, FOUND)
    arguments = ["confirm", "six", "--storage", url, "--folder", str(tmp_path)]
    printed = CliRunner().invoke(cli, [*arguments, "--json"])
    assert printed.exit_code == 0, printed.output
    assert no_training == [(6, 2, 1), (6, 2, 2)]
    values = json.loads(printed.stdout)
    assert set(values) == {"study", "max_epochs", "seeds", "spread", "networks", "missing"}
    assert (values["study"], values["max_epochs"], values["seeds"]) == ("six", 2, [1, 2])
    assert [network["trial"] for network in values["networks"]] == [0, 2, 1, 4, 3, 5]
    (beside,) = [network for network in values["networks"] if not network["is_on_front"]]
    assert set(beside) == {
        "trial", "architecture", "is_on_front", "costs", "search_accuracy", "accuracy", "interval",
        "interval_with_images",
        "accuracies", "front_probability", "verdict", "tied_with", "behind",
    }  # fmt: skip
    assert (beside["trial"], beside["verdict"], beside["behind"]) == (2, "behind", [0])
    assert beside["accuracy"] == pytest.approx(np.mean(list(beside["accuracies"].values())))
    table = CliRunner().invoke(cli, [*arguments, "--near", "0", "--full", "--seeds", "3"])
    assert table.exit_code == 0, table.output
    assert no_training[2:] == [(5, 10, 1), (5, 10, 2), (5, 10, 3)]
    (row,) = [line.split() for line in table.stdout.splitlines() if line.lstrip().startswith("2*")]
    assert row[-2:] == ["behind", "0"]
    assert "10 epochs with seeds 1, 2, 3" in table.stdout
    assert "of 5 networks of the front." in table.stdout


def test_baselines_are_trained_with_the_same_seeds(
    no_training: list[tuple[int, int, int]],
    store: Store,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By trainings as long as those of the search, not by longer ones."""
    asked = []
    monkeypatch.setattr(module, "train_baselines", lambda file, place, seed: asked.append(seed))
    study_of(store, FOUND, f"{SIX}baselines: [squeezenet]\n")
    place = Place(url, Workspace(tmp_path, "six"), Observer())
    confirm("six", Plan(num_seeds=3), place)
    assert asked == [1, 2, 3]
    confirm("six", Plan(is_full=True), place)
    assert asked == [1, 2, 3]


def test_the_front_is_printed_with_what_other_seeds_say(store: Store, url: str) -> None:
    study = study_of(store, FOUND)
    arguments = ["pareto", "six", "--storage", url]
    before = json.loads(CliRunner().invoke(cli, [*arguments, "--json"]).stdout)
    assert [trial["confirmed"] for trial in before["front"]] == [None] * 5
    assert "again" not in CliRunner().invoke(cli, arguments).stdout
    truth = [accuracy for _, _, accuracy in FOUND]
    made_again(store, study, [a - 0.01 for a in truth], 1)
    made_again(store, study, [a + 0.01 for a in truth], 2)
    after = json.loads(CliRunner().invoke(cli, [*arguments, "--json"]).stdout)
    assert set(after) == set(before)
    by_number = {trial["trial"]: trial["confirmed"] for trial in after["front"]}
    assert set(by_number[3]) == {
        "epochs", "accuracy", "interval", "interval_with_images", "accuracies",
        "front_probability", "verdict",
        "tied_with", "behind",
    }  # fmt: skip
    assert by_number[3]["accuracies"] == {"1": pytest.approx(0.79), "2": pytest.approx(0.81)}
    assert (by_number[3]["epochs"], by_number[3]["accuracy"]) == (2, pytest.approx(0.80))
    assert (by_number[4]["verdict"], by_number[4]["tied_with"]) == ("tie", [1])
    table = CliRunner().invoke(cli, arguments).stdout
    assert "0.800 ±0.024" in table
    assert "Not to be told apart from a cheaper one: 4, 5." in table
    limit = ["retarget", "six", "--storage", url, "--constraints", "params<=1k", "--json"]
    other = json.loads(CliRunner().invoke(cli, limit).stdout)
    assert [trial["confirmed"]["verdict"] for trial in other["front"]][:2] == ["front", "front"]


def test_studies_that_serve_another_are_listed_below_it(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    study = study_of(store, FOUND)
    last = new_study(store, experiment_file(SIX.replace("name: six", "name: last")))
    companion = made_again(store, study, [0.5] * 6, 1)
    plain = CliRunner().invoke(cli, ["list", "--storage", url])
    assert companion.name not in plain.stdout
    assert "1 more study serves others (confirmation); nas list --all shows" in plain.stderr
    every = CliRunner().invoke(cli, ["list", "--all", "--storage", url]).stdout
    places = [every.index(f"\n{name} ") for name in ("six", f"  {companion.name}", "last")]
    assert places == sorted(places)
    printed = CliRunner().invoke(cli, ["list", "--json", "--storage", url])
    serves = {s["study"]: s["serves"] for s in json.loads(printed.stdout)["studies"]}
    assert serves == {
        "six": None, last.name: None,
        companion.name: {"experiment": "six", "purpose": "confirmation"},
    }  # fmt: skip


def test_wrong_usage(
    no_training: list[tuple[int, int, int]], store: Store, url: str, tmp_path: Path
) -> None:
    """Nothing is trained for what cannot be confirmed."""
    place = Place(url, Workspace(tmp_path, "six"), Observer())
    with pytest.raises(StoreError, match="no study 'six'"):
        confirm("six", Plan(), place)
    empty = new_study(store, experiment_file(SIX.replace("name: six", "name: empty")))
    with pytest.raises(StoreError, match="the front is empty"):
        confirm("empty", Plan(), place)
    served = study_of(store, FOUND)
    companion = made_again(store, served, [0.5] * 6, 1)
    with pytest.raises(SearchError, match=r"serves 'six' \(confirmation\) and has no front"):
        confirm(companion.name, Plan(), place)
    assert CliRunner().invoke(cli, ["confirm", empty.name, "--seeds", "1"]).exit_code == 2
    assert no_training == []


def test_other_data_are_never_mixed_in(
    no_training: list[tuple[int, int, int]],
    store: Store,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Data:
        fingerprint = "another"

    monkeypatch.setattr(module, "checked_dataset", lambda *_: Data())
    study_of(store, FOUND)
    with pytest.raises(SearchError, match="was made on other data"):
        confirm("six", Plan(), Place(url, Workspace(tmp_path, "six"), Observer()))
    assert no_training == []


def test_a_study_knows_its_experiment(store: Store) -> None:
    """Launched under another name and with another evaluator than its file has; a file of JSON."""
    file = experiment_file(json.dumps(experiment_file().document.data))
    file = file.with_name("other").with_evaluator("test_confirm_for_real:Lucky")
    study = new_study(store, file)
    read_again = study_file(study).experiment
    assert (read_again.name, read_again.evaluator) == ("other", "test_confirm_for_real:Lucky")
    assert read_again.identity() == file.experiment.identity()
    variant = variant_of(study_file(study), [{}], 2, 5, "confirmation").experiment
    assert (variant.evaluator, variant.seed) == ("test_confirm_for_real:Lucky", 5)
