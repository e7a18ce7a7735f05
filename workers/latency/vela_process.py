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
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from search_spaces.graphs.graph import Graph

NPU_CODE = b"ethos-u"
"""The operator that stands in a compiled file for all that the NPU does."""

MOST_OF_IMAGES = 4
"""Channels of images at most: what reads no more stands at the beginning."""


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
    frame = Frame.around(subject)
    # What is found must be of this block.
    for old in folder.iterdir():
        old.unlink()
    try:
        file.write_bytes(_file(subject, frame))
        vela.main([str(file), "--output-dir", str(folder), *options])
        return {"id": subject["id"], **_found(folder, frame)}
    except NasError as error:
        return {"id": subject["id"], "error": str(error)}
    # It ends the process where it takes an option, or a file, for none.
    except (Exception, SystemExit) as error:
        return {"id": subject["id"], "error": f"vela ends with {reason_of(error)}"}


class Frame(NamedTuple):
    """What stands beside a block as others do in a network: a sum of a map with itself.

    Alone, a block fetches its first weights before it computes anything, and reads and writes maps
    where those of images lie. In a network the former happens while the block before it computes,
    and maps stay near. So it is compiled between two sums, whose cycles are then taken away.
    """

    before: bool
    behind: bool

    @classmethod
    def around(cls, subject: dict[str, Any]) -> Frame:
        """Nothing before what reads an image, nor behind what ends in scores; none for networks."""
        blocks = subject["blocks"]
        is_alone = len(blocks) == 1
        return cls(
            is_alone and blocks[0]["in_shape"][0] > MOST_OF_IMAGES,
            is_alone and len(blocks[0]["out_shape"]) > 1,
        )

    def put_around(self, graph: Graph) -> Graph:
        from search_spaces.graphs.graph import INPUT, Node
        from search_spaces.graphs.primitives import Add

        nodes = list(graph.nodes)
        if self.before:
            first = Node("before", Add(), (INPUT, INPUT), graph.in_shape)
            nodes = [
                first,
                *(node._replace(inputs=tuple(map(_shifted, node.inputs))) for node in nodes),
            ]
        if self.behind:
            last = len(nodes) - 1
            nodes.append(Node("behind", Add(), (last, last), graph.out_shape))
        return replace(graph, nodes=tuple(nodes))

    def cycles(self, layers: list[dict[str, str]]) -> float:
        """Of the sums, by vela's report of each layer."""
        sums = [float(row["Op Cycles"]) for row in layers if row["Original Operator"] == "Add"]
        return self.before * sums[0] + self.behind * sums[-1] if sums else 0.0


def _shifted(source: int) -> int:
    """What a layer reads when one stands before all others, which is what reads the input."""
    from search_spaces.graphs.graph import INPUT

    return source + 1 if source >= INPUT else source


def _file(subject: dict[str, Any], frame: Frame) -> bytes:
    from search_spaces.graphs.graph import Graph
    from search_spaces.tflite.lowering import lowered_blocks
    from search_spaces.tflite.model_file import model_bytes
    from search_spaces.tflite.quantisation import drawn_program

    graphs = [
        Graph.from_json(tuple(b["in_shape"]), b["layers"], tuple(map(tuple, b["side_shapes"])))
        for b in subject["blocks"]
    ]
    graphs[0] = frame.put_around(graphs[0])
    return model_bytes(drawn_program(lowered_blocks(graphs, subject["sources"])))


def _found(folder: Path, frame: Frame) -> dict[str, Any]:
    """What vela's reports and the compiled file say."""
    (row,), layers = (_rows(folder, f"block_{name}.csv") for name in ("summary_*", "per-layer"))
    cycles = float(row["cycles_total"]) - frame.cycles(layers)
    compiled = (folder / "block_vela.tflite").read_bytes()
    return {
        "cycles": cycles,
        "latency_ms": 1e3 * cycles / float(row["core_clock"]),
        "sram_bytes": round(1024 * float(row["sram_memory_used"])),
        "flash_bytes": len(compiled),
        "on_cpu": _on_cpu(compiled),
    }


def _rows(folder: Path, pattern: str) -> list[dict[str, str]]:
    (path,) = folder.glob(pattern)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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
