"""The Ray Tune trainable around the proxy trainer; one actor trains many trials."""

from __future__ import annotations

import os
import time
from typing import Any

import torch
from ray import tune

from search_spaces.network import Network
from workers.datasets import Dataset
from workers.proxy import ProxyData, ProxyTrainer, Recipe

WEIGHTS_FILE = "weights.pt"


class ProxyTrainable(tune.Trainable):  # type: ignore[misc]
    """Trains the network that its config describes, one epoch a step; never ends by itself.

    The config holds `number`, `network` (JSON), `max_epochs` and `seed`. Data set and recipe come
    once for each actor and stay in its memory.
    """

    def setup(
        self, config: dict[str, Any], *, dataset: Dataset, recipe: Recipe, num_threads: int
    ) -> None:
        torch.set_num_threads(num_threads)
        device = "cuda" if torch.cuda.is_available() and _has_gpu() else "cpu"
        self._recipe = recipe
        self._data = ProxyData(dataset, device)
        self._begin(config)

    def _begin(self, config: dict[str, Any]) -> None:
        network = Network.from_json(config["network"])
        self._trainer = ProxyTrainer(
            network, self._data, self._recipe, config["max_epochs"], config["seed"]
        )

    def step(self) -> dict[str, Any]:
        start = time.perf_counter()
        result = self._trainer.train_epoch()
        return {**result._asdict(), "train_s": time.perf_counter() - start, "pid": os.getpid()}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """The averaged weights, which are those that the accuracy belongs to."""
        weights = {
            name: value.detach().cpu().contiguous()
            for name, value in self._trainer.averaged.state_dict().items()
        }
        torch.save(weights, os.path.join(checkpoint_dir, WEIGHTS_FILE))

    def load_checkpoint(self, checkpoint_dir: Any) -> None:
        """Not used: a trial that was interrupted is trained again from its start."""

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self._begin(new_config)
        return True


def _has_gpu() -> bool:
    return bool(os.environ.get("CUDA_VISIBLE_DEVICES"))
