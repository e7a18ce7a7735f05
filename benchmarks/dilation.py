"""Does dilation earn its place? Networks of the ready space, and each of them without it.

Each seed draws networks of `segmentation_64` within its budgets, as random search does, of those
that dilate: in a block, or where the last stage keeps a finer map (`output_stride`). The control of
each is the same network with every dilation 1, whose last stage keeps the finer map by a stride of
1: of as many FLOPs and parameters, of the same maps, kernels, head and weights to begin with. Both
are trained alike by the recipe of the space. The head `aspp`, made of dilated convolutions, has no
such control and is left out.

Compared are the networks, each with its control; and the fronts of a seed, as random searches of
the two spaces would have found them: the best mIoU within a quarter, half and all of the budget of
FLOPs, and the hypervolume (costs as logarithms) in the box of all that were trained. Intervals are
Student's, over networks or over seeds.

    python -m benchmarks.dilation --seeds 0 1 2 [--num-networks N] [--max-epochs N] [--json]

What is trained stands in the folder and is not trained again.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

import search_spaces
from nas.config import ExperimentFile
from nas.config.document import Document
from nas.runner.preparation import checked_space
from nas.statistics import Comparison, mean_interval
from nas.statistics.hypervolume import hypervolume
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Conv
from search_spaces.spaces.choices import Values
from search_spaces.spaces.space import Space
from workers.datasets import load_dataset
from workers.proxy import ProxyTrainer
from workers.proxy.batches import ProxyData

ARMS = ("dilated", "undilated")
SHARES = (1 / 4, 1 / 2, 1.0)
"""Of the budget of FLOPs: within them fronts are compared."""


def ready_space() -> dict[str, Any]:
    """The experiment file, without the head that is made of dilated convolutions."""
    text = (Path(search_spaces.__file__).parent / "segmentation_64.yaml").read_text()
    values: dict[str, Any] = yaml.safe_load(text)
    values["space"]["head"] = [head for head in values["space"]["head"] if "aspp" not in head]
    return values


def without_dilation(space: Mapping[str, Any]) -> dict[str, Any]:
    """A section `space` with every dilation 1, the finer last map by the last stage's stride."""
    stages = [{**s, "block": [_plain(block) for block in s["block"]]} for s in space["stages"]]
    stages[-1]["stride"] = sorted({_last_stride(space, each) for each in space["output_stride"]})
    rest = {key: value for key, value in space.items() if key != "output_stride"}
    return {**rest, "stages": stages}


def _last_stride(space: Mapping[str, Any], output_stride: int) -> int:
    strides = [space["stem"].get("stride", 1), *(s.get("stride", 1) for s in space["stages"])]
    return output_stride * int(strides[-1]) // math.prod(strides)


def _plain(block: str | Mapping[str, Any]) -> Any:
    if isinstance(block, str):
        return block
    ((name, choices),) = block.items()
    return {name: {key: value for key, value in (choices or {}).items() if key != "dilation"}}


@dataclass(frozen=True)
class Pairs:
    """Networks that dilate, and their controls."""

    file: ExperimentFile
    space: Space
    plain: Space

    @classmethod
    def of_ready_space(cls) -> Pairs:
        values = ready_space()
        plain = {**values, "space": without_dilation(values["space"])}
        files = [ExperimentFile(Document("space.yaml", yaml.safe_dump(v))) for v in (values, plain)]
        return cls(files[0], *(checked_space(file) for file in files))

    @property
    def budget(self) -> float:
        """Most FLOPs."""
        limits = self.file.experiment.constraints.limits()
        return next(limit.value for limit in limits if limit.quantity == "flops")

    def draw(self, rng: np.random.Generator) -> Iterator[tuple[Values, Network, Network]]:
        """Values within the budgets that dilate, their network, and the control of that."""
        limits = self.file.experiment.constraints.limits()
        while True:
            values = self.space.sample(rng)
            network, control = self.space.network(values), self.plain.network(self._plain(values))
            costs = asdict(cost(network))
            within = not any(limit.is_exceeded(costs[limit.quantity]) for limit in limits)
            if within and network.id != control.id:
                yield values, network, control

    def _plain(self, values: Values) -> Values:
        kept = {key: value for key, value in values.items() if not key.endswith(".dilation")}
        last = f"stage{len(self.space.spec.stages)}.stride"
        stride = _last_stride(ready_space()["space"], int(kept.pop("output_stride")))
        return {**kept, last: stride}


def dilations(network: Network) -> set[int]:
    """Of the convolutions of a network."""
    return {max(n.op.dilation) for _, _, n in network.layers() if isinstance(n.op, Conv)}


class Trainings:
    """Trains networks, one after the other; what was trained before stands in a file."""

    def __init__(self, file: ExperimentFile, max_epochs: int, path: Path) -> None:
        self._recipe, self._max_epochs, self._path = file.experiment.proxy, max_epochs, path
        self._data = ProxyData(load_dataset(file.experiment.dataset))
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._known = {line["key"]: line["miou"] for line in map(json.loads, lines)}

    def miou(self, network: Network, seed: int) -> float:
        """Of a network trained from weights of this seed."""
        key = f"{network.id} {seed} {self._max_epochs}"
        if key not in self._known:
            trainer = ProxyTrainer(network, self._data, self._recipe, self._max_epochs, seed)
            self._known[key] = [trainer.train_epoch() for _ in range(self._max_epochs)][-1].accuracy
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "miou": self._known[key]}) + "\n")
        return float(self._known[key])


def measured(
    pairs: Pairs, trainings: Trainings, seed: int, num_networks: int
) -> Iterator[dict[str, Any]]:
    """The networks of one seed, each trained with and without dilation."""
    drawn = pairs.draw(np.random.default_rng([seed]))
    for (values, network, control), _ in zip(drawn, range(num_networks), strict=False):
        found = [trainings.miou(each, seed) for each in (network, control)]
        print(f"seed {seed}: {found[0]:.3f} {found[1]:.3f}", file=sys.stderr)
        yield {
            "seed": seed,
            "network": pairs.space.in_words(values),
            "output_stride": values["output_stride"],
            "flops": cost(network).flops,
            **dict(zip(ARMS, found, strict=True)),
        }


def compared(name: str, each: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Dilated less undilated: the mean over networks or seeds, and Student's interval."""
    mean = mean_interval([one["dilated"] - one["undilated"] for one in each])
    return {
        "of": name,
        "number": len(each),
        **{arm: [one[arm] for one in each] for arm in ARMS},
        "difference": mean.value,
        "interval": [mean.low, mean.high],
        "verdict": Comparison(mean).verdict,
    }


def comparisons(rows: Sequence[Mapping[str, Any]], budget: float) -> list[dict[str, Any]]:
    """Of networks, of those of each last map, and of the fronts of seeds."""
    by_map = {s: [r for r in rows if r["output_stride"] == s] for s in (4, 8)}
    found = [compared("mIoU, each network", rows)]
    found += [compared(f"of them, /{s}", some) for s, some in by_map.items() if len(some) > 1]
    seeds = [[row for row in rows if row["seed"] == s] for s in sorted({r["seed"] for r in rows})]
    if len(seeds) < 2:
        return found
    for share in SHARES:
        most = share * budget
        best = [{arm: _best(of, arm, most) for arm in ARMS} for of in seeds]
        found.append(compared(f"front within {most / 1e6:g}M FLOPs", best))
    volumes = [{arm: _volume(of, arm, rows) for arm in ARMS} for of in seeds]
    return [*found, compared("hypervolume", volumes)]


def _best(rows: Sequence[Mapping[str, Any]], arm: str, most: float) -> float:
    return max((row[arm] for row in rows if row["flops"] <= most), default=0.0)


def _volume(
    rows: Sequence[Mapping[str, Any]], arm: str, every: Sequence[Mapping[str, Any]]
) -> float:
    """In the box from no mIoU at the most FLOPs of all to the whole at the least."""
    logs = [math.log(row["flops"]) for row in every]
    low, spread = min(logs), max(logs) - min(logs) or 1.0
    points = [[1 - row[arm], (math.log(row["flops"]) - low) / spread] for row in rows]
    return hypervolume(np.array(points), np.ones(2))


def show(result: Mapping[str, Any]) -> None:
    print("seed  FLOPs  dilated  undilated  network")
    for row in sorted(result["networks"], key=lambda row: (row["seed"], row["flops"])):
        print(f"{row['seed']:4}{row['flops'] / 1e6:6.2f}M{row['dilated']:9.3f}"
              f"{row['undilated']:11.3f}  {row['network']}")  # fmt: skip
    print("\ndilated less undilated (95%)")
    for row in result["comparisons"]:
        low, high = row["interval"]
        means = [float(np.mean(row[arm])) for arm in ARMS]
        said = f"{row['difference']:+.3f} ({low:+.3f} to {high:+.3f}) {row['verdict']}"
        print(f"{row['of']:26}{row['number']:4}{means[0]:8.3f}{means[1]:8.3f}   {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--num-networks", type=int, default=12, help="of each seed")
    parser.add_argument("--max-epochs", type=int, help="of a training; else those of the space")
    parser.add_argument("--folder", type=Path, help="where results are kept; else a passing one")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(1)
    pairs = Pairs.of_ready_space()
    epochs = options.max_epochs or pairs.file.experiment.fidelity.max_epochs
    with tempfile.TemporaryDirectory() as passing:
        folder = options.folder or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for seed in options.seeds:
            trainings = Trainings(pairs.file, epochs, folder / f"trained-{seed}.jsonl")
            rows += list(measured(pairs, trainings, seed, options.num_networks))
    result = {
        "epochs": epochs,
        "versions": {name: metadata.version(name) for name in ("torch", "numpy")},
        "networks": rows,
        "comparisons": comparisons(rows, pairs.budget),
    }
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
