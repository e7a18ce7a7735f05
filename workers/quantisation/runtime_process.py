"""Runs files of TensorFlow Lite. Called as `python runtime_process.py REQUEST.json`, not imported.

For each file `PLACE.tflite` of the request and its images `PLACE.npy` the outputs are written to
`PLACE.npz`, what else is known to `PLACE.json`.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

_ALLOCATED = re.compile(r"Arena allocation (\w+) (\d+) bytes")


def main() -> None:
    """Answers the request."""
    # Beside this file lie modules of the package, which are none of the top.
    sys.path.pop(0)
    warnings.simplefilter("ignore")
    for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        _run(Path(case["place"]), case["num_compared"], case["arena_bytes"])


def _run(place: Path, num_compared: int, arena_bytes: int | None) -> None:
    import numpy as np
    from ai_edge_litert.interpreter import OpResolverType

    data = place.with_suffix(".tflite").read_bytes()
    images = np.load(place.with_suffix(".npy"), allow_pickle=False)
    first = images[:num_compared]
    found = {
        "outputs": _litert(data, images, OpResolverType.AUTO),
        "reference": _litert(data, first, OpResolverType.BUILTIN_REF),
    }
    arena: dict[str, int] = {}
    versions = {"ai-edge-litert": version("ai-edge-litert")}
    if arena_bytes is not None:
        found["micro"], arena = _micro(data, first, arena_bytes)
        versions["tflite-micro"] = version("tflite_micro")
    np.savez(place.with_suffix(".npz"), **found)
    told = json.dumps({"arena": arena, "versions": versions})
    place.with_suffix(".json").write_text(told, encoding="utf-8")


def _litert(data: bytes, images: Any, kernels: Any) -> Any:
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(
        model_content=data, num_threads=1, experimental_op_resolver_type=kernels
    )
    interpreter.allocate_tensors()
    (given,), (asked,) = interpreter.get_input_details(), interpreter.get_output_details()
    outputs = []
    for image in images:
        interpreter.set_tensor(given["index"], image[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(asked["index"])[0].copy())
    return np.stack(outputs)


def _micro(data: bytes, images: Any, arena_bytes: int) -> tuple[Any, dict[str, int]]:
    import numpy as np
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(data, arena_size=arena_bytes)
    outputs = []
    for image in images:
        interpreter.set_input(image[None], 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0)[0].copy())
    said = _said(interpreter.print_allocations)
    return np.stack(outputs), {name: int(value) for name, value in _ALLOCATED.findall(said)}


def _said(function: Any) -> str:
    """What a function writes to the standard error of the process."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            function()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        return file.read().decode(errors="replace")


if __name__ == "__main__":
    main()
