"""Networks with heads take the same step: captured, and on the meta device."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from head_kit import SIZE, with_head
from meta_kit import OneDevice, let_meta_train
from steps_kit import Changes, ShortRecipe, on_meta, same

from search_spaces.registry import head_types
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import IGNORED, Split
from workers.proxy import Execution, ProxyData, ProxyTrainer
from workers.step.recorder import pretended_graphs

RECIPE = ShortRecipe(
    batch_size=4, augmentation=Changes(flip=True, crop=2, cutout=3, scale=0.3), label_smoothing=0.0
)


@pytest.fixture(scope="module")
def scenes() -> Dataset:
    rng = np.random.default_rng(0)

    def split(number: int) -> Split:
        masks = rng.integers(0, 5, (number, *SIZE), dtype=np.uint8)
        masks[:, :2] = IGNORED
        return Split(rng.integers(0, 256, (number, 3, *SIZE), dtype=np.uint8), masks)

    info = DatasetInfo((3, *SIZE), 5, flip=True, task="segmentation")
    return Dataset("noise", info, split(8), split(4))


@pytest.mark.parametrize("name", head_types())
def test_every_head_trains_alike(name: str, scenes: Dataset) -> None:
    states = []
    with pretended_graphs() as recorder:
        for graphs in (False, True):
            how = Execution(cuda_graphs=graphs)
            made = ProxyTrainer(with_head(name), ProxyData(scenes), RECIPE, 2, 0, how)
            states.append((made.train_epoch(), made.state_dict()))
    assert recorder.num_replays == 2
    assert same(*states)


@pytest.mark.parametrize("name", head_types())
def test_every_head_stays_on_the_device(
    name: str, scenes: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_meta_train(monkeypatch)
    made = ProxyTrainer(with_head(name), on_meta(ProxyData(scenes)), RECIPE, 2, 0)
    made.module.train()
    made.stepper.begin(made.plan())
    with OneDevice():
        made.stepper.step()
    assert made.stepper.loss_sum.device == torch.device("meta")
