"""A front in eight bit integers: ONNX Runtime and LiteRT on the same images, beside float32.

    python -m benchmarks.int8_front quickstart --storage sqlite:///nas.db --folder nas_studies

The networks of a study's front with the weights of its search, quantised as `nas export` does, and
all validation images: as `.int8.onnx` in ONNX Runtime, as `.tflite` in LiteRT as it runs by
default, and as the integers that both are made of, run by PyTorch (`accuracy_int8`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nas.export.images import StudyImages
from nas.export.onnx_int8 import in_onnxruntime
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.selection import front_trials
from nas.store.workspace import Workspace
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.tflite.model_file import model_bytes
from search_spaces.tflite.onnx_file import integer_onnx
from search_spaces.tflite.quantisation import Typed
from workers.datasets import Dataset, input_format
from workers.quantisation import (
    Asked,
    IntegerNetwork,
    calibration_images,
    integer_network,
    map_ranges,
    prepared,
    run_files,
)
from workers.quantisation.evaluation import counts_of_images
from workers.tasks import task_of


def outputs_of_litert(typed: Typed, network: Network, dataset: Dataset) -> torch.Tensor:
    """What LiteRT makes of all validation images, as it runs by default; channels first."""
    program = typed.program
    given, asked = typed.scalings[program.input], typed.scalings[program.output]
    assert given is not None and asked is not None
    sides = (network.in_shape[1], network.in_shape[2])
    batches = prepared(dataset.validation.images, input_format(dataset), sides)
    images = np.concatenate([given.to_integers(b.permute(0, 2, 3, 1).numpy()) for b in batches])
    (ran,) = run_files([Asked(model_bytes(typed), images, 1)])
    found = torch.from_numpy(asked.to_numbers(ran.outputs))
    return found.permute(0, 3, 1, 2) if found.dim() == 4 else found


def in_turns(outputs: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    """Outputs that are known already, as a function that is asked for them batch by batch."""
    start = 0

    def run(batch: torch.Tensor) -> torch.Tensor:
        nonlocal start
        start += len(batch)
        return outputs[start - len(batch) : start]

    return run


def row(
    store: Store, study: StudyRecord, trial: TrialRecord, folder: Path, dataset: Dataset
) -> dict[str, Any]:
    """One network: its quality in each runtime, and what that is less float32."""
    network, given, task = (
        store.network(trial.architecture),
        input_format(dataset),
        task_of(dataset.info),
    )
    module = build_module(network).eval()
    path = Workspace(folder, study.name).weights(study, trial.number)
    module.load_state_dict(torch.load(path, weights_only=True))
    ranges = map_ranges(network, module, calibration_images(dataset.train.images), given)
    typed = integer_network(network, module, ranges, given)
    runs = {
        "float32": module,
        "onnx": in_onnxruntime(integer_onnx(typed)),
        "litert": in_turns(outputs_of_litert(typed, network, dataset)),
        "integers": IntegerNetwork(typed),
    }
    counts = {
        name: counts_of_images(run, network, dataset.validation, given, task)
        for name, run in runs.items()
    }
    found: dict[str, Any] = {"trial": trial.number, "network": trial.description}
    found |= {name: task.score(each).value for name, each in counts.items()}
    for name in ("onnx", "litert"):
        found[f"{name}_difference"] = task.difference(counts[name], counts["float32"])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study")
    parser.add_argument("--storage", default="sqlite:///nas.db")
    parser.add_argument("--folder", type=Path, default=Path("nas_studies"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with Store(options.storage, create=False) as store:
        study = store.study(options.study)
        images = StudyImages.of(study, partial(print, file=sys.stderr))
        if images.dataset is None:
            raise SystemExit(images.missing)
        trials = front_trials(study, store.trials(study))
        rows = [row(store, study, trial, options.folder, images.dataset) for trial in trials]
    if options.json:
        print(json.dumps({"study": study.name, "networks": rows}))
    else:
        _print(rows)


def _print(rows: list[dict[str, Any]]) -> None:
    for each in rows:
        numbers = " | ".join(f"{each[name]:.4f}" for name in ("float32", "onnx", "litert"))
        told = " | ".join(
            f"{value:+.4f} [{low:+.4f}, {high:+.4f}]"
            for value, low, high in (each["onnx_difference"], each["litert_difference"])
        )
        print(f"| {each['trial']} | {each['network']} | {numbers} | {told} |")
    apart = max(abs(each["onnx"] - each["litert"]) for each in rows)
    own = max(abs(each["integers"] - each["litert"]) for each in rows)
    print(f"ONNX Runtime and LiteRT differ by {apart:.4f} at most, `accuracy_int8` by {own:.4f}")


if __name__ == "__main__":
    main()
