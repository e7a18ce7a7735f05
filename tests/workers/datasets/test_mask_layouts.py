"""VOC, Cityscapes and CamVid as they are published, in small."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest
from formats_kit import MakeOptions
from masks_kit import halves, write_image, write_mask
from PIL import Image

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import dataset_contents, dataset_info, load_dataset, load_test


def _voc(root: Path, lists: dict[str, list[str]], masked: str = "abcdef") -> None:
    for number, stem in enumerate("abcdefgh"):
        values = halves(number % 3, 255 if stem == "b" else 15)
        write_image(root / "JPEGImages" / f"{stem}.jpg", values, number)
        if stem in masked:
            write_mask(root / "SegmentationClass" / f"{stem}.png", values)
    folder = root / "ImageSets" / "Segmentation"
    folder.mkdir(parents=True)
    for name, stems in lists.items():
        (folder / f"{name}.txt").write_text("\n".join(stems) + "\n")


def test_voc_reads_lists(tmp_path: Path, options: MakeOptions) -> None:
    """Twenty-one classes of which few are there; images in no list are no fault."""
    root = tmp_path / "VOCdevkit" / "VOC2012"
    _voc(root, {"train": ["c", "a", "b"], "val": ["d", "e"], "trainval": list("abcde")})
    contents = dataset_contents(options("voc_segmentation"))
    assert contents.info.num_classes == 21
    assert contents.info.class_names[15] == "person"
    assert contents.num_images == {"train": 3, "validation": 2}
    assert contents.pixels["train"][15] == 2 * 24
    found = load_dataset(options("voc_segmentation"))
    assert found.train.labels[:, 0, 0].tolist() == [0, 1, 2]  # in the order of their names
    assert found.train.labels[:, 0, -1].tolist() == [15, 255, 15]


def test_voc_with_classes_of_ones_own(tmp_path: Path, options: MakeOptions) -> None:
    _voc(tmp_path, {"trainval": list("abcdef")})
    (tmp_path / "classes.txt").write_text("\n".join(f"class {n}" for n in range(16)))
    info = dataset_info(options("voc_segmentation"))
    assert (info.num_classes, info.class_names[15]) == (16, "class 15")
    chosen = options("voc_segmentation", classes={"thing": [0, 1, 2], "person": 15})
    assert set(np.unique(load_dataset(chosen).train.labels)) <= {0, 1, 255}


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({"train": ["a", "z"]}, r"train\.txt: names `z`, which is not in `JPEGImages`"),
        (
            {"train": ["a", "g", "h"]},
            r"g\.jpg: has no mask of the same stem .*and 1 more",
        ),
        ({"train": ["a", "b"], "val": ["b"]}, r"`b` is in train\.txt and in val\.txt"),
    ],
)
def test_voc_lists_that_cannot_be(
    lists: dict[str, list[str]], message: str, tmp_path: Path, options: MakeOptions
) -> None:
    _voc(tmp_path, lists)
    with pytest.raises(DataError, match=message):
        dataset_contents(options("voc_segmentation"))


def test_voc_test_images_without_masks_are_no_test_part(
    tmp_path: Path, options: MakeOptions
) -> None:
    _voc(tmp_path, {"train": list("abc"), "val": ["d"], "test": ["g", "h"]})
    assert "test" not in dataset_contents(options("voc_segmentation")).num_images


def test_several_years_of_voc(tmp_path: Path, options: MakeOptions) -> None:
    for year in ("VOC2007", "VOC2012"):
        _voc(tmp_path / "VOCdevkit" / year, {"train": list("abc")})
    with pytest.raises(DataOptionError, match="has several data sets: `VOC2007`, `VOC2012`"):
        dataset_info(options("voc_segmentation"))


def _city(root: Path, part: str, kind: str, values: list[np.ndarray]) -> None:
    for number, mask in enumerate(values):
        stem = f"aachen_{number:06}_000019"
        write_image(root / "leftImg8bit" / part / "aachen" / f"{stem}_leftImg8bit.png", mask)
        folder = root / "gtFine" / part / "aachen"
        write_mask(folder / f"{stem}_gtFine_{kind}.png", mask)
        write_mask(folder / f"{stem}_gtFine_instanceIds.png", mask)
        (folder / f"{stem}_gtFine_polygons.json").write_text("{}")


# The ids of road, sidewalk, car, bicycle and licence plate, as cityscapesScripts lists them, and
# their train ids.
@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("labelIds", [7, 8, 26, 33, 255, 4]),
        ("labelTrainIds", [0, 1, 13, 18, 255, 255]),
    ],
)
def test_cityscapes_has_nineteen_classes(
    kind: str, ids: list[int], tmp_path: Path, options: MakeOptions
) -> None:
    road, sidewalk, car, bicycle, plate, static = ids
    _city(tmp_path, "train", kind, [halves(road, sidewalk), halves(car, plate)])
    _city(tmp_path, "val", kind, [halves(bicycle, static)])
    # The masks of the published test part are there and hold nothing.
    _city(tmp_path, "test", kind, [halves(plate, plate)])
    contents = dataset_contents(options("cityscapes"))
    assert contents.num_images == {"train": 2, "validation": 1}
    assert contents.left_out == {"images to test, whose masks hold ignored pixels alone": 1}
    found = load_dataset(options("cityscapes"))
    assert found.info.num_classes == 19
    assert [found.info.class_names[n] for n in (0, 13, 18)] == ["road", "car", "bicycle"]
    assert found.train.labels[:, 0, [0, -1]].tolist() == [[0, 1], [13, 255]]
    assert found.validation.labels[0, 0, [0, -1]].tolist() == [18, 255]


def test_cityscapes_without_masks_of_ids(tmp_path: Path, options: MakeOptions) -> None:
    _city(tmp_path, "train", "color", [halves(7, 8)])
    with pytest.raises(DataError, match=r"gtFine/train: holds neither \*_gtFine_labelIds"):
        dataset_info(options("cityscapes"))


def test_camvid_as_segnet_has_it(tmp_path: Path, options: MakeOptions) -> None:
    for part, count in (("train", 3), ("val", 1), ("test", 2)):
        for number in range(count):
            values = halves(number, 11)
            write_image(tmp_path / "CamVid" / part / f"{number}.png", values)
            write_mask(tmp_path / "CamVid" / f"{part}annot" / f"{number}.png", values)
    contents = dataset_contents(options("camvid"))
    assert contents.info.num_classes == 11
    assert contents.info.class_names[8] == "car"
    assert contents.num_images == {"train": 3, "validation": 1, "test": 2}
    labels = load_test(options("camvid")).labels
    assert labels[:, 0, [0, -1]].tolist() == [[0, 255], [1, 255]]


def test_camvid_as_published_in_colours(tmp_path: Path, options: MakeOptions) -> None:
    """Colours of `label_colors.txt`: sky, road, lane marking, SUV, animal, void; one a class.

    Frames are of SegNet's parts: 0001TP_006690 and 0016E5_00390 of the 367 to train on,
    0016E5_07959 of the 101 to validate, 0001TP_008550 and Seq05VD_f00000 of the 233 to test.
    """
    frames = {
        "0001TP_006690": ((128, 128, 128), (128, 64, 128), [0, 3]),
        "0016E5_00390": ((128, 0, 192), (64, 128, 192), [3, 8]),
        "0016E5_07959": ((64, 128, 64), (0, 0, 0), [9, 255]),
        "0001TP_008550": ((0, 128, 192), (192, 192, 0), [10, 5]),
        "Seq05VD_f00000": ((0, 0, 64), (64, 192, 0), [2, 1]),
    }
    for number, (stem, (left, right, _)) in enumerate(frames.items()):
        write_image(tmp_path / "701_StillsRaw_full" / f"{stem}.png", halves(0, 1), number)
        path = tmp_path / "LabeledApproved_full" / f"{stem}_L.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(np.array([left, right], np.uint8)[halves(0, 1)]).save(path)
    found = load_dataset(options("camvid"))
    parts = (found.train, found.validation, load_test(options("camvid")))
    shown = [part.labels[:, 0, [0, -1]].tolist() for part in parts]
    wanted = [classes for _, _, classes in frames.values()]
    assert shown == [wanted[:2], wanted[2:3], wanted[3:]]


CAMVID = Path(__file__).parents[4] / "shared" / "data" / "camvid_half.tar"


@pytest.mark.skipif(not CAMVID.exists(), reason="needs camvid_half.tar in ../shared/data")
def test_real_photographs_where_they_lie(options: MakeOptions) -> None:
    """Masks once more, by hand from the archive: at half the size each pixel is one of its four."""
    chosen = options("mask_folder", root=str(CAMVID), ignore=11, size=[90, 120])
    contents = dataset_contents(chosen)
    assert contents.info.in_shape == (3, 90, 120)
    assert contents.num_images == {"train": 367, "validation": 101, "test": 233}
    masks = {}
    with tarfile.open(CAMVID) as archive:
        for member in archive:
            if "/masks/val/" in member.name and member.isfile():
                mask = np.asarray(Image.open(archive.extractfile(member)))  # type: ignore[arg-type]
                masks[member.name] = np.where(mask == 11, 255, mask)
    whole = np.stack([masks[name] for name in sorted(masks)])
    assert contents.pixels["validation"] == tuple(np.bincount(whole.ravel())[:11])
    found = load_dataset(chosen)
    assert len(found.train.labels) == 367
    four = [whole[:, row::2, column::2] for row in (0, 1) for column in (0, 1)]
    assert np.any([found.validation.labels == each for each in four], axis=0).all()
