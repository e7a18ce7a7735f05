"""Folders of images and masks: how they may lie, and one line for what does not fit."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from formats_kit import MakeOptions
from masks_kit import COLORS, halves, write_image, write_mask, write_part
from PIL import Image

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import dataset_contents, dataset_info, load_dataset, load_test

TRAIN = [halves(0, 1), halves(1, 2), halves(2, 0), halves(0, 2)]


def _class_of(image: np.ndarray) -> np.ndarray:
    """What an image shows, by its colours, which differ by far more than its number."""
    distance = np.abs(image[None].astype(int) - COLORS[:, :, None, None].astype(int)).sum(1)
    return np.argmin(distance, axis=0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_part(tmp_path, "train", TRAIN)
    write_part(tmp_path, "valid", [halves(0, 1)])
    write_part(tmp_path, "test", [halves(2, 1), halves(1, 255)])
    return tmp_path


def test_images_and_masks_by_stem(root: Path, options: MakeOptions) -> None:
    chosen = options("mask_folder")
    info = dataset_info(chosen)
    assert info == ((3, 6, 8), 3, True, None, "segmentation")
    found = load_dataset(chosen)
    assert [len(part.labels) for part in (found.train, found.validation)] == [4, 1]
    for part in (found.train, found.validation, load_test(chosen)):
        assert part.labels.dtype == np.uint8
        for image, mask in zip(part.images, part.labels, strict=True):
            counts = mask != 255
            assert (_class_of(image)[counts] == mask[counts]).all()
    contents = dataset_contents(chosen)
    assert contents.num_images == {"train": 4, "validation": 1, "test": 2}
    assert contents.pixels["train"] == (3 * 24, 2 * 24, 3 * 24)
    assert contents.by_class["test"] == (0, 2, 1)
    assert "classes are the values of the masks to train on, 0 to 2" in contents.lines()[1]
    assert "no image to train on" not in str(contents.lines())
    assert "no image to test of 0" in contents.lines()[-1]


@pytest.mark.parametrize("names", [("images", "masks"), ("imgs", "labels"), ("JPEGImages", "ann")])
@pytest.mark.parametrize("outside", [False, True])
def test_spellings_and_parts_outside(
    outside: bool, names: tuple[str, str], tmp_path: Path, options: MakeOptions
) -> None:
    images, masks = (name.replace("ann", "annotations") for name in names)
    for part, count in (("Training", 4), ("val2017", 2)):
        for number in range(count):
            for kind, write in ((images, write_image), (masks, write_mask)):
                folder = tmp_path / (f"{part}/{kind}" if outside else f"{kind}/{part}")
                write(folder / "city" / f"{number}.png", TRAIN[number])
    contents = dataset_contents(options("mask_folder"))
    assert contents.num_images == {"train": 4, "validation": 2}
    assert contents.left_out == {}


@pytest.mark.parametrize("outside", [False, True])
def test_what_is_not_read_is_told(outside: bool, tmp_path: Path, options: MakeOptions) -> None:
    """A test part without masks, and a folder beside the parts; the parts themselves are read."""
    for part in ("train", "test", "drafts"):
        for kind, write in (("images", write_image), ("masks", write_mask)):
            if part == "train" or kind == "images":
                folder = tmp_path / (f"{part}/{kind}" if outside else f"{kind}/{part}")
                for number in range(4):
                    write(folder / f"{number}.png", TRAIN[number])
    assert dataset_contents(options("mask_folder")).left_out == {
        "folder of the part `test`, which has no masks": 1,
        "folder `drafts` beside the parts": 1,
    }


def test_without_parts_some_are_held_out(tmp_path: Path, options: MakeOptions) -> None:
    for number in range(20):
        write_image(tmp_path / "images" / f"{number}.png", TRAIN[number % 4], number)
        write_mask(tmp_path / "masks" / f"{number}.png", TRAIN[number % 4])
    (tmp_path / "masks" / "notes.txt").write_text("drawn by hand")
    contents = dataset_contents(options("mask_folder"))
    assert contents.num_images == {"train": 18, "validation": 2}
    assert contents.left_out == {".txt": 1}
    assert len(load_dataset(options("mask_folder")).validation.labels) == 2


def test_an_archive_as_it_lies(root: Path, tmp_path: Path, options: MakeOptions) -> None:
    archive = tmp_path / "scenes.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        for name in ("images", "masks"):
            file.add(root / name, arcname=f"scenes/{name}")
    chosen = options("mask_folder", root=str(archive))
    assert load_dataset(chosen).fingerprint == load_dataset(options("mask_folder")).fingerprint
    assert len(load_test(chosen).labels) == 2
    archive.write_bytes(archive.read_bytes()[:200])
    with pytest.raises(DataError, match=r"scenes\.tar\.gz: cannot be read"):
        dataset_info(chosen)


def test_an_archive_may_not_write_outside(tmp_path: Path, options: MakeOptions) -> None:
    archive = tmp_path / "bad.tar"
    with tarfile.open(archive, "w") as file:
        file.addfile(tarfile.TarInfo("../images/0.png"))
    with pytest.raises(DataError, match=r"bad\.tar: has a member outside of it"):
        dataset_info(options("mask_folder", root=str(archive)))


def _no_mask(root: Path) -> None:
    (root / "masks" / "train" / "1.png").unlink()


def _no_image(root: Path) -> None:
    (root / "images" / "valid" / "0.png").rename(root / "images" / "valid" / "00.png")


def _another_size(root: Path) -> None:
    write_mask(root / "masks" / "train" / "2.png", halves(0, 1, 8, 6))


def _beyond(root: Path) -> None:
    write_mask(root / "masks" / "test" / "1.png", halves(1, 9))


def _empty(root: Path) -> None:
    write_mask(root / "masks" / "train" / "3.png", halves(255, 255))


def _unreadable(root: Path) -> None:
    path = root / "masks" / "train" / "0.png"
    path.write_bytes(path.read_bytes()[:45])


def _no_image_at_all(root: Path) -> None:
    (root / "images" / "train" / "0.png").write_text("no image")


def _in_colors(root: Path) -> None:
    Image.fromarray(COLORS[TRAIN[0]]).save(root / "masks" / "train" / "0.png")


def _twice(root: Path) -> None:
    Image.fromarray(TRAIN[0]).save(root / "masks" / "train" / "0.tif")


def _nothing_to_train_on(root: Path) -> None:
    for kind in ("images", "masks"):
        (root / kind / "train").rename(root / kind / "later")


def _no_masks_to_validate(root: Path) -> None:
    (root / "masks" / "valid").rename(root / "masks" / "later")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_no_mask, r"images/train/1\.png: has no mask of the same stem \(1\.\*\)"),
        (_no_image, r"images/valid/00\.png: has no mask of the same stem"),
        (_another_size, r"masks/train/2\.png: is 6 x 8, its image 8 x 6"),
        (_beyond, r"masks/test/1\.png: holds the value 9 \(24 pixels\); values are 0 to 2, ign"),
        (_empty, r"masks/train/3\.png: every pixel is ignored"),
        (_unreadable, r"masks/train/0\.png: is no readable "),
        (_no_image_at_all, r"images/train/0\.png: is no readable image"),
        (_in_colors, r"masks/train/0\.png: is in colours \(RGB\)"),
        (_twice, r"masks/train/0\.tif: .*masks/train/0\.png has the same stem"),
        (_nothing_to_train_on, r"images: has `valid`, `test` and no folder `train`"),
        (_no_masks_to_validate, r"masks/valid: holds no masks"),
    ],
)
def test_one_line_before_any_training(
    spoil: Callable[[Path], None], message: str, root: Path, options: MakeOptions
) -> None:
    spoil(root)
    with pytest.raises(DataError, match=message) as raised:
        dataset_contents(options("mask_folder"))
    assert "\n" not in str(raised.value)


def test_images_of_several_sizes_need_a_size(root: Path, options: MakeOptions) -> None:
    write_image(root / "images" / "train" / "2.png", halves(0, 1, 12, 10))
    write_mask(root / "masks" / "train" / "2.png", halves(0, 1, 12, 10))
    rule = r"`dataset\.size` is required, .* 0\.png \[6, 8\] and 2\.png \[12, 10\] in "
    with pytest.raises(DataOptionError, match=rule):
        dataset_info(options("mask_folder"))
    assert load_dataset(options("mask_folder", size=[4, 4])).train.labels.shape == (4, 4, 4)


def test_a_root_without_the_two_folders(tmp_path: Path, options: MakeOptions) -> None:
    (tmp_path / "photographs").mkdir()
    (tmp_path / "notes").mkdir()
    rule = r"`dataset\.root` .* must be a folder with a folder `images`.*`notes`, `photographs`"
    with pytest.raises(DataOptionError, match=rule):
        dataset_info(options("mask_folder"))


def test_secret_test_masks_are_no_test_part(root: Path, options: MakeOptions) -> None:
    for number in range(2):
        write_mask(root / "masks" / "test" / f"{number}.png", halves(255, 255))
    contents = dataset_contents(options("mask_folder"))
    assert "test" not in contents.num_images
    assert contents.left_out == {"images to test, whose masks hold ignored pixels alone": 2}
    with pytest.raises(DataError, match="mask_folder: has no test images"):
        load_test(options("mask_folder"))


def test_masks_are_brought_to_size_as_their_images(tmp_path: Path, options: MakeOptions) -> None:
    """A square of class 1 is where the bright square of its image is, whatever is cut off."""
    for number, size in enumerate([(40, 60), (64, 32), (50, 50)]):
        mask = np.zeros(size, np.uint8)
        row, column = size[0] // 2 - 8 + 2 * number, size[1] // 2 - 6
        mask[row : row + 10, column : column + 14] = 1
        write_image(tmp_path / "images" / f"{number}.png", mask)
        write_mask(tmp_path / "masks" / f"{number}.png", mask)
    for size in ([24, 24], [20, 30], [32, 16], [90, 100]):
        found = load_dataset(options("mask_folder", size=size, validation_size=1))
        for images, masks in (found.train, found.validation):
            assert set(np.unique(masks)) == {0, 1}
            for image, mask in zip(images, masks, strict=True):
                assert (_class_of(image) != mask).mean() < 0.03  # on its edge alone


@pytest.mark.parametrize("ending", ["jpg", "png", "tif"])
def test_a_photograph_that_lies_on_its_side(
    ending: str, tmp_path: Path, options: MakeOptions
) -> None:
    """EXIF orientation 6: the camera was turned, rows of the file are columns of the picture."""
    lying = halves(0, 1, 6, 8)
    extra = {"quality": 100, "subsampling": 0} if ending == "jpg" else {}
    exif = Image.Exif()
    exif[0x0112] = 6
    for number in range(3):
        path = tmp_path / "images" / f"{number}.{ending}"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(COLORS[lying] + np.uint8(number)).save(path, exif=exif, **extra)
        write_mask(tmp_path / "masks" / f"{number}.png", np.rot90(lying, -1))
    found = load_dataset(options("mask_folder")).train
    assert found.labels.shape[1:] == (8, 6)
    assert found.labels[0, :, 0].tolist() == [0] * 4 + [1] * 4
    assert (_class_of(found.images[0]) == found.labels[0]).all()
    write_mask(tmp_path / "masks" / "1.png", lying)
    with pytest.raises(DataError, match=r"1\.png: is 8 x 6, its image 6 x 8"):
        dataset_info(options("mask_folder"))


def test_decoded_again_where_a_mask_changes(root: Path, options: MakeOptions) -> None:
    before = load_dataset(options("mask_folder")).fingerprint
    assert load_dataset(options("mask_folder")).fingerprint == before
    write_mask(root / "masks" / "train" / "0.png", halves(1, 0))
    assert load_dataset(options("mask_folder")).fingerprint != before
