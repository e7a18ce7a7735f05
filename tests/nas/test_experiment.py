"""Experiments as values: what is written of one reads back as the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest

import search_spaces
from nas.config import Experiment, ExperimentFile
from nas.config.document import Document
from search_spaces.registry import block_types

READY = sorted(Path(search_spaces.__file__).parent.glob("*.yaml"))

EVERYTHING = """\
name: everything
seed: 3
dataset: {name: cluttered_digits, size: 40}
space:
  stem: {out_channels: 8, pool: [true, false]}
  width_mult: [0.5, 1]
  stages:
    - out_channels: [16, 24]
      num_blocks: [1, 2]
      block: [standard: {kernel_size: [3, 5]}, fire, separable]
objectives: [accuracy, flops, latency_ms]
constraints: {accuracy: ">= 0.8", flops: {min: 1M, max: 30M}, params: ">= 10k, <= 500k"}
latency: {batch_size: 4, num_threads: 1}
search: {sampler: tpe, num_trials: 7, time_limit: 2h, start_from: [squeezenet, "study:first"]}
fidelity: {max_epochs: 9, min_epochs: 1, reduction_factor: 3}
evaluator: package.module:Name
workers: {cpus_per_trial: 2, trial_time_limit: 10min, max_memory_growth: 1GiB}
checkpoints: s3://bucket/states
"""

ONE = {"name": "one", "dataset": {"name": "cluttered_digits"}}


def _experiments() -> list[Any]:
    files = [ExperimentFile.read(path) for path in READY]
    files.append(ExperimentFile(Document("everything", EVERYTHING)))
    return [pytest.param(file.experiment, id=file.experiment.name) for file in files]


@pytest.mark.parametrize("mode", ["json", "python"])
@pytest.mark.parametrize("experiment", _experiments())
def test_a_dumped_experiment_is_read_back(
    experiment: Experiment, mode: Literal["json", "python"]
) -> None:
    values = experiment.model_dump(mode=mode)
    read = Experiment.model_validate(json.loads(json.dumps(values)) if mode == "json" else values)
    assert read == experiment
    assert read.identity() == experiment.identity()


@pytest.mark.parametrize("name", block_types())
def test_a_default_that_is_said_changes_nothing(name: str) -> None:
    defaults = block_types()[name].defaults
    said = {
        key: int(v) if isinstance(v, float) and v == int(v) else v for key, v in defaults.items()
    }
    silent, spoken = (
        ExperimentFile(Document("one", json.dumps(ONE | {"space": {"stages": [stage]}})))
        for stage in ({"out_channels": 16, "block": given} for given in (name, {name: said}))
    )
    assert spoken.experiment.identity() == silent.experiment.identity()
