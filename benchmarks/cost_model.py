"""How fast is the cost of one sampled network, beside counters that run the model?

Ours gives parameters, FLOPs, memory, receptive field and id, the making of the graph included, of
networks of 20 blocks drawn from a space in which each block is chosen for itself. `cold` starts with
empty caches for every network; `search` is a row of new networks, as a search asks for them.
`torch.utils.flop_counter` counts the FLOPs of the same networks as modules on the meta device, where
nothing is computed; fvcore (`pip install fvcore`, optional) traces them, which works on the CPU only.
Making the modules stands apart.

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
from collections.abc import Callable, Iterable
from importlib import metadata
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from search_spaces.cost import cost
from search_spaces.modules import build_module
from search_spaces.network import Network
from search_spaces.space import Space, Values
from search_spaces.space_spec import SpaceSpec

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


def sampled_space(num_blocks: int = NUM_BLOCKS) -> Space:
    """A space of `num_blocks` stages of one block each, at 32x32 and 16 to 128 channels."""
    stages = [
        {
            "out_channels": [16 << (4 * i // num_blocks), 24 << (4 * i // num_blocks)],
            "stride": 2 if i and 4 * i % num_blocks == 0 else 1,
            "block": _BLOCKS,
        }
        for i in range(num_blocks)
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


def times_ms(function: Callable[[Any], Any], inputs: Iterable[Any]) -> list[float]:
    """Milliseconds of one call for each input."""
    times = []
    for value in inputs:
        start = time.perf_counter()
        function(value)
        times.append((time.perf_counter() - start) * 1e3)
    return times


def time_cold(space: Space, samples: list[Values]) -> list[float]:
    times = []
    for values in samples:
        clear_caches()
        times += times_ms(functools.partial(everything, space), [values])
    return times


def time_search(space: Space, samples: list[Values]) -> list[float]:
    clear_caches()
    return times_ms(functools.partial(everything, space), samples)


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


def measure(num_networks: int, num_searched: int, seed: int) -> dict[str, Any]:
    """Times of everything, and the ratio of each counter's median to each of ours."""
    space, rng = sampled_space(), np.random.default_rng(seed)
    samples = [space.sample(rng) for _ in range(num_searched)]
    networks = [space.network(values) for values in samples[:num_networks]]
    rows = {
        "ours, cold": summary(time_cold(space, samples[: 10 * num_networks])),
        "ours, search": summary(time_search(space, samples)),
    }
    ratios = {}
    for name, counter in counters().items():
        check(networks[0], name, counter)
        on = functools.partial(on_device, device=counter.device)
        rows[f"(module for {name}, {counter.device})"] = summary(times_ms(on, networks))
        rows[name] = summary(times_ms(counter.count, [on(network) for network in networks]))
        for ours in ("ours, cold", "ours, search"):
            ratios[f"{name} / {ours}"] = rows[name]["median_ms"] / rows[ours]["median_ms"]
    return {
        "what": f"cost of one sampled network of {NUM_BLOCKS} blocks, batch 1, float32, 3x32x32",
        "device": f"{platform.machine()}, {torch.get_num_threads()} thread",
        "versions": {name: version(name) for name in ("python", "torch", "fvcore")},
        "rows": rows,
        "ratios": ratios,
    }


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
    result = measure(options.num_networks, options.num_searched, options.seed)
    if options.json:
        print(json.dumps(result))
        return
    print(result["what"], result["device"], result["versions"], sep="\n")
    print(f"\n{'':48}{'n':>6}{'median ms':>12}{'p25':>10}{'p75':>10}")
    for name, row in result["rows"].items():
        shown = f"{row['median_ms']:12.3f}{row['p25_ms']:10.3f}{row['p75_ms']:10.3f}"
        print(f"{name:48}{row['n']:6}{shown}")
    for name, ratio in result["ratios"].items():
        print(f"{name:48}{ratio:12.0f}x")


if __name__ == "__main__":
    main()
