"""Writes networks as code and in other formats: all files once all are proven, or none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from nas.export.code.ends import CLASSES, stands_beside
from nas.export.code.layout import printable
from nas.export.code.source import network_source
from nas.export.images import kept, tried
from nas.export.onnx_int8 import SUFFIX as ONNX_INT8
from nas.export.onnx_int8 import require_onnx, write_onnx_int8
from nas.export.proof import Case, LatencyOf, Proof, fresh_state, prove
from nas.export.subject import Subject
from nas.export.tflite_files import CARD, SUFFIX, require_tflite, write_tflite
from nas.store.transactions import storable
from nas.store.weights import load_weights
from search_spaces.errors import ExportError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import renamed
from workers.datasets import Split

if TYPE_CHECKING:
    from torch import Tensor

SUFFIXES = {
    "code": ".py",
    "onnx": ".onnx",
    "onnx_int8": ONNX_INT8,
    "torch_export": ".pt2",
    "torchscript": ".torchscript",
    "tflite": SUFFIX,
}
"""The formats, the first of which is always written."""

_WEIGHTS, _IMAGES = ".pt", ".images.pt"
_BESIDE = {"weights": _WEIGHTS, "images": _IMAGES, "classes": CLASSES, "tflite_card": CARD}
"""What else may be written, by what it holds."""


@dataclass(frozen=True)
class Exported:
    """The files of one export.

    Attributes:
        code: The Python file.
        weights: The trained weights beside it; None where there are none.
        files: All files by format; `weights` is one of them.
        sha256: Of each of them.
        weights_origin: Who trained the weights, in words; None for fresh ones.
        proof: What was checked before they were written.
        latency_ms: What the search says of the latency.
        subject: What it is of.
    """

    code: Path
    weights: Path | None
    files: dict[str, Path]
    sha256: dict[str, str]
    weights_origin: str | None
    proof: Proof
    subject: Subject = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """As `nas export --json` prints it, without what is known of the trial."""
        return {
            "code": str(self.code),
            "weights": None if self.weights is None else str(self.weights),
            "files": {name: str(path) for name, path in self.files.items()},
            "sha256": self.sha256,
            "weights_origin": self.weights_origin,
            **self.subject.metadata(),
            "proof": self.proof.as_json(),
        }


def export_subjects(
    subjects: Sequence[Subject],
    folder: Path,
    formats: Sequence[str] = (),
    *,
    with_latency: bool = True,
    opset: int | None = None,
    precision: str = "int8",
) -> list[Exported]:
    """Writes each network as code, its weights beside it, and in other formats.

    All is written aside, proven in a clean process, and put in its place then.

    Args:
        formats: Of `SUFFIXES`; code is written in any case.
        with_latency: Whether to measure latency again.
        opset: Of ONNX files; where None the usual one.
        precision: Of files of TensorFlow Lite: `int8` or `float32`.

    Raises:
        ExportError: A format is none, or a file is not its network or cannot be written. No file
            is there then.
    """
    unknown = [name for name in formats if name not in SUFFIXES]
    if unknown:
        raise ExportError(f"a format must be one of {', '.join(SUFFIXES)}; got {unknown[0]!r}")
    if not subjects:
        return []
    wanted = [name for name in SUFFIXES if name in formats or name == "code"]
    for name in {"onnx", "onnx_int8"}.intersection(wanted):
        require_onnx(name)
    if "tflite" in wanted:
        require_tflite(precision)
    with _aside(folder) as aside:
        cases = [_case(subject, aside, wanted, with_latency, opset) for subject in subjects]
        proofs = prove(cases)
        if "tflite" in wanted:
            written = write_tflite(subjects, cases, aside, precision)
            proofs = [replace(p, tflite=t) for p, t in zip(proofs, written, strict=True)]
        if "onnx_int8" in wanted:
            files = write_onnx_int8(subjects, cases, aside, opset)
            proofs = [replace(p, onnx_int8=o) for p, o in zip(proofs, files, strict=True)]
        return [
            _put_in_place(subject, aside, folder, proof)
            for subject, proof in zip(subjects, proofs, strict=True)
        ]


def _case(
    subject: Subject, aside: Path, formats: Sequence[str], with_latency: bool, opset: int | None
) -> Case:
    """Writes what the proof does not write itself."""
    state: Mapping[str, Tensor] = (
        fresh_state(subject.network) if subject.weights is None
        else _placed(subject, subject.weights.path, aside / f"{subject.name}{_WEIGHTS}")
    )  # fmt: skip
    files = {name: aside / f"{subject.name}{SUFFIXES[name]}" for name in formats}
    latency = _latency_here(subject.latency) if with_latency else None
    code = files.pop("code")
    # These need more than PyTorch, and are written and proven once the code is.
    for name in ("tflite", "onnx_int8"):
        files.pop(name, None)
    case = Case(code, subject.network, state, files, latency, _tried(subject), subject.metadata())
    _write_beside(subject, case, aside)
    code.write_text(subject_source(subject, has_images=case.images is not None), encoding="utf-8")
    if "onnx" in files:
        files["onnx"].write_bytes(_onnx(subject, case, opset))
    return case


def _tried(subject: Subject) -> Split | None:
    """The images that trained weights are tried on."""
    if subject.weights is None or subject.input_format is None or subject.validation is None:
        return None
    return tried(subject.validation, cost(subject.network).flops)


def _write_beside(subject: Subject, case: Case, aside: Path) -> None:
    """Writes the images that the code checks itself with, and names that it has no room for."""
    import torch

    if case.images is not None:
        assert subject.input_format is not None, "images are tried in the format of the training"
        found = kept(case.searched(), subject.network.in_shape, subject.input_format, case.images)
        torch.save(found, aside / f"{subject.name}{_IMAGES}")
    if subject.class_names is not None and stands_beside(subject.class_names):
        names = "".join(f"{printable(name)}\n" for name in subject.class_names)
        (aside / f"{subject.name}{CLASSES}").write_text(names, encoding="utf-8")


def subject_source(subject: Subject, *, has_images: bool = False) -> str:
    """The code of a subject; `has_images` where weights and labelled images lie beside it."""
    return network_source(
        subject.network, subject.facts, subject.title, input_format=subject.input_format,
        class_names=subject.class_names, has_images=has_images,
    )  # fmt: skip


def _placed(subject: Subject, source: Path, target: Path) -> dict[str, Tensor]:
    """The weights, copied; written anew where their layers had other names."""
    import torch

    given = load_weights(source)
    state = renamed(subject.network, given)
    # The very bytes where they will do, since the database has their digest.
    if list(state) == list(given):
        shutil.copyfile(source, target)
    else:
        torch.save(state, target)
    return state


def _onnx(subject: Subject, case: Case, opset: int | None) -> bytes:
    from search_spaces.graphs.onnx_model import OPSET, network_onnx

    doc = "\n".join([subject.title, "", *(f"{k}: {v}" for k, v in subject.facts.items())])
    arrays = {name: value.numpy() for name, value in case.searched().state_dict().items()}
    return network_onnx(
        subject.network, arrays, storable(doc), metadata=subject.metadata(), opset=opset or OPSET
    )


def _latency_here(latency: LatencyOf) -> LatencyOf | None:
    """None where this machine has no such device, or PyTorch does not run it so."""
    import torch

    if latency.dtype == "int8":
        return None
    if latency.device == "cuda" and not torch.cuda.is_available():
        return None
    return latency


def _put_in_place(subject: Subject, aside: Path, folder: Path, proof: Proof) -> Exported:
    files = {}
    for format_name, suffix in {**SUFFIXES, **_BESIDE}.items():
        written = aside / f"{subject.name}{suffix}"
        if written.exists():
            files[format_name] = folder / written.name
    # Of what was proven, before the first file moves: what cannot be read leaves the old ones
    # whole.
    digests = {n: sha256((aside / path.name).read_bytes()).hexdigest() for n, path in files.items()}
    for path in files.values():
        os.replace(aside / path.name, path)
    return Exported(
        code=files["code"], weights=files.get("weights"), files=files, sha256=digests,
        weights_origin=subject.weights.origin if subject.weights else None, proof=proof,
        subject=subject,
    )  # fmt: skip


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder on the same disk that is gone at the end, and `folder` too if it stayed empty."""
    was_there = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Within the folder: a file is put in its place by renaming, which does not cross disks.
        aside = Path(mkdtemp(prefix=".export-", dir=folder))
    except OSError as error:
        raise ExportError(f"{folder}: cannot be written: {error.strerror}") from error
    try:
        yield aside
    except OSError as error:
        raise ExportError(f"{folder}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if not was_there and not any(folder.iterdir()):
            folder.rmdir()
