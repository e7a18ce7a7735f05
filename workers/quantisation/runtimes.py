"""Files of TensorFlow Lite in the runtimes that they are for, in a process of its own.

A runtime that cannot read a file may end its process, and tells some things by writing them to its
standard error alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import ExportError, on_one_line

PACKAGES = {
    "tflite": "tflite", "flatbuffers": "flatbuffers", "ai_edge_litert": "ai-edge-litert",
    "tflite_micro": "tflite-micro",
}  # fmt: skip
"""The modules that files of TensorFlow Lite are written and proven with, and their packages."""

_SCRIPT = Path(__file__).with_name("runtime_process.py")


@dataclass(frozen=True)
class Asked:
    """A file, and what it is run on.

    Attributes:
        data: The file.
        images: `(n, height, width, channels)` in the type of its input.
        num_compared: How many of the first ones all runtimes are given; the rest is for LiteRT.
        arena_bytes: Of memory for TensorFlow Lite Micro; None where it is not asked.
    """

    data: bytes
    images: NDArray[Any]
    num_compared: int
    arena_bytes: int | None = None


@dataclass(frozen=True)
class Ran:
    """What runtimes made of a file.

    Attributes:
        outputs: Of LiteRT as it is deployed, `(n, ...)`.
        reference: Of its reference kernels, `(num_compared, ...)`.
        micro: Of TensorFlow Lite Micro; None where it was not asked.
        arena: What that used, by its own words: `head`, `tail` and `total`, in bytes.
        versions: Of the runtimes.
    """

    outputs: NDArray[Any]
    reference: NDArray[Any]
    micro: NDArray[Any] | None
    arena: Mapping[str, int]
    versions: Mapping[str, str]


def missing_packages() -> list[str]:
    """Packages that are needed and not installed."""
    return [package for module, package in PACKAGES.items() if find_spec(module) is None]


def run_files(asked: Sequence[Asked]) -> list[Ran]:
    """Runs files. Raises ExportError where a runtime refuses one."""
    with TemporaryDirectory(prefix="nas-tflite-") as name:
        folder = Path(name)
        request = [_written(case, folder / str(number)) for number, case in enumerate(asked)]
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        command = [sys.executable, str(_SCRIPT), str(folder / "request.json")]
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            last = said[-1] if said else f"it ended with {done.returncode}"
            raise ExportError(f"a file of TensorFlow Lite does not run: {on_one_line(last)}")
        return [_read(folder / str(number)) for number in range(len(asked))]


def _written(case: Asked, place: Path) -> dict[str, Any]:
    place.with_suffix(".tflite").write_bytes(case.data)
    np.save(place.with_suffix(".npy"), case.images)
    return {
        "place": str(place), "num_compared": case.num_compared, "arena_bytes": case.arena_bytes,
    }  # fmt: skip


def _read(place: Path) -> Ran:
    told = json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(place.with_suffix(".npz"), allow_pickle=False) as arrays:
        outputs = {name: arrays[name] for name in arrays.files}
    return Ran(outputs["outputs"], outputs["reference"], outputs.get("micro"), **told)
