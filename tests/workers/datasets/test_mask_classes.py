"""What a value of a mask means: by the file, by names beside it, or as the masks tell."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formats_kit import MakeOptions
from masks_kit import halves, write_image, write_mask, write_part
from PIL import Image

from nas.cli import main
from nas.config.dataset import DatasetSpec
from search_spaces.errors import DataError, DataOptionError
from workers.datasets import dataset_contents, dataset_info, load_dataset
from workers.datasets.masks.class_table import ClassTable
from workers.datasets.masks.reading import MaskSource

NUMBERS = ClassTable(4)


def _values(path: Path, table: ClassTable = NUMBERS) -> np.ndarray:
    return MaskSource(str(path), table).values()


def _png(bits: int, rows: list[bytes], width: int) -> bytes:
    """A grey PNG of so many bits a pixel, chunk by chunk (W3C, PNG second edition)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + len(rows).to_bytes(4, "big") + bytes([bits, 0, 0, 0, 0])
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(
    ("bits", "row", "values"),
    [
        (1, b"\xa0", [1, 0, 1, 0]),
        (2, b"\x1b", [0, 1, 2, 3]),
        (4, b"\x01\x23", [0, 1, 2, 3]),
        (8, b"\x00\x01\x02\xff", [0, 1, 2, 255]),
        (16, b"\x00\x03\x00\x00\x00\x02\x00\xff", [3, 0, 2, 255]),
    ],
)
def test_grey_of_any_depth_is_what_it_stores(
    bits: int, row: bytes, values: list[int], tmp_path: Path
) -> None:
    (tmp_path / "mask.png").write_bytes(_png(bits, [row], 4))
    assert _values(tmp_path / "mask.png").tolist() == [values]


@pytest.mark.parametrize("ending", ["png", "gif", "bmp", "tif"])
def test_a_palette_gives_numbers_and_not_colours(ending: str, tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 1, 2, 3]], np.uint8), "P")
    image.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0])
    image.save(tmp_path / f"mask.{ending}")
    assert _values(tmp_path / f"mask.{ending}").tolist() == [[0, 1, 2, 3]]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_grey_stored_as_a_colour(mode: str, tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 1, 2]], np.uint8)).convert(mode).save(tmp_path / "mask.png")
    assert _values(tmp_path / "mask.png").tolist() == [[0, 1, 2]]


def test_values_that_no_mask_holds(tmp_path: Path) -> None:
    (tmp_path / "deep.png").write_bytes(_png(16, [b"\x01\x00\x00\x02"], 2))
    with pytest.raises(DataError, match=r"deep\.png: has values from 2 to 256; a mask holds whole"):
        _values(tmp_path / "deep.png")
    Image.fromarray(np.array([[0.5, 1]], np.float32)).save(tmp_path / "shares.tif")
    with pytest.raises(DataError, match=r"shares\.tif: has values from 0\.5 to 1; a mask holds"):
        _values(tmp_path / "shares.tif")


def test_colours_of_classes(tmp_path: Path) -> None:
    table = ClassTable.of({"sky": ("#808080",), "road": ("#804080", "#8000c0")})
    table = table.ignoring(("#000000",))
    colors = [(128, 128, 128), (128, 64, 128), (128, 0, 192), (0, 0, 0)]
    Image.fromarray(np.array([colors], np.uint8)).save(tmp_path / "mask.png")
    assert _values(tmp_path / "mask.png", table).tolist() == [[0, 1, 1, 255]]
    Image.fromarray(np.array([[*colors, (128, 128, 127)]], np.uint8)).save(tmp_path / "mask.png")
    with pytest.raises(DataError, match=r"mask\.png: holds the colour #80807f \(1 pixels of"):
        _values(tmp_path / "mask.png", table)


def _folder(root: Path, masks: list[np.ndarray]) -> None:
    write_part(root, "", masks)


TWO = [halves(0, 1), halves(1, 0), halves(0, 1)]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"classes": 3}, ("0", "1", "2")),
        ({"classes": ["ground", "cell"]}, ("ground", "cell")),
        ({"classes": {"cell": 1, "ground": 0}}, ("cell", "ground")),
        ({}, ("0", "1")),
    ],
)
def test_classes_of_the_file(
    values: dict[str, Any], names: tuple[str, ...], tmp_path: Path, options: MakeOptions
) -> None:
    _folder(tmp_path, TWO)
    chosen = options("mask_folder", **values)
    assert dataset_info(chosen).class_names == names
    wanted = 0 if names[0] == "cell" else 1
    assert load_dataset(chosen).train.labels[0, 0, 0] in (wanted, 1 - wanted)
    masks = {p.tobytes() for p in load_dataset(chosen).train.labels}
    assert masks <= {halves(wanted, 1 - wanted).tobytes(), halves(1 - wanted, wanted).tobytes()}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("classes.txt", "ground\ncell\n"),
        ("labels.txt", "\ufeff0 ground\r\n1: cell\r\n\r\n"),
        ("names.txt", "0,ground\n1,cell"),
    ],
)
def test_names_beside_the_masks(file: str, text: str, tmp_path: Path, options: MakeOptions) -> None:
    _folder(tmp_path, TWO)
    (tmp_path / file).write_bytes(text.encode())
    assert dataset_info(options("mask_folder")).class_names == ("ground", "cell")
    assert len(dataset_contents(options("mask_folder")).notes) == 0
    other = options("mask_folder", classes=["a", "b"])
    assert dataset_info(other).class_names == ("a", "b")


@pytest.mark.parametrize("text", ["one\n", "one\none\n", ""])
def test_a_file_of_no_names(text: str, tmp_path: Path, options: MakeOptions) -> None:
    _folder(tmp_path, TWO)
    (tmp_path / "classes.txt").write_text(text)
    with pytest.raises(DataError, match=r"classes\.txt: must have 2 to 255 names of classes"):
        dataset_info(options("mask_folder"))


def test_colours_beside_the_masks(tmp_path: Path, options: MakeOptions) -> None:
    (tmp_path / "label_colors.txt").write_text("128 128 128\tSky\n64 0 128\t\tCar\n0 0 0 Void\n")
    colors = np.array([(128, 128, 128), (64, 0, 128), (0, 0, 0)], np.uint8)
    for number, values in enumerate([halves(0, 1), halves(1, 2), halves(2, 0)]):
        write_image(tmp_path / "images" / f"{number}.png", values, number)
        path = tmp_path / "masks" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(colors[values]).save(path)
    assert dataset_info(options("mask_folder")).class_names == ("Sky", "Car", "Void")
    rule = r"`dataset\.ignore` \(=#000000\) is a class of `classes` as well"
    with pytest.raises(DataOptionError, match=rule):
        dataset_info(options("mask_folder", ignore="#000000"))
    (tmp_path / "label_colors.txt").write_text("128 128 Sky\n")
    with pytest.raises(DataError, match="each line must be `RED GREEN BLUE NAME`"):
        dataset_info(options("mask_folder"))


def test_ignored_values(tmp_path: Path, options: MakeOptions) -> None:
    _folder(tmp_path, [halves(0, 2), halves(1, 2), halves(0, 1), halves(1, 255)])
    assert dataset_info(options("mask_folder")).num_classes == 3
    chosen = options("mask_folder", ignore=2)
    assert dataset_info(chosen).num_classes == 2
    assert set(np.unique(load_dataset(chosen).train.labels)) <= {0, 1, 255}
    # A name for what is ignored does no harm where it is the last.
    (tmp_path / "classes.txt").write_text("sky\nroad\nunlabelled")
    assert dataset_info(chosen).class_names == ("sky", "road")


@pytest.mark.parametrize("values", [[0, 255], [0, 128, 254], [0, 100]])
def test_brightnesses_are_no_classes(
    values: list[int], tmp_path: Path, options: MakeOptions
) -> None:
    _folder(tmp_path, [halves(values[n % 2], values[-1]) for n in range(4)])
    rule = rf"`dataset\.classes` is needed: the masks to train on hold the values {values[0]}, "
    with pytest.raises(DataOptionError, match=rule):
        dataset_info(options("mask_folder"))
    told = options("mask_folder", classes={f"c{value}": value for value in values})
    assert dataset_info(told).num_classes == len(values)
    load_dataset(told)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("classes: 1", "must be from 2 to 255"),
        ("classes: 256", "must be from 2 to 255"),
        ("classes: [sky]", "must have 2 to 255 names, each once"),
        ("classes: [sky, sky]", "must have 2 to 255 names, each once"),
        ("classes: [0, 1]", "must have a text as the name of each class"),
        ("classes: {0: sky, 1: road}", "must be numbers from 0 to 255, or colours"),
        ("classes: {sky: 0, road: 300}", "must be numbers from 0 to 255, or colours"),
        ("classes: {sky: 0, road: 0}", "must not give the value 0 to two classes"),
        ("classes: {sky: 0, road: '#102030'}", "must have numbers or colours as values, not both"),
        ("classes: true", "must be how many there are, a list of names, or {name: value}"),
        ("ignore: -1", "must be numbers from 0 to 255, or colours as '#rrggbb' in quotes"),
        ("ignore: [11, sky]", "must be numbers from 0 to 255, or colours as '#rrggbb' in quotes"),
        ("ignore: []", "must be numbers from 0 to 255, or colours as '#rrggbb' in quotes"),
    ],
)
def test_wrong_values_have_file_line_and_key(
    values: str, rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    _folder(tmp_path / "scenes", TWO)
    text = f"dataset:\n  name: mask_folder\n  root: scenes\n  {values}\nspace:\n  stages: []\n"
    (tmp_path / "space.yaml").write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["validate", "space.yaml"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "space.yaml:4: `dataset." in said
    assert rule in said


def test_one_class_that_is_left_is_none(tmp_path: Path, options: MakeOptions) -> None:
    _folder(tmp_path, TWO)
    with pytest.raises(DataOptionError, match=r"`dataset\.classes` is needed: .* values 0, 1;"):
        dataset_info(options("mask_folder", ignore=1))
    with pytest.raises(DataOptionError, match=r"`dataset\.ignore` leaves 1 of 2 classes"):
        dataset_info(options("mask_folder", classes=["a", "b"], ignore=1))


@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_a_mask_whose_format_mixes_classes(
    ending: str, tmp_path: Path, options: MakeOptions
) -> None:
    _folder(tmp_path, TWO)
    (tmp_path / "masks" / "1.png").unlink()
    Image.fromarray(TWO[1]).save(tmp_path / "masks" / f"1.{ending}")
    with pytest.raises(DataError, match=rf"1\.{ending}: is a (JPEG|WEBP), which mixes the"):
        dataset_info(options("mask_folder"))


def test_colours_and_numbers_are_not_mixed(tmp_path: Path, options: MakeOptions) -> None:
    _folder(tmp_path, TWO)
    with pytest.raises(DataOptionError, match=r"`dataset\.ignore` \(=#000000\) must be numbers"):
        dataset_info(options("mask_folder", ignore="#000000"))


def test_keys_that_say_nothing_are_in_no_digest() -> None:
    from nas.config.identity import FIRST, lasting

    plain = DatasetSpec(name="mask_folder")
    assert set(lasting(plain, FIRST["dataset"])) == set(FIRST["dataset"])
    told = DatasetSpec(name="mask_folder", ignore=11, classes={"sky": 0, "road": [1, 2]})
    kept = lasting(told, FIRST["dataset"])
    assert (kept["ignore"], kept["classes"]) == ([11], {"sky": [0], "road": [1, 2]})
    assert DatasetSpec.model_validate(told.model_dump(mode="json")) == told


def test_a_mask_wider_than_a_class_of_a_name(tmp_path: Path, options: MakeOptions) -> None:
    """A value that `classes` does not name is no class, even between others."""
    write_part(tmp_path, "", TWO)
    write_mask(tmp_path / "masks" / "2.png", halves(0, 5))
    chosen = options("mask_folder", classes={"ground": 0, "cell": [1, 7]})
    rule = r"2\.png: holds the value 5 \(24 pixels\); values are 0, 1, 7, ignored: 255"
    with pytest.raises(DataError, match=rule):
        dataset_contents(chosen)
