"""Mean intersection over union: against a few lines of NumPy, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from search_spaces.errors import DataError
from search_spaces.measures import BOUNDARY_IOU, PIXEL_ACCURACY
from workers.datasets.base import IGNORED
from workers.tasks import TASKS

TASK = TASKS["segmentation"]


def one_hot(predicted: NDArray[np.integer], num_classes: int) -> torch.Tensor:
    """Logits whose greatest is the predicted class: `(n, num_classes, height, width)`."""
    return (
        torch.nn.functional.one_hot(torch.from_numpy(predicted).long(), num_classes)
        .permute(0, 3, 1, 2)
        .float()
    )


def counted(predicted: NDArray[np.integer], truth: NDArray[np.integer], num_classes: int):
    return TASK.tally(one_hot(predicted, num_classes), torch.from_numpy(truth)).numpy()


def independent_miou(predicted, truth, num_classes: int) -> float:
    """Class by class, over all pixels of all images at once."""
    known = truth != IGNORED
    found = []
    for label in range(num_classes):
        mine, theirs = (predicted == label) & known, (truth == label) & known
        if (mine | theirs).any():
            found.append((mine & theirs).sum() / (mine | theirs).sum())
    return float(np.mean(found))


@pytest.mark.parametrize("num_classes", [2, 5, 21])
def test_it_is_that_of_independent_lines(num_classes: int) -> None:
    rng = np.random.default_rng(num_classes)
    truth = rng.integers(0, num_classes - 1, (7, 12, 17)).astype(np.uint8)
    truth[rng.random(truth.shape) < 0.1] = IGNORED
    predicted = rng.integers(0, num_classes - 1, truth.shape)
    right = rng.random(truth.shape) < 0.6
    predicted[right & (truth != IGNORED)] = truth[right & (truth != IGNORED)]
    score = TASK.score(counted(predicted, truth, num_classes))
    assert score.value == pytest.approx(independent_miou(predicted, truth, num_classes), abs=1e-9)
    known = truth != IGNORED
    share = (predicted == truth)[known].mean()
    assert score.readings[PIXEL_ACCURACY] == pytest.approx(share, abs=1e-12)


def test_a_class_that_is_in_neither_is_left_out_and_one_in_either_is_not() -> None:
    truth = np.zeros((1, 4, 4), np.uint8)
    predicted = np.zeros((1, 4, 4), np.int64)
    assert TASK.score(counted(predicted, truth, 3)).value == 1.0
    predicted[0, 0] = 1  # 12 of 16 pixels of class 0; class 1 is predicted and never there
    assert TASK.score(counted(predicted, truth, 3)).value == pytest.approx((12 / 16 + 0) / 2)


def test_all_images_are_pooled_and_not_averaged() -> None:
    truth = np.zeros((2, 2, 2), np.uint8)
    truth[1, 0, 0] = 1
    predicted = np.zeros((2, 2, 2), np.int64)
    # The mean over images would be (1 + (3/4 + 0) / 2) / 2.
    assert TASK.score(counted(predicted, truth, 2)).value == pytest.approx((7 / 8 + 0) / 2)


def test_without_any_label_there_is_nothing_to_judge_by() -> None:
    truth = np.full((2, 3, 3), IGNORED, np.uint8)
    with pytest.raises(DataError, match="no pixel"):
        TASK.score(counted(np.zeros(truth.shape, np.int64), truth, 2))


def eroded(mask: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """By a square of 3 x 3, so often; beyond the image nothing is set."""
    for _ in range(steps):
        padded = np.pad(mask, 1)
        height, width = mask.shape
        mask = np.logical_and.reduce(
            [padded[i : i + height, j : j + width] for i in range(3) for j in range(3)]
        )
    return mask


@pytest.mark.parametrize("side", [20, 64, 110])
def test_boundary_iou_is_that_of_the_paper_s_definition(side: int) -> None:
    """arXiv:2103.16562: of each class' mask less its erosion by 2% of the diagonal."""
    rng = np.random.default_rng(side)
    small = rng.integers(0, 3, (3, side // 10, side // 10))
    truth = small.repeat(10, 1).repeat(10, 2)[:, :side, :side].astype(np.uint8)
    predicted = np.roll(truth, 3, axis=2).astype(np.int64)
    steps = max(1, round(0.02 * float(np.hypot(*truth.shape[1:]))))
    shares = []
    for label in range(3):
        rims = [
            np.stack([m & ~eroded(m, steps) for m in (masks == label)])
            for masks in (predicted, truth)
        ]
        shares.append((rims[0] & rims[1]).sum() / (rims[0] | rims[1]).sum())
    found = TASK.score(counted(predicted, truth, 3)).readings[BOUNDARY_IOU]
    assert found == pytest.approx(np.mean(shares), abs=1e-9)


def test_the_interval_is_that_of_resampled_images() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, (60, 6, 6)).astype(np.uint8)
    wrong = rng.random(truth.shape) < rng.random((60, 1, 1))  # images differ in difficulty
    predicted = np.where(wrong, (truth + 1) % 3, truth).astype(np.int64)
    score = TASK.score(counted(predicted, truth, 3))
    low, high = score.readings["miou_low"], score.readings["miou_high"]
    other = np.random.default_rng(1)
    drawn = [
        independent_miou(predicted[chosen], truth[chosen], 3)
        for chosen in other.integers(0, 60, (800, 60))
    ]
    assert low < score.value < high
    # Two sets of resamples; the ends of 800 are known to about a tenth of the width.
    assert (low, high) == pytest.approx(np.percentile(drawn, (2.5, 97.5)), abs=0.15 * (high - low))
    assert TASK.score(counted(predicted, truth, 3)) == score


def test_coarse_logits_are_judged_at_the_size_of_the_masks() -> None:
    truth = np.zeros((1, 8, 8), np.uint8)
    truth[:, :, 4:] = 1
    logits = one_hot(np.repeat([[[0, 0, 1, 1]]], 4, axis=1), 2)
    assert TASK.score(TASK.tally(logits, torch.from_numpy(truth)).numpy()).value == 1.0


def test_nothing_waits_for_a_value() -> None:
    """On the meta device there are no values to wait for."""
    logits = torch.empty(2, 5, 8, 8, device="meta")
    labels = torch.empty(2, 8, 8, dtype=torch.uint8, device="meta")
    source = torch.empty(2 * 64, dtype=torch.long, device="meta")
    hidden = torch.empty(2, 1, 8, 8, dtype=torch.bool, device="meta")
    assert TASK.tally(logits, labels).shape == (2, 5 * 5 + 3 * 5)
    assert TASK.loss(logits, labels, 0.1).shape == ()
    assert TASK.hidden(TASK.moved(labels, source), hidden).shape == (2, 8, 8)
