"""Arrays of NumPy from files, and from a user's own function."""

from __future__ import annotations

import importlib
import io
import os
import pickle
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formats_kit import MakeOptions

from nas.config.dataset import DatasetSpec
from search_spaces.errors import DataError, DataOptionError, SpaceError
from workers.datasets import DatasetInfo, dataset_info, load_dataset, load_test

RNG = np.random.default_rng(5)
IMAGES = RNG.integers(0, 256, (40, 6, 5, 3), dtype=np.uint8)
LABELS = np.arange(40) % 4
FIRST = {"images": IMAGES, "labels": LABELS}


def _write(root: Path, how: str, arrays: dict[str, Any]) -> str:
    """Writes arrays; returns the root that names them."""
    if how == "npz":
        np.savez(root / "data.npz", **arrays)
        return str(root / "data.npz")
    if how == "compressed":
        np.savez_compressed(root / "data.npz", **arrays)
        return str(root / "data.npz")
    (root / "arrays").mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(root / "arrays" / f"{name}.npy", array)
    return str(root / "arrays")


HOW = ["npz", "compressed", "npy"]


def _load(tmp_path: Path, arrays: dict[str, Any], how: str = "npz", **values: Any) -> Any:
    root = _write(tmp_path, how, arrays)
    name = "npy" if how == "npy" else "npz"
    return load_dataset(DatasetSpec(name=name, root=root, **values))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("test_names", [("test_images", "test_labels"), ("x_test", "y_test")])
@pytest.mark.parametrize("names", [("images", "labels"), ("x_train", "y_train")])
def test_names_and_forms(
    names: tuple[str, str], test_names: tuple[str, str], how: str, tmp_path: Path
) -> None:
    arrays = {names[0]: IMAGES, names[1]: LABELS[:, None].astype(np.uint8)}
    arrays |= {test_names[0]: IMAGES[:8], test_names[1]: LABELS[:8]}
    found = _load(tmp_path, arrays, how)
    root = str(tmp_path / ("arrays" if how == "npy" else "data.npz"))
    chosen = DatasetSpec(name="npy" if how == "npy" else "npz", root=root)
    assert dataset_info(chosen) == found.info == DatasetInfo((3, 6, 5), 4, True)
    wanted = {
        image.transpose(2, 0, 1).tobytes(): int(label)
        for image, label in zip(IMAGES, LABELS, strict=True)
    }
    for part, count in ((found.train, 36), (found.validation, 4)):
        assert part.images.shape == (count, 3, 6, 5)
        assert part.images.flags.c_contiguous
        for image, label in zip(part.images, part.labels, strict=True):
            assert wanted[image.tobytes()] == label
    test = load_test(chosen)
    assert np.array_equal(test.images, IMAGES[:8].transpose(0, 3, 1, 2))
    assert np.array_equal(test.labels, LABELS[:8])


def test_same_fingerprint_in_every_form(tmp_path: Path) -> None:
    channels_first = IMAGES.transpose(0, 3, 1, 2)
    forms: list[tuple[str, Any]] = [(how, IMAGES) for how in HOW]
    forms += [("npz", channels_first), ("npz", IMAGES / 255), ("npy", IMAGES / np.float32(255))]
    fingerprints = {
        _load(tmp_path, {"images": images, "labels": LABELS}, how).fingerprint
        for how, images in forms
    }
    assert len(fingerprints) == 1


@pytest.mark.parametrize(
    ("shape", "in_shape"),
    [
        ((40, 6, 5), (1, 6, 5)),
        ((40, 6, 3), (1, 6, 3)),
        ((40, 6, 5, 1), (1, 6, 5)),
        ((40, 1, 6, 5), (1, 6, 5)),
        ((40, 6, 5, 3), (3, 6, 5)),
        ((40, 3, 6, 5), (3, 6, 5)),
        ((40, 6, 3, 1), (1, 6, 3)),
    ],
)
def test_layouts(shape: tuple[int, ...], in_shape: tuple[int, ...], tmp_path: Path) -> None:
    images = RNG.integers(0, 256, shape, dtype=np.uint8)
    found = _load(tmp_path, {"images": images, "labels": LABELS})
    assert found.info == DatasetInfo(in_shape, 4, in_shape[0] == 3)
    assert found.train.images.shape[1:] == in_shape


LAYOUTS = "must be (N, height, width), (N, channels, height, width) or"


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": IMAGES.transpose(0, 3, 1, 2)[..., :3]}, "which may be either of the two"),
        ({"images": IMAGES[..., :2]}, f"images: {LAYOUTS}"),
        ({"images": IMAGES[:, 0, 0]}, f"images: {LAYOUTS}"),
        ({"images": IMAGES[:0]}, f"images: {LAYOUTS}"),
        ({"images": IMAGES.astype(np.int64)}, "must be of uint8, or of a float from 0 to 1; it is"),
        ({"images": IMAGES.astype(np.float32)}, "a float must be from 0 to 1; there are values"),
        ({"images": np.full((40, 6, 5), np.nan)}, "a float must be from 0 to 1"),
        ({"images": IMAGES / -255}, "a float must be from 0 to 1; there are values from -1 to "),
        ({"images": IMAGES[:39]}, "there are 39 images and 40 labels"),
        ({"labels": LABELS[:39]}, "there are 40 images and 39 labels"),
        ({"labels": LABELS / 1}, "labels must be whole numbers, one an image; got an array (40,)"),
        ({"labels": np.eye(4)[LABELS]}, "one an image; got an array (40, 4) of float64"),
        ({"labels": np.eye(4, dtype=int)[LABELS]}, "got an array (40, 4) of int64"),
        ({"labels": LABELS - 1}, "labels must be from 0 to 999999; one is -1"),
        ({"labels": LABELS + 1}, "each with an image; no image has label 0"),
        ({"labels": LABELS * 2}, "each with an image; no image has label 1"),
        ({"labels": LABELS * 100}, "each with an image; one of 40 labels is 300"),
        ({"labels": LABELS.astype(np.uint64) * 2**62}, "labels must be from 0 to 999999; one is"),
        ({"labels": LABELS * 0}, "all images are of one class"),
        ({"labels": LABELS[:0]}, "labels: holds no label"),
        ({"labels": np.array([b"cat"] * 40)}, "labels must be whole numbers"),
    ],
)
def test_arrays_that_cannot_be(
    change: dict[str, Any], message: str, how: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as raised:
        _load(tmp_path, FIRST | change, how)
    assert str(raised.value).startswith(str(tmp_path))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, "must have arrays `images` and `labels` or `images` and `masks` or `x_train` and "),
        ({}, "`x_train` and `y_train`; it has none"),
        ({"a": IMAGES, "b": LABELS}, "it has a, b"),
        ({"images": IMAGES}, "has `images` and no `labels`"),
        ({"y_train": LABELS}, "has `y_train` and no `x_train`"),
    ],
)
def test_names_that_cannot_be(arrays: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        _load(tmp_path, arrays)


def test_a_test_part_that_is_not_as_it_should_be(tmp_path: Path) -> None:
    root = _write(tmp_path, "npz", FIRST | {"x_test": IMAGES[:, :5], "y_test": LABELS})
    chosen = DatasetSpec(name="npz", root=root)
    load_dataset(chosen)  # it is not touched
    with pytest.raises(DataError, match=r"x_test: has the shape .*; the images to train on are"):
        load_test(chosen)
    _write(tmp_path, "npz", FIRST | {"x_test": IMAGES, "y_test": LABELS + 1})
    with pytest.raises(DataError, match="labels must be from 0 to 3; one is 4"):
        load_test(chosen)
    _write(tmp_path, "npz", FIRST)
    with pytest.raises(DataError, match="npz: has no test images"):
        load_test(chosen)


class _Runs:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.path}",)


@pytest.mark.parametrize("name", ["images", "labels"])
@pytest.mark.parametrize("how", HOW)
def test_pickled_objects_are_not_read(how: str, name: str, tmp_path: Path) -> None:
    made = tmp_path / "made"
    objects = np.array([_Runs(made)] * 40, object)
    with pytest.raises(DataError, match=rf"array `{name}`: cannot be read: .*Python objects"):
        _load(tmp_path, FIRST | {name: objects}, how)
    (tmp_path / "evil.npz").write_bytes(pickle.dumps(_Runs(made)))
    with pytest.raises(DataError, match=r"evil\.npz: cannot be read: "):
        load_dataset(DatasetSpec(name="npz", root=str(tmp_path / "evil.npz")))
    assert not made.exists()


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.95])
def test_files_cut_off(kept: float, how: str, tmp_path: Path) -> None:
    root = Path(_write(tmp_path, how, FIRST))
    path = root / "images.npy" if root.is_dir() else root
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(DataError, match=f"^{root}.*cannot be read: ") as raised:
        load_dataset(DatasetSpec(name="npz", root=str(root)))
    assert "\n" not in str(raised.value)


def test_an_array_that_says_more_than_memory_holds(tmp_path: Path) -> None:
    """The header alone is a hundred bytes; it says eight tebibytes."""
    file = io.BytesIO()
    shape = (2**33, 32, 32)
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    labels = io.BytesIO()
    np.save(labels, LABELS)
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", file.getvalue())
        archive.writestr("labels.npy", labels.getvalue())
    with pytest.raises(DataError, match=r"array `images` need 8\.0 TiB of memory"):
        load_dataset(DatasetSpec(name="npz", root=str(path)))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(DataOptionError, match=r"root` is required: a \.npz file or a folder of"):
        dataset_info(DatasetSpec(name="npz"))
    with pytest.raises(DataOptionError, match="is not there; expected is a"):
        dataset_info(DatasetSpec(name="npy", root=str(tmp_path / "no")))


# A user's own function

FUNCTIONS = """
import types
import numpy as np
from search_spaces.errors import SpaceError

calls = []

def mapping():
    calls.append("mapping")
    return arrays()

def arrays():
    images = (np.arange(40 * 6 * 5) % 256).astype(np.uint8).reshape(40, 1, 6, 5)
    return {"images": images, "labels": np.arange(40) % 4, "unknown": object()}

def attributes():
    return types.SimpleNamespace(x_test=None, **arrays())

def lists():
    return {name: array.tolist() for name, array in arrays().items() if name == "labels"} | {
        "images": arrays()["images"] / 255}

def of_root(root):
    assert root == "here"
    return arrays()

def raising():
    raise KeyError("no\\nsuch thing")

def refusing():
    raise SpaceError("no such block")

def endless():
    raise MemoryError

def nothing():
    return None

def objects():
    return {"images": [[1, 2], [3]], "labels": [0, 1]}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a module of functions."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "of_a_data_scientist.py").write_text(FUNCTIONS)
    monkeypatch.delitem(sys.modules, "of_a_data_scientist", raising=False)
    return tmp_path


MODULE = "of_a_data_scientist"


def test_what_functions_may_return(here: Path) -> None:
    fingerprints = set()
    for function in ("mapping", "attributes", "lists"):
        chosen = DatasetSpec(name=f"{MODULE}:{function}")
        assert dataset_info(chosen) == DatasetInfo((1, 6, 5), 4, False)
        fingerprints.add(load_dataset(chosen).fingerprint)
    chosen = DatasetSpec(name=f"{here / MODULE}.py:of_root", root="here")
    fingerprints.add(load_dataset(chosen).fingerprint)
    assert len(fingerprints) == 1


def test_a_function_is_called_once_a_load(here: Path) -> None:
    chosen = DatasetSpec(name=f"{MODULE}:mapping")
    load_dataset(chosen)
    assert importlib.import_module(MODULE).calls == ["mapping"]


def test_arrays_of_a_function_stay_as_they_are(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = DatasetSpec(name=f"{MODULE}:mapping")
    load_dataset(chosen)
    module = importlib.import_module(MODULE)
    module_arrays = module.arrays()
    monkeypatch.setattr(module, "arrays", lambda: module_arrays)
    load_dataset(chosen)
    assert np.array_equal(module_arrays["images"].reshape(-1), np.arange(1200) % 256)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("missing", "`dataset.name` 'of_a_data_scientist' has no 'missing'"),
        ("calls", "`dataset.name` 'of_a_data_scientist:calls' must be a function; it is of"),
        ("raising", "`dataset.name` (=of_a_data_scientist:raising) raised KeyError: "),
        ("of_root", "(=of_a_data_scientist:of_root) raised TypeError: of_root() missing 1 "),
        ("nothing", "(=of_a_data_scientist:nothing) must return a mapping, or an object with such"),
        ("objects", "`images` is no array: ValueError"),
        ("endless", "is too large for the memory of this machine"),
    ],
)
def test_functions_that_do_not_do(function: str, message: str, here: Path) -> None:
    with pytest.raises(DataError) as raised:
        load_dataset(DatasetSpec(name=f"{MODULE}:{function}"))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_errors_of_ours_pass_through(here: Path) -> None:
    with pytest.raises(SpaceError, match=r"^no such block$"):
        load_dataset(DatasetSpec(name=f"{MODULE}:refusing"))


def test_options_of_functions(options: MakeOptions) -> None:
    with pytest.raises(DataOptionError, match=r"`dataset\.size` has no meaning for a:b"):
        dataset_info(options("a:b", size=8))
