"""A folder a class: decoded once, kept in a cache; what cannot be decoded gives one line."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
import pytest
from formats_kit import MakeOptions
from PIL import Image

from search_spaces.errors import DataError, DataOptionError
from workers import cache as cache_module
from workers.datasets import dataset_info, decode, load_dataset, load_test
from workers.datasets.decode import ImageSource

COLORS = {"ants": (200, 10, 30), "bees": (20, 180, 60), "wasps": (5, 90, 250)}


def _write(root: Path, *, count: int = 4, size: tuple[int, int] = (12, 10)) -> None:
    """Images of one color a class, nearly; each has its own blue."""
    for name, (red, green, blue) in COLORS.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            image = Image.new("RGB", size, (red, green, (blue + number) % 256))
            image.save(root / name / f"{number}.png")


def _label_of(image: np.ndarray) -> int:
    return [green for _, green, _ in COLORS.values()].index(int(image[1, 0, 0]))


def test_classes_by_name_and_images_by_color(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path)
    chosen = options("image_folder", size=8, validation_size=3)
    assert dataset_info(chosen)[:4] == ((3, 8, 8), 3, True, ("ants", "bees", "wasps"))
    found = load_dataset(chosen)
    assert found.train.images.shape == (9, 3, 8, 8)
    assert found.validation.labels.tolist() == [0, 1, 2]
    for part in (found.train, found.validation):
        assert [_label_of(image) for image in part.images] == part.labels.tolist()
    assert found.train.images.flags.writeable


def test_parts_in_folders_of_their_own(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path / "train")
    _write(tmp_path / "val", count=2)
    _write(tmp_path / "test", count=1)
    (tmp_path / "devkit").mkdir()
    chosen = options("image_folder", size=8)
    found = load_dataset(chosen)
    assert [len(found.train.labels), len(found.validation.labels)] == [12, 6]
    test = load_test(chosen)
    assert test.labels.tolist() == [0, 1, 2]
    assert [_label_of(image) for image in test.images] == [0, 1, 2]


def test_a_search_does_not_open_test_images(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path / "train")
    (tmp_path / "test" / "ants").mkdir(parents=True)
    (tmp_path / "test" / "ants" / "damaged.png").write_bytes(b"damaged")
    (tmp_path / "test" / "bees").mkdir()
    chosen = options("image_folder", size=8)
    load_dataset(chosen)
    with pytest.raises(DataError, match=r"damaged\.png: is no readable image"):
        load_test(chosen)


def test_a_class_that_is_called_train(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path)
    (tmp_path / "wasps").rename(tmp_path / "train")
    assert dataset_info(options("image_folder", size=8)).num_classes == 3


def test_no_test_part(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path)
    with pytest.raises(DataError, match="image_folder: has no test images"):
        load_test(options("image_folder", size=8))


def test_default_size_and_grey(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path)
    assert dataset_info(options("image_folder")).in_shape == (3, 224, 224)
    chosen = options("image_folder", size=[6, 9], channels=1)
    assert dataset_info(chosen)[:3] == ((1, 6, 9), 3, False)
    grey = load_dataset(chosen).train
    assert grey.images.shape[1:] == (1, 6, 9)
    red, green, blue = COLORS["ants"]
    wanted = 0.299 * red + 0.587 * green + 0.114 * blue  # ITU-R 601, which Pillow documents
    assert grey.images[0, 0, 0, 0] == pytest.approx(wanted, abs=1.5)


def test_shorter_side_then_centre(tmp_path: Path) -> None:
    """40 x 20 to 10 x 10: halved, then columns 5 to 14 of 20 stay, that is 10 to 29 of 40."""
    pixels = np.zeros((20, 40), np.uint8)
    pixels[:, 10:30] = 200
    Image.fromarray(pixels).save(tmp_path / "wide.png")
    found = ImageSource(str(tmp_path / "wide.png")).decode((1, 10, 10))
    assert np.all(found[:, :, 1:-1] == 200)
    # Pixels 9.5 to 12.5 make the first one, of weights 1:3:3:1; the one outside is black.
    assert np.all(found[:, :, [0, -1]] == 200 * 7 / 8)
    whole = ImageSource(str(tmp_path / "wide.png")).decode((1, 10, 20))[0, 5]
    assert whole[0] == whole[-1] == 0
    assert np.all(whole[6:14] == 200)


def test_kinds_of_pixels(tmp_path: Path) -> None:
    """Palette, transparency, sixteen bits, CMYK; and a photograph that lies on its side."""
    shape = (1, 4, 4)
    deep = np.full((4, 4), 0x80FF, np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert np.all(ImageSource(str(tmp_path / "deep.png")).decode(shape) == 0x80)
    for mode in ("P", "RGBA", "LA", "1", "CMYK"):
        path = tmp_path / f"{mode}.tiff"
        Image.new("RGB", (4, 4), (255, 255, 255)).convert(mode).save(path)
        assert np.all(ImageSource(str(path)).decode(shape) == 255), mode
        assert ImageSource(str(path)).decode((3, 4, 4)).shape == (3, 4, 4)
    turned = Image.new("L", (8, 4))
    turned.paste(255, (0, 0, 4, 4))
    exif = turned.getexif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    turned.save(tmp_path / "turned.png", exif=exif)
    upright = ImageSource(str(tmp_path / "turned.png")).decode((1, 8, 4))[0]
    assert np.all(upright[:4] == 255)
    assert np.all(upright[4:] == 0)


def test_decoded_once(
    tmp_path: Path, cache: Path, options: MakeOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path)
    chosen = options("image_folder", size=8)
    lines: list[str] = []
    first = load_dataset(chosen, lines.append)
    assert lines == ["decoding 12 images to 3x8x8"]
    (kept,) = [path for path in cache.rglob("*") if path.is_file()]
    assert kept.parent == cache / "conv-nas" / "image_folder"
    monkeypatch.setattr(decode, "decoded", None)
    again = load_dataset(chosen, lines.append)
    assert again.fingerprint == first.fingerprint
    assert len(lines) == 1


@pytest.mark.parametrize("change", ["content", "name", "size", "channels", "more", "age"])
def test_decoded_again_where_something_changed(
    change: str, tmp_path: Path, cache: Path, options: MakeOptions
) -> None:
    _write(tmp_path)
    values: dict[str, int] = {"size": 8}
    load_dataset(options("image_folder", **values))
    path = tmp_path / "bees" / "0.png"
    if change == "content":
        Image.new("RGB", (30, 30), (9, 180, 9)).save(path)
    elif change == "name":
        path.rename(path.with_name("00.png"))
    elif change == "more":
        Image.new("RGB", (30, 30)).save(path.with_name("9.png"))
    elif change == "age":
        os.utime(path, (1, 1))
    else:
        values |= {"size": 6} if change == "size" else {"channels": 1}
    lines: list[str] = []
    load_dataset(options("image_folder", **values), lines.append)
    assert len(lines) == 1
    assert len([path for path in cache.rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("damage", ["cut", "empty", "junk", "other shape", "other type"])
def test_damaged_cache_is_made_again(
    damage: str, tmp_path: Path, cache: Path, options: MakeOptions
) -> None:
    _write(tmp_path)
    chosen = options("image_folder", size=8)
    first = load_dataset(chosen)
    (kept,) = [path for path in cache.rglob("*") if path.is_file()]
    content = kept.read_bytes()
    if damage == "other shape":
        np.save(kept, np.zeros((11, 3, 8, 8), np.uint8))
    elif damage == "other type":
        np.save(kept, np.zeros((12, 3, 8, 8), np.float32))
    else:
        kept.write_bytes({"cut": content[:-1], "empty": b"", "junk": b"junk" * 99}[damage])
    assert load_dataset(chosen).fingerprint == first.fingerprint
    assert kept.read_bytes() == content


def test_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, cache: Path, options: MakeOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path)
    chosen = options("image_folder", size=8)
    wanted = load_dataset(chosen).fingerprint
    for path in cache.rglob("*.npy"):
        path.unlink()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache_module.os, "replace", full)
    lines: list[str] = []
    assert load_dataset(chosen, lines.append).fingerprint == wanted
    assert any("cannot be kept in" in line and "No space left" in line for line in lines)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_progress_is_told_as_time_goes_by(tmp_path: Path) -> None:
    Image.new("L", (4, 4)).save(tmp_path / "x.png")
    sources = [lambda: ImageSource(str(tmp_path / "x.png"))] * 5
    times = iter([0.0, 1.0, 6.0, 7.0, 12.0, 13.0])
    lines: list[str] = []
    images = list(decode.decoded(sources, (1, 4, 4), lines.append, lambda: next(times)))
    assert len(images) == 5
    assert lines == [
        "decoding 5 images to 1x4x4", "decoded 2 of 5 images", "decoded 4 of 5 images",
    ]  # fmt: skip


def test_other_files_are_not_looked_at(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path)
    (tmp_path / "LICENSE").write_text("free")
    (tmp_path / ".git").mkdir()
    (tmp_path / "bees" / "boxes.txt").write_text("1 2 3 4")
    (tmp_path / "bees" / "._0.png").write_bytes(b"junk")
    (tmp_path / "bees" / "more").mkdir()
    (tmp_path / "bees" / "0.png").rename(tmp_path / "bees" / "more" / "0.PNG")
    found = load_dataset(options("image_folder", size=8))
    assert len(found.train.labels) + len(found.validation.labels) == 12


def _png_that_says(width: int, height: int) -> bytes:
    """A PNG whose header alone is right."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    data = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no readable image: its format is not known"),
        (b"this is text", "is no readable image: its format is not known"),
        (_png_that_says(8, 8)[:40], "is no readable image"),
        (_png_that_says(64, 64), "is no readable image"),  # has a quarter of its pixels
        (_png_that_says(60_000, 60_000), "has more than 100,000,000 pixels; so large"),
        (_png_that_says(11_000, 10_000), "has more than 100,000,000 pixels"),
        (_png_that_says(2**31 - 1, 2**31 - 1), "has more than 100,000,000 pixels"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "its format is not known"),
    ],
)
def test_unreadable_image(
    content: bytes, message: str, tmp_path: Path, cache: Path, options: MakeOptions
) -> None:
    _write(tmp_path)
    path = tmp_path / "bees" / "1.png"
    path.write_bytes(content)
    with pytest.raises(DataError) as raised:
        load_dataset(options("image_folder", size=8))
    assert str(raised.value).startswith(f"{path}: ")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_folders_that_cannot_be(tmp_path: Path, options: MakeOptions) -> None:
    chosen = options("image_folder", size=8)
    with pytest.raises(DataError, match="has no class folder, it must have two or more; expected"):
        dataset_info(chosen)
    (tmp_path / "ants").mkdir()
    with pytest.raises(DataError, match="has one class folder, it must have two or more"):
        dataset_info(chosen)
    _write(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"empty: holds no image \(\.bmp, .*\); each class needs"):
        dataset_info(chosen)
    with pytest.raises(DataOptionError, match=r"\(=.*LICENSE\) is no folder; expected is a folder"):
        (tmp_path / "LICENSE").write_text("free")
        dataset_info(options("image_folder", root=str(tmp_path / "LICENSE")))


def test_a_class_that_the_training_part_lacks(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path / "train")
    _write(tmp_path / "val", count=1)
    (tmp_path / "val" / "moths").mkdir()
    with pytest.raises(DataError, match="moths: is a class that the training part does not have"):
        load_dataset(options("image_folder", size=8))
