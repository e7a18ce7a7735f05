"""Proves exported networks in a process of its own. Nothing of this project can be imported there.

Called as `python -I -S clean_process.py REQUEST.json ANSWER.json`, never imported. For each network
of the request: the file imports torch alone and builds; the weights load strictly; the outputs are
those of the searched module, bit by bit; parameters and FLOPs, counted by PyTorch, are those of the
search; the file's own check passes; validation images, where there are any, are labelled from their
bytes; the other formats are written, read again, and give the same outputs for batches of other
sizes.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import json
import platform
import sys
import time
import warnings
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn

TOLERANCE = 1e-4
"""Largest difference of outputs that another format may have, relative to the largest output."""

IMAGES_AT_A_TIME = 50

OURS = ("dashboards", "nas", "search_spaces", "workers")


class Refuted(Exception):
    """What is not as it should be."""


class _Blocked(MetaPathFinder):
    """Lets nothing of this project be imported, wherever it is installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if fullname.partition(".")[0] in OURS:
            raise ImportError(f"{fullname} is not for exported code")


def main() -> None:
    """Answers the request."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    # Without `site` (`-S`) nothing but the standard library was found so far.
    sys.path[:0] = request["sys_path"]
    sys.meta_path.insert(0, _Blocked())
    import torch

    torch.set_num_threads(1)  # as on the searched side
    answers = [_answer(case) for case in request["cases"]]
    found = sorted({name.partition(".")[0] for name in sys.modules} & set(OURS))
    assert not found, f"imported in the clean process: {found}"
    Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")


def _answer(case: dict[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        found = _prove(case)
    except Refuted as error:
        return {"error": " ".join(str(error).split())}
    return {**found, "seconds": time.perf_counter() - start}


def _prove(case: dict[str, Any]) -> dict[str, Any]:
    import torch

    path = Path(case["code"])
    module = _module(path)
    given = torch.load(case["given"], weights_only=True)
    network: nn.Module = module.Network().eval()
    _load(network, given["state"])
    with torch.inference_mode():
        difference = _difference(network(given["x"]), given["y"])
    if difference != 0:
        raise Refuted(f"the code's outputs differ from the searched network's by {difference:g}")
    costs = _costs(network, given["x"][:1])
    for name, count in costs.items():
        if count != case[name]:
            raise Refuted(f"the code has {count:,} {name}; the search has {case[name]:,}")
    _own_check(module)
    images = _labelled(module, network, given) if "images" in given else None
    found: dict[str, Any] = {
        "torch": torch.__version__, "python": platform.python_version(),
        "num_tensors": len(given["state"]), **costs,
        "differences": {"code": difference}, "batch_sizes": [len(given["x"])], "images": images,
    }  # fmt: skip
    for name, file in case["files"].items():
        metadata = {"metadata.json": json.dumps(case["metadata"])} if case["metadata"] else {}
        found["differences"][name] = _tried(name, network, file, given, metadata)
        found["batch_sizes"] = _batch_sizes(given)
    found["latency"] = _latency(network, given["x"], case["latency"]) if case["latency"] else None
    return found


def _module(path: Path) -> Any:
    """The exported file as a module; only torch is imported by it."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).partition(".")[0])
    if imported != {"torch"}:
        raise Refuted(f"the code imports {', '.join(sorted(imported))}")
    spec = importlib.util.spec_from_file_location("exported_network", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise Refuted(f"the code does not run: {error!r}") from error
    return module


def _load(network: nn.Module, state: dict[str, Tensor]) -> None:
    try:
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        raise Refuted(f"the weights do not fit the code: {error}") from error
    if list(network.state_dict()) != list(state):
        raise Refuted("the code's layers stand in another order than those of the search")


def _difference(found: Tensor, wanted: Tensor) -> float:
    """The largest difference; NaN, as of a training that diverged, equals NaN."""
    if found.shape != wanted.shape:
        raise Refuted(f"outputs have the shape {tuple(found.shape)}, not {tuple(wanted.shape)}")
    difference = (found - wanted).abs()
    difference[(found == wanted) | (found.isnan() & wanted.isnan())] = 0
    return float(difference.max())


def _costs(network: nn.Module, image: Tensor) -> dict[str, int]:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        network(image)
    params = sum(parameter.numel() for parameter in network.parameters())
    # PyTorch counts a multiplication and an addition apart
    return {"params": params, "flops": counter.get_total_flops() // 2}


def _own_check(module: Any) -> None:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            module.main()
    except SystemExit as error:
        raise Refuted(f"the code's own check fails: {error}") from error


def _labelled(module: Any, network: nn.Module, given: dict[str, Tensor]) -> dict[str, Any]:
    """How many images the code labels rightly, of their bytes, a batch at a time.

    Of masks how many pixels of each class it gives each class.
    """
    import torch

    labels = given["labels"]
    right, pairs = 0, torch.zeros(0, dtype=torch.long)
    with torch.inference_mode():
        for start in range(0, len(labels), IMAGES_AT_A_TIME):
            batch = slice(start, start + IMAGES_AT_A_TIME)
            scores = network(module.preprocess(given["images"][batch]))
            if labels.dim() == 1:
                right += int((scores.argmax(1) == labels[batch]).sum())
            else:
                found = _pairs(scores, labels[batch].long())
                pairs = found if not len(pairs) else pairs + found
    if labels.dim() == 1:
        return {"num_right": right, "num_images": len(labels)}
    return {"confusion": pairs.tolist(), "num_images": len(labels)}


IGNORED = 255
"""A pixel without a label, in masks."""


def _pairs(scores: Tensor, masks: Tensor) -> Tensor:
    """Pixels by true class and by the one that they are given, `(num_classes, num_classes)`."""
    import torch
    import torch.nn.functional as F

    size, num_classes = masks.shape[1:], scores.shape[1]
    if scores.shape[2:] != size:
        scores = F.interpolate(scores, size, mode="bilinear", align_corners=False)
    numbers = (masks * num_classes + scores.argmax(1))[masks != IGNORED]
    return torch.bincount(numbers, minlength=num_classes**2).view(num_classes, num_classes)


# The other formats. Each is read again from its file and run on batches of two sizes.


def _batch_sizes(given: dict[str, Tensor]) -> list[int]:
    return [1, len(given["x"])]


def _compare(run: Any, given: dict[str, Tensor], name: str) -> float:
    """The largest difference over all batch sizes. Raises Refuted beyond the tolerance."""
    x, y = given["x"], given["y"]
    scale = max(1.0, float(y.nan_to_num().abs().max()))
    worst = max(_difference(run(x[:size]), y[:size]) for size in _batch_sizes(given))
    if not worst <= TOLERANCE * scale:
        raise Refuted(f"the outputs of {name} differ from the searched network's by {worst:g}")
    return worst


def _torch_export(
    network: nn.Module, file: str, given: dict[str, Tensor], metadata: dict[str, str]
) -> float:
    import torch

    # an export specialises on a batch of one; any other stands for all
    sizes = ({0: torch.export.Dim("batch")},)
    program = torch.export.export(network, (given["x"],), dynamic_shapes=sizes)
    torch.export.save(program, file, extra_files=metadata)
    read = torch.export.load(file).module()
    with torch.inference_mode():
        return _compare(read, given, "torch_export")


def _torchscript(
    network: nn.Module, file: str, given: dict[str, Tensor], metadata: dict[str, str]
) -> float:
    import torch

    with warnings.catch_warnings(), torch.inference_mode():
        # PyTorch advises torch.export in its place, which is the format torch_export
        warnings.filterwarnings("ignore", message=".*torch.jit", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message=".*torch.jit", category=FutureWarning)
        traced = torch.jit.trace(network, given["x"])  # type: ignore[no-untyped-call]
        torch.jit.save(traced, file, _extra_files=metadata)
        read = torch.jit.load(file)  # type: ignore[no-untyped-call]
        return _compare(read, given, "torchscript")


def _onnx(
    network: nn.Module, file: str, given: dict[str, Tensor], metadata: dict[str, str]
) -> float:
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

    def run(x: Tensor) -> Tensor:
        (out,) = session.run(None, {"input": x.numpy()})
        return torch.from_numpy(out)

    return _compare(run, given, "onnx")


def _tried(
    name: str, network: nn.Module, file: str, given: dict[str, Tensor], metadata: dict[str, str]
) -> float:
    try:
        return _FORMATS[name](network, file, given, metadata)
    except Refuted:
        raise
    except Exception as error:  # exporters and runtimes raise many kinds
        reason = str(error).strip() or type(error).__name__
        raise Refuted(f"{name} cannot be written or run: {reason}") from error


_FORMATS = {"onnx": _onnx, "torch_export": _torch_export, "torchscript": _torchscript}


# The latency of the exported module as it would be deployed.

WARM_UP_RUNS = 5
BEST_OF = 4
"""Runs of one repeat, the fastest of which stands for it: as the search times networks."""

MIN_RUNS = 12 * BEST_OF
MAX_RUNS = 1000
MAX_SECONDS = 1.0


def _latency(network: nn.Module, x: Tensor, how: dict[str, Any]) -> dict[str, Any]:
    """Median over repeats and its 95% interval, batch norm folded, PyTorch eagerly."""
    import torch
    from torch.fx.experimental.optimization import fuse

    torch.set_num_threads(how["num_threads"])
    dtype = getattr(torch, how["dtype"])
    images = torch.randn(how["batch_size"], *x.shape[1:]).to(how["device"], dtype)
    seconds: list[float] = []
    with torch.inference_mode():
        deployed = fuse(network).to(how["device"], dtype)
        for run in range(WARM_UP_RUNS + MAX_RUNS):
            start = time.perf_counter()
            deployed(images)
            if how["device"] == "cuda":
                torch.cuda.synchronize()
            elapsed = time.perf_counter() - start
            if run >= WARM_UP_RUNS:
                seconds.append(elapsed)
            if len(seconds) >= MIN_RUNS and sum(seconds) >= MAX_SECONDS:
                break
    torch.set_num_threads(1)
    return _median(seconds)


def _median(seconds: Sequence[float]) -> dict[str, Any]:
    """The interval is that between order statistics (normal approximation of the binomial)."""
    starts = range(0, len(seconds) - BEST_OF + 1, BEST_OF)
    ordered = sorted(min(seconds[start : start + BEST_OF]) for start in starts)
    count = len(ordered)
    # 1.96 standard deviations of how many of n fall below the median, half the root of n each.
    reach = 0.98 * count**0.5
    low, high = int(count / 2 - reach), min(int(count / 2 + reach) + 1, count - 1)
    middle = ordered[(count - 1) // 2 : count // 2 + 1]
    return {
        "latency_ms": 1e3 * sum(middle) / len(middle), "low_ms": 1e3 * ordered[max(low, 0)],
        "high_ms": 1e3 * ordered[high], "num_runs": len(seconds),
    }  # fmt: skip


if __name__ == "__main__":
    main()
