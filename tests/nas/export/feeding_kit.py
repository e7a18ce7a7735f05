"""Studies whose networks were trained for a few epochs, on grey and on coloured images."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from search_kit import experiment_file

from nas.runner.run import _create
from nas.store import EpochRecord, Store, StudyRecord
from nas.store.workspace import Workspace
from search_spaces.graphs.cost import cost
from workers.datasets import Dataset, Split, load_dataset
from workers.proxy import ProxyTrainer
from workers.proxy.batches import ProxyData

GREY = """
name: grey
dataset: {name: cluttered_digits, train_size: 240, validation_size: 80}
space:
  stem: {out_channels: 8}
  resolution_mult: 0.75
  stages: [{out_channels: 16, stride: 4, block: standard}]
proxy: {batch_size: 16, averaging: 0.5}
fidelity: {max_epochs: 6, min_epochs: 2}
"""
"""Networks see its images at three quarters of their size."""

COLOUR = """
name: colour
dataset: {name: image_folder, root: ROOT, size: [12, 16], validation_size: 30}
space:
  stem: {out_channels: 8}
  stages: [{out_channels: 8, stride: 2, block: standard}]
proxy: {batch_size: 8, averaging: 0.5}
fidelity: {max_epochs: 6, min_epochs: 2}
"""
"""Three classes, in folders named by numbers."""

CLEAN = """
import importlib.util, json, sys
site, code, weights, images = sys.argv[1:]
sys.path.insert(0, site)
import torch
spec = importlib.util.spec_from_file_location("exported", code)
exported = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exported)
network = exported.Network().eval()
network.load_state_dict(torch.load(weights))
images = torch.load(images)
with torch.inference_mode():
    first = network(exported.preprocess(images)).argmax(1).tolist()
    last = network(exported.preprocess(images.permute(0, 2, 3, 1))).argmax(1).tolist()
ours = sorted({"nas", "search_spaces", "workers", "dashboards"} & set(sys.modules))
print(json.dumps([first, last, getattr(exported, "CLASS_NAMES", None), ours]))
"""


def folder_of_colours(root: Path) -> None:
    """Images of mostly red, green and blue under noise, for the classes 1, 2 and 10."""
    rng = np.random.default_rng(0)
    for channel, name in enumerate(("1", "2", "10")):
        (root / name).mkdir(parents=True)
        for number in range(30):
            pixels = rng.integers(0, 160, (12, 16, 3))
            pixels[..., channel] += 60
            Image.fromarray(pixels.astype(np.uint8)).save(root / name / f"{number}.png")


def trained_study(store: Store, text: str, root: Path) -> tuple[StudyRecord, Dataset]:
    """A study with one trial, its accuracy and weights those of a short training in float32."""
    file = experiment_file(text)
    dataset = load_dataset(file.experiment.dataset)
    study = _create(file, dataset, store)
    space = file.space(dataset.info.in_shape, dataset.info.num_classes)
    choices = space.sample(np.random.default_rng(0))
    network = space.network(choices)
    store.add_trial(
        study, 0, network, cost(network), choices=choices, description="the only one",
        latency_ms=None,
    )  # fmt: skip
    proxy, epochs = file.experiment.proxy, file.experiment.fidelity.max_epochs
    trainer = ProxyTrainer(network, ProxyData(dataset), proxy, epochs, 0)
    store.start_trial(study, 0, "worker")
    accuracy = [trainer.train_epoch().accuracy for _ in range(epochs)][-1]
    store.report(study, EpochRecord(0, epochs, accuracy, 1.0, 1.0), "COMPLETE")
    store.set_study_state(study, "COMPLETE")
    workspace = Workspace(root, study.name)
    workspace.create()
    torch.save(trainer.weights(), workspace.weights(study, 0))
    return store.study(study.name), dataset


def answers_alone(code: Path, weights: Path, images: Split, folder: Path) -> list[Any]:
    """What a process that has torch alone makes of stored bytes, in both layouts."""
    stored = folder / "bytes.pt"
    torch.save(torch.from_numpy(images.images.copy()), stored)
    site = str(Path(torch.__file__).parents[1])
    command = [sys.executable, "-I", "-S", "-c", CLEAN, site, str(code), str(weights), str(stored)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found
