"""Compiles blocks by vela. Called as `python vela_process.py REQUEST.json`, not imported.

Each block of the request is answered with one line of JSON in the standard output, as soon as it is
compiled. All that vela says goes where errors go.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

NPU_CODE = b"ethos-u"
"""The operator that stands in a compiled file for all that the NPU does."""


def main() -> None:
    """Answers the request."""
    # Beside this file lie modules of the package, which are none of the top.
    sys.path[0] = str(Path(__file__).parents[2])
    warnings.simplefilter("ignore")
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(sys.argv[1]).parent / f"of_{Path(sys.argv[1]).stem}"
    folder.mkdir()
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for subject in request["subjects"]:
            found = _answer(subject, request["options"], folder)
            answers.write(f"{json.dumps(found)}\n")
            answers.flush()


def _answer(subject: dict[str, Any], options: list[str], folder: Path) -> dict[str, Any]:
    from ethosu.vela import vela

    from search_spaces.errors import NasError, reason_of

    file = folder / "block.tflite"
    # What is found must be of this block.
    for old in folder.iterdir():
        old.unlink()
    try:
        file.write_bytes(_file(subject))
        vela.main([str(file), "--output-dir", str(folder), *options])
        return {"id": subject["id"], **_found(folder)}
    except NasError as error:
        return {"id": subject["id"], "error": str(error)}
    # It ends the process where it takes an option, or a file, for none.
    except (Exception, SystemExit) as error:
        return {"id": subject["id"], "error": f"vela ends with {reason_of(error)}"}


def _file(subject: dict[str, Any]) -> bytes:
    from search_spaces.graphs.graph import Graph
    from search_spaces.tflite.lowering import lowered_blocks
    from search_spaces.tflite.model_file import model_bytes
    from search_spaces.tflite.quantisation import drawn_program

    graphs = [
        Graph.from_json(tuple(b["in_shape"]), b["layers"], tuple(map(tuple, b["side_shapes"])))
        for b in subject["blocks"]
    ]
    return model_bytes(drawn_program(lowered_blocks(graphs, subject["sources"])))


def _found(folder: Path) -> dict[str, Any]:
    """What vela's summary and the compiled file say."""
    (summary,) = folder.glob("*_summary_*.csv")
    with summary.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    compiled = (folder / "block_vela.tflite").read_bytes()
    return {
        "cycles": float(row["cycles_total"]),
        "latency_ms": 1e3 * float(row["inference_time"]),
        "sram_bytes": round(1024 * float(row["sram_memory_used"])),
        "flash_bytes": len(compiled),
        "on_cpu": _on_cpu(compiled),
    }


def _on_cpu(compiled: bytes) -> list[str]:
    """The operators that are left in a compiled file beside those of the NPU."""
    import tflite

    names = {value: name for name, value in vars(tflite.BuiltinOperator).items()}
    model = tflite.Model.GetRootAs(compiled)
    graph = model.Subgraphs(0)
    found = []
    for number in range(graph.OperatorsLength()):
        code = model.OperatorCodes(graph.Operators(number).OpcodeIndex())
        if code.CustomCode() != NPU_CODE:
            found.append(names[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())])
    return found


if __name__ == "__main__":
    main()
