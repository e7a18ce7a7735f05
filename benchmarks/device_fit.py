"""Does the share of a space that fits a device, as `nas validate` tells it, hold for written files?

    python -m benchmarks.device_fit --number 300

Networks are drawn from a space of 32 x 32 images as a search draws them. Each is written in eight
bit integers and run in TensorFlow Lite Micro, whose arena, and the file's length, are held against
the limits. Then samplers propose networks within them, which are written and run as well.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import optuna
import torch

import search_spaces
from nas.config import ExperimentFile
from nas.config.document import Document
from nas.samplers import SAMPLERS
from nas.trust.device_fit import device_fit
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.spaces.problem import SpaceProblem
from search_spaces.spaces.space import Space
from search_spaces.spaces.statistics import wilson_interval
from search_spaces.tflite.sizes import flash_bytes, ram_bytes
from workers.quantisation import Asked, post_training_quantised, run_files

RAM, FLASH = 96 * 1024, 256 * 1024
LIMITS = f"constraints: {{ram: {RAM}, flash: {FLASH}}}\n"
IN_SHAPE, NUM_CLASSES = (3, 32, 32), 10
AT_A_TIME = 20


class Sizes(NamedTuple):
    """What TensorFlow Lite Micro reports of its arena, and the bytes of the file."""

    ram: int
    flash: int

    @property
    def fits(self) -> bool:
        return self.ram <= RAM and self.flash <= FLASH


def written(networks: Sequence[Network]) -> list[Sizes]:
    """Sizes of networks with random weights, which are written and run."""
    found: list[Sizes] = []
    for start in range(0, len(networks), AT_A_TIME):
        asked = []
        for network in networks[start : start + AT_A_TIME]:
            torch.manual_seed(0)
            model = post_training_quantised(network, build_module(network).eval(), None, None)
            images = np.zeros((1, *IN_SHAPE[1:], IN_SHAPE[0]), np.int8)
            asked.append(Asked(model.data, images, 1, 1 << 24))
        ran = run_files(asked)
        found += [Sizes(r.arena["total"], len(a.data)) for a, r in zip(asked, ran, strict=True)]
    return found


def proposed(file: ExperimentFile, space: Space, sampler: str, number: int) -> Iterator[Network]:
    """What a search would train: proposals of a sampler that is told made-up accuracies."""
    limits = file.experiment.constraints.limits()
    problem = SpaceProblem(space, ("accuracy", "flops"), limits)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        directions=["maximize", "minimize"], sampler=SAMPLERS[sampler](problem, 0)
    )
    rng = np.random.default_rng(0)
    for _ in range(number):
        trial = study.ask()
        values = {}
        for choice in problem.choices:
            if choice.is_active(values):
                values[choice.name] = trial.suggest_categorical(choice.name, choice.values)
        candidate = problem.candidate(values)
        trial.set_user_attr("architecture", candidate.architecture)
        # More is a little better, as it mostly is: so proposals press against the limits.
        accuracy = 1 - 1 / np.log10(candidate.costs["flops"]) + rng.normal(scale=0.005)
        study.tell(trial, [float(accuracy), candidate.costs["flops"]])
        yield space.network(values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--proposals", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1, help="Of the networks that are written.")
    parser.add_argument("--space", default="mixed_32")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(1)
    (folder,) = map(Path, search_spaces.__path__)
    text = (folder / f"{options.space}.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("constraints:")]
    file = ExperimentFile(Document(options.space, "\n".join(lines) + f"\n{LIMITS}"))
    space = file.space(IN_SHAPE, NUM_CLASSES)
    told = device_fit(file, space)
    assert told is not None
    rng = np.random.default_rng(options.seed)
    drawn = [space.network(space.sample(rng)) for _ in range(options.number)]
    sizes = written(drawn)
    known = [Sizes(ram_bytes(network), flash_bytes(network)) for network in drawn]
    number = sum(each.fits for each in sizes)
    found = {
        "validate": {"share": told.share.value, "interval": [told.share.low, told.share.high]},
        "written": {
            "num_networks": len(sizes), "share": number / len(sizes),
            "interval": wilson_interval(number, len(sizes)),
            "num_as_known": sum(a == b for a, b in zip(known, sizes, strict=True)),
        },
        "proposals": {
            sampler: _beyond(written(list(proposed(file, space, sampler, options.proposals))))
            for sampler in (("cost_aware", "random") if options.proposals else ())
        },
    }  # fmt: skip
    if options.json:
        print(json.dumps(found))
    else:
        _print(found)


def _beyond(sizes: list[Sizes]) -> dict[str, int]:
    """How many are beyond a limit, and the most of each."""
    most = Sizes(*(max(column) for column in zip(*sizes, strict=True)))
    number = sum(not each.fits for each in sizes)
    return {"num_networks": len(sizes), "num_beyond": number, **most._asdict()}


def _print(found: dict[str, Any]) -> None:
    share, (low, high) = found["validate"].values()
    print(f"nas validate: {share:.1%} [{low:.1%}, {high:.1%}]")
    number, share, (low, high), equal = found["written"].values()
    print(f"{number} written files: {share:.1%} [{low:.1%}, {high:.1%}]")
    print(f"sizes as they were known beforehand, to the byte: {equal} of {number}")
    for sampler, (number, beyond, ram, flash) in (
        (sampler, sizes.values()) for sampler, sizes in found["proposals"].items()
    ):
        most = f"the most {ram / 1024:.1f} KiB of RAM, {flash / 1024:.1f} of flash"
        print(f"{sampler}: {beyond} of {number} proposals beyond a limit; {most}")


if __name__ == "__main__":
    main()
