"""Short and full trainings of segmentation: the same stepper, asked by another task."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from steps_kit import Changes, ShortRecipe

from nas.config.training import TrainingSpec
from search_spaces.graphs.chain import Chain, stem
from search_spaces.graphs.network import Network
from search_spaces.measures import told_beside
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import IGNORED, Split
from workers.proxy import Execution, ProxyData, ProxyTrainer
from workers.step.recorder import pretended_graphs
from workers.training.subject import NetworkSubject
from workers.training.trainer import Trainer

SIDE = 12


def network() -> Network:
    """A stem, a stage at half the size that is tapped before, and a score for each pixel."""
    chain = Chain((1, SIDE, SIDE))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 8))
    chain.block("stage1.0", "separable", 16, 2)
    chain.write(
        "head", "pixel_classifier",
        lambda net, x, skip: net.conv(
            net.concat(net.resize_like(x, skip), skip), 3, kernel_size=1, bias=True
        ),
        ("stem",),
    )  # fmt: skip
    return chain.network()


def squares(number: int, seed: int) -> Split:
    """A bright and a half-bright square on black: three classes that brightness tells."""
    rng = np.random.default_rng(seed)
    masks = np.zeros((number, SIDE, SIDE), np.uint8)
    for mask in masks:
        for label in (1, 2):
            top, left = rng.integers(0, SIDE - 5, 2)
            mask[top : top + 5, left : left + 5] = label
    images = masks * 100 + rng.integers(0, 20, masks.shape).astype(np.uint8)
    masks[:, 0] = IGNORED
    return Split(images[:, None], masks)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    info = DatasetInfo((1, SIDE, SIDE), 3, flip=True, task="segmentation")
    return Dataset("squares", info, squares(48, 0), squares(16, 1))


RECIPE = ShortRecipe(
    label_smoothing=0.0, augmentation=Changes(flip=True, crop=1, cutout=3, scale=0.3)
)


def test_a_short_training_learns_and_tells_what_stands_beside(dataset: Dataset) -> None:
    trainer = ProxyTrainer(network(), ProxyData(dataset), RECIPE, 6, 0)
    results = [trainer.train_epoch() for _ in range(6)]
    assert results[-1].accuracy > 0.6 > results[0].accuracy
    assert set(trainer.readings()) == set(told_beside("miou"))
    low, high = trainer.readings()["miou_low"], trainer.readings()["miou_high"]
    assert low <= results[-1].accuracy <= high


def test_a_captured_step_is_the_eager_one(dataset: Dataset) -> None:
    def trained(execution: Execution) -> dict[str, torch.Tensor]:
        trainer = ProxyTrainer(network(), ProxyData(dataset), RECIPE, 2, 0, execution)
        trainer.train_epoch()
        trainer.train_epoch()
        return trainer.weights()

    with pretended_graphs():
        eager = trained(Execution())
        captured = trained(Execution(cuda_graphs=True))
    assert all(torch.equal(captured[name], value) for name, value in eager.items())


def test_a_full_training_is_scored_as_it_is_deployed(dataset: Dataset) -> None:
    recipe = TrainingSpec(batch_size=8, crop=1, scale=0.2, learning_rate=0.1, averaging=0.9)
    trainer = Trainer(NetworkSubject(network()), ProxyData(dataset), recipe, 0, Execution())
    trainer.plan(6)
    for _ in range(6):
        while not trainer.train_step():
            pass
        trainer.end_epoch()
    score = trainer.deployed().score(dataset.validation)
    assert score.value == pytest.approx(trainer.validation_accuracy(), abs=1e-6)
    assert score.value > 0.6


def test_a_batch_without_labels_leaves_the_training_alone(dataset: Dataset) -> None:
    train = Split(dataset.train.images, np.full_like(dataset.train.labels, IGNORED))
    blank = Dataset("blank", dataset.info, train, dataset.validation)
    trainer = ProxyTrainer(network(), ProxyData(blank), RECIPE, 1, 0)
    assert trainer.train_epoch().train_loss == 0.0
    assert all(torch.isfinite(value).all() for value in trainer.weights().values())
