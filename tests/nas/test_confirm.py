"""Whether a front is real: what is trained again, what that says, and where it is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from latency_kit import Observer
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file, new_study

import nas.confirmation.confirm as module
from nas.cli import cli
from nas.companions.training import Place, Trained
from nas.companions.variants import study_file, variant_of
from nas.config import ExperimentFile
from nas.confirmation.confirm import Plan, confirm
from nas.confirmation.confirmed import PURPOSE, Confirmation, confirmation, confirmations, confirmed
from nas.confirmation.near import near_front
from nas.confirmation.words import summary
from nas.runner.progress import Progress
from nas.runner.run import run_search
from nas.statistics import brier_score, reliability
from nas.store import Companion, EpochRecord, Store, StudyRecord, TrialRecord
from nas.workspace import Workspace
from search_spaces.cost import cost
from search_spaces.errors import SearchError, StoreError
from workers.evaluator import TrialTask


def study_of(store: Store, rows: list[tuple[float, int, float]], text: str = SIX) -> StudyRecord:
    """A study whose trials have these widths, kernel sizes and accuracies."""
    file = experiment_file(text)
    study = new_study(store, file)
    write(store, study, file, rows)
    store.set_study_state(study, "COMPLETE")
    return store.study(study.name)


def write(
    store: Store, study: StudyRecord, file: ExperimentFile, rows: list[tuple[float, int, float]]
) -> None:
    space = file.space(IN_SHAPE, NUM_CLASSES)
    for number, (width, kernel_size, accuracy) in enumerate(rows):
        choices = {"width_mult": width, "stage1.standard.kernel_size": kernel_size}
        network = space.network(choices)
        store.add_trial(
            study, number, network, cost(network), choices=choices, description="d",
            latency_ms=None,
        )  # fmt: skip
        store.report(study, EpochRecord(number, 1, accuracy, 1.0, 1.0), "COMPLETE")


FOUND = [
    (1.0, 1, 0.50), (1.0, 3, 0.69), (2.0, 1, 0.45), (2.0, 3, 0.80), (3.0, 1, 0.70), (3.0, 3, 0.81),
]  # fmt: skip
"""By FLOPs the trials are 0, 2, 1, 4, 3, 5: see `test_costs_rise_in_this_order`."""


def made_again(
    store: Store,
    study: StudyRecord,
    accuracies: list[float],
    seed: int,
    max_epochs: int = 2,
    state: str = "COMPLETE",
) -> StudyRecord:
    """A companion that trained all six networks, as `nas confirm` makes one."""
    file = variant_of(study_file(study), [{}] * 6, max_epochs, seed, "confirmation")
    companion = new_study(store, file)
    store.add_companion(companion, Companion(study.name, "confirmation"))
    rows = [(w, k, a) for (w, k, _), a in zip(FOUND, accuracies, strict=True)]
    write(store, companion, file, rows)
    store.set_study_state(companion, state)
    return companion


def read(store: Store, study: StudyRecord) -> Confirmation:
    found = confirmation(store, study, store.trials(study))
    assert found is not None
    return found


def test_costs_rise_in_this_order(store: Store) -> None:
    trials = store.trials(study_of(store, FOUND))
    assert sorted(range(6), key=lambda n: trials[n].flops) == [0, 2, 1, 4, 3, 5]


def test_near_is_what_lacks_the_least(store: Store) -> None:
    """The front is 0, 1, 4, 3, 5 with .50, .69, .70, .80, .81; 2 lacks .05 to 0."""
    study = study_of(store, FOUND)
    assert [t.number for t in near_front(study, store.trials(study), 4)] == [2]
    assert near_front(study, store.trials(study), 0) == []


def test_near_is_ordered_by_what_is_lacking_and_not_by_accuracy(store: Store) -> None:
    """With 0 at .60, trial 2 of .58 lacks .02, 4 of .30 lacks .30, 1 of .59 .01, 5 of .75 .05."""
    accuracies = [0.60, 0.59, 0.58, 0.80, 0.30, 0.75]
    rows = [(w, k, a) for (w, k, _), a in zip(FOUND, accuracies, strict=True)]
    study = study_of(store, rows)
    trials = store.trials(study)
    assert [t.number for t in near_front(study, trials, 3)] == [1, 2, 5]
    pruned = [replace(t, state="PRUNED") if t.number == 1 else t for t in trials]
    assert [t.number for t in near_front(study, pruned, 3)] == [2, 5, 4]


def test_means_and_verdicts_by_hand(store: Store) -> None:
    """Two seeds .02 apart each: the spread is .01 sqrt(2), over six degrees of freedom.

    The quantile is 2.4469, so that a mean is known to 2.4469 * .0141421 / sqrt(2) = .024469, and
    a difference to .0346.
    """
    study = study_of(store, FOUND)
    truth = [accuracy for _, _, accuracy in FOUND]
    made_again(store, study, [a - 0.01 for a in truth], 1)
    made_again(store, study, [a + 0.01 for a in truth], 2)
    found = read(store, study)
    assert (found.max_epochs, found.seeds, found.missing) == (2, (1, 2), ())
    assert found.spread == pytest.approx((0.01 * 2**0.5, 6))
    assert [n.trial.number for n in found.networks] == [0, 2, 1, 4, 3, 5]
    by_number = {n.trial.number: n for n in found.networks}
    half = 2.4469 * 0.01
    assert by_number[3].mean == pytest.approx((0.80, 0.80 - half, 0.80 + half), abs=1e-6)
    assert by_number[3].accuracies == {1: pytest.approx(0.79), 2: pytest.approx(0.81)}
    assert [n.verdict for n in found.networks] == [
        "front", "behind", "front", "tie", "front", "tie",
    ]  # fmt: skip
    assert by_number[2].behind == (0,)
    assert (by_number[4].tied_with, by_number[4].behind) == ((1,), ())
    assert by_number[5].tied_with == (3,)
    assert [n.is_on_front for n in found.networks] == [True, False, True, True, True, True]
    probabilities = {number: n.front_probability for number, n in by_number.items()}
    assert probabilities[0] == 1.0
    assert probabilities[2] < 0.05
    assert probabilities[1] > 0.95 and probabilities[3] > 0.95
    assert 0.5 < probabilities[4] < 0.95 and 0.5 < probabilities[5] < 0.95


def test_the_search_itself_does_not_count(store: Store) -> None:
    """It chose the front for what it measured; neither that nor another length is mixed in."""
    study = study_of(store, FOUND)
    made_again(store, study, [0.4] * 6, 1)
    assert confirmation(store, study, store.trials(study)) is None
    made_again(store, study, [0.42] * 6, 2)
    made_again(store, study, [0.9] * 6, 0)  # the search's own seed
    made_again(store, study, [0.9] * 6, 3, state="INTERRUPTED")
    made_again(store, study, [0.8] * 6, 1, max_epochs=10)
    assert [n.mean.value for n in read(store, study).networks] == [pytest.approx(0.41)] * 6
    made_again(store, study, [0.81] * 6, 4, max_epochs=10)
    short, full = confirmations(store, study, store.trials(study))
    assert (short.max_epochs, full.max_epochs, full.seeds) == (2, 10, (1, 4))
    assert read(store, study) == full
    other = replace(study, dataset_fingerprint="other data")
    assert confirmations(store, other, store.trials(study)) == []


def test_what_was_not_trained_again_is_told(store: Store) -> None:
    study = study_of(store, FOUND)
    trials = store.trials(study)
    accuracies = {t.architecture: {1: t.accuracy, 2: t.accuracy} for t in trials[:5]}
    found = confirmed(study, trials, accuracies, 2)
    assert found is not None
    assert found.missing == (5,)
    assert found.of(trials[5]) is None
    assert "On the front and not yet confirmed: 5." in summary(found)


def test_what_is_equal_every_time_ties_and_the_dearer_is_not_on_the_front(store: Store) -> None:
    study = study_of(store, FOUND)
    trials = store.trials(study)
    found = confirmed(study, trials, {t.architecture: {1: 0.5, 2: 0.5} for t in trials}, 2)
    assert found is not None
    assert [n.front_probability for n in found.networks] == [1, 0, 0, 0, 0, 0]
    assert [n.verdict for n in found.networks] == ["front", "tie", "tie", "tie", "tie", "tie"]
    assert found.networks[1].mean == (0.5, 0.5, 0.5)


def test_other_objectives_have_other_rivals(store: Store) -> None:
    """By parameters alone or by accuracy alone; a limit leaves out what is beyond it."""
    study = study_of(store, FOUND)
    trials = store.trials(study)
    again = {t.architecture: {1: t.accuracy - 0.001, 2: t.accuracy + 0.001} for t in trials}
    alone = confirmed(_with(study, objectives=["accuracy"]), trials, again, 2)
    assert alone is not None
    best = {n.trial.number: n.verdict for n in alone.networks if n.is_on_front}
    assert best == {5: "front"}
    assert alone.costs == ()
    flops = trials[1].flops
    limited = confirmed(_with(study, constraints={"flops": flops}), trials, again, 2)
    assert limited is not None
    assert [n.trial.number for n in limited.networks] == [0, 2, 1]


def test_who_is_dearer_in_something_is_no_rival(store: Store) -> None:
    """Latencies that fall as FLOPs rise: each is on the front, whatever its accuracy."""
    study = study_of(store, FOUND)
    both = _with(study, objectives=["accuracy", "flops", "latency_ms"])
    trials = [replace(t, latency_ms=1e6 / t.flops) for t in store.trials(study)]
    again = {t.architecture: {1: 0.5, 2: 0.52} for t in trials}
    found = confirmed(both, trials, again, 2)
    assert found is not None
    assert found.costs == ("flops", "latency_ms")
    assert {(n.verdict, n.front_probability) for n in found.networks} == {("front", 1.0)}
    unknown = [replace(t, latency_ms=None) if t.number == 2 else t for t in trials]
    fewer = confirmed(replace(both, experiment=study.experiment), unknown, again, 2)
    assert fewer is not None and len(fewer.networks) == 6


def _with(study: StudyRecord, **values: Any) -> StudyRecord:
    return replace(study, experiment={**study.experiment, **values})


NUM_STUDIES = 300


def _simulated(
    draw: np.random.Generator, trials: list[TrialRecord], study: StudyRecord
) -> tuple[list[TrialRecord], np.ndarray, Confirmation]:
    """Six networks of known truth; the search sees one training of each, chosen or not."""
    flops = np.log([t.flops for t in trials])
    rising = (flops - flops.min()) / np.ptp(flops)
    truth = 0.8 + 0.03 * rising + draw.normal(0, 0.01, len(trials))
    searched = draw.normal(truth, 0.01)
    seen = [replace(t, accuracy=float(a)) for t, a in zip(trials, searched, strict=True)]
    again = draw.normal(truth[:, None], 0.01, size=(len(trials), 2))
    accuracies = {
        t.architecture: dict(enumerate(row, 1)) for t, row in zip(trials, again, strict=True)
    }
    found = confirmed(study, seen, accuracies, 2)
    assert found is not None
    return seen, truth, found


def test_intervals_cover_and_probabilities_come_true(store: Store) -> None:
    """For the networks of the front too, which the search chose for being lucky."""
    study = study_of(store, FOUND)
    trials, draw = store.trials(study), np.random.default_rng(0)
    covered, gains, said, came = [], [], [], []
    for _ in range(NUM_STUDIES):
        _, truth, found = _simulated(draw, trials, study)
        for network in found.networks:
            number = network.trial.number
            rivals = [t.number for t in trials if t.flops < network.trial.flops]
            said.append(network.front_probability)
            came.append(all(truth[number] > truth[rival] for rival in rivals))
            if network.is_on_front:
                covered.append(network.mean.low <= truth[number] <= network.mean.high)
                gains.append((network.trial.accuracy or 0.0) - truth[number])
    assert np.mean(gains) > 0.002  # the search's own accuracies promise too much
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)
    probabilities, outcomes = np.array(said), np.array(came)
    for found_bin in reliability(probabilities, outcomes, 5):
        assert found_bin.probability == pytest.approx(found_bin.came.value, abs=0.12)
    share = outcomes.mean()
    assert brier_score(probabilities, outcomes) < 0.75 * share * (1 - share)


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
        "epochs", "accuracy", "interval", "accuracies", "front_probability", "verdict",
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
    places = [every.index(f"\n {name} ") for name in ("six", f"  {companion.name}", "last")]
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
    file = file.with_name("other").with_evaluator("test_confirm:Lucky")
    study = new_study(store, file)
    read_again = study_file(study).experiment
    assert (read_again.name, read_again.evaluator) == ("other", "test_confirm:Lucky")
    assert read_again.identity() == file.experiment.identity()
    variant = variant_of(study_file(study), [{}], 2, 5, "confirmation").experiment
    assert (variant.evaluator, variant.seed) == ("test_confirm:Lucky", 5)


class Lucky:
    """An evaluator of one's own: half is the network's size, a tenth is the seed's luck."""

    def __init__(self, task: TrialTask) -> None:
        params = cost(task.network).params
        luck = float(np.random.default_rng([task.seed, params]).random())
        self._accuracy = 0.5 * params / (params + 500) + 0.1 * luck

    def train_epoch(self) -> float:
        return self._accuracy


@pytest.fixture(scope="module")
def _ray() -> Iterator[None]:
    """One Ray for all searches here."""
    import ray

    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.mark.slow
@pytest.mark.usefixtures("_ray")
@pytest.mark.parametrize("evaluator", ["proxy", "test_confirm:Lucky"])
def test_a_small_confirmation_for_real(evaluator: str, tmp_path: Path, url: str) -> None:
    """All six networks are trained twice; the same command again, and one seed more."""
    text = SIX.replace("{name: cluttered_digits}", "{name: cluttered_digits, train_size: 320}")
    file = experiment_file(f"{text}\nevaluator: {evaluator}\n").with_name("again")
    place = Place(url, Workspace(tmp_path, "again"), SilentObserver())
    run_search(file, url, place.workspace, place.observer)
    found = confirm("again", Plan(num_near=6), place)
    assert len(found.networks) == 6
    assert (found.max_epochs, found.seeds, found.missing) == (2, (1, 2), ())
    assert all(len(network.accuracies) == 2 for network in found.networks)
    assert found.spread.degrees_of_freedom == 6
    assert found.networks[0].front_probability == 1
    assert confirm("again", Plan(num_near=6), place) == found
    with Store(url, create=False) as store:
        before = len(store.studies())
        assert before == 3
        for number, companion in enumerate(store.companions(Companion("again", PURPOSE)), 1):
            assert companion.experiment["evaluator"] == evaluator
            assert companion.seed == number
    if evaluator == "proxy":
        return
    by_number = {network.trial.number: network for network in found.networks}
    for network in by_number.values():
        params = network.trial.params
        for seed, accuracy in network.accuracies.items():
            luck = float(np.random.default_rng([seed, params]).random())
            assert accuracy == pytest.approx(0.5 * params / (params + 500) + 0.1 * luck)


class SilentObserver:
    """Watches and says nothing."""

    def message(self, text: str) -> None: ...

    def profiling(self, done: int, total: int) -> None: ...

    def searching(self, progress: Progress) -> nullcontext[None]:
        return nullcontext()
