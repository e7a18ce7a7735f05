"""What holds for every registered block, whatever is chosen within it."""

import json
from collections.abc import Mapping
from math import ceil, floor
from typing import Any, Literal, get_args, get_origin

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from torch.utils.flop_counter import FlopCounterMode

from search_spaces.errors import GraphError
from search_spaces.graphs.chain import Chain
from search_spaces.graphs.cost import Cost, cost
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import AdaptiveAvgPool, Pool
from search_spaces.registry import block_type, block_types, lower

BLOCKS = list(block_types())
NUM_ARCHITECTURES = 200
NUM_FIELDS = 100

# What choices are tried with, as far as a block's annotations allow.
_NUMBERS = (1, 2, 3, 4, 5, 8, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
_SMALL_NUMBERS = tuple(number for number in _NUMBERS if number != 8)
_CHANNELS = ((8, 8), (8, 16), (8, 24), (16, 16), (16, 8))


def _tried(num_examples: int) -> settings:
    """The same examples in every run, however many of them do not fit and however long it takes."""
    unchecked = (HealthCheck.filter_too_much, HealthCheck.too_slow)
    return settings(
        max_examples=num_examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=unchecked,
    )  # fmt: skip


def _allowed(annotation: Any, numbers: tuple[float, ...] = _NUMBERS) -> list[Any]:
    """Values of a choice: all of a Literal or bool, else the numbers that its rule lets through."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    if annotation is bool:
        return [False, True]
    adapter = TypeAdapter(annotation)
    return [number for number in numbers if _accepts(adapter, number)]


def _accepts(adapter: TypeAdapter[Any], number: float) -> bool:
    try:
        return type(adapter.validate_python(number, strict=True)) is type(number)
    except ValidationError:
        return False


def _choices(name: str, numbers: tuple[float, ...]) -> st.SearchStrategy[dict[str, Any]]:
    annotations = block_type(name).annotations
    allowed = {choice: _allowed(rule, numbers) for choice, rule in annotations.items()}
    assert all(allowed.values()), f"block {name} has a choice without values: {allowed}"
    return st.fixed_dictionaries({k: st.sampled_from(values) for k, values in allowed.items()})


def _network(
    name: str,
    channels: tuple[int, int],
    size: tuple[int, int],
    stride: int,
    choices: Mapping[str, Any],
    activation: str = "relu",
) -> Network:
    """One block as a network; choices that do not fit the channels are not what is tested here."""
    chain = Chain((channels[0], *size), activation)
    try:
        return chain.block("block", name, channels[1], stride, **choices).network()
    except GraphError:
        assume(False)
        raise


@pytest.mark.parametrize("name", BLOCKS)
def test_counts_agree_with_the_module(name: str) -> None:
    """Parameters, FLOPs, shape, ceil(size / stride) and the JSON form, on 200 distinct networks."""
    seen: set[str] = set()

    @_tried(NUM_ARCHITECTURES * 3 // 2)
    @given(
        choices=_choices(name, _NUMBERS),
        channels=st.sampled_from(_CHANNELS),
        size=st.tuples(st.integers(5, 12), st.integers(5, 12)),
        stride=st.sampled_from([1, 2, 3]),
        activation=st.sampled_from(["relu", "relu6", "silu", "hard_swish"]),
    )
    def check(
        choices: dict[str, Any],
        channels: tuple[int, int],
        size: tuple[int, int],
        stride: int,
        activation: str,
    ) -> None:
        network = _network(name, channels, size, stride, choices, activation)
        seen.add(network.id)
        out_shape = (channels[1], ceil(size[0] / stride), ceil(size[1] / stride))
        assert network.out_shape == out_shape
        _agrees_with_torch(network, cost(network))
        again = Network.from_json(json.loads(json.dumps(network.to_json())))
        assert again == network
        assert again.id == network.id

    check()
    assert len(seen) >= NUM_ARCHITECTURES


def _agrees_with_torch(network: Network, counted: Cost) -> None:
    module = build_module(network).eval()
    image = torch.zeros(1, *network.in_shape)
    assert sum(p.numel() for p in module.parameters() if p.requires_grad) == counted.params
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        assert module(image).shape == (1, *network.out_shape)
    assert counter.get_total_flops() == 2 * counted.flops


@pytest.mark.parametrize("name", BLOCKS)
def test_receptive_field_is_the_support_of_the_gradient(name: str) -> None:
    @_tried(NUM_FIELDS)
    @given(
        choices=_choices(name, _SMALL_NUMBERS),
        channels=st.sampled_from(_CHANNELS),
        stride=st.sampled_from([1, 2]),
    )
    def check(choices: dict[str, Any], channels: tuple[int, int], stride: int) -> None:
        counted = cost(_network(name, channels, (64, 64), stride, choices))
        field, step = counted.receptive_field, int(counted.receptive_stride)
        assume(field <= 50)  # larger ones only take longer
        position = ceil(field / step)
        side = 2 * field + (position + 2) * step  # so that no field overlaps the border
        network = _network(name, channels, (side, side), stride, choices)
        assume(not any(isinstance(node.op, AdaptiveAvgPool) for _, _, node in network.layers()))
        first, second = _supports(network, position)
        assert max(high - low + 1 for low, high in first) == field
        assert [after[0] - before[0] for before, after in zip(first, second, strict=True)] == [
            step,
            step,
        ]

    check()


def _supports(network: Network, position: int) -> list[list[tuple[int, int]]]:
    """The input rows and columns that two diagonal neighbours of the output depend on.

    Weights and inputs are positive, so that nothing cancels and every activation passes; averages
    stand for maxima, which hide all but one of their inputs.
    """
    blocks = (Block(b.name, b.type, _averaged(b.graph)) for b in network.blocks)
    module = build_module(Network(network.in_shape, tuple(blocks))).double().eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(1 / max(1, parameter[0].numel()))
    image = torch.ones(1, *network.in_shape, dtype=torch.float64, requires_grad=True)
    output = module(image)
    supports = []
    for place in (position, position + 1):
        pixel = output[0, :, place, place].sum()
        (gradient,) = torch.autograd.grad(pixel, image, retain_graph=True)
        touched = gradient[0].sum(0) > 0
        lines = [touched.any(axis).nonzero().flatten() for axis in (1, 0)]
        supports.append([(int(line[0]), int(line[-1])) for line in lines])
    return supports


def _averaged(graph: Graph) -> Graph:
    layers = graph.to_json()
    for layer in layers:
        if layer["op"] == Pool.kind:
            layer["function"] = "avg"
    return Graph.from_json(graph.in_shape, layers)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", BLOCKS)
def test_defaults_fit_usual_channels(name: str, stride: int) -> None:
    """A space that names a block and nothing more works, whether channels stay or double."""
    for out_channels in (32, 64):
        graph = lower(name, (32, 14, 14), out_channels, stride, "relu", ())
        assert graph.out_shape == (out_channels, 14 // stride, 14 // stride)


@pytest.mark.parametrize("name", BLOCKS)
def test_every_choice_has_a_checked_default_and_a_summary(name: str) -> None:
    block = block_type(name)
    for choice, annotation in block.annotations.items():
        TypeAdapter(annotation).validate_python(block.defaults[choice], strict=True)
    assert block.summary.endswith(".")


def _key(name: str, out_channels: int = 16, stride: int = 1, **choices: Any) -> bytes:
    return lower(name, (16, 8, 8), out_channels, stride, "relu", tuple(choices.items())).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_key("grouped", groups=1), _key("standard")),
        (_key("grouped", groups=4), _key("standard", groups=4)),
        (_key("pointwise"), _key("standard", kernel_size=1)),
        (_key("pointwise"), _key("standard", kernel_size=1, dilation=3)),
        (_key("depthwise"), _key("standard", groups=16)),
        (_key("fire", bypass="simple"), _key("fire", bypass="complex")),
        (_key("fire", 32), _key("fire", 32, bypass="simple")),
        (_key("fire", 32, stride=2), _key("fire", 32, stride=2, bypass="simple")),
        (_key("fire", kernel_size=1), _key("fire", kernel_size=1, wide_share=0.25)),
        (_key("fire", wide_share=0.25), _key("fire", wide_share=0.26)),
        (
            _key("shuffle_unit", groups=1),
            _key("shuffle_unit", groups=1, group_first=False),
        ),
        (
            _key("xception", num_convs=1),
            _key("xception", num_convs=1, grow_first=False),
        ),
        (_key("asymmetric", kernel_size=1, dilation=2), _key("asymmetric", kernel_size=1)),
    ],
)
def test_choices_that_mean_the_same_network_have_one_graph(one: bytes, other: bytes) -> None:
    assert one == other


WITH_RESIDUAL = [name for name in BLOCKS if "residual" in block_type(name).annotations]


@pytest.mark.parametrize("name", WITH_RESIDUAL)
def test_residuals(name: str) -> None:
    """Where the shapes are equal two kinds are one; where they differ, identity is none."""
    kinds = get_args(block_type(name).annotations["residual"])
    same = {kind: _key(name, residual=kind) for kind in kinds}
    other = {kind: _key(name, 32, stride=2, residual=kind) for kind in kinds}
    if {"identity", "projection"} <= set(kinds):
        assert same["identity"] == same["projection"]
        assert other["identity"] != other["projection"]
    if {"none", "identity"} <= set(kinds):
        assert same["none"] != same["identity"]
        assert other["none"] == other["identity"]


def test_shuffle_unit_joins_by_concatenation_sum_or_not_at_all() -> None:
    def joins(out_channels: int, stride: int) -> set[str]:
        graph = lower("shuffle_unit", (16, 9, 9), out_channels, stride, "relu", ())
        assert graph.out_shape == (out_channels, ceil(9 / stride), ceil(9 / stride))
        return {node.op.kind for node in graph.nodes} & {"concat", "add", "pool"}

    assert joins(16, 1) == {"add"}
    assert joins(16, 2) == {"add", "pool"}
    assert joins(32, 1) == {"concat"}
    assert joins(32, 2) == {"concat", "pool"}
    assert joins(8, 2) == set()


@pytest.mark.parametrize(("wide_share", "wide"), [(0.25, 4), (0.5, 8), (0.75, 12), (1.0, 16)])
def test_fire_divides_its_filters_as_the_share_says(wide_share: float, wide: int) -> None:
    graph = lower("fire", (16, 8, 8), 16, 1, "relu", (("wide_share", wide_share),))
    made = {node.name: node.shape[0] for node in graph.nodes if node.op.kind == "conv"}
    narrow = {} if wide == 16 else {"expand1x1": 16 - wide}
    assert made == {"squeeze": 2, "expand": wide} | narrow
    assert floor(16 * wide_share) == wide


def test_depthwise_wants_a_multiple_of_its_input_channels() -> None:
    rule = r"`out_channels` \(=24\) .* must be a multiple of `in_channels` \(=16\)"
    with pytest.raises(GraphError, match=rule):
        lower("depthwise", (16, 8, 8), 24, 1, "relu", ())


def test_an_unknown_residual_is_refused() -> None:
    with pytest.raises(GraphError, match="`residual` must be none, identity or projection"):
        lower("standard", (16, 8, 8), 16, 1, "relu", (("residual", "both"),))
