"""The Ray Tune trainable around an evaluator; one actor evaluates many trials."""

from __future__ import annotations

import os
import time
from typing import Any

import torch
from ray import tune

from search_spaces.network import Network
from workers.datasets import Dataset
from workers.evaluator import (
    Evaluator,
    EvaluatorFactory,
    Resumable,
    TrialTask,
    Weighted,
    checked_result,
)
from workers.proxy import Recipe

WEIGHTS_FILE = "weights.pt"
STATE_FILE = "state.pt"


class EvaluatorTrainable(tune.Trainable):  # type: ignore[misc]
    """Evaluates the network that its config describes, one epoch a step; never ends by itself.

    The config holds `number`, `network` (JSON), `max_epochs` and `seed`. Data set, recipe and the
    evaluator's factory come once for each actor and stay in its memory.
    """

    def setup(
        self,
        config: dict[str, Any],
        *,
        dataset: Dataset,
        recipe: Recipe,
        make_evaluator: EvaluatorFactory,
        evaluator_name: str,
        num_threads: int,
    ) -> None:
        torch.set_num_threads(num_threads)
        self._device = "cuda" if torch.cuda.is_available() and _has_gpu() else "cpu"
        self._dataset = dataset
        self._recipe = recipe
        self._make_evaluator = make_evaluator
        self._name = evaluator_name
        self._begin(config)

    def _begin(self, config: dict[str, Any]) -> None:
        """A new trial; its evaluator is made in its first step, where an error fails it alone."""
        self._task = TrialTask(
            Network.from_json(config["network"]), self._dataset, self._recipe,
            config["max_epochs"], config["seed"], self._device,
        )  # fmt: skip
        self._evaluator: Evaluator | None = None
        self._epochs = 0

    def _begun(self) -> Evaluator:
        if self._evaluator is None:
            self._evaluator = self._make_evaluator(self._task)
        return self._evaluator

    def step(self) -> dict[str, Any]:
        evaluator = self._begun()
        start = time.perf_counter()
        result = checked_result(evaluator.train_epoch(), self._name)
        self._epochs += 1
        train_s = time.perf_counter() - start
        return {
            "epochs": self._epochs, **result._asdict(), "train_s": train_s, "pid": os.getpid(),
        }  # fmt: skip

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """What the evaluator has: weights for the export, and the state to go on from."""
        evaluator = self._begun()
        if isinstance(evaluator, Weighted):
            torch.save(dict(evaluator.weights()), os.path.join(checkpoint_dir, WEIGHTS_FILE))
        if isinstance(evaluator, Resumable):
            state = {"epochs": self._epochs, "evaluator": evaluator.state_dict()}
            torch.save(state, os.path.join(checkpoint_dir, STATE_FILE))

    def load_checkpoint(self, checkpoint_dir: Any) -> None:
        """Goes on from a state; an evaluator that keeps none begins again."""
        path = os.path.join(checkpoint_dir, STATE_FILE)
        evaluator = self._begun()
        if isinstance(evaluator, Resumable) and os.path.exists(path):
            state = torch.load(path, weights_only=True, map_location=self._device)
            evaluator.load_state_dict(state["evaluator"])
            self._epochs = state["epochs"]

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self._begin(new_config)
        return True


def _has_gpu() -> bool:
    return bool(os.environ.get("CUDA_VISIBLE_DEVICES"))
