"""A trial after another on the same worker is the trial alone, to the last bit."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from nas.config.proxy import ProxySpec
from search_spaces.graphs.chain import Chain, head, stem
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import Split
from workers.proxy import ProxyTrainer
from workers.trainable import Assignment, EvaluatorTrainable


def _dataset() -> Dataset:
    def split(size: int, seed: int) -> Split:
        rng = np.random.default_rng(seed)
        images = rng.integers(0, 256, (size, 3, 8, 8), dtype=np.uint8)
        return Split(images, np.arange(size, dtype=np.int64) % 4)

    return Dataset("noise", DatasetInfo((3, 8, 8), 4, True), split(64, 0), split(32, 1))


def _config(number: int, block_type: str) -> dict[str, Any]:
    chain = Chain((3, 8, 8))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 8))
    chain.block("stage1.0", block_type, 16, 2)
    chain.write("head", "head", lambda net, x: head(net, x, 4, dropout=0.2))
    network = chain.network().to_json()
    return {"trial": Assignment(number, network, max_epochs=2, checkpoints=(2,), seed=3)}


def _curve(worker: EvaluatorTrainable) -> list[list[float]]:
    results = [worker.step() for _ in range(2)]
    return [[result["accuracy"], result["train_loss"]] for result in results]


def _worker(config: dict[str, Any]) -> EvaluatorTrainable:
    """As Ray makes it, without Ray."""
    worker = EvaluatorTrainable.__new__(EvaluatorTrainable)
    worker.setup(
        config, dataset=_dataset(), recipe=ProxySpec(batch_size=16),
        make_evaluator=ProxyTrainer.of_task, evaluator_name="proxy", num_threads=1,
        max_memory_growth=2**30,
    )  # fmt: skip
    return worker


def _alone() -> list[list[float]]:
    return _curve(_worker(_config(1, "shuffle")))


def test_a_trial_after_another_equals_the_trial_alone() -> None:
    """Alone means in a process of its own, which has trained nothing else."""
    worker = _worker(_config(0, "separable"))
    _curve(worker)
    worker.reset_config(_config(1, "shuffle"))
    after_another = _curve(worker)
    command = [sys.executable, str(Path(__file__))]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert after_another == json.loads(output)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_alone()))
