"""A search keeps beside its study the few images of which reports draw predictions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from search_kit import SIX, launch_untrained

from nas.cli import cli
from nas.config import ExperimentFile
from nas.store import Store, StudyRecord
from nas.store.sample import MAX_IMAGES, kept_sample
from nas.store.workspace import Workspace
from workers.datasets import load_dataset

SCENES = """
name: scenes
dataset: {name: digit_scenes, train_size: 12, validation_size: 8}
space:
  stem: {out_channels: 4, stride: 2}
  stages: [{out_channels: 4, block: {separable: {kernel_size: [3, 5]}}}]
  head: {fcn: {num_skips: 0}}
search: {num_trials: 1, sampler: random}
fidelity: {max_epochs: 2, min_epochs: 2}
"""
DIGITS = SIX.replace("cluttered_digits", "cluttered_digits, train_size: 20, validation_size: 20")


def launched(text: str, root: Path) -> tuple[StudyRecord, Workspace, Path]:
    path, storage = root / "space.yaml", f"sqlite:///{root / 'nas.db'}"
    path.write_text(text)
    command = ["launch", str(path), "--storage", storage, "--folder", str(root / "studies")]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code in (0, 130), done.output
    name = ExperimentFile.read(path).experiment.name
    with Store(storage, create=False) as store:
        return store.study(name), Workspace(root / "studies", name), path


def test_it_is_of_the_images_that_validate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    launch_untrained(monkeypatch)
    study, workspace, path = launched(SCENES, tmp_path)
    kept = kept_sample(workspace.sample(study))
    assert kept is not None
    validation = load_dataset(ExperimentFile.read(path).experiment.dataset).validation
    places = [
        next(n for n, other in enumerate(validation.images) if (other == image).all())
        for image in kept.images
    ]
    assert len(places) == MAX_IMAGES and places == sorted(places)
    assert (kept.labels == validation.labels[places]).all()
    shown = np.array([len(np.unique(mask)) for mask in validation.labels])
    assert min(shown[places]) >= max(np.delete(shown, places))


def test_labels_of_whole_images_are_no_pictures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    launch_untrained(monkeypatch)
    study, workspace, _ = launched(DIGITS, tmp_path)
    assert workspace.folder.is_dir()
    assert not workspace.sample(study).exists()
