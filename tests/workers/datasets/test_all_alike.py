"""Images whose differences get lost on the way: more bits, transparency, constant arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formats_kit import MakeOptions
from PIL import Image

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import dataset_contents, load_dataset, load_test
from workers.datasets.decode import ImageSource

Values = dict[str, tuple[float, ...]]
"""Of constant images, by class: 2 x 2 pixels each."""


def _write(root: Path, values: Values, dtype: str, ending: str) -> None:
    for name, each in values.items():
        (root / name).mkdir(parents=True)
        for number, value in enumerate(each):
            pixels = np.full((2, 2), value, dtype)
            Image.fromarray(pixels).save(root / name / f"{number}.{ending}")


def _first_bytes(options: Any, *, test: bool = False) -> dict[int, list[int]]:
    found = load_test(options) if test else load_dataset(options).train
    wanted: dict[int, list[int]] = {}
    for image, label in zip(found.images, found.labels, strict=True):
        assert np.all(image == image[0, 0, 0])
        wanted.setdefault(int(label), []).append(int(image[0, 0, 0]))
    return wanted


@pytest.mark.parametrize(
    ("dtype", "ending", "scale"),
    [
        ("uint16", "png", 1), ("uint16", "tiff", 16), ("int32", "tiff", 1000),
        ("float32", "tiff", 1 / 200),
    ],
)  # fmt: skip
def test_more_bits_are_scaled_by_their_range(
    dtype: str, ending: str, scale: float, tmp_path: Path, options: MakeOptions
) -> None:
    """100 to 200 become 0 to 255: 140 is 40% of the way, that is 102, and 160 is 153.

    Those of other parts are on the same scale, and beyond its ends at its ends.
    """
    dark, bright = (100, 140), (160, 200)
    _write(tmp_path / "train", _scaled({"dark": dark, "bright": bright}, scale), dtype, ending)
    _write(tmp_path / "val", _scaled({"dark": (120,), "bright": (180,)}, scale), dtype, ending)
    _write(tmp_path / "test", _scaled({"dark": (50,), "bright": (180, 900)}, scale), dtype, ending)
    chosen = options("image_folder", size=2, channels=1)
    assert _first_bytes(chosen) == {0: [153, 255], 1: [0, 102]}
    assert _first_bytes(chosen, test=True) == {0: [204, 255], 1: [0]}


def _scaled(values: Values, scale: float) -> Values:
    return {name: tuple(value * scale for value in each) for name, each in values.items()}


def test_the_range_is_told(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path, {"a": (100, 150), "b": (300, 356)}, "uint16", "png")
    lines: list[str] = []
    load_dataset(options("image_folder", size=2, channels=1, validation_size=2), lines.append)
    assert "images of more than 8 bits: 100 becomes 0, 356 255" in lines


def test_the_range_of_new_training_images_is_not_that_of_the_cache(
    tmp_path: Path, options: MakeOptions
) -> None:
    _write(tmp_path / "train", {"a": (0, 0), "b": (100, 100)}, "uint16", "png")
    _write(tmp_path / "test", {"a": (40,), "b": (100,)}, "uint16", "png")
    chosen = options("image_folder", size=2, channels=1)
    assert _first_bytes(chosen, test=True) == {0: [102], 1: [255]}
    Image.fromarray(np.full((2, 2), 500, np.uint16)).save(tmp_path / "train" / "b" / "9.png")
    assert _first_bytes(chosen, test=True) == {0: [20], 1: [51]}


def test_more_bits_in_another_part_alone(tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path / "train", {"a": (0, 9), "b": (100, 90)}, "uint8", "png")
    _write(tmp_path / "test", {"a": (50,), "b": (100,)}, "uint16", "png")
    with pytest.raises(DataError, match="more than eight bits a pixel, and none to train on has"):
        load_test(options("image_folder", size=2))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_float_that_is_none(value: float, tmp_path: Path, options: MakeOptions) -> None:
    _write(tmp_path, {"a": (0.0, 0.5), "b": (1.0, value)}, "float32", "tiff")
    with pytest.raises(DataError, match=r"1\.tiff: is no readable image: it has a pixel that is i"):
        load_dataset(options("image_folder", size=2))


def _glyph(mode: str, ink: int) -> Image.Image:
    """The right half is opaque ink, the left half transparent and of the same colour."""
    alpha = Image.new("L", (4, 4), 0)
    alpha.paste(255, (2, 0, 4, 4))
    grey = Image.new("L", (4, 4), ink)
    if mode == "RGBA":
        return Image.merge("RGBA", (grey, grey, grey, alpha))
    if mode == "LA":
        return Image.merge("LA", (grey, alpha))
    indexed = Image.new("P", (4, 4), 0)
    indexed.putpalette([ink, ink, ink, ink, ink, ink])
    indexed.paste(1, (2, 0, 4, 4))
    return indexed


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("mode", "name"),
    [("RGBA", "x.png"), ("LA", "x.png"), ("P", "x.png"), ("P", "x.gif"), ("RGBA", "x.webp"),
     ("RGBA", "x.tiff")],
)  # fmt: skip
def test_transparency_lies_on_white(mode: str, name: str, channels: int, tmp_path: Path) -> None:
    more: dict[str, Any] = {"transparency": 0} if mode == "P" else {}
    if name == "x.webp":
        more = {"lossless": True, "exact": True}
    _glyph(mode, 0).save(tmp_path / name, **more)
    found = ImageSource(str(tmp_path / name)).decode((channels, 4, 4))
    assert np.all(found[:, :, :2] == 255)
    assert np.all(found[:, :, 2:] == 0)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_one_colour_that_is_transparent(mode: str, tmp_path: Path) -> None:
    grey = Image.new("L", (4, 4), 7)
    grey.paste(90, (2, 0, 4, 4))
    transparent = 7 if mode == "L" else (7, 7, 7)
    grey.convert(mode).save(tmp_path / "x.png", transparency=transparent)
    found = ImageSource(str(tmp_path / "x.png")).decode((1, 4, 4))[0]
    assert np.all(found[:, :2] == 255)
    assert np.all(found[:, 2:] == 90)


def test_half_transparent_black_is_grey(tmp_path: Path) -> None:
    Image.new("RGBA", (2, 2), (0, 0, 0, 51)).save(tmp_path / "x.png")
    found = ImageSource(str(tmp_path / "x.png")).decode((1, 2, 2))
    assert np.all(found == 204)  # 255 * (1 - 51 / 255)


def test_white_glyphs_on_white_are_all_equal(tmp_path: Path, options: MakeOptions) -> None:
    for name in ("cross", "tick"):
        (tmp_path / name).mkdir()
        for number in range(3):
            _glyph("RGBA", 255).save(tmp_path / name / f"{number}.png")
    rule = r"training part: all 4 images are equal, though of different classes: each byte is 255$"
    with pytest.raises(DataError, match=rule):
        load_dataset(options("image_folder", size=4, validation_size=2))


def _arrays(path: Path, images: np.ndarray, **more: np.ndarray) -> str:
    np.savez(path, images=images, labels=np.arange(len(images)) % 2, **more)
    return str(path)


def _noise(count: int, most: int = 256) -> np.ndarray:
    return np.random.default_rng(1).integers(0, most, (count, 4, 4), np.uint8)


@pytest.mark.parametrize("images", [np.zeros((20, 4, 4), np.uint8), np.full((20, 4, 4), 0.5)])
def test_constant_arrays(images: np.ndarray, tmp_path: Path, options: MakeOptions) -> None:
    root = _arrays(tmp_path / "x.npz", images)
    with pytest.raises(DataError, match=r"x\.npz: images: training part: all 18 images are equal"):
        load_dataset(options("npz", root=root))


def test_equal_images_of_other_parts(tmp_path: Path, options: MakeOptions) -> None:
    images = _noise(20)
    more = {"test_images": images[:1].repeat(4, 0), "test_labels": np.array([0, 1, 0, 1])}
    chosen = options("npz", root=_arrays(tmp_path / "x.npz", images, **more))
    load_dataset(chosen)
    with pytest.raises(DataError, match="test part: all 4 images are equal"):
        load_test(chosen)


def test_few_brightnesses_are_told(tmp_path: Path, options: MakeOptions) -> None:
    lines: list[str] = []
    load_dataset(options("npz", root=_arrays(tmp_path / "x.npz", _noise(200, 2))), lines.append)
    assert lines == ["all pixels to train on are from 0 to 1 of 0 to 255: is their range lost?"]
    load_dataset(options("npz", root=_arrays(tmp_path / "y.npz", _noise(200))), lines.append)
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("value", "came"),
    [
        (np.nan, "there is a value that is NaN"),
        (np.inf, "there is a value that is inf"),
        (-np.inf, "there is a value that is -inf"),
        (255.0, r"there are values from 0 to 255; divide by 255, or store uint8"),
        (-0.5, "there are values from -0.5 to 0"),
        (4095.0, "there are values from 0 to 4095$"),
    ],
)
def test_floats_that_are_no_shares(
    value: float, came: str, tmp_path: Path, options: MakeOptions
) -> None:
    images = np.zeros((20, 4, 4), np.float32)
    images[11, 2, 3] = value
    with pytest.raises(DataError, match=rf"images: a float must be from 0 to 1; {came}"):
        load_dataset(options("npz", root=_arrays(tmp_path / "x.npz", images)))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"test_images": _noise(4), "test_labels": np.array([1, 2, 1, 2])}, "0 to 1; one is 2"),
        ({"test_images": _noise(4), "test_labels": np.array([0, 1])}, "4 images and 2 labels"),
        ({"test_images": _noise(4)[:, :3], "test_labels": np.arange(4) % 2}, "has the shape"),
        ({"test_images": _noise(4).astype(int), "test_labels": np.arange(4) % 2}, "of uint8"),
        ({"test_images": _noise(4), "test_labels": np.array([0.0, 1, 0, 1])}, "whole numbers"),
        ({"x_test": _noise(4)}, "has `x_test` and no `y_test`"),
    ],
)
@pytest.mark.parametrize("kind", ["npz", "npy", "function"])
def test_a_wrong_test_part_is_found_by_a_look(
    kind: str, more: dict[str, np.ndarray], message: str, tmp_path: Path, options: MakeOptions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    root = _arrays(tmp_path / "x.npz", _noise(20), **more)
    chosen = options("npz", root=root)
    if kind == "npy":
        for name, array in np.load(root).items():
            np.save(tmp_path / f"{name}.npy", array)
        chosen = options("npy")
    elif kind == "function":
        monkeypatch.chdir(tmp_path)
        code = "import numpy as np\ndef make(root):\n    return dict(np.load(root))\n"
        (tmp_path / "made_of_npz.py").write_text(code)
        chosen = options("made_of_npz.py:make", root=root)
    with pytest.raises(DataError, match=message):
        dataset_contents(chosen)


def test_arrays_that_are_not_read_are_told(tmp_path: Path, options: MakeOptions) -> None:
    more = {"X_test": _noise(4), "y_Test": np.arange(4) % 2}
    found = dataset_contents(options("npz", root=_arrays(tmp_path / "x.npz", _noise(20), **more)))
    assert found.left_out == {"array `X_test`": 1, "array `y_Test`": 1}
    assert found.num_images == {"train": 18, "validation": 2}


@pytest.mark.parametrize("returned", ["(images, labels)", "[images, labels]", "None", "images"])
def test_a_function_that_returns_no_mapping(
    returned: str, tmp_path: Path, options: MakeOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "returning.py").write_text(
        "import numpy as np\nimages, labels = np.zeros((4, 2, 2), np.uint8), np.arange(4) % 2\n"
        f"def make():\n    return {returned}\n"
    )
    with pytest.raises(DataOptionError, match=r"must return a mapping, or .*; it returned an? \w+"):
        load_dataset(options("returning.py:make", root=None))
