"""Where eight bit integers cost accuracy, and what training in them wins back.

    python -m benchmarks.int8_training --json int8_training.json

Each family is one network, trained in float32. Then it is trained on, in float32 and in eight bit
integers, for equally long, and the one of float32 is quantised. All three are measured on the same
test images, so that differences between them are less uncertain than each is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from numpy.typing import NDArray
from torch import nn

from nas.config.dataset import DatasetSpec
from nas.config.training import DEFAULT_EPOCHS, Precision
from nas.statistics.intervals import mean_interval, proportion_interval
from nas.training import training_recipe
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.cost import cost
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from workers.datasets import Dataset, fresh_images, input_format, load_dataset, load_test
from workers.datasets.base import Split
from workers.proxy import Execution
from workers.proxy.batches import ProxyData
from workers.quantisation import calibration_images, map_ranges
from workers.training import Budget, EpochRecord, Int8Subject, Job, NetworkSubject, Subject, train
from workers.training.deployed import Deployed
from workers.training.trainer import Trainer

SHAPE, NUM_CLASSES = (1, 32, 32), 10
DATA = DatasetSpec.model_validate({"name": "cluttered_digits"})


def _of(
    activation: str, block: str, widths: tuple[int, ...], depth: int, **choices: Any
) -> Network:
    chain = Chain(SHAPE, activation)
    chain.write("stem", "stem", stem, out_channels=8, stride=1)
    for stage, width in enumerate(widths):
        for number in range(depth):
            chain.block(f"stage{stage}.{number}", block, width, 1 + (number == 0), **choices)
    return chain.write("head", "head", head, num_classes=NUM_CLASSES).network()


def _gated(net: Builder, x: Tensor, *, out_channels: int, stride: int, function: str) -> Tensor:
    """MobileNet v3's block: expanded by 4, depthwise, gated, projected (arXiv:1905.02244)."""
    wide = 4 * x.channels
    y = net.conv_norm_act(x, wide, name="expand")
    y = net.conv_norm_act(y, wide, 3, stride=stride, groups=wide, name="depthwise")
    y = net.squeeze_excite(y, wide // 4, function)
    return net.residual(x, net.conv_norm(y, out_channels, name="project"), "identity", stride)


def _gates(activation: str, function: str, depth: int) -> Network:
    chain = Chain(SHAPE, activation)
    chain.write("stem", "stem", stem, out_channels=8, stride=1)
    for stage, width in enumerate((8, 16, 24)):
        for number in range(depth):
            chain.write(
                f"stage{stage}.{number}", "gated", _gated, out_channels=width,
                stride=1 + (number == 0), function=function,
            )  # fmt: skip
    return chain.write("head", "head", head, num_classes=NUM_CLASSES).network()


FAMILIES: dict[str, Callable[[], Network]] = {
    "standard, relu": lambda: _of("relu", "standard", (8, 16, 24), 1),
    "separable, relu6": lambda: _of("relu6", "separable", (16, 24, 32), 2),
    "separable, silu": lambda: _of("silu", "separable", (16, 24, 32), 2),
    "separable, silu, deep and narrow": lambda: _of("silu", "separable", (8, 12, 16), 5),
    "inverted residual, hard swish": lambda: _of(
        "hard_swish", "inverted_residual", (8, 16, 24), 2, expand_ratio=4
    ),
    "gated, hard swish": lambda: _gates("hard_swish", "hard_sigmoid", 2),
    "gated, silu": lambda: _gates("silu", "sigmoid", 2),
}


Interval = tuple[float, float, float]


@dataclass(frozen=True)
class Row:
    """One family. Intervals are of 95%, `(value, low, high)`.

    Attributes:
        float32: Accuracy of a network that was trained, and as long again as in integers.
        post_training: Of the same weights, quantised after training.
        trained: Of the weights of the first training, trained on in eight bit integers.
        lost: Of `float32` by `post_training`, as a difference on the same images.
        won_back: By `trained` over `post_training`, likewise.
    """

    name: str
    flops: int
    params: int
    float32: Interval
    post_training: Interval
    trained: Interval
    lost: Interval
    won_back: Interval


@dataclass(frozen=True)
class _Begun(NetworkSubject):
    """A network in float32, trained on from weights that it has: what only more training gives."""

    state: Mapping[str, Any]

    def begun(self, module: nn.Module) -> nn.Module:
        module.load_state_dict(self.state)
        return module


class _Quiet:
    """Watches nothing."""

    def planned(self, epochs: int) -> None: ...

    def stepped(self, progress: float, trained_s: float) -> None: ...

    def epoch(self, record: EpochRecord) -> None: ...

    def stop_requested(self) -> bool:
        return False


def _trained(
    subject: Subject, dataset: Dataset, folder: str, epochs: int, precision: Precision, seed: int
) -> Trainer:
    recipe = training_recipe({}, precision).suited_to(SHAPE[1], may_flip=dataset.info.flip)
    job = Job(
        subject, dataset, fresh_images(DATA), recipe, seed, Budget(epochs), {}, Execution(),
        Path(folder) / f"{type(subject).__name__}.checkpoint",
    )  # fmt: skip
    return train(job, _Quiet())[1]


def _integers(network: Network, weights: Mapping[str, Any], dataset: Dataset) -> Int8Subject:
    module = build_module(network).eval()
    module.load_state_dict(weights)
    given = input_format(dataset)
    ranges = map_ranges(network, module, calibration_images(dataset.train.images), given)
    return Int8Subject(network, weights, ranges, given)


def row(name: str, network: Network, dataset: Dataset, test: Split, epochs: int, seed: int) -> Row:
    """Trains one network, trains it on in both ways, and quantises it."""
    more = DEFAULT_EPOCHS["int8"]
    with TemporaryDirectory() as folder:
        first = _trained(NetworkSubject(network), dataset, folder, epochs, "float32", seed)
        begun = _Begun(network, first.weights())
        longer = _trained(begun, dataset, folder, more, "int8", seed)
        integers = _integers(network, first.weights(), dataset)
        trained = _trained(integers, dataset, folder, more, "int8", seed)
    quantised = _integers(network, longer.weights(), dataset)
    data = ProxyData(dataset)
    post_training = Deployed.of(quantised, quantised.begun_state, data).counts(test)
    float32, integer = (one.deployed().counts(test) for one in (longer, trained))
    total = cost(network)
    return Row(
        name, total.flops, total.params,
        *(_share(right) for right in (float32, post_training, integer)),
        lost=_difference(float32, post_training), won_back=_difference(integer, post_training),
    )  # fmt: skip


def _share(right: NDArray[Any]) -> Interval:
    value, low, high = proportion_interval(int(right.sum()), len(right))
    return value, low, high


def _difference(first: NDArray[Any], second: NDArray[Any]) -> Interval:
    """Of the same images, so that what they have in common cancels."""
    value, low, high = mean_interval((first - second)[:, 0].tolist())
    return value, low, high


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=12, help="Of the first training.")
    parser.add_argument("--family", action="append", choices=FAMILIES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(1)
    dataset, test, found = load_dataset(DATA), load_test(DATA), []
    # Each takes minutes: as a table they are told one by one.
    if not options.json:
        print(f"{'':34} {'float32':>8} {'int8 after':>11} {'int8 trained':>13}  lost; won back")
    for name in options.family or FAMILIES:
        network = FAMILIES[name]()
        found.append(row(name, network, dataset, test, options.epochs, options.seed))
        if not options.json:
            _print(found[-1])
    if options.json:
        print(json.dumps({"families": [asdict(one) for one in found]}))


def _print(one: Row) -> None:
    values = f"{one.float32[0]:8.4f} {one.post_training[0]:11.4f} {one.trained[0]:13.4f}"
    told = [
        f"{value:+.4f} [{low:+.4f}, {high:+.4f}]" for value, low, high in (one.lost, one.won_back)
    ]
    print(f"{one.name:34} {values}  {'; '.join(told)}", flush=True)


if __name__ == "__main__":
    main()
