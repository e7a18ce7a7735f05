"""What one edit of a network would change."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from latency_kit import Observer
from search_kit import experiment_file, new_study

from nas.cli import cli
from nas.config import ExperimentFile
from nas.samplers.cost_aware.accuracy_model import AccuracyModel
from nas.samplers.cost_aware.pool import Pool
from nas.samplers.joint import Observation
from nas.store import EpochRecord, Store, StudyRecord
from nas.store.workspace import Workspace
from nas.trust.companion_runs import Place, Trained
from nas.trust.explanation import explain, neighbours, with_trained
from search_spaces.errors import SearchError
from search_spaces.graphs.cost import cost
from search_spaces.spaces.problem import SpaceProblem

TWO_BLOCKS = """
name: two
dataset: {name: cluttered_digits}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0]
  stages:
    - out_channels: 8
      stride: 2
      block:
        - standard: {kernel_size: [3, 5], dilation: [1, 2]}
        - separable: {kernel_size: [3, 5, 7]}
constraints: {params: 1k}
fidelity: {max_epochs: 2, min_epochs: 2}
"""


def problem() -> SpaceProblem:
    file = experiment_file(TWO_BLOCKS)
    limits = file.experiment.constraints.limits()
    return SpaceProblem(file.space((1, 16, 16), 10), ("accuracy", "flops"), limits)


def values(width: float, block: str, **own: int) -> dict[str, float | int | str]:
    choices = {f"stage1.{block}.{name}": value for name, value in own.items()}
    return {"width_mult": width, "stage1.block": block, **choices}


def test_edits_by_hand() -> None:
    """One for each other value; another type of block keeps the kernel that both have."""
    own = values(1.0, "standard", kernel_size=5, dilation=2)
    found = {(n.choice, n.after): n for n in neighbours(problem(), own)}
    assert set(found) == {
        ("width_mult", 2.0), ("stage1.block", "separable"), ("stage1.standard.kernel_size", 3),
        ("stage1.standard.dilation", 1),
    }  # fmt: skip
    swapped = found["stage1.block", "separable"]
    assert swapped.before == "standard"
    assert swapped.candidate.values == values(1.0, "separable", kernel_size=5)
    back = {(n.choice, n.after): n for n in neighbours(problem(), swapped.candidate.values)}
    again = back["stage1.block", "standard"].candidate.values
    assert again == values(1.0, "standard", kernel_size=5, dilation=1)
    seven = {n.choice: n for n in neighbours(problem(), values(1.0, "separable", kernel_size=7))}
    assert seven["stage1.block"].candidate.values["stage1.standard.kernel_size"] == 3


def study_of_all(store: Store, number: int = 100) -> StudyRecord:
    """All networks of the space trained: the wider and the larger the kernel, the better."""
    made, file = problem(), experiment_file(TWO_BLOCKS)
    study, rng, known = new_study(store, file), np.random.default_rng(0), set()
    for _ in range(200):
        candidate = made.candidate(made.sample(rng))
        if candidate.architecture in known or len(known) == number:
            continue
        trial = len(known)
        known.add(candidate.architecture)
        network = made.space.network(candidate.values)
        store.add_trial(
            study, trial, network, cost(network), choices=candidate.values, description="d",
            latency_ms=None,
        )  # fmt: skip
        store.report(study, EpochRecord(trial, 1, accuracy(candidate.values) / 2, 1.0, 1.0))
        epoch = EpochRecord(trial, 2, accuracy(candidate.values), 1.0, 1.0)
        store.report(study, epoch, "COMPLETE")
    return study


def accuracy(choices: dict) -> float:
    kernel = next(value for name, value in choices.items() if name.endswith("kernel_size"))
    return 0.5 + 0.1 * choices["width_mult"] + 0.03 * kernel


def test_costs_are_exact_and_predictions_hold_what_was_measured(store: Store) -> None:
    study = study_of_all(store)
    trials = store.trials(study)
    assert len(trials) == 14
    trial = next(t for t in trials if t.choices == values(1.0, "separable", kernel_size=3))
    found = explain(store, study, trial)
    assert len(found) == 4
    covered = 0
    for edit in found:
        other = next(t for t in trials if t.number == edit.trial)
        assert other.architecture == edit.neighbour.candidate.architecture
        assert edit.changes["flops"] == other.flops - trial.flops
        assert edit.changes["params"] == other.params - trial.params
        assert edit.within_limits == (other.params <= 1000)
        assert edit.trained_change == pytest.approx(other.accuracy - trial.accuracy)
        low, high = edit.accuracy_change.low, edit.accuracy_change.high
        covered += low <= edit.trained_change <= high
    assert covered >= 3
    gains = [edit.accuracy_change.value for edit in found]
    assert gains == sorted(gains, reverse=True)
    assert found[0].neighbour.choice == "stage1.separable.kernel_size"
    assert found[0].neighbour.after == 7


def test_what_is_known_of_both_alike_cancels() -> None:
    """A network beside itself differs by nothing, however little is known of it."""
    made = problem()
    rng = np.random.default_rng(0)
    one = made.candidate(values(1.0, "standard", kernel_size=3, dilation=1))
    other = made.candidate(values(2.0, "separable", kernel_size=7))
    known = [Observation(one, ((1, 0.5),)), Observation(other, ((1, 0.6),))]
    model = AccuracyModel(Pool(made, rng), known)
    far = made.candidate(values(1.0, "separable", kernel_size=5))
    drawn = model.draw_accuracies([far, far, one], 2_000, rng)
    assert drawn.shape == (2_000, 3)
    assert np.abs(drawn[:, 0] - drawn[:, 1]).max() < 0.002
    assert drawn[:, 0].std() > 0.01
    mean, deviation = model.predict(model._pool.encode([far]))
    losses = model.loss(drawn[:, 0].tolist())
    assert losses.mean() == pytest.approx(float(mean[0]), abs=0.1)
    assert losses.std() == pytest.approx(float(deviation[0]), rel=0.1)


def test_too_few_trials_are_told(store: Store) -> None:
    study = study_of_all(store, 3)
    with pytest.raises(SearchError, match="needs 5 trained trials"):
        explain(store, study, store.trials(study)[0])


def test_the_command(store: Store, url: str) -> None:
    study = study_of_all(store)
    arguments = ["explain", study.name, "--storage", url, "--trial", "0"]
    printed = CliRunner().invoke(cli, [*arguments, "--json", "--limit", "2"])
    assert printed.exit_code == 0, printed.output
    edits = json.loads(printed.stdout)["neighbours"]
    assert len(edits) == 2
    assert edits[0]["accuracy_change"] >= edits[1]["accuracy_change"]
    table = CliRunner().invoke(cli, arguments)
    assert "stage1.b" in table.stdout
    assert "two trial 0: d" in table.stderr


def test_a_ready_space(store: Store, ready_spaces: Path) -> None:
    """Some dozens of edits of a network of the quickstart, each a network of the space."""
    file = ExperimentFile.read(ready_spaces / "quickstart.yaml")
    made = SpaceProblem(file.space((1, 32, 32), 10), ("accuracy", "flops"), ())
    own = made.sample(np.random.default_rng(0))
    found = neighbours(made, own)
    assert len(found) > 10
    for edit in found:
        assert made.space.network(edit.candidate.values).id == edit.candidate.architecture
        assert edit.candidate.values[edit.choice] == edit.after != edit.before


def test_trained_neighbours_are_measured(
    store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those within the budgets are asked for, the network itself first; gains are differences."""
    study = study_of_all(store)
    (trial, *_) = store.trials(study)
    found = explain(store, study, trial)
    made, asked = problem(), []

    def train(file: ExperimentFile, starts: list, *rest: object) -> Trained:
        asked.append((starts, *rest))
        networks = [made.space.network(start) for start in starts]
        pairs = zip(networks, starts, strict=True)
        return Trained({n.id: [0.1, accuracy(s)] for n, s in pairs}, [1.0])

    monkeypatch.setattr("nas.trust.explanation.train_all", train)
    place = Place(url, Workspace(tmp_path, study.name), Observer())
    measured = with_trained(found, study, trial, place)
    ((starts, max_epochs, seed, where, label),) = asked
    assert (max_epochs, seed, where, label) == (2, 0, place, "edits")
    assert starts[0] == trial.choices
    assert len(starts) == 1 + sum(edit.within_limits for edit in found)
    for edit in measured:
        if edit.within_limits:
            gain = accuracy(edit.neighbour.candidate.values) - accuracy(trial.choices)
            assert edit.trained_change == pytest.approx(gain)


def test_a_network_that_was_listed_has_no_choice_to_edit(store: Store) -> None:
    study = study_of_all(store)
    trial = replace(store.trials(study)[0], choices={"network": "mobilenet_v1 x0.25"})
    with pytest.raises(SearchError, match="study 'two' lists its networks: there is no choice"):
        explain(store, study, trial)
