"""Pictures of what networks make of validation images, in the report."""

from __future__ import annotations

import base64
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from dashboards.networks.predictions import Predictions, predictions
from dashboards.sections.findings import Findings
from dashboards.sections.report import render
from nas.config.dataset import DatasetSpec
from nas.store import EpochRecord, Store
from nas.store.sample import MAX_IMAGES, kept_sample, most_telling
from nas.store.workspace import Workspace
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Block, Network
from workers.datasets import Dataset, input_format, load_dataset
from workers.datasets.base import IGNORED, Split
from workers.tasks import TASKS

SIDE, STEP = 8, 100
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """A pixel of 0, 100 or 200 is of class 0, 1 or 2; one in each mask has no label."""
    rng = np.random.default_rng(0)
    masks = rng.integers(0, 3, (40, SIDE, SIDE)).astype(np.uint8)
    images = masks * STEP
    masks[:, 0, 0] = IGNORED
    path = tmp_path / "squares.npz"
    np.savez(path, images=images[:, None], masks=masks)
    return load_dataset(DatasetSpec(name="npz", root=str(path)))


def rightly(dataset: Dataset) -> tuple[Network, dict[str, torch.Tensor]]:
    """A network that labels every pixel rightly: 2kt - k² is the largest where k is t."""
    pen = Builder((1, SIDE, SIDE))
    graph = pen.graph(pen.conv(pen.input, 3, bias=True, name="score"))
    given, k = input_format(dataset), torch.arange(3.0)
    mean, std = given.mean[0] / STEP, given.std[0] / STEP
    network = Network((1, SIDE, SIDE), (Block("head", "pixel_classifier", graph),))
    weights = {
        "head.score.weight": (2 * k * std).view(3, 1, 1, 1),
        "head.score.bias": 2 * k * mean - k * k,
    }
    return network, weights


@pytest.fixture
def study(dataset: Dataset, tmp_path: Path) -> Any:
    store, workspace = Store(f"sqlite:///{tmp_path / 'nas.db'}"), Workspace(tmp_path, "squares")
    experiment = {
        "objectives": ["miou", "flops"], "fidelity": {"max_epochs": 1},
        "dataset": {"name": "npz", "root": str(tmp_path / "squares.npz")},
    }  # fmt: skip
    study = store.create_study(
        name="squares", state="COMPLETE", identity="x", seed=0, experiment_file="",
        experiment=experiment, dataset="npz", dataset_fingerprint=dataset.fingerprint,
        in_shape=list(dataset.info.in_shape), num_classes=3, versions={}, hardware={},
        input_format=input_format(dataset).as_json(), class_names=["sky", "sea", "land"],
        num_validation_images=len(dataset.validation.labels),
    )  # fmt: skip
    network, weights = rightly(dataset)
    store.add_trial(study, 0, network, cost(network), choices={}, description="", latency_ms=None)
    store.start_trial(study, 0, "worker")
    store.report(study, EpochRecord(0, 1, 1.0, 0.1, 1.0), "COMPLETE")
    workspace.create()
    torch.save(weights, workspace.weights(study, 0))
    return store, workspace


def seen(address: str) -> np.ndarray:
    content = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)))


def test_a_network_that_is_right_draws_the_truth(study: Any, dataset: Dataset) -> None:
    store, workspace = study
    found = predictions(store, Findings.read(store, "squares"), workspace)
    assert isinstance(found, Predictions)
    assert found.headings == ((0, "1.0000", "192 FLOPs"),)
    assert [name for name, _ in found.classes] == ["sky", "sea", "land"]
    assert len({color for _, color in found.classes}) == 3
    assert len(found.rows) == min(MAX_IMAGES, len(dataset.validation.labels))
    for image, truth, answer in found.rows:
        shown, wanted, drawn = map(seen, (image, truth, answer))
        assert wanted[0, 0] == IGNORED
        assert (drawn == shown // STEP).all()
        assert (drawn == wanted).sum() == SIDE * SIDE - 1


def test_the_report_has_them(study: Any) -> None:
    store, workspace = study
    html = render(store, Findings.read(store, "squares"), NOON, workspace)
    assert "What they see" in html
    assert re.findall(r'alt="(Validation image \d)"', html) == [
        f"Validation image {n}" for n in range(1, MAX_IMAGES + 1)
    ]
    assert "What they see" not in render(store, Findings.read(store, "squares"), NOON)


def test_the_images_are_read_once(study: Any, tmp_path: Path) -> None:
    """The few that are shown stay beside the study: later pages read no data set."""
    store, workspace = study
    findings = Findings.read(store, "squares")
    first = predictions(store, findings, workspace)
    assert (
        workspace.sample(findings.study).stat().st_size < (tmp_path / "squares.npz").stat().st_size
    )
    (tmp_path / "squares.npz").unlink()
    assert predictions(store, findings, workspace) == first


def test_a_damaged_sample_is_read_anew(study: Any, tmp_path: Path) -> None:
    store, workspace = study
    findings = Findings.read(store, "squares")
    first = predictions(store, findings, workspace)
    path = workspace.sample(findings.study)
    for damaged in (b"", b"broken", path.read_bytes()[:100]):
        path.write_bytes(damaged)
        assert predictions(store, findings, workspace) == first
        assert kept_sample(path) is not None


def test_what_shows_most_is_shown() -> None:
    """Masks of one, two and three classes; ignored pixels are no class."""
    task = TASKS["segmentation"]
    masks = np.zeros((9, 4, 4), np.uint8)
    masks[2:, 0, 0], masks[6:, 1, 1], masks[:, 3, 3] = 1, 2, IGNORED
    images = np.arange(9, dtype=np.uint8).reshape(9, 1, 1, 1).repeat(4, 2).repeat(4, 3)
    shown = most_telling(Split(images, masks), task)
    assert shown is not None
    assert shown.images[:, 0, 0, 0].tolist() == [5, 6, 7, 8]
    assert (shown.labels == masks[5:]).all()
    assert most_telling(Split(images, np.zeros(9, np.int64)), TASKS["classification"]) is None


def test_why_there_are_none_is_one_line(study: Any, tmp_path: Path) -> None:
    store, workspace = study
    findings = Findings.read(store, "squares")
    elsewhere = Workspace(tmp_path / "elsewhere", "squares")
    assert "no trained weights in" in str(predictions(store, findings, elsewhere))
    weights, kept = workspace.weights(findings.study, 0), workspace.sample(findings.study)
    weights.write_bytes(b"broken")
    assert "trial-00000" in str(predictions(store, findings, workspace))
    kept.unlink()
    (tmp_path / "squares.npz").unlink()
    said = predictions(store, findings, workspace)
    assert isinstance(said, str) and "squares.npz" in said and "\n" not in said
    html = render(store, findings, NOON, workspace)
    assert "No predictions are shown" in html
