"""Writes small data sets in the formats that are published, as their documents describe them."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nas.config.dataset import DatasetSpec

MakeOptions = Callable[..., DatasetSpec]
"""Makes the options of a data set whose root is the test's folder."""

PIXELS = 3072
FOLDERS = {
    ("cifar10", "binary"): "cifar-10-batches-bin",
    ("cifar10", "python"): "cifar-10-batches-py",
    ("cifar100", "binary"): "cifar-100-binary",
    ("cifar100", "python"): "cifar-100-python",
}
ARCHIVES = {(name, kind): f"{name[:5]}-{name[5:]}-{kind}.tar.gz" for name, kind in FOLDERS}


def cifar_batches(name: str, images_a_file: int = 20) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Random images and balanced labels of each file of a data set, by its name for Python."""
    rng = np.random.default_rng(7)
    num_classes = 10 if name == "cifar10" else 100
    if name == "cifar10":
        counts = {f"data_batch_{number}": images_a_file for number in range(1, 6)}
        counts["test_batch"] = images_a_file
    else:
        counts = {"train": 10 * images_a_file, "test": images_a_file}
    batches = {}
    for file, count in counts.items():
        labels = rng.permutation(np.arange(count) % num_classes)
        batches[file] = (rng.integers(0, 256, (count, PIXELS), dtype=np.uint8), labels)
    return batches


def cifar_files(name: str, kind: str, images_a_file: int = 20) -> dict[str, bytes]:
    """Content of each file of an archive."""
    files = {}
    for file, (pixels, labels) in cifar_batches(name, images_a_file).items():
        if kind == "python":
            files[file] = cifar_pickle(name, file, pixels, labels)
        elif name == "cifar10":
            files[f"{file}.bin"] = np.column_stack([labels.astype(np.uint8), pixels]).tobytes()
        else:
            coarse = (labels // 5).astype(np.uint8)
            fine = labels.astype(np.uint8)
            files[f"{file}.bin"] = np.column_stack([coarse, fine, pixels]).tobytes()
    files["readme.html"] = b"<html></html>"
    return files


def cifar_pickle(
    name: str, file: str, pixels: np.ndarray, labels: np.ndarray, protocol: int = 2
) -> bytes:
    """A batch for Python: keys and pixels are the byte strings of Python 2."""
    label_key = b"labels" if name == "cifar10" else b"fine_labels"
    names = [f"image_{number}.png".encode() for number in range(len(labels))]
    stored = {b"batch_label": file.encode(), b"filenames": names, b"data": pixels}
    stored[label_key] = labels.tolist()
    if name == "cifar100":
        stored[b"coarse_labels"] = (labels // 5).tolist()
    return pickle.dumps(stored, protocol=protocol)


def python2_pickle(pixels: np.ndarray, labels: list[int]) -> bytes:
    """A batch of CIFAR-10, opcode by opcode as Python 2 and NumPy 1.7 wrote the published ones."""

    def text(value: bytes) -> bytes:
        return b"U" + struct.pack("<B", len(value)) + value

    def whole(value: int) -> bytes:
        return b"J" + struct.pack("<i", value)

    raw = pixels.tobytes()
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x01"
        b"cnumpy\nndarray\nq\x02K\x00\x85q\x03" + text(b"b") + b"\x87q\x04Rq\x05"
        b"(K\x01" + whole(pixels.shape[0]) + whole(pixels.shape[1]) + b"\x86q\x06"
        b"cnumpy\ndtype\nq\x07" + text(b"u1") + b"K\x00K\x01\x87q\x08Rq\x09"
        b"(K\x03" + text(b"|") + b"NNN" + whole(-1) + whole(-1) + b"K\x00tq\x0ab"
        b"I00\n" + b"T" + struct.pack("<i", len(raw)) + raw + b"tq\x0bb"
    )
    listed = b"](" + b"".join(whole(label) for label in labels) + b"e"
    pairs = text(b"data") + array + text(b"labels") + listed
    return b"\x80\x02}q\x00(" + pairs + b"u."


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    """The files of an archive, unpacked."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def write_tar(path: Path, folder: str, files: dict[str, bytes]) -> Path:
    """The files of an archive, packed as `.tar.gz`."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}" if folder else name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def idx(array: np.ndarray) -> bytes:
    """An IDX file of bytes: two zeros, the type 8, the rank, the sizes, the bytes."""
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim)
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def idx_arrays(count: int, num_classes: int = 10, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Random images of 6 x 5 pixels and balanced labels."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % num_classes).astype(np.uint8)
    return rng.integers(0, 256, (count, 6, 5), dtype=np.uint8), labels


def write_idx(folder: Path, *, packed: bool = False, mark: str = "-") -> None:
    """The four files of MNIST with 60 and 20 images."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, count in (("train", 60), ("t10k", 20)):
        images, labels = idx_arrays(count)
        for kind, array in (("images", images), ("labels", labels)):
            name = f"{stem}-{kind}{mark}idx{array.ndim}-ubyte"
            content = idx(array)
            if packed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content))
            else:
                (folder / name).write_bytes(content)
