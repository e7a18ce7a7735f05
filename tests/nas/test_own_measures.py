"""Measures from outside the package: the guide's example, from its file to all that shows it."""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from math import exp, log
from pathlib import Path
from typing import Any

import optuna
import pytest
import torch

import nas
from nas import load_study
from nas.config import ExperimentFile
from nas.config.document import Document
from nas.samplers.cost_aware.pool import Scale
from nas.samplers.joint import Observation
from nas.samplers.regularized_evolution import standing
from nas.schedulers.halving import ParetoHalving
from nas.statistics.pareto import as_log_points
from search_spaces import measures
from search_spaces.errors import ExperimentFileError, SpaceError, UserCodeError
from search_spaces.measures import SHARE, Measure, register
from search_spaces.spaces.problem import Candidate

ROOT = Path(__file__).parents[2]

SPACE = """
name: deep
dataset: {name: cluttered_digits, train_size: 60, validation_size: 60}
space:
  stem: {out_channels: 8}
  stages:
    - out_channels: 8
      stride: 4
      num_blocks: [1, 2, 3]
      block: [{standard: {kernel_size: [1, 3]}}, separable]
objectives: [accuracy, flops, num_layers, small_share]
constraints: {num_layers: 15, small_share: 0.9}
search: {num_trials: 5, sampler: random}
fidelity: {max_epochs: 1, scheduler: none}
"""


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it."""
    monkeypatch.setattr(measures, "_OWN", {})


def _example() -> str:
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    return guide.split("## Add a measure")[1].split("```python\n")[1].split("```")[0]


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a study that the command has searched with the guide's example."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "depth.py").write_text(_example())
    (folder / "space.yaml").write_text(SPACE)
    found = _nas(folder, "launch", "space.yaml", "--plugin", "depth.py")
    assert found.returncode == 0, found.stderr
    yield folder


def _nas(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "140"}
    return subprocess.run(
        [sys.executable, "-m", "nas", *arguments], cwd=folder, capture_output=True, text=True,
        env=env,
    )  # fmt: skip


def _front(folder: Path) -> list[dict[str, Any]]:
    front: list[dict[str, Any]] = json.loads(_nas(folder, "pareto", "deep", "--json").stdout)[
        "front"
    ]
    return front


def test_the_guides_example_is_short() -> None:
    assert len(_example().splitlines()) <= 20


def test_tables_and_json_have_it(launched: Path) -> None:
    table = _nas(launched, "pareto", "deep")
    assert "Layers" in table.stdout and "Small weights" in table.stdout
    front = _front(launched)
    assert front and all(row["num_layers"] <= 15 for row in front)
    best = min(front, key=lambda row: row["num_layers"])
    said = _nas(launched, "export", "deep", "--best", "num_layers", "--out", "best")
    assert said.returncode == 0, said.stderr
    (code,) = (launched / "best").glob("*.py")
    assert code.stem == f"trial_{best['trial']}"
    one = json.loads(_nas(launched, "pareto", "deep", "--best", "num_layers", "--json").stdout)
    assert [row["trial"] for row in one["front"]] == [best["trial"]]
    alone = _nas(launched, "pareto", "deep", "--best", "num_layers").stdout
    described = [row["description"] for row in front]
    assert [text in alone for text in described] == [row == best for row in front]
    wrong = _nas(launched, "export", "deep", "--best", "depth")
    assert wrong.returncode == 1 and "num_layers" in wrong.stderr


def test_layers_are_those_of_the_network(launched: Path) -> None:
    """Counted from the network's JSON; shares from the weights that the search has kept."""
    study = load_study("deep", f"sqlite:///{launched}/nas.db", launched / "nas_studies")
    for row in study.trials().itertuples():
        layers = sum(len(b["layers"]) for b in study.network(row.trial).to_json()["blocks"])
        assert row.num_layers == layers <= 15
        weights = [p.detach() for p in study.module(row.trial).parameters() if p.ndim > 1]
        flat = torch.cat([w.flatten().abs() for w in weights])
        assert row.small_share == pytest.approx(float((flat < 0.01).float().mean()))


def test_sql_has_every_value_as_a_row(launched: Path) -> None:
    with sqlite3.connect(launched / "nas.db") as database:
        rows = database.execute(
            "SELECT v.measure, COUNT(*) FROM nas_values v JOIN nas_trials t ON t.id = v.trial_id "
            "WHERE t.state = 'COMPLETE' GROUP BY v.measure"
        ).fetchall()
    names = (
        "accuracy", "flops", "num_layers", "params", "peak_activation_bytes", "small_share",
        "weight_bytes",
    )  # fmt: skip
    assert dict(rows) == dict.fromkeys(names, 5)


def test_optuna_has_it(launched: Path) -> None:
    study = optuna.load_study(study_name="deep", storage=f"sqlite:///{launched}/nas.db")
    assert study.metric_names == ["accuracy", "flops", "num_layers", "small_share"]
    assert [direction.name for direction in study.directions] == ["MAXIMIZE", *["MINIMIZE"] * 3]
    told = {tuple(trial.values[2:]) for trial in study.trials}
    front = load_study("deep", f"sqlite:///{launched}/nas.db", launched / "nas_studies").trials()
    assert told == set(zip(front["num_layers"], front["small_share"], strict=True))


def test_the_report_has_an_axis_for_it(launched: Path) -> None:
    said = _nas(launched, "report", "deep", "--out", "report.html")
    assert said.returncode == 0, said.stderr
    page = (launched / "report.html").read_text()
    assert ">Layers<" in page and ">Small weights<" in page


def test_a_study_goes_on_with_it(launched: Path) -> None:
    said = _nas(launched, "launch", "space.yaml", "--plugin", "depth.py", "--num-trials", "6")
    assert said.returncode == 0, said.stderr
    assert "6" in said.stdout
    lost = _nas(launched, "launch", "space.yaml", "--num-trials", "6")
    assert lost.returncode == 2
    assert "space.yaml:11: `objectives[2]` must be one of accuracy, miou, flops" in lost.stderr


def test_more_of_it_is_better_to_all_that_compare_networks() -> None:
    """The first is the most accurate; the others are alike but for how much of it they have."""
    register(Measure("width", "Width", of_network=lambda network: 1.0, more_is_better=True))
    objectives, accuracies = ("accuracy", "flops", "width"), (0.9, 0.5, 0.5, 0.5)
    costs = [{"flops": 1e6, "width": width} for width in (1.0, 1.0, 3.0, 2.0)]
    candidates = [Candidate({}, str(number), cost) for number, cost in enumerate(costs)]
    told = [Observation(c, ((1, a),)) for c, a in zip(candidates, accuracies, strict=True)]
    assert [rank for rank, _ in standing(told, objectives)] == [0, 2, 0, 1]

    scaled = Scale(candidates, ("flops", "width"))(candidates)
    assert scaled[:, 1].tolist() == [1.0, 1.0, 0.0, 0.5]

    halving = ParetoHalving([1, 2], 2, objectives)
    rows = [{"accuracy": a, **cost} for a, cost in zip(accuracies, costs, strict=True)]
    for number, row in enumerate(rows):
        halving.record(number, 1, row)
    assert [halving.promotes(n, 1, row) for n, row in enumerate(rows)] == [True, False, True, False]


def test_only_what_is_minimised_is_compared_as_a_logarithm() -> None:
    register(Measure("width", "Width", of_network=lambda network: 1.0, more_is_better=True))
    row = {"accuracy": 0.5, "flops": exp(2), "width": 3.0, "params": 0.0}
    points = as_log_points([row], ("accuracy", "flops", "width", "params"))
    assert points.tolist() == [pytest.approx([-0.5, 2.0, -3.0, log(1e-12)])]


def _file(text: str) -> ExperimentFile:
    return ExperimentFile(Document("space.yaml", text))


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("num_layers: -1", "`constraints.num_layers` must be greater than 0"),
        ("num_layers: 1ms", "`constraints.num_layers` must be a number, optionally with k, M, G"),
        ("num_layer: 1", "did you mean `num_layers`"),
    ],
)
def test_a_limit_is_checked_as_any_other(limit: str, said: str) -> None:
    register(Measure("num_layers", "Layers", of_network=lambda network: 1.0))
    text = SPACE.replace(", small_share]", "]")
    with pytest.raises(ExperimentFileError, match=re.escape(said)):
        _file(text.replace("num_layers: 15, small_share: 0.9", limit))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Measure("flops", "FLOPs", of_network=lambda n: 1.0), "'flops' is already registered"),
        (Measure("a b", "A", of_network=lambda n: 1.0), "letters, digits and underscores"),
        (Measure("a", "A"), "must be `known`, with `of_network`, or `finished`"),
        (Measure("a", "A", SHARE, "finished", of_network=lambda n: 1.0), "with `of_module`"),
    ],
)
def test_what_is_no_measure_is_refused(wrong: Measure, said: str) -> None:
    with pytest.raises(SpaceError, match=said):
        register(wrong)


def test_a_module_may_register_its_measure_again_and_no_other_may() -> None:
    """As a plugin that is loaded twice does, or a notebook whose cell is run again."""
    register(Measure("depth", "Depth", of_network=lambda network: 1.0))
    register(Measure("depth", "Depth", of_network=lambda network: 2.0))
    assert measures.known_of(None) == {"depth": 2.0}  # type: ignore[arg-type]
    with pytest.raises(SpaceError, match="'depth' is already registered"):
        register(Measure("depth", "Depth", of_network=math.log))  # type: ignore[arg-type]


def test_what_is_only_remembered_of_a_study_cannot_be_searched(tmp_path: Path) -> None:
    """As in a notebook that has loaded a study, and not the module of its measures."""
    measures.remember("num_layers", "Layers", more_is_better=False, phase="known")
    (tmp_path / "space.yaml").write_text(SPACE.replace(", small_share]", "]").replace(
        ", small_share: 0.9", ""))  # fmt: skip
    with pytest.raises(SpaceError, match="the measure 'num_layers' is known from a study alone"):
        nas.search(tmp_path / "space.yaml", storage=f"sqlite:///{tmp_path}/nas.db", progress=False)
    assert not (tmp_path / "nas.db").exists()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "many", None])
def test_a_function_that_returns_no_number_is_named(value: Any) -> None:
    register(Measure("num_layers", "Layers", of_network=lambda network: value))
    with pytest.raises(UserCodeError, match="the measure 'num_layers'"):
        measures.known_of(None)  # type: ignore[arg-type]
