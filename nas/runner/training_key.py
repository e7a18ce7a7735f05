"""What a training depends on, as one key: trials with equal keys are the same training.

Epoch by epoch they have the same accuracies, to the last digit where processor and number of
threads are the same too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from nas.config import Experiment
from search_spaces.network import Network

if TYPE_CHECKING:
    from workers.proxy import Execution

MakeKey = Callable[[Network], str]


def key_maker(experiment: Experiment, dataset_fingerprint: str, execution: Execution) -> MakeKey:
    """Makes the keys of an experiment's networks, whose trainings are the program's own.

    A key holds the architecture; the bytes and labels of the images (their fingerprint); the recipe
    and the epochs that its schedule is laid over; the seed; in which arithmetic each layer trains;
    `RECIPE_VERSION`, and the versions of PyTorch and NumPy. Latency is no part of it: each study
    judges by its own table. An evaluator of the user's may change without our knowing: for that
    there are no keys.
    """
    common = {
        "data": dataset_fingerprint,
        "recipe": experiment.proxy.model_dump(mode="json", exclude={"execution"}),
        "max_epochs": experiment.fidelity.max_epochs,
        "seed": experiment.seed,
        "on_gpu": experiment.workers.gpus_per_trial > 0,
        **_program(),
    }

    def make_key(network: Network) -> str:
        own = {"architecture": network.id, "arithmetic": arithmetic(network, execution)}
        return sha256(json.dumps({**common, **own}, sort_keys=True).encode()).hexdigest()[:32]

    return make_key


def arithmetic(network: Network, execution: Execution) -> Any:
    """In which type each pass of each convolution computes."""
    from workers.proxy import conv_layers

    if execution.autocast:
        return ["autocast", execution.cuda_graphs]
    if not execution.uses_bfloat16(network):
        return "float32"
    return [execution.passes(layer) for layer in conv_layers(b.graph for b in network.blocks)]


def _program() -> dict[str, Any]:
    from importlib.metadata import version

    from workers.proxy.version import RECIPE_VERSION

    return {"recipe_version": RECIPE_VERSION, "torch": version("torch"), "numpy": version("numpy")}
