"""CIFAR-10 and CIFAR-100 in each published form; damaged ones give one line."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formats_kit import (
    ARCHIVES,
    FOLDERS,
    PIXELS,
    MakeOptions,
    cifar_batches,
    cifar_files,
    cifar_pickle,
    python2_pickle,
    write_folder,
    write_tar,
)

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import dataset_info, load_dataset, load_test
from workers.datasets.cifar import SOURCES
from workers.datasets.stored_pickle import read_pickle

NAMES = ["cifar10", "cifar100"]
KINDS = ["binary", "python"]


def _write(root: Path, name: str, kind: str, how: str) -> Path:
    """A data set, and where it is."""
    files, folder = cifar_files(name, kind), FOLDERS[name, kind]
    if how == "unpacked":
        return write_folder(root / folder, files)
    return write_tar(root / ARCHIVES[name, kind], folder, files)


@pytest.mark.parametrize("how", ["unpacked", "packed"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_image_with_its_label(
    name: str, kind: str, how: str, tmp_path: Path, options: MakeOptions
) -> None:
    _write(tmp_path, name, kind, how)
    found = load_dataset(options(name))
    batches = cifar_batches(name)
    test_pixels, test_labels = batches.popitem()[1]
    wanted = {
        pixels.tobytes(): int(label)
        for images, labels in batches.values()
        for pixels, label in zip(images, labels, strict=True)
    }
    parts = (found.train, found.validation)
    seen = {
        image.tobytes(): int(label)
        for part in parts
        for image, label in zip(part.images, part.labels, strict=True)
    }
    assert seen == wanted
    assert len(found.validation.labels) == len(wanted) // 10
    test = load_test(options(name))
    assert test.images.reshape(-1, PIXELS).tolist() == test_pixels.tolist()
    assert test.labels.tolist() == test_labels.tolist()


@pytest.mark.parametrize("name", NAMES)
def test_same_fingerprint_whatever_the_form(
    name: str, tmp_path: Path, options: MakeOptions
) -> None:
    fingerprints = set()
    for kind in KINDS:
        for how in ("unpacked", "packed"):
            (tmp_path / f"{kind}-{how}").mkdir()
            place = _write(tmp_path / f"{kind}-{how}", name, kind, how)
            for root in (place, place.parent):
                fingerprints.add(load_dataset(options(name, root=str(root))).fingerprint)
    assert len(fingerprints) == 1


def test_info_is_there_without_reading(tmp_path: Path, options: MakeOptions) -> None:
    folder = _write(tmp_path, "cifar10", "binary", "unpacked")
    (folder / "data_batch_1.bin").write_bytes(b"damaged")
    assert dataset_info(options("cifar10"))[:3] == ((3, 32, 32), 10, True)
    assert dataset_info(options("cifar10", flip=False)).flip is False


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive as large as the one that is published; its images are black."""
    path = tmp_path_factory.mktemp("full") / "cifar-10-binary.tar.gz"
    records = np.zeros((10_000, 1 + PIXELS), np.uint8)
    records[:, 0] = np.arange(10_000) % 10
    content, folder = records.tobytes(), FOLDERS["cifar10", "binary"]
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        names = [
            "batches.meta.txt",
            *(f"data_batch_{n}.bin" for n in (1, 2, 3, 4, 5)),
            "readme.html",
        ]
        for name in [*names, "test_batch.bin"]:
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content) if name.endswith(".bin") else 0
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize("place", ["the archive", "its folder"])
def test_an_archive_of_the_published_size_is_read(
    published: Path, place: str, options: MakeOptions
) -> None:
    """The test part is a sixth of what is unpacked on the way to it."""
    root = str(published if place == "the archive" else published.parent)
    source = SOURCES["cifar10"]
    found = [
        source.look(options("cifar10", root=root), source.info(options("cifar10", root=root)), part)
        for part in ("train", "test")
    ]
    assert [np.bincount(part.labels).tolist() for part in found] == [[5000] * 10, [1000] * 10]


def test_files_of_different_sizes(tmp_path: Path, options: MakeOptions) -> None:
    files = cifar_files("cifar10", "binary")
    files["data_batch_2.bin"] = files["data_batch_2.bin"][: 7 * (PIXELS + 1)]
    write_folder(tmp_path / FOLDERS["cifar10", "binary"], files)
    found = load_dataset(options("cifar10", validation_size=10))
    assert len(found.train.labels) == 4 * 20 + 7 - 10
    batches = cifar_batches("cifar10")
    last = {pixels.tobytes() for pixels in batches["data_batch_5"][0]}
    parts = (found.train, found.validation)
    seen = {image.tobytes() for part in parts for image in part.images}
    assert last <= seen


def test_the_pickle_that_python_2_wrote() -> None:
    pixels = np.arange(2 * PIXELS, dtype=np.uint32).astype(np.uint8).reshape(2, PIXELS)
    stored = read_pickle(python2_pickle(pixels, [3, 8]), "here")
    assert stored["labels"] == [3, 8]
    assert np.array_equal(stored["data"], pixels)
    assert pickle.loads(python2_pickle(pixels, [3, 8]), encoding="bytes")[b"labels"] == [3, 8]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_of_pickle(protocol: int) -> None:
    pixels, labels = cifar_batches("cifar10")["test_batch"]
    content = cifar_pickle("cifar10", "test_batch", pixels, labels, protocol)
    assert np.array_equal(read_pickle(content, "here")["data"], pixels)


class _Runs:
    """Pickled, it is a call of any function with any arguments."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


def _open_for_writing(path: Path) -> list[bytes]:
    """Pickles of which each would make `path` if anyone ran it."""
    command = f"open({str(path)!r}, 'w').close()"
    return [
        pickle.dumps({b"data": _Runs(os.system, f"touch {path}")}, protocol=2),
        pickle.dumps({b"data": _Runs(exec, command)}, protocol=4),
        pickle.dumps({b"data": _Runs(eval, command)}, protocol=0),
        f"cbuiltins\nexec\n(V{command}\ntR.".encode(),
        f"(Vtouch {path}\nios\nsystem\n.".encode(),  # by the opcode INST
        f"cnumpy\nndarray.__class__\n(V{command}\ntR.".encode(),
        f"cnumpy.core.multiarray\n_reconstruct.__globals__\n(V{command}\ntR.".encode(),
    ]


@pytest.mark.parametrize("number", range(7))
def test_a_malicious_pickle_runs_nothing(number: int, tmp_path: Path, options: MakeOptions) -> None:
    made = tmp_path / "made"
    content = _open_for_writing(made)[number]
    files = cifar_files("cifar10", "python") | {"data_batch_3": content}
    write_tar(tmp_path / ARCHIVES["cifar10", "python"], FOLDERS["cifar10", "python"], files)
    with pytest.raises(DataError) as raised:
        load_dataset(options("cifar10"))
    assert not made.exists()
    message = str(raised.value)
    assert "data_batch_3: is no pickle of images: it asks for `" in message
    assert "\n" not in message


def test_the_malicious_pickles_are_malicious(tmp_path: Path) -> None:
    """The same content, in the hands of someone who trusts it, does make the file."""
    for number, content in enumerate(_open_for_writing(tmp_path / "made")[:5]):
        pickle.loads(content)
        assert (tmp_path / "made").exists(), number
        (tmp_path / "made").unlink()


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps({b"data": np.zeros((2, PIXELS)), b"labels": [0, 1]}),  # of float64
        pickle.dumps({b"data": np.array([None, 1], object), b"labels": [0, 1]}),
        pickle.dumps([1, 2]),
        b"",
        b"\x80\x04",
        b"no pickle",
        b"\x80\x02}r\xff\xff\xff\x7f.",  # a memo of two thousand million entries; harmless: {}
        b"\x80\x04B\xff\xff\xff\x7fabc.",  # says two gibibytes, has three bytes
        b"cnumpy\ndtype\n(K\x00K\x01\x87b.",  # gives a state to the stand-in itself
        b"cnumpy\nndarray\n}(X\x01\x00\x00\x00aK\x01ub.",
    ],
)
def test_other_pickles(content: bytes, tmp_path: Path, options: MakeOptions) -> None:
    files = cifar_files("cifar10", "python") | {"data_batch_1": content}
    folder = write_folder(tmp_path / FOLDERS["cifar10", "python"], files)
    with pytest.raises(DataError, match=f"^{folder}: data_batch_1: ") as raised:
        load_dataset(options("cifar10"))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({b"labels": [0] * 19}, "there must be one label an image; there are 20 images and 19"),
        ({b"labels": [0] * 19 + [10]}, "labels must be from 0 to 9; one is 10"),
        ({b"labels": [0] * 19 + [-1]}, "has a label that is out of range"),
        ({b"labels": [0] * 19 + ["cat"]}, "must have a list `labels` of whole numbers"),
        ({b"labels": None}, "must have a list `labels` of whole numbers"),
        ({b"data": np.zeros((20, 3071), np.uint8)}, "must have an array `data` of N x 3072 bytes"),
        ({b"data": "text"}, "must have an array `data` of N x 3072 bytes"),
    ],
)
def test_a_wrong_batch_for_python(
    change: dict[bytes, Any], message: str, tmp_path: Path, options: MakeOptions
) -> None:
    files = cifar_files("cifar10", "python")
    stored = pickle.loads(files["data_batch_4"], encoding="bytes") | change
    files["data_batch_4"] = pickle.dumps(stored)
    write_folder(tmp_path / FOLDERS["cifar10", "python"], files)
    with pytest.raises(DataError) as raised:
        load_dataset(options("cifar10"))
    assert message in str(raised.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_binary_file_cut_off(name: str, tmp_path: Path, options: MakeOptions) -> None:
    files = cifar_files(name, "binary")
    first = next(iter(files))
    files[first] = files[first][:-5]
    write_folder(tmp_path / FOLDERS[name, "binary"], files)
    with pytest.raises(DataError, match=rf"{first}: must be records of 307\d bytes; .* cut off"):
        load_dataset(options(name))


def test_a_binary_label_out_of_range(tmp_path: Path, options: MakeOptions) -> None:
    files = cifar_files("cifar10", "binary")
    files["data_batch_1.bin"] = b"\x0a" + files["data_batch_1.bin"][1:]
    write_folder(tmp_path / FOLDERS["cifar10", "binary"], files)
    with pytest.raises(DataError, match="labels must be from 0 to 9; one is 10"):
        load_dataset(options("cifar10"))


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.9, 0.9999])
@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_cut_off(kind: str, kept: float, tmp_path: Path, options: MakeOptions) -> None:
    path = _write(tmp_path, "cifar10", kind, "packed")
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(DataError, match=f"^{path}: ") as raised:
        load_dataset(options("cifar10"))
    assert "\n" not in str(raised.value)


def test_an_archive_with_a_flipped_bit(tmp_path: Path, options: MakeOptions) -> None:
    path = _write(tmp_path, "cifar10", "binary", "packed")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"^{path}: cannot be read: "):
        load_dataset(options("cifar10"))


def test_an_archive_of_something_else(tmp_path: Path, options: MakeOptions) -> None:
    path = tmp_path / ARCHIVES["cifar10", "binary"]
    path.write_bytes(b"<html>404 not found</html>" * 100)
    with pytest.raises(DataError, match=f"^{path}: cannot be read: "):
        dataset_info(options("cifar10"))
    write_tar(path, "cifar-100-binary", cifar_files("cifar100", "binary"))
    with pytest.raises(DataOptionError, match=r"must be or hold cifar-10-binary\.tar\.gz or"):
        dataset_info(options("cifar10"))


def test_a_member_is_missing_or_there_twice(tmp_path: Path, options: MakeOptions) -> None:
    files = cifar_files("cifar10", "binary")
    path = tmp_path / ARCHIVES["cifar10", "binary"]
    write_tar(path, "x", {name: c for name, c in files.items() if name != "data_batch_4.bin"})
    with pytest.raises(DataError, match=r"has no member 'data_batch_4\.bin'"):
        load_dataset(options("cifar10"))
    write_tar(path, "x", files | {"more/data_batch_4.bin": files["data_batch_4.bin"]})
    with pytest.raises(DataError, match=r"has two members 'data_batch_4\.bin'"):
        load_dataset(options("cifar10"))


@pytest.mark.parametrize("absolute", [True, False])
def test_a_member_outside_of_the_archive(
    absolute: bool, tmp_path: Path, options: MakeOptions
) -> None:
    root = tmp_path / "a" / "b"
    root.mkdir(parents=True)
    outside = str(tmp_path / "evil") if absolute else "../../evil"
    path = root / ARCHIVES["cifar10", "binary"]
    write_tar(path, "", {outside: b"evil"} | cifar_files("cifar10", "binary"))
    with pytest.raises(DataError, match=f"has a member outside of it, '{outside}'"):
        load_dataset(options("cifar10", root=str(root)))
    assert not (tmp_path / "evil").exists()


def test_nothing_is_unpacked_to_the_disk(tmp_path: Path, cache: Path, options: MakeOptions) -> None:
    path = _write(tmp_path, "cifar10", "python", "packed")
    load_dataset(options("cifar10"))
    assert list(tmp_path.rglob("*")) == [path]
    assert list(cache.rglob("*")) == []


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path, options: MakeOptions) -> None:
    """A wanted member that is too large, and an unknown one before all others that never ends."""
    files = cifar_files("cifar10", "binary")
    path = tmp_path / ARCHIVES["cifar10", "binary"]
    zeros = bytes(10_000 * 7000)
    write_tar(path, "x", files | {"data_batch_2.bin": zeros})
    with pytest.raises(DataError, match=r"data_batch_2\.bin' has 70,000,000 bytes; at most"):
        load_dataset(options("cifar10"))
    with gzip.open(path, "wb", compresslevel=1) as file:
        member = tarfile.TarInfo("endless")
        member.size = 2 << 30
        file.write(member.tobuf())
        for _ in range(30):
            file.write(bytes(1 << 25))
    assert path.stat().st_size < 1 << 23
    with pytest.raises(DataError, match="unpacks to more than the"):
        load_dataset(options("cifar10"))


def test_a_header_that_asks_for_gigabytes(tmp_path: Path, options: MakeOptions) -> None:
    """A long name in the format of PAX is read whole by the library; the cap holds there, too."""
    member = tarfile.TarInfo("x")
    member.type = tarfile.XHDTYPE
    member.size = 8 << 30
    path = tmp_path / ARCHIVES["cifar10", "binary"]
    path.write_bytes(gzip.compress(member.tobuf() + bytes(1 << 27), 1))
    with pytest.raises(DataError, match=f"^{path}: "):
        load_dataset(options("cifar10"))


def test_a_link_is_no_file(tmp_path: Path, options: MakeOptions) -> None:
    files = cifar_files("cifar10", "binary")
    path = tmp_path / ARCHIVES["cifar10", "binary"]
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"x/{name}")
            member.size = len(content)
            if name == "data_batch_5.bin":
                member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
            archive.addfile(member, io.BytesIO(content))
    with pytest.raises(DataError, match=r"has no member 'data_batch_5\.bin'"):
        load_dataset(options("cifar10"))


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (None, r"`dataset.root` is required: cifar-10-binary\.tar\.gz or cifar-10-python\.tar\.gz"),
        ("not/there", r"`dataset.root` \(=not/there\) is not there; expected is cifar-10-binary"),
        (".", r"`dataset.root` \(=\.\) must be or hold cifar-10-binary\.tar\.gz or"),
    ],
)
def test_where_nothing_is(
    root: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    options: MakeOptions,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataOptionError, match=message):
        dataset_info(options("cifar10", root=root))


@pytest.mark.parametrize("key", ["variant", "size", "channels"])
def test_options_without_a_meaning(key: str, tmp_path: Path, options: MakeOptions) -> None:
    value: Any = {"variant": "x", "size": 16, "channels": 1}[key]
    with pytest.raises(DataOptionError, match=f"`dataset.{key}` has no meaning for cifar10"):
        dataset_info(options("cifar10", **{key: value}))
