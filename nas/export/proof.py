"""The proof that exported code is the network that was searched, from the searched side."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from search_spaces.errors import ExportError, on_one_line
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from workers.datasets import Split
from workers.tasks.intersection import region_iou

if TYPE_CHECKING:
    from torch import Tensor, nn

    from nas.export.onnx_int8 import OnnxInt8Proof
    from nas.export.tflite_files import TfliteProof

# Several, since an export may specialise on a batch of one.
BATCH_SIZE = 3
"""Images that the searched module and the exported code are compared on."""

_SCRIPT = Path(__file__).with_name("clean_process.py")
_OURS = ("dashboards", "nas", "search_spaces", "workers")


@dataclass(frozen=True)
class LatencyOf:
    """How the latency of exported code is measured again.

    Attributes:
        device: `cpu` or `cuda`; with another one it is not.
        dtype: Of weights and activations, as PyTorch calls it; nor is it in `int8`.
    """

    device: str = "cpu"
    dtype: str = "float32"
    batch_size: int = 1
    num_threads: int = 1

    @property
    def in_words(self) -> str:
        """For example `cpu, float32, batch 1, 1 thread`."""
        threads = f", {self.num_threads} thread{'s' if self.num_threads > 1 else ''}"
        on_cpu = threads if self.device == "cpu" else ""
        return f"{self.device}, {self.dtype}, batch {self.batch_size}{on_cpu}"


@dataclass(frozen=True)
class Case:
    """What is to be proven of one file.

    Attributes:
        code: The exported file.
        network: The network that it should be.
        state: The weights; `fresh_state` where there are no trained ones.
        files: Where the other formats are, or are to be written, by their name.
        latency: None where it is not to be measured.
        images: Validation images that the code labels; None where there are none.
        metadata: What formats that can hold such say of input and classes.
    """

    code: Path
    network: Network
    state: Mapping[str, Tensor]
    files: Mapping[str, Path]
    latency: LatencyOf | None = None
    images: Split | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def searched(self) -> nn.Module:
        """The module of the search. Raises ExportError where the weights do not fit it."""
        from search_spaces.graphs.modules import build_module

        module = build_module(self.network).eval()
        try:
            module.load_state_dict(self.state)
        except (RuntimeError, TypeError) as error:
            rule = "the weights do not fit the network"
            raise ExportError(f"{rule}: {on_one_line(str(error))}") from error
        return module


@dataclass(frozen=True)
class RemeasuredLatency:
    """The latency of exported code: the median over the runs and its 95% interval."""

    measured_as: LatencyOf
    latency_ms: float
    low_ms: float
    high_ms: float
    num_runs: int


@dataclass(frozen=True)
class Tried:
    """How many validation images the code labels rightly, given their bytes."""

    num_right: int
    num_images: int

    @property
    def accuracy(self) -> float:
        return self.num_right / self.num_images


@dataclass(frozen=True)
class TriedMasks:
    """What the code makes of the pixels of validation images, given their bytes.

    Attributes:
        confusion: Pixels by true class and by the one that they are given.
    """

    confusion: list[list[int]]
    num_images: int

    @property
    def accuracy(self) -> float:
        """Mean intersection over union."""
        return float(region_iou(np.array(self.confusion, dtype=np.float64)))


@dataclass(frozen=True)
class Proof:
    """What was checked of one export in a clean process, with figures.

    Attributes:
        torch: Version of PyTorch, which alone was there.
        num_tensors: Tensors of the weights, which were loaded strictly.
        params: Counted on the code; equal to those of the search.
        flops: Counted by PyTorch on a run of the code, halved; equal to those of the search.
        differences: For `code` and each other format, the largest difference between its outputs
            and those of the searched module; 0 for code is bit by bit.
        batch_sizes: Of the batches that the other formats were run on.
        latency: Of the code, batch norm folded, PyTorch eagerly; None where it was not measured.
        images: What the code made of validation images; None where it was given none.
        seconds: What the proof took.
        tflite: Of the file of TensorFlow Lite; None where there is none.
        onnx_int8: Of the ONNX file in eight bit integers, likewise.
    """

    torch: str
    python: str
    num_tensors: int
    params: int
    flops: int
    differences: dict[str, float]
    batch_sizes: list[int]
    latency: RemeasuredLatency | None
    images: Tried | TriedMasks | None
    seconds: float
    tflite: TfliteProof | None = None
    onnx_int8: OnnxInt8Proof | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, as the database keeps them."""
        found = asdict(self)
        wanted = {"tflite", "onnx_int8"}
        return {name: v for name, v in found.items() if name not in wanted or v is not None}


def fresh_state(network: Network, seed: int = 0) -> dict[str, Tensor]:
    """Weights as before a training, with statistics of batch norm that tell its layers apart."""
    import torch

    from search_spaces.graphs.modules import build_module

    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        state: dict[str, Tensor] = build_module(network).state_dict()
    for name, value in state.items():
        # Fresh norms are all alike: two of them could change places and nobody would see it.
        if value.dim() == 1 and value.is_floating_point():
            noise = 0.1 * torch.rand(value.shape, generator=generator)
            value.add_(noise if name.endswith("running_var") else noise - 0.05)
    return state


def prove(cases: Sequence[Case]) -> list[Proof]:
    """Proves files in one process that has PyTorch and nothing of ours.

    Formats other than ONNX are written there; an ONNX file must be there before.

    Raises:
        ExportError: A file is not its network; none of them should be kept then.
    """
    proofs = []
    for case, found in zip(cases, examine(cases), strict=True):
        if isinstance(found, str):
            raise ExportError(f"{case.code.name}: {found}")
        proofs.append(found)
    return proofs


def examine(cases: Sequence[Case]) -> list[Proof | str]:
    """For each file its proof, or in one line what refutes that it is its network.

    Raises:
        ExportError: Weights do not fit their network, or the clean process broke down.
    """
    with TemporaryDirectory(prefix="nas-proof-") as folder:
        request = {
            "sys_path": _paths_without_ours(),
            "cases": [_asked(case, Path(folder) / f"{i}.pt") for i, case in enumerate(cases)],
        }
        answers = _answers(request, Path(folder))
    return [_read(case, answer) for case, answer in zip(cases, answers, strict=True)]


def _read(case: Case, answer: dict[str, Any]) -> Proof | str:
    if "error" in answer:
        return on_one_line(answer["error"])
    found, tried = answer.pop("latency"), answer.pop("images")
    latency = RemeasuredLatency(case.latency, **found) if case.latency else None
    images = tried and (TriedMasks(**tried) if "confusion" in tried else Tried(**tried))
    return Proof(latency=latency, images=images, **answer)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums of one thread are the same each time; here as in the clean process."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _asked(case: Case, given: Path) -> dict[str, Any]:
    """A case as JSON; tensors are written to the file `given`."""
    import torch

    x = torch.randn(BATCH_SIZE, *case.network.in_shape, generator=torch.Generator().manual_seed(0))
    module = case.searched()
    with _one_thread(), torch.inference_mode():
        y = module(x)
    # Of the module and not of the file: in its order, which the code's layers must have as well.
    tensors = {"state": module.state_dict(), "x": x, "y": y}
    if case.images is not None:
        tensors["images"] = torch.from_numpy(case.images.images.copy())
        tensors["labels"] = torch.from_numpy(case.images.labels.copy())
    torch.save(tensors, given)
    total = cost(case.network)
    return {
        "code": str(case.code), "given": str(given), "params": total.params, "flops": total.flops,
        "files": {name: str(path) for name, path in case.files.items()},
        "latency": asdict(case.latency) if case.latency else None,
        "metadata": dict(case.metadata),
    }  # fmt: skip


def _answers(request: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    asked, answered = folder / "request.json", folder / "answer.json"
    asked.write_text(json.dumps(request), encoding="utf-8")
    # `-I` keeps PYTHONPATH and the working folder out, `-S` the paths of packages that are
    # installed for editing, as this one may be.
    command = [sys.executable, "-I", "-S", str(_SCRIPT), str(asked), str(answered)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise ExportError(f"the clean process failed: {on_one_line(said[-1])}")
    answers: list[dict[str, Any]] = json.loads(answered.read_text(encoding="utf-8"))
    return answers


def _paths_without_ours() -> list[str]:
    """Where packages are found here, less the folders that hold this project's source alone."""
    return [
        path
        for path in sys.path
        if path and (Path(path, "torch").is_dir() or not any(Path(path, n).is_dir() for n in _OURS))
    ]
