"""What holds for the networks of every ready space."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import search_spaces
from nas.cli.options import space_to_look_at
from nas.config import ExperimentFile
from search_spaces.graphs.cost import cost
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.modules import GraphModule, build_module
from search_spaces.graphs.network import Network
from search_spaces.spaces.space import Space

FOLDER = Path(next(iter(search_spaces.__path__)))
READY = sorted(path.stem for path in FOLDER.glob("*.yaml"))
NUM_ARCHITECTURES = 200
WHOLE_EVERY = 40

_SETTINGS = settings(
    max_examples=NUM_ARCHITECTURES * 11 // 10, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


@cache
def _file(name: str) -> ExperimentFile:
    return ExperimentFile.read(FOLDER / f"{name}.yaml")


@cache
def _space(name: str) -> Space:
    return space_to_look_at(_file(name)).space


@st.composite
def _values(draw: Callable[[Any], Any], space: Space) -> dict[str, Any]:
    """Values of the open choices, drawn choice by choice as a sampler does."""
    values: dict[str, Any] = {}
    for choice in space.choices:
        if choice.is_active(values):
            values[choice.name] = draw(st.sampled_from(choice.values))
    return values


def test_there_is_a_space_for_each_family_at_both_sizes() -> None:
    families = ("mobile", "residual", "inception", "dense", "mixed")
    assert {f"{family}_{size}" for family in families for size in (32, 224)} <= set(READY)
    for name in READY:
        size = int(name.rpartition("_")[2]) if "_" in name else 32
        assert _space(name).in_shape[1:] == (size, size)


@pytest.mark.parametrize("name", ["mixed_32", "mixed_224"])
def test_the_mixed_spaces_have_every_block(name: str) -> None:
    from search_spaces.registry import block_types

    ours = {
        n for n, b in block_types().items() if b.function.__module__.startswith("search_spaces")
    }
    for stage in _space(name).spec.stages:
        assert {block.name for block in stage.block} == ours


@pytest.fixture
def no_elementwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """What works element by element has no FLOPs, but takes most of the time on the meta device."""
    for name in ("batch_norm", "relu", "relu6", "silu", "hardswish"):
        monkeypatch.setattr(torch.nn.functional, name, lambda x, *_, **__: x)


@pytest.mark.usefixtures("no_elementwise")
@pytest.mark.parametrize("name", READY)
def test_counts_agree_with_the_module_and_identity_survives(name: str) -> None:
    """Parameters, FLOPs, output shape, JSON and YAML, on 200 distinct networks.

    A network's module runs those of its blocks in a row; a block that many networks share is run
    once, and some networks as a whole.
    """
    space = _space(name)
    seen: set[str] = set()

    @_SETTINGS
    @given(_values(space))
    def check(values: dict[str, Any]) -> None:
        network = space.network(values)
        if network.id not in seen:
            seen.add(network.id)
            _agrees_with_torch(network, whole=len(seen) % WHOLE_EVERY == 0)
            _survives_writing(space, values, network)

    check()
    assert len(seen) >= NUM_ARCHITECTURES


class Measured(NamedTuple):
    """What PyTorch says of a module."""

    params: int
    flops: int
    out_shape: tuple[int, ...]


def _agrees_with_torch(network: Network, *, whole: bool) -> None:
    blocks = [_measure_block(block.graph) for block in network.blocks]
    assert [block.out_shape for block in blocks] == [b.graph.out_shape for b in network.blocks]
    counted = cost(network)
    expected = (counted.params, 2 * counted.flops)
    assert (sum(b.params for b in blocks), sum(b.flops for b in blocks)) == expected
    if whole:
        measured = _measure(partial(build_module, network), [network.in_shape])
        assert measured == Measured(*expected, network.out_shape)


@cache
def _measure_block(graph: Graph) -> Measured:
    return _measure(partial(GraphModule, graph), graph.input_shapes)


def _measure(make: Callable[[], nn.Module], in_shapes: Sequence[tuple[int, ...]]) -> Measured:
    """On the meta device, where nothing is computed and shapes are checked all the same."""
    with torch.device("meta"):
        module = make().eval()
        inputs = [torch.zeros(1, *shape) for shape in in_shapes]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        out_shape = tuple(module(*inputs).shape[1:])
    params = sum(p.numel() for p in module.parameters() if p.requires_grad)
    return Measured(params, counter.get_total_flops(), out_shape)


def _survives_writing(space: Space, values: dict[str, Any], network: Network) -> None:
    again = Network.from_json(json.loads(json.dumps(network.to_json())))
    assert again == network
    assert again.id == network.id
    assert space.network(yaml.safe_load(yaml.safe_dump(values))).id == network.id


@pytest.mark.parametrize("name", READY)
def test_equal_graphs_have_equal_ids_and_different_ones_different_ids(name: str) -> None:
    """What a graph is, is judged here by all of its layers, without `Graph.key`."""
    space = _space(name)
    rng = np.random.default_rng(0)
    by_id: dict[str, str] = {}
    by_layers: dict[str, str] = {}
    for _ in range(NUM_ARCHITECTURES):
        network = space.network(space.sample(rng))
        layers = _layers(network)
        assert by_id.setdefault(network.id, layers) == layers
        assert by_layers.setdefault(layers, network.id) == network.id


def _layers(network: Network) -> str:
    """All layers in the order in which they are written, names and blocks left out."""
    written: list[Any] = [network.in_shape]
    last, ends = -1, {}
    for block in network.blocks:
        start = len(written) - 1
        read = [last, *(ends[tap] for tap in block.taps)]
        for layer in block.graph.to_json():
            inputs = [read[-1 - s] if s < 0 else start + s for s in layer["inputs"]]
            rest = {k: v for k, v in layer.items() if k not in ("name", "inputs")}
            written.append((inputs, rest))
        last = ends[block.name] = len(written) - 2
    return repr(written)


@pytest.mark.parametrize("name", READY)
def test_it_can_be_validated_for_its_budgets(name: str) -> None:
    """Budgets cut something and leave most: neither idle nor a refusal."""
    from nas.trust.validation import validate

    found = validate(_file(name), _space(name), "its images are not looked at")
    assert 0.2 < found.fit.share.value < 0.99
    assert found.survey.count.error == 0
    assert found.survey.count.value <= found.space.num_combinations()
    for spread in found.ranges.values():
        assert spread.smallest < spread.median < spread.largest
