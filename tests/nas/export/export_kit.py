"""Networks to export: of the ready spaces, of single blocks, of the literature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.export import Wishes
from nas.store import Store, StudyRecord
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.registry import block_types

BLOCK = """
name: block
dataset: {{name: cluttered_digits}}
space:
  width_mult: [1.0, 2.0]
  stages: [{{out_channels: [16, 32], num_blocks: [1, 3], stride: [1, 2], block: {block}}}]
"""


@dataclass(frozen=True)
class Written:
    """Networks as files.

    Attributes:
        sampled: Random architectures by the file of their code.
        references: The networks of the literature likewise, for small images.
    """

    folder: Path
    sampled: dict[Path, Network]
    references: dict[Path, Network]

    @property
    def files(self) -> list[Path]:
        return [*self.sampled, *self.references]


def samples(text: str, number: int, in_shape: tuple[int, int, int] = (1, 16, 16)) -> list[Network]:
    """Random architectures of a space, each with its own seed."""
    space = ExperimentFile(Document("space.yaml", text)).space(in_shape, 10)
    return [space.network(space.sample(np.random.default_rng(seed))) for seed in range(number)]


def of_ready_space(path: Path, number: int) -> list[Network]:
    """Architectures of a ready space; those for large images with 64 pixels, which take less."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    in_shape = _made_small(document)
    return samples(yaml.safe_dump(document), number, in_shape)


def _made_small(document: dict[str, Any]) -> tuple[int, int, int]:
    """The images of a ready space, of which it may say itself what they are."""
    if "input" in document["space"]:
        document["space"]["input"] = {"channels": 3, "resolution": 64, "num_classes": 10}
        return (3, 64, 64)
    return (1, 32, 32)


def of_twelve_blocks(path: Path, number: int) -> list[Network]:
    """Architectures of a ready space where its stages have twelve blocks, the later ones more."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    stages = document["space"]["stages"]
    for index, stage in enumerate(reversed(stages)):
        stage["num_blocks"] = 12 // len(stages) + (index < 12 % len(stages))
    in_shape = _made_small(document)
    return samples(yaml.safe_dump(document), number, in_shape)


def of_blocks(number: int) -> dict[str, list[Network]]:
    """For every block architectures of rows of it, each unlike the others."""
    return {name: samples(BLOCK.format(block=name), number) for name in block_types()}


NO_LATENCY = Wishes(with_latency=False)


def write_weights(store: Store, study: StudyRecord, path: Path) -> None:
    """Weights of trial 2 into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    module = build_module(store.network(store.trials(study)[2].architecture))
    torch.save(module.state_dict(), path)
