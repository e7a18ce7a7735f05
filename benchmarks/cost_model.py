"""How fast is the cost of one sampled network, beside counters that run the model?

Ours gives parameters, FLOPs, memory, receptive field and id of networks of 20 blocks, the making of
the graph included. They are drawn from two spaces: five stages of four blocks, as a space file has
them, and twenty stages of one block, where no block is like another. `cold` empties every cache
before each network; `search` is a row of new networks, as a search asks for them.

`torch.utils.flop_counter` counts the FLOPs of the same networks as modules on the meta device,
where nothing is computed; fvcore (`pip install fvcore`, optional) traces them, which works on the
CPU only. Making the module is timed apart and is not in the ratio.

    python -m benchmarks.cost_model [--json]
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import json
import logging
import platform
import statistics
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from importlib import metadata
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from search_spaces.graphs.cost import cost
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.spaces.space import Space, Values
from search_spaces.spaces.space_spec import SpaceSpec

NUM_BLOCKS = 20

ModuleAndImage = tuple[torch.nn.Module, torch.Tensor]


class Counter(NamedTuple):
    """Somebody else's counter: what counts, where, and what it counts for one multiply-add."""

    count: Callable[[ModuleAndImage], int]
    device: str
    per_multiply_add: int


_BLOCKS: list[dict[str, dict[str, list[Any]]]] = [
    {"standard": {"kernel_size": [3, 5], "dilation": [1, 2]}},
    {"separable": {"kernel_size": [3, 5, 7], "dilation": [1, 2]}},
    {"shuffle": {"kernel_size": [3, 5], "groups": [2, 4, 8]}},
    {"fire": {"squeeze_ratio": [0.125, 0.25], "kernel_size": [3, 5]}},
    {"residual_basic": {"kernel_size": [3, 5]}},
    {"bottleneck": {"kernel_size": [3, 5], "groups": [1, 4]}},
]


def sampled_space(num_stages: int) -> Space:
    """A space of 20 blocks in `num_stages` stages, at 32x32, 16 to 192 channels."""
    levels = [4 * stage // num_stages for stage in range(num_stages)]
    stages = [
        {
            "out_channels": [16 << level, 24 << level],
            "num_blocks": NUM_BLOCKS // num_stages,
            "stride": 1 if level == before else 2,
            "block": _BLOCKS,
        }
        for before, level in zip([0, *levels], levels, strict=False)
    ]
    spec = SpaceSpec.model_validate({"width_mult": [0.5, 1.0, 1.5], "stages": stages})
    return Space(spec, (3, 32, 32), 10)


def everything(space: Space, values: Values) -> tuple[Any, ...]:
    """All that a search asks of a network before it trains it."""
    network = space.network(values)
    return cost(network), network.id


def clear_caches() -> None:
    """Empties every cache of the package."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "search_spaces":
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()


def time_ms(function: Callable[..., Any], *arguments: Any) -> float:
    start = time.perf_counter()
    function(*arguments)
    return (time.perf_counter() - start) * 1e3


def time_cold(space: Space, values: Values) -> float:
    clear_caches()
    return time_ms(everything, space, values)


def on_device(network: Network, device: str) -> ModuleAndImage:
    with torch.device(device):
        return build_module(network).eval(), torch.zeros(1, *network.in_shape)


def count_with_torch(pair: ModuleAndImage) -> int:
    module, image = pair
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(image)
    return counter.get_total_flops()


def count_with_fvcore(pair: ModuleAndImage) -> int:
    from fvcore.nn import FlopCountAnalysis

    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        counts = FlopCountAnalysis(*pair).unsupported_ops_warnings(False)
        by_operator = counts.uncalled_modules_warnings(False).by_operator()
    return int(by_operator["conv"] + by_operator["linear"])


def counters() -> dict[str, Counter]:
    """The counters that are installed, by name."""
    found = {"torch.utils.flop_counter": Counter(count_with_torch, "meta", 2)}
    if importlib.util.find_spec("fvcore"):
        found["fvcore"] = Counter(count_with_fvcore, "cpu", 1)
    else:
        logging.warning("fvcore is not installed: left out")
    return found


def check(network: Network, name: str, counter: Counter) -> None:
    """Both must count the same. Also warms the counter up."""
    found, flops = counter.count(on_device(network, counter.device)), cost(network).flops
    if found != flops * counter.per_multiply_add:
        raise SystemExit(f"{name} counts {found} FLOPs, we count {flops}: {network.id}")


def summary(times: list[float]) -> dict[str, float]:
    low, median, high = statistics.quantiles(times, n=4)
    return {"n": len(times), "median_ms": median, "p25_ms": low, "p75_ms": high}


def measure(space: Space, num_networks: int, num_searched: int, seed: int) -> dict[str, Any]:
    """Times of everything in one space, and the ratio of each counter's median to ours.

    Ours and theirs take turns network by network, so that a busy neighbour slows both.
    """
    rng = np.random.default_rng(seed)
    samples = [space.sample(rng) for _ in range(num_searched)]
    others = counters()
    for name, counter in others.items():
        check(space.network(samples[0]), name, counter)
    times: dict[str, list[float]] = defaultdict(list)
    for values in samples[:num_networks]:
        times["ours, cold"] += [time_cold(space, values) for _ in range(5)]
        network = space.network(values)
        for name, counter in others.items():
            making = time_ms(on_device, network, counter.device)
            times[f"(module for {name}, {counter.device})"].append(making)
            times[name].append(time_ms(counter.count, on_device(network, counter.device)))
    clear_caches()
    times["ours, search"] = [time_ms(everything, space, values) for values in samples]
    rows = {name: summary(values) for name, values in times.items()}
    ratios = {
        f"{name} / {ours}": rows[name]["median_ms"] / rows[ours]["median_ms"]
        for name in others
        for ours in ("ours, cold", "ours, search")
    }
    return {"rows": rows, "ratios": ratios}


def version(name: str) -> str | None:
    if name == "python":
        return platform.python_version()
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--num-networks", type=int, default=20, help="for the counters that run")
    parser.add_argument("--num-searched", type=int, default=1000, help="new networks in a row")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    result: dict[str, Any] = {
        "what": f"cost of one sampled network of {NUM_BLOCKS} blocks, batch 1, float32, 3x32x32",
        "device": f"{platform.machine()}, {torch.get_num_threads()} thread",
        "versions": {name: version(name) for name in ("python", "torch", "fvcore")},
    }
    for num_stages in (5, NUM_BLOCKS):
        part = measure(
            sampled_space(num_stages), options.num_networks, options.num_searched, options.seed
        )
        result[f"{num_stages} stages of {NUM_BLOCKS // num_stages}"] = part
    print(json.dumps(result) if options.json else as_text(result))


def as_text(result: dict[str, Any]) -> str:
    lines = [result["what"], f"{result['device']}, {result['versions']}"]
    for space, part in result.items():
        if not isinstance(part, dict) or "rows" not in part:
            continue
        lines += ["", f"{space:48}{'n':>6}{'median ms':>12}{'p25':>10}{'p75':>10}"]
        for name, row in part["rows"].items():
            shown = f"{row['median_ms']:12.3f}{row['p25_ms']:10.3f}{row['p75_ms']:10.3f}"
            lines.append(f"{name:48}{row['n']:6}{shown}")
        lines += [f"{name:48}{ratio:17.0f}x" for name, ratio in part["ratios"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
