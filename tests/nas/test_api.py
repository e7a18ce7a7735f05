"""Searches from Python: real ones on Ray, with evaluators that need no training."""

from __future__ import annotations

import json
import shutil
import sqlite3
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import optuna
import pytest
import search_kit
from search_kit import SIX, Search, experiment_values
from test_cli import TRIAL_KEYS

import nas
from nas.config.document import Document
from nas.store import Store
from nas.study import CURVE_COLUMNS, TRIAL_COLUMNS, Study
from search_spaces.errors import SearchError, StoreError
from search_spaces.graphs.cost import cost


class FromFlops:
    """More FLOPs are better, and so are more epochs; no training."""

    def __init__(self, task: nas.TrialTask) -> None:
        self.task = task
        self.flops = cost(task.network).flops
        self.epochs = 0

    def train_epoch(self) -> float:
        self.epochs += 1
        return accuracy(self.flops, self.epochs)


def accuracy(flops: float, epochs: int) -> float:
    return flops / (flops + 100_000) * epochs / (epochs + 1)


class Fresh(FromFlops):
    """Leaves the weights that its module began with."""

    def weights(self) -> dict[str, Any]:
        return self.task.module().state_dict()


class Picky(FromFlops):
    """Fails for the largest network, and gives percent for the one before it."""

    def train_epoch(self) -> float:
        if self.flops > LARGEST:
            raise RuntimeError("too large\nfor me")
        return 50.0 if self.flops > LARGE else super().train_epoch()


LARGE, LARGEST = 500_000, 1_000_000
"""Of the six networks, the FLOPs of two are above the first, and of one above the second."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("api")
    return {"storage": f"sqlite:///{folder / 'nas.db'}", "folder": folder / "studies"}


@pytest.fixture(scope="module")
def searched(one_ray: None, places: dict[str, Any]) -> Study:
    """A study of all six architectures, searched in two calls; the first three trials alone."""
    first = nas.search(
        experiment_values("six"),
        evaluator=Fresh,
        sampler=_seeded,
        num_trials=3,
        progress=False,
        **places,
    ).trials()
    assert len(first) == 3
    study = nas.search(
        experiment_values("six"), evaluator=Fresh, sampler=_seeded, progress=False, **places
    )
    kept = study.trials().head(3)
    assert kept.drop(columns="choices").equals(first.drop(columns="choices"))
    return study


@pytest.mark.slow
def test_trials_are_a_frame(searched: Study) -> None:
    trials = searched.trials()
    assert tuple(trials.columns) == TRIAL_COLUMNS
    nested = {"measured_latency", "confirmed"}  # in the JSON of the front; of one, three columns
    flat = {"measured_latency_ms", "measured_low_ms", "measured_high_ms"}
    assert set(TRIAL_COLUMNS) == TRIAL_KEYS - nested | {"train_s", "failure"} | flat
    assert list(trials.trial) == list(range(6))
    assert trials.architecture.nunique() == 6
    assert set(trials.state) == {"COMPLETE"}
    assert set(trials.epochs) == {2}
    assert list(trials.accuracy) == [accuracy(flops, 2) for flops in trials.flops]
    assert trials.latency_ms.isna().all()
    assert trials.latency_ms.dtype == float


@pytest.mark.slow
def test_front_knee_and_best(searched: Study) -> None:
    """Accuracy grows with FLOPs alone, so that every network is on the front, in that order."""
    front = searched.pareto_front()
    assert tuple(front.columns) == TRIAL_COLUMNS
    assert len(front) == 6
    assert front.flops.is_monotonic_increasing
    assert front.accuracy.is_monotonic_increasing
    assert searched.best().trial == front.trial.iloc[-1]
    assert searched.best(flops=int(front.flops.iloc[2])).trial == front.trial.iloc[2]
    assert searched.best(flops=f"{front.flops.iloc[2] / 1e3}k").trial == front.trial.iloc[2]
    assert searched.knee().trial in set(front.trial)
    assert tuple(searched.knee().index) == TRIAL_COLUMNS


@pytest.mark.slow
def test_curves_are_a_frame(searched: Study) -> None:
    curves = searched.curves()
    assert tuple(curves.columns) == CURVE_COLUMNS
    assert list(zip(curves.trial, curves.epochs, strict=True)) == [
        (trial, epoch) for trial in range(6) for epoch in (1, 2)
    ]
    flops = searched.trials().set_index("trial").flops
    wanted = [accuracy(flops[t], e) for t, e in zip(curves.trial, curves.epochs, strict=True)]
    assert list(curves.accuracy) == wanted
    assert curves.train_loss.isna().all()


@pytest.mark.slow
def test_networks_and_modules(searched: Study) -> None:
    import torch

    knee = searched.knee()
    network = searched.network(knee.trial)
    assert network.id == knee.architecture
    module = searched.module(knee.trial)
    assert not module.training
    wanted = nas.TrialTask(network, None, None, max_epochs=2, seed=0).module().state_dict()  # type: ignore[arg-type]
    for name, value in module.state_dict().items():
        assert torch.equal(value, wanted[name])
    other = searched.module(knee.trial, weights=False).state_dict()
    assert not torch.equal(other["stem.conv.0.weight"], wanted["stem.conv.0.weight"])
    with pytest.raises(StoreError, match="has no trial 99; it has 6"):
        searched.network(99)


@pytest.mark.slow
def test_export_report_and_notebook(searched: Study, tmp_path: Path) -> None:
    exported = searched.export(out=tmp_path)
    assert exported.code == tmp_path / f"trial_{searched.knee().trial}.py"
    assert exported.weights is not None
    assert "evaluator test_api:Fresh" in exported.code.read_text()
    page = searched.report(tmp_path / "front.html").read_text()
    assert "test_api:Fresh" in page
    shown = searched._repr_html_()
    assert "<b>six</b>: COMPLETE, 6 trials, 6 on the front" in shown
    assert shown.count("<tr") == 7


@pytest.mark.slow
def test_a_loaded_study_is_the_same(searched: Study, places: dict[str, Any]) -> None:
    loaded = nas.load_study("six", **places)
    assert loaded == searched
    assert loaded.state == "COMPLETE"
    assert loaded.record.experiment["evaluator"] == "test_api:Fresh"
    assert loaded.record.experiment["search"]["sampler"] == "test_api:_seeded"
    with pytest.raises(StoreError, match="no study 'seven'"):
        nas.load_study("seven", **places)


@pytest.mark.slow
def test_another_evaluator_is_another_study(searched: Study, places: dict[str, Any]) -> None:
    with pytest.raises(SearchError, match=r"another `evaluator`: .* -> .*FromFlops"):
        nas.search(experiment_values("six"), evaluator=FromFlops, progress=False, **places)


def _seeded(seed: int) -> optuna.samplers.BaseSampler:
    return optuna.samplers.RandomSampler(seed=seed + 1)


MADE = optuna.samplers.TPESampler(seed=1)


def _instead_of_a_search(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a search is asked for goes there; it is taken as interrupted."""
    given: list[Any] = []

    def interrupted(*args: Any, **options: Any) -> SimpleNamespace:
        given.append((args, options))
        return SimpleNamespace(state="INTERRUPTED")

    monkeypatch.setattr("nas.runner.run.run_search", interrupted)
    return given


@pytest.mark.parametrize(
    ("sampler", "kept", "kind"),
    [
        (optuna.samplers.RandomSampler, "optuna.samplers._random:RandomSampler", "RandomSampler"),
        (MADE, "optuna.samplers._tpe.sampler:TPESampler", "TPESampler"),
        (_seeded, "test_api:_seeded", "RandomSampler"),
        (lambda seed: _seeded(seed), "test_api:<lambda>", "RandomSampler"),
        (partial(optuna.samplers.NSGAIISampler, population_size=5),
         "optuna.samplers.nsgaii._sampler:NSGAIISampler(population_size=5)", "NSGAIISampler"),
    ],
)  # fmt: skip
def test_samplers_as_objects(
    sampler: Any, kept: str, kind: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would go to Ray is driven without it: six different architectures, then the end."""
    given = _instead_of_a_search(monkeypatch)
    nas.search(Document("six.yaml", SIX).data, sampler=sampler, progress=False)
    (((file, *_), options),) = given
    assert file.experiment.search.sampler == kept
    assert file.experiment.model_dump(mode="json")["search"]["sampler"] == kept
    make_sampler = options["parts"].sampler
    made = []
    monkeypatch.setitem(
        search_kit.SAMPLERS, kept, lambda *a: made.append(make_sampler(*a)) or made[0]
    )
    search = Search(store, file)
    assert search.run() == "COMPLETE"
    assert len(set(search.trained)) == 6
    assert type(made[0]._inner).__name__ == kind
    assert (made[0]._inner is MADE) == (sampler is MADE)


def test_a_sampler_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    given = _instead_of_a_search(monkeypatch)
    nas.search(Document("six.yaml", SIX).data, sampler="nsga2", num_trials=2, progress=False)
    (((file, *_), options),) = given
    assert (file.experiment.search.sampler, file.experiment.search.num_trials) == ("nsga2", 2)
    assert options["parts"].sampler is None


@pytest.mark.slow
def test_ray_reserves_resources_for_each_worker_not_for_each_trial(
    one_ray: None, places: dict[str, Any]
) -> None:
    """Trials that are shorter than the start of a worker, where there is room for two workers.

    Ray's table of placement groups has the removed ones too.
    """
    from ray.util import placement_group_table

    before = len(placement_group_table())
    nas.search(experiment_values("reserved"), evaluator=FromFlops, progress=False, **places)
    assert len(placement_group_table()) - before <= 2


@pytest.mark.slow
def test_an_evaluator_that_raises_fails_that_trial_alone(
    one_ray: None, places: dict[str, Any]
) -> None:
    study = nas.search(experiment_values("picky"), evaluator=Picky, progress=False, **places)
    trials = study.trials().sort_values("flops")
    assert list(trials.state) == ["COMPLETE"] * 4 + ["FAIL"] * 2
    assert study.pareto_front().trial.size == 4
    percent, raised = trials.failure.iloc[-2:]
    rule = "`train_epoch` must return a number from 0 to 1, or an EpochResult with one"
    assert f"test_api:Picky: {rule}; got 50.0" in percent
    assert "RuntimeError: too large for me" in raised
    database = sqlite3.connect(places["storage"].removeprefix("sqlite:///"))
    query = "SELECT traceback FROM nas_trials WHERE failure = ?"
    ((traceback,),) = database.execute(query, (raised,)).fetchall()
    database.close()
    assert "in train_epoch" in traceback
    with pytest.raises(StoreError, match=r"trial \d has no weights at .*`weights=False`"):
        study.module(int(trials.trial.iloc[0]))


BESIDE = """
import shares

class Mine:
    def __init__(self, task):
        self.epochs = 0

    def train_epoch(self):
        self.epochs += 1
        return shares.of(self.epochs)
"""


@pytest.mark.slow
def test_an_evaluator_of_the_files_folder(
    one_ray: None, places: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It travels with the module beside it: a worker finds neither by itself."""
    (tmp_path / "beside.py").write_text(BESIDE)
    (tmp_path / "shares.py").write_text("def of(epochs): return epochs / 16")
    values = experiment_values("beside", evaluator="beside:Mine", search={"num_trials": 2})
    (tmp_path / "space.yaml").write_text(json.dumps(values))
    study = nas.search(tmp_path / "space.yaml", progress=False, **places)
    assert list(study.trials().accuracy) == [2 / 16, 2 / 16]
    assert study.record.experiment["evaluator"] == "beside:Mine"
    shutil.rmtree(tmp_path)  # what was found needs the module no more
    assert nas.load_study("beside", **places).trials().accuracy.max() == 2 / 16


def _blocks() -> list[str]:
    """The Python listings of the guide, in order."""
    guide = Path(__file__).parents[2] / "docs" / "python.md"
    return [part.split("```")[0] for part in guide.read_text().split("```python\n")[1:]]


@pytest.mark.slow
def test_the_guide_runs_as_it_stands(
    one_ray: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    (evaluator,) = [block for block in _blocks() if "class Adam" in block]
    assert len(evaluator.splitlines()) <= 25
    (tmp_path / "adam.py").write_text(evaluator)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    notebook: dict[str, Any] = {"__name__": "notebook"}
    for block in _blocks():
        if block != evaluator:
            exec(block, notebook)
        if "study.report()" in block:
            assert len(notebook["trials"]) == 4
            assert notebook["exported"].weights.is_file()
            assert notebook["page"].is_file()
            assert notebook["module"](torch.zeros(1, 1, 32, 32)).shape == (1, 10)
    trials = notebook["study"].trials()
    assert len(trials) == 2
    assert set(trials.state) <= {"COMPLETE", "PRUNED"}
    percent = trials.accuracy * 100
    assert ((percent - percent.round()).abs() < 1e-3).all()  # shares of 100 validation images
    assert notebook["study"].record.experiment["evaluator"] == "adam:Adam"
