"""Labels of segmentation: how they move with their images, and what is learnt of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workers.datasets.base import IGNORED, DatasetInfo
from workers.tasks import TASKS, task_of

TASK = TASKS["segmentation"]


def test_a_data_set_says_its_task() -> None:
    assert task_of(DatasetInfo((3, 8, 8), 4, flip=True)).measure == "accuracy"
    info = DatasetInfo((3, 8, 8), 4, flip=True, task="segmentation")
    assert task_of(info).measure == "miou"
    assert task_of(info).out_shape(info.in_shape, 4) == (4, 8, 8)


def test_the_identity_of_a_data_set_is_as_it_was() -> None:
    info = DatasetInfo((1, 32, 32), 10, flip=False)
    assert info.identity == "DatasetInfo(in_shape=(1, 32, 32), num_classes=10, flip=False)"


def test_masks_move_with_their_images_and_the_border_is_ignored() -> None:
    labels = torch.arange(8, dtype=torch.uint8).view(2, 2, 2)
    source = torch.tensor([1, 0, 3, 2, 8, 4, 8, 6])  # mirrored; shifted by one to the right
    moved = TASK.moved(labels, source)
    assert moved.tolist() == [[[1, 0], [3, 2]], [[IGNORED, 4], [IGNORED, 6]]]
    assert moved.dtype == torch.uint8


def test_hidden_pixels_are_ignored() -> None:
    hidden = torch.tensor([[[[True, False], [False, False]]]])
    labels = torch.ones(1, 2, 2, dtype=torch.uint8)
    assert TASK.hidden(labels, hidden).tolist() == [[[IGNORED, 1], [1, 1]]]


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_loss_is_the_mean_over_pixels_with_a_label(smoothing: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, 3, 4, 4))
    labels = rng.integers(0, 3, (2, 4, 4)).astype(np.uint8)
    labels[0, :2] = IGNORED
    expected = []
    for image, mask in zip(logits, labels, strict=True):
        logs = image - np.log(np.exp(image).sum(0))
        for row, column in np.argwhere(mask != IGNORED):
            target = np.full(3, smoothing / 3)
            target[mask[row, column]] += 1 - smoothing
            expected.append(-(target * logs[:, row, column]).sum())
    found = TASK.loss(torch.from_numpy(logits).float(), torch.from_numpy(labels), smoothing)
    assert float(found) == pytest.approx(np.mean(expected), rel=1e-5)


def test_a_batch_without_labels_teaches_nothing() -> None:
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    loss = TASK.loss(logits, torch.full((1, 4, 4), IGNORED, dtype=torch.uint8), 0.1)
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert logits.grad is not None and not logits.grad.any()
