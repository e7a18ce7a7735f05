"""Networks as ONNX files in eight bit integers (QDQ), and the proof that they are those trained.

A file has the scales and integers of its `.tflite`. It runs in ONNX Runtime, whose outputs are
compared with what those integers give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nas.export.int8 import Quantised, cosine, quantised_of
from nas.export.proof import Case
from nas.export.subject import Subject
from nas.store.transactions import storable
from search_spaces.errors import ExportError
from search_spaces.graphs.inference import InputFormat
from search_spaces.measures import task_with
from search_spaces.tflite.quantisation import Scaling, Typed
from workers.quantisation import IntegerNetwork, integer_network, prepared
from workers.tasks import TASKS

if TYPE_CHECKING:
    from torch import Tensor

SUFFIX = ".int8.onnx"
PACKAGES = ("onnx", "onnxruntime")

NUM_RANDOM = 3
"""Random images that a file is tried on where there are no others."""

TOLERANCE = 2.55
"""Steps of the output's scale, on average: a hundredth of its range.

Runtimes round halves in different ways, which moves a number by a step here and there, and what
follows with it: the further, the deeper a network is. Trained ones of the quickstart lie 0.2 steps
apart, a fresh ShuffleNet of fifty layers 1.2.
"""


@dataclass(frozen=True)
class OnnxInt8Proof:
    """What was found of one file.

    Attributes:
        num_bytes: Of the file.
        mean_steps: By how many steps of their scale its outputs lie beside those of the same
            integers in TensorFlow Lite, on average.
        max_steps: At most.
        cosine: Between its outputs and those of the module in float32; 1 is alike.
        quality: The trained measure on validation images; None where there are none.
        num_images: How many it was tried on.
        versions: Of the runtime.
        origin: Where the integers come from, in words.
    """

    num_bytes: int
    mean_steps: float
    max_steps: float
    cosine: float
    quality: float | None
    num_images: int
    versions: dict[str, str]
    origin: str

    def as_json(self) -> dict[str, Any]:
        """Plain values, as the database keeps them."""
        return asdict(self)


def require_onnx(format_name: str) -> None:
    """Raises ExportError where a package is not installed that a format of ONNX needs."""
    # Before any work: what is written is run as well, so that both must be there.
    for package in PACKAGES:
        if find_spec(package) is None:
            rule = f"the format {format_name} needs the package {package}, which is not installed"
            raise ExportError(f"{rule}: pip install 'conv-nas[onnx]'")


def write_onnx_int8(
    subjects: Sequence[Subject], cases: Sequence[Case], folder: Path, opset: int | None
) -> list[OnnxInt8Proof]:
    """Writes a file for each network, and proves it.

    Raises:
        ExportError: A file is not its network.
        GraphError: A layer has no counterpart in integers, or there is no such opset.
    """
    return [
        _written(subject, case, folder / f"{subject.name}{SUFFIX}", opset)
        for subject, case in zip(subjects, cases, strict=True)
    ]


def _written(subject: Subject, case: Case, path: Path, opset: int | None) -> OnnxInt8Proof:
    from search_spaces.graphs.onnx_model import OPSET
    from search_spaces.tflite.onnx_file import integer_onnx

    integers = quantised_of(subject, case)
    typed = integer_network(subject.network, integers.module, integers.ranges, integers.given)
    doc = "\n".join([subject.title, "", *(f"{k}: {v}" for k, v in subject.facts.items())])
    data = integer_onnx(typed, storable(doc), _metadata(subject, typed), opset or OPSET)
    proof = _proof(subject, case, integers, typed, data)
    path.write_bytes(data)
    return proof


def _metadata(subject: Subject, typed: Typed) -> dict[str, Any]:
    """That of other formats, and how a device that is fed integers makes them."""
    program = typed.program
    ends = {"input": typed.scalings[program.input], "output": typed.scalings[program.output]}
    scales = {f"{name}_quantisation": _scaling(found) for name, found in ends.items()}
    return {**subject.metadata(), "precision": "int8", **scales}


def _scaling(scaling: Scaling | None) -> dict[str, float]:
    assert scaling is not None, "a map has a scale"
    return {"scale": float(scaling.scales[0]), "zero_point": scaling.zero_point}


def _proof(
    subject: Subject, case: Case, integers: Quantised, typed: Typed, data: bytes
) -> OnnxInt8Proof:
    import onnxruntime
    import torch

    run, reference = in_onnxruntime(data), IntegerNetwork(typed)
    task, counts = TASKS[task_with(subject.quality)], []
    found: list[Tensor] = []
    wanted: list[Tensor] = []
    whole: list[Tensor] = []
    labels = None if case.images is None else torch.from_numpy(case.images.labels.copy())
    with torch.inference_mode():
        for batch in _batches(subject, case, integers.given):
            start = sum(map(len, found))
            found.append(run(batch))
            wanted.append(integers.module(batch))
            whole.append(reference(batch))
            if labels is not None:
                counts.append(task.tally(found[-1], labels[start : start + len(batch)]).numpy())
    outputs, others = (torch.cat(parts).numpy() for parts in (found, whole))
    scaling = typed.scalings[typed.program.output]
    assert scaling is not None
    steps = np.abs(outputs - others) / float(scaling.scales[0])
    floats = torch.cat(wanted).numpy()
    if not float(steps.mean()) <= TOLERANCE:
        rule = "the outputs of onnx_int8 lie beside those of the same integers in TensorFlow Lite"
        raise ExportError(f"{subject.name}: {rule} by {steps.mean():.3g} steps on average")
    return OnnxInt8Proof(
        len(data), float(steps.mean()), float(steps.max()),
        cosine(outputs, floats),
        task.score(np.concatenate(counts)).value if counts else None, len(outputs),
        {"onnxruntime": onnxruntime.__version__}, integers.origin,
    )  # fmt: skip


def in_onnxruntime(data: bytes) -> Callable[[Tensor], Tensor]:
    """An ONNX file as a function, on one thread of the CPU.

    Raises:
        ExportError: The runtime refuses it.
    """
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(data, options, ["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own, of many kinds
        raise ExportError(f"onnxruntime refuses the file: {error}") from error
    return lambda x: torch.from_numpy(session.run(None, {"input": x.numpy()})[0])


def _batches(subject: Subject, case: Case, given: InputFormat) -> Iterator[Tensor]:
    """Validation images as the network is given them; random numbers where there are none."""
    import torch

    shape = subject.network.in_shape
    if case.images is not None:
        yield from prepared(case.images.images, given, (shape[1], shape[2]))
        return
    yield torch.randn(NUM_RANDOM, *shape, generator=torch.Generator().manual_seed(0))
