"""Networks as files of TensorFlow Lite, and the proof that these are what was trained.

Each file runs in LiteRT and, in eight bit integers, in TensorFlow Lite Micro, whose outputs must be
equal to the last bit. That the operators are those of the network is proven in float32, where
nothing hides an error.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nas.export.int8 import cosine, quantised_of
from nas.export.proof import Case
from nas.export.subject import Subject
from search_spaces.errors import ExportError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.inference import InputFormat
from search_spaces.measures import task_with
from search_spaces.tflite.quantisation import Scaling
from workers.quantisation import (
    Asked,
    Ran,
    TfliteModel,
    missing_packages,
    prepared,
    run_files,
    tflite_float32,
    tflite_int8,
)
from workers.tasks import TASKS

if TYPE_CHECKING:
    from torch import nn

SUFFIX, CARD = ".tflite", ".tflite.json"
PRECISIONS = ("int8", "float32")

MOST_COMPARED_FLOPS, MOST_COMPARED, LEAST_COMPARED = 1e9, 100, 3
"""What the reference kernels of both runtimes, which are slow, are given of the images."""

TOLERANCE = 1e-4
"""Largest difference in float32, relative to the largest output; as of other formats."""

_SPARE_BYTES = 1 << 20


@dataclass(frozen=True)
class TfliteProof:
    """What was found of one file.

    Attributes:
        precision: Of the file.
        flash_bytes: Of the file.
        arena_bytes: What TensorFlow Lite Micro used, by its own words; None in float32.
        predicted_arena_bytes: What was worked out of the graph alone.
        num_compared: Images on which the outputs of both runtimes are equal to the last bit.
        float_difference: Largest difference between the searched module and the same operators in
            float32.
        cosine: Between the outputs of the file and those of the searched module; 1 is alike.
        quality: The trained measure on validation images; None where there are none.
        num_images: How many these were.
        versions: Of the runtimes.
        origin: Where the integers come from, in words; None in float32.
    """

    precision: str
    flash_bytes: int
    arena_bytes: int | None
    predicted_arena_bytes: int | None
    num_compared: int
    float_difference: float
    cosine: float
    quality: float | None
    num_images: int
    versions: dict[str, str]
    origin: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, as the database keeps them."""
        return asdict(self)


def require_tflite(precision: str) -> None:
    """Raises ExportError where a package is not installed, or the precision is none."""
    if precision not in PRECISIONS:
        allowed = ", ".join(PRECISIONS)
        raise ExportError(f"the precision must be one of {allowed}; got {precision!r}")
    missing = missing_packages()
    if missing:
        rule = f"the format tflite needs the package {missing[0]}, which is not installed"
        raise ExportError(f"{rule}: pip install 'conv-nas[tflite]'")


def write_tflite(
    subjects: Sequence[Subject], cases: Sequence[Case], folder: Path, precision: str
) -> list[TfliteProof]:
    """Writes a file for each network, with a card of what a device must know, and proves it.

    Raises:
        ExportError: A file is not its network, or does not run alike in the runtimes.
        GraphError: A layer has no counterpart.
    """
    pairs = list(zip(subjects, cases, strict=True))
    files = [_File(subject, case, precision) for subject, case in pairs]
    ran = iter(run_files([asked for file in files for asked in file.asked()]))
    proofs = [file.proof([next(ran) for _ in file.models()]) for file in files]
    for subject, file, proof in zip(subjects, files, proofs, strict=True):
        (folder / f"{subject.name}{SUFFIX}").write_bytes(file.model.data)
        card = json.dumps(_card(subject, file.model, proof), indent=1)
        (folder / f"{subject.name}{CARD}").write_text(f"{card}\n", encoding="utf-8")
    return proofs


class _File:
    """One file on its way."""

    def __init__(self, subject: Subject, case: Case, precision: str) -> None:
        integers = quantised_of(subject, case) if precision == "int8" else None
        module = integers.module if integers else case.searched()
        self._name, self._origin = subject.name, integers and integers.origin
        self._task = TASKS[task_with(subject.quality)]
        self._labels = None if case.images is None else np.asarray(case.images.labels)
        self._images = _images(subject, case)
        self._wanted = _outputs(module, self._images)
        self._num_compared = _num_compared(cost(subject.network).flops, len(self._images))
        self._float = self.model = tflite_float32(subject.network, module)
        if integers is not None:
            self.model = tflite_int8(subject.network, module, integers.ranges, integers.given)

    def models(self) -> list[TfliteModel]:
        """The file, and before one of integers the same in float32."""
        return [self._float] if self.model is self._float else [self._float, self.model]

    def asked(self) -> list[Asked]:
        asked = []
        for model in self.models():
            images = self._images.transpose(0, 2, 3, 1)
            # Only the file itself sees all images.
            if model is not self.model:
                images = images[: self._num_compared]
            given = images if model.input is None else model.input.to_integers(images)
            spare = None if model.arena is None else 2 * model.arena.total + _SPARE_BYTES
            asked.append(Asked(model.data, given, self._num_compared, spare))
        return asked

    def proof(self, ran: Sequence[Ran]) -> TfliteProof:
        """Raises ExportError where something is not as it should be."""
        found, some = ran[-1], self._num_compared
        difference = _difference(ran[0].reference, self._wanted[:some])
        if not difference <= TOLERANCE * float(np.abs(self._wanted[:some]).max()):
            rule = "the outputs of tflite in float32 differ from the searched network's"
            raise ExportError(f"{self._name}: {rule} by {difference:g}")
        if found.micro is not None and not np.array_equal(found.micro, found.reference):
            rule = "the outputs of tflite in LiteRT and in TensorFlow Lite Micro are not equal"
            raise ExportError(f"{self._name}: {rule}")
        outputs = _numbers(found.outputs, self.model.output)
        return TfliteProof(
            precision=self.model.precision, flash_bytes=len(self.model.data),
            arena_bytes=found.arena.get("total"),
            predicted_arena_bytes=self.model.arena.total if self.model.arena else None,
            num_compared=some, float_difference=difference,
            cosine=cosine(outputs, self._wanted), quality=self._quality(outputs),
            num_images=len(outputs) if self._labels is not None else 0,
            versions=dict(found.versions), origin=self._origin,
        )  # fmt: skip

    def _quality(self, outputs: NDArray[Any]) -> float | None:
        if self._labels is None:
            return None
        import torch

        logits, labels = torch.from_numpy(outputs), torch.from_numpy(self._labels.copy())
        if logits.dim() == 4:
            logits = logits.permute(0, 3, 1, 2)
        counts = [
            self._task.tally(*batch).numpy()
            for batch in zip(torch.split(logits, 20), torch.split(labels, 20), strict=True)
        ]
        return self._task.score(np.concatenate(counts)).value


def _images(subject: Subject, case: Case) -> NDArray[np.float32]:
    """What the file is tried on, as the searched module is given it; random where nothing is."""
    if case.images is None or subject.input_format is None:
        rng = np.random.default_rng(0)
        return rng.standard_normal((LEAST_COMPARED, *subject.network.in_shape)).astype(np.float32)
    sides = (subject.network.in_shape[1], subject.network.in_shape[2])
    batches = prepared(case.images.images, subject.input_format, sides)
    return np.concatenate([batch.numpy() for batch in batches])


def _outputs(module: nn.Module, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the searched module makes of images, channels last."""
    import torch

    with torch.inference_mode():
        parts = [module(part) for part in torch.split(torch.from_numpy(images), 20)]
    outputs: NDArray[np.float32] = torch.cat(parts).numpy()
    return outputs.transpose(0, 2, 3, 1) if outputs.ndim == 4 else outputs


def _num_compared(flops: int, num_images: int) -> int:
    affordable = int(MOST_COMPARED_FLOPS // max(flops, 1))
    return min(num_images, max(LEAST_COMPARED, min(affordable, MOST_COMPARED)))


def _difference(found: NDArray[Any], wanted: NDArray[Any]) -> float:
    return float(np.abs(found - wanted).max())


def _numbers(outputs: NDArray[Any], scaling: Scaling | None) -> NDArray[Any]:
    return outputs if scaling is None else scaling.to_numbers(outputs)


def _card(subject: Subject, model: TfliteModel, proof: TfliteProof) -> dict[str, Any]:
    """What somebody must know who runs the file on a device."""
    return {
        "precision": model.precision,
        "operators": list(model.operators),
        "input": _input(subject.input_format, model.input),
        "output": _scaling(model.output),
        **({"class_names": list(subject.class_names)} if subject.class_names else {}),
        "proof": proof.as_json(),
    }


def _input(given: InputFormat | None, scaling: Scaling | None) -> dict[str, Any]:
    found: dict[str, Any] = {"layout": "NHWC", **_scaling(scaling)}
    if given is None:
        return found
    value = "(byte - mean) / std"
    if scaling is not None:
        value = f"clip(round({value} / scale) + zero_point, -128, 127)"
    means = {"mean": list(given.mean), "std": list(given.std), "channels": given.channels}
    return {**found, **means, "value": value}


def _scaling(scaling: Scaling | None) -> dict[str, Any]:
    if scaling is None:
        return {}
    return {"scale": float(scaling.scales[0]), "zero_point": scaling.zero_point}
