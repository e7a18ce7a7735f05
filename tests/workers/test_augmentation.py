"""Changes of training images, checked on images whose changes can be told by hand."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor

from workers.datasets.base import IGNORED
from workers.proxy.augmentation import Mover, draw, hidden_by, mixed, moved, resized
from workers.step import Draws
from workers.tasks import TASKS

NO_FILL = torch.zeros(1, dtype=torch.uint8)


@dataclass(frozen=True)
class Changes:
    """An augmentation of which one thing is on."""

    flip: bool = False
    crop: int = 0
    cutout: int = 0
    scale: float = 0.0
    mixup: float = 0.0


def _draws(images: Tensor, **changes: float) -> Draws:
    wanted = Changes(**changes)  # type: ignore[arg-type]
    count, _, height, width = images.shape
    drawn = draw(np.random.default_rng(0), wanted, wanted.flip, (height, width), count)
    numbers = torch.from_numpy(drawn.numbers)
    return Draws(torch.arange(count), *numbers, torch.tensor(drawn.share))


def cropped(images: Tensor, pad: int, flip: bool, fill: Tensor) -> Tensor:
    mover = Mover(pad, (images.shape[2], images.shape[3]), images.device)
    return moved(images, mover.sources(_draws(images, crop=pad, flip=flip)), fill)


def _one_bright_pixel(count: int) -> Tensor:
    images = torch.zeros(count, 1, 8, 8, dtype=torch.uint8)
    images[:, 0, 3, 2] = 200
    return images


@pytest.mark.parametrize(("flip", "columns"), [(False, {1, 2, 3}), (True, {1, 2, 3, 4, 5, 6})])
def test_crops_shift_and_mirror(flip: bool, columns: set[int]) -> None:
    """The pixel at (3, 2) of 8 x 8 moves by at most one; mirrored, column c becomes 7 - c."""
    moved = cropped(_one_bright_pixel(400), 1, flip, NO_FILL)
    assert moved.shape == (400, 1, 8, 8)
    assert torch.equal(moved.flatten(1).long().sum(1), torch.full((400,), 200))
    places = {tuple(place[1:]) for place in torch.nonzero(moved[:, 0]).tolist()}
    assert {row for row, _ in places} == {2, 3, 4}
    assert {column for _, column in places} == columns


def test_flip_alone_mirrors_about_half() -> None:
    mirrored = cropped(_one_bright_pixel(400), 0, True, NO_FILL)[:, 0, 3, 5] == 200
    assert 150 < int(mirrored.sum()) < 250
    kept = cropped(_one_bright_pixel(400), 0, True, NO_FILL)[:, 0, 3, 2] == 200
    assert torch.equal(kept, ~mirrored)


def test_crops_keep_images_and_channels_apart() -> None:
    """Each image and channel has one value; the border brings in the channel's own fill."""
    values = torch.arange(12, dtype=torch.uint8).view(4, 3, 1, 1)
    fill = torch.tensor([100, 101, 102], dtype=torch.uint8)
    moved = cropped(values.expand(4, 3, 8, 8), 2, True, fill)
    for image, value in zip(moved, values[:, :, 0, 0], strict=True):
        for channel in range(3):
            seen = set(image[channel].flatten().tolist())
            assert seen <= {int(value[channel]), int(fill[channel])}
            assert int(value[channel]) in seen
    assert {100, 101, 102} <= set(moved.flatten().tolist())


def test_crops_are_those_of_the_padded_image() -> None:
    """Each result is one of the 25 windows of the padded image, every window comes up."""
    image = torch.arange(1, 17, dtype=torch.uint8).view(1, 1, 4, 4)
    padded = torch.nn.functional.pad(image, (2, 2, 2, 2))
    windows = {
        tuple(padded[0, 0, row : row + 4, column : column + 4].flatten().tolist())
        for row in range(5)
        for column in range(5)
    }
    moved = cropped(image.expand(500, 1, 4, 4), 2, False, NO_FILL)
    assert {tuple(one.flatten().tolist()) for one in moved} == windows


def test_cutout_hides_one_square() -> None:
    """A square of 4 within 8 x 8; less where its centre lies near the border."""
    images = torch.ones(300, 2, 8, 8)
    hidden = hidden_by(_draws(images, cutout=4), 4, (8, 8))
    assert hidden.shape == (300, 1, 8, 8)
    sizes = hidden[:, 0].flatten(1).sum(1)
    assert int(sizes.max()) == 16
    assert int(sizes.min()) == 4  # centre in a corner: half of each side
    for image in hidden[:50, 0]:
        rows, columns = image.any(1), image.any(0)
        assert torch.equal(image, rows[:, None] & columns[None])


def test_mixup_mixes_pairs() -> None:
    images = torch.arange(16.0).view(16, 1, 1, 1).expand(16, 1, 2, 2)
    draws = _draws(images, mixup=0.4)
    assert 0 < float(draws.share) < 1
    assert sorted(draws.other.tolist()) == list(range(16))
    mixture = mixed(images, draws)
    wanted = draws.share * torch.arange(16.0) + (1 - draws.share) * draws.other
    torch.testing.assert_close(mixture[:, 0, 1, 1], wanted)


def test_resizing_keeps_what_is_flat() -> None:
    plain = torch.full((1, 1, 8, 8), 0.5)
    torch.testing.assert_close(resized(plain, 6, 6), torch.full((1, 1, 6, 6), 0.5))
    assert resized(plain, 8, 8) is plain


def test_scaling_enlarges_about_the_centre_to_the_nearest_pixel() -> None:
    """By two: each pixel of the middle becomes 2 x 2; by a half: every other one, fill around."""
    image = torch.arange(1, 17, dtype=torch.uint8).view(1, 1, 4, 4)
    mover = Mover(0, (4, 4), image.device, scales=True)
    drawn = _draws(image)
    by_two = drawn._replace(factors=torch.tensor([2000]))
    assert moved(image, mover.sources(by_two), NO_FILL)[0, 0].tolist() == [
        [6, 6, 7, 7], [6, 6, 7, 7], [10, 10, 11, 11], [10, 10, 11, 11],
    ]  # fmt: skip
    by_half = drawn._replace(factors=torch.tensor([500]))
    assert moved(image, mover.sources(by_half), NO_FILL)[0, 0].tolist() == [
        [0, 0, 0, 0], [0, 6, 8, 0], [0, 14, 16, 0], [0, 0, 0, 0],
    ]  # fmt: skip
    assert torch.equal(moved(image, mover.sources(drawn), NO_FILL), image)


def test_factors_are_drawn_evenly_in_their_logarithm() -> None:
    factors = _draws(torch.zeros(4000, 1, 8, 8), scale=1.0).factors / 1000
    logs = factors.log2()
    assert -1 <= float(logs.min()) < -0.98 and 0.98 < float(logs.max()) <= 1
    assert abs(float(logs.mean())) < 0.03
    assert float(logs.var()) == pytest.approx(1 / 3, abs=0.03)


def test_masks_move_with_images_whatever_is_changed() -> None:
    """An image that shows its own mask still does, but where the border came in."""
    masks = torch.randint(1, 5, (64, 8, 8), dtype=torch.uint8)
    images = masks[:, None]
    wanted = Changes(flip=True, crop=2, scale=0.5)
    mover = Mover(2, (8, 8), images.device, scales=True)
    sources = mover.sources(_draws(images, **vars(wanted)))
    labels = TASKS["segmentation"].moved(masks, sources)
    shown = moved(images, sources, NO_FILL)[:, 0]
    border = labels == IGNORED
    assert bool(border.any()) and torch.equal(shown[~border], labels[~border])
    assert not bool(shown[border].any())
