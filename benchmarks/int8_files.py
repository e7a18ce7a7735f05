"""Random networks as files in eight bit integers: do runtimes agree, and is their memory foretold?

    python -m benchmarks.int8_files --number 300 --json int8.json
    python -m benchmarks.int8_files --number 100 --steps 30

Networks are drawn from four ready spaces and built of every block. Each is quantised and run in
LiteRT and TensorFlow Lite Micro; its arena and its file are compared with what follows from the
graph alone. Untrained ones see random images; with `--steps` each is trained for so many steps on
the images of its space first, and sees some of those that it was calibrated with.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

import search_spaces
from nas.config import ExperimentFile
from nas.config.dataset import DatasetSpec
from nas.config.document import Document
from search_spaces.errors import NasError
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape
from search_spaces.measures import TaskName
from search_spaces.registry import block_types
from search_spaces.tflite.arena import planned_bytes, spans
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.sizes import flash_bytes, ram_bytes
from workers.datasets import Dataset, input_format, load_dataset
from workers.quantisation import (
    Asked,
    Ran,
    TfliteModel,
    post_training_quantised,
    prepared,
    run_files,
)
from workers.tasks import task_of

Images = NDArray[np.uint8]

SPACES = ("quickstart", "mobile_32", "mixed_32", "segmentation_64")
NUM_IMAGES = 2
NUM_CALIBRATED = 32
AT_A_TIME = 20
BATCH, RATE = 32, 0.05

BLOCK = """
name: block
dataset: {{name: cluttered_digits}}
space:
  activation: [relu, relu6, hard_swish, silu]
  stages: [{{out_channels: [16, 32], num_blocks: [1, 2, 3], stride: [1, 2], block: {block}}}]
"""


@dataclass(frozen=True)
class Row:
    """One network.

    Attributes:
        cosine: Between the outputs in integers and those of the module.
    """

    name: str
    predicted_arena: int
    arena: int
    predicted_flash: int
    flash: int
    num_unequal: int
    cosine: float
    without_life_times: int


def networks(number: int) -> Iterator[tuple[str, Network]]:
    """Networks by where they come from, of spaces and of blocks by turns."""
    (folder,) = map(Path, search_spaces.__path__)
    texts = {name: (folder / f"{name}.yaml").read_text(encoding="utf-8") for name in SPACES}
    texts |= {name: BLOCK.format(block=name) for name in block_types()}
    spaces = {}
    for name, text in texts.items():
        images: tuple[Shape, int] = ((1, 32, 32), 10)
        if name == "segmentation_64":
            images = ((1, 64, 64), 11)
        spaces[name] = ExperimentFile(Document(f"{name}.yaml", text)).space(*images)
    for seed in range(number):
        name = list(spaces)[seed % len(spaces)]
        space = spaces[name]
        yield name, space.network(space.sample(np.random.default_rng(seed)))


@cache
def data_of(task: TaskName) -> Dataset:
    """Images to train on."""
    name = {"classification": "cluttered_digits", "segmentation": "digit_scenes"}[task]
    return load_dataset(DatasetSpec(name=name, train_size=1000, validation_size=100))


def trained(network: Network, module: nn.Module, steps: int) -> tuple[Images, InputFormat]:
    """Trains a module for some steps; returns images of its training, and how it is given them."""
    dataset = data_of("classification" if len(network.out_shape) == 1 else "segmentation")
    given, task = input_format(dataset), task_of(dataset.info)
    optimiser = torch.optim.SGD(module.parameters(), RATE, 0.9, nesterov=True)
    rng = np.random.default_rng(0)
    module.train()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        chosen = np.sort(rng.choice(len(dataset.train.labels), BATCH, replace=False))
        (batch,) = prepared(dataset.train.images[chosen], given, network.in_shape[1:])
        labels = torch.from_numpy(dataset.train.labels[chosen])
        optimiser.zero_grad()
        task.loss(module(batch), labels, 0.0).backward()
        optimiser.step()
    module.eval()
    return dataset.train.images[:NUM_CALIBRATED], given


def untrained(network: Network, rng: np.random.Generator) -> tuple[Images, InputFormat]:
    """Random images."""
    channels = network.in_shape[0]
    images = rng.integers(0, 256, (NUM_IMAGES, *network.in_shape), dtype=np.uint8)
    return images, InputFormat((120.0,) * channels, (60.0,) * channels)


def rows(found: list[tuple[str, Network]], steps: int = 0) -> list[Row]:
    """What becomes of some networks, which run in one process."""
    asked, known = [], []
    rng = np.random.default_rng(0)
    for name, network in found:
        torch.manual_seed(0)
        module = build_module(network).eval()
        images, given = trained(network, module, steps) if steps else untrained(network, rng)
        (batch,) = prepared(images[:NUM_IMAGES], given, network.in_shape[1:])
        with torch.inference_mode():
            wanted = module(batch).numpy()
        if wanted.ndim == 4:
            wanted = wanted.transpose(0, 2, 3, 1)
        model = post_training_quantised(network, module, images, given)
        assert model.input is not None and model.arena is not None
        integers = model.input.to_integers(batch.permute(0, 2, 3, 1).numpy())
        asked.append(Asked(model.data, integers, NUM_IMAGES, 2 * model.arena.total + (1 << 20)))
        known.append((name, network, model, wanted))
    return [
        _row(*known_of_it, ran) for known_of_it, ran in zip(known, run_files(asked), strict=True)
    ]


def _row(
    name: str, network: Network, model: TfliteModel, wanted: NDArray[np.float32], ran: Ran
) -> Row:
    assert model.output is not None and model.arena is not None and ran.micro is not None
    numbers, wanted = model.output.to_numbers(ran.micro).ravel(), wanted.ravel()
    lengths = np.linalg.norm(numbers) * np.linalg.norm(wanted)
    # The deliberate fault: as if everything lived from the first operator to the last.
    forever = [span._replace(first=0, last=1 << 30) for span in spans(lowered(network))]
    return Row(
        name, ram_bytes(network), ran.arena["total"], flash_bytes(network), len(model.data),
        int((ran.micro != ran.reference).sum()), float(numbers @ wanted / lengths),
        planned_bytes(forever) + model.arena.kept,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found, all_rows = list(networks(options.number)), []
    for start in range(0, len(found), AT_A_TIME):
        try:
            all_rows += rows(found[start : start + AT_A_TIME], options.steps)
        except NasError as error:
            raise SystemExit(f"{found[start][0]} and those behind it: {error}") from error
    if options.json:
        print(json.dumps({"networks": [asdict(row) for row in all_rows]}))
    else:
        _print(all_rows)


def _print(found: list[Row]) -> None:
    headings = ("networks", "arena exact", "flash exact", "equal", "cosine")
    print(f"{'':20} {' '.join(f'{heading:>12}' for heading in headings)}")
    for name in (*dict.fromkeys(row.name for row in found), "all"):
        some = [row for row in found if name in (row.name, "all")]
        arena = sum(row.arena == row.predicted_arena for row in some)
        flash = sum(row.flash == row.predicted_flash for row in some)
        equal = sum(row.num_unequal == 0 for row in some)
        least = min(row.cosine for row in some)
        print(f"{name:20} {len(some):12} {arena:12} {flash:12} {equal:12} {least:12.4f}")
    worst = max(abs(row.predicted_arena / row.arena - 1) for row in found)
    dropped = [row.without_life_times / row.arena - 1 for row in found]
    print(f"arena off by at most {worst:.2%}")
    print(f"without life times it would be off by {np.median(dropped):+.0%} (median)")


if __name__ == "__main__":
    main()
