"""Networks with skips: what blocks tap lives as long as it must, and is told wherever it counts."""

from math import prod

import numpy as np
import onnxruntime
import pytest
import torch
from head_kit import networks_with_heads, with_head

from search_spaces.errors import GraphError
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain
from search_spaces.graphs.cost import cost, layer_costs
from search_spaces.graphs.graph import INPUT, Graph
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Block, Network, network_paths
from search_spaces.graphs.onnx_model import network_onnx
from search_spaces.graphs.primitives import Activation, BatchNorm, Dropout, Flatten
from search_spaces.registry import head_types

NETWORKS = networks_with_heads()
each_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())


def liveness_peak(network: Network) -> int:
    """Bytes by a walk over all layers as one list: no blocks, each tensor a number with readers."""
    sizes, reads, in_place, ends = [prod(network.in_shape)], [], [], {}
    before = 0
    for block in network.blocks:
        inputs = {INPUT: before}
        inputs |= {INPUT - 1 - k: ends[tap] for k, tap in enumerate(block.taps)}
        place = dict(inputs)
        for index, node in enumerate(block.graph.nodes):
            place[index] = len(sizes)
            sizes.append(prod(node.shape))
            reads.append({place[i] for i in node.inputs})
            in_place.append(isinstance(node.op, Activation | BatchNorm | Dropout | Flatten))
        before = ends[block.name] = place[len(block.graph.nodes) - 1]
    most = sizes[0]
    for step in range(len(reads)):
        # Alive: made so far, and read now or later; or the result.
        later = set().union(*reads[step + 1 :])
        alive = {t for t in range(step + 1) if t in later or t in reads[step]} | {step + 1}
        freed = {t for t in reads[step] if t not in later}
        if in_place[step] and freed:
            continue  # its output takes the place of what it reads
        most = max(most, sum(sizes[t] for t in alive))
    return 4 * most


@each_network
def test_peak_memory_is_that_of_an_independent_walk(network: Network) -> None:
    assert cost(network).peak_activation_bytes == liveness_peak(network)


def test_the_skips_of_a_network_count_in_its_peak() -> None:
    """By hand: 1024 of the tap, 512 and 512 behind it, and what the join makes of all."""

    def join(net: Builder, x: Tensor, skip: Tensor) -> Tensor:
        return net.concat(net.upsample(x, 2), skip)

    chain = Chain((1, 16, 16))
    chain.write("a", "a", lambda net, x: net.conv(x, 4, 3))  # 1024 values
    chain.write("b", "b", lambda net, x: net.conv(x, 8, 3, stride=2))  # 512
    chain.write("c", "c", lambda net, x: net.conv(x, 8, 3))  # 512
    plain = chain.network()
    assert cost(plain).peak_activation_bytes == 4 * (1024 + 512)
    chain.write("d", "d", join, ("a",))  # 2048 upsampled, and 3072 joined
    assert cost(chain.network()).peak_activation_bytes == 4 * (2048 + 1024 + 3072)
    # While `c` runs, the tap is alive beside its input and output; without it they are 1024.
    behind = Network(plain.in_shape, (*chain.blocks[:3], chain.blocks[3]))
    assert cost(behind).peak_activation_bytes == 4 * (2048 + 1024 + 3072)


@each_network
def test_the_module_is_what_the_graph_says(network: Network) -> None:
    torch.manual_seed(0)
    module = build_module(network).eval()
    images = torch.randn(2, *network.in_shape)
    seen: dict[int, tuple[int, ...]] = {}
    with torch.inference_mode():
        wanted = module(images)
        watched = module(images, lambda number, out: seen.update({number: tuple(out.shape[1:])}))
    assert torch.equal(watched, wanted)
    assert tuple(wanted.shape[1:]) == network.out_shape
    assert seen == dict(enumerate(node.shape for *_, node in network.layers()))
    paths = set(network_paths(network))
    assert {key.rpartition(".")[0] for key in module.state_dict()} <= paths
    assert sum(p.numel() for p in module.parameters()) == cost(network).params
    assert sum(row.flops for row in layer_costs(network)) == cost(network).flops


@each_network
def test_json_and_identity_keep_the_taps(network: Network) -> None:
    again = Network.from_json(network.to_json())
    assert again == network
    assert again.id == network.id


@each_network
def test_onnx_computes_the_same(network: Network) -> None:
    torch.manual_seed(0)
    module = build_module(network).eval()
    state = {name: value.numpy() for name, value in module.state_dict().items()}
    images = torch.randn(2, *network.in_shape)
    session = onnxruntime.InferenceSession(network_onnx(network, state))
    (found,) = session.run(None, {"input": images.numpy()})
    with torch.inference_mode():
        assert np.abs(found - module(images).numpy()).max() < 1e-4


@pytest.mark.parametrize("name", head_types())
def test_onnx_takes_images_of_another_size(name: str) -> None:
    torch.manual_seed(0)
    network = with_head(name)
    module = build_module(network).eval()
    state = {name: value.numpy() for name, value in module.state_dict().items()}
    images = torch.randn(1, 3, 64, 48)
    session = onnxruntime.InferenceSession(network_onnx(network, state))
    (found,) = session.run(None, {"input": images.numpy()})
    with torch.inference_mode():
        assert np.abs(found - module(images).numpy()).max() < 1e-4
    assert found.shape == (1, 5, 64, 48)


def tapping(*taps: str) -> Network:
    """Two equal blocks, and one that adds what it taps."""
    chain = Chain((4, 6, 6))
    for name in ("a", "b", "c"):
        chain.block(name, "standard", 4)
    return chain.write("d", "d", lambda net, x, skip: net.add(x, skip), taps).network()


def test_which_block_is_tapped_is_part_of_the_identity() -> None:
    assert tapping("a").id != tapping("b").id
    assert tapping("a").id == tapping("a").id


def test_where_blocks_end_is_no_part_of_it() -> None:
    """A separable block is a depthwise and a pointwise one in a row."""

    def network(*blocks: tuple[str, str]) -> Network:
        chain = Chain((8, 6, 6)).block("a", "standard", 8)
        for name, block in blocks:
            chain.block(name, block, 8)
        chain.block("last", "standard", 8)
        return chain.write("d", "d", lambda net, x, s: net.concat(x, s), ("b",)).network()

    assert network(("b", "separable")).id == network(("x", "depthwise"), ("b", "pointwise")).id


def test_a_sum_of_two_inputs_is_the_same_sum_in_either_order() -> None:
    def graph(swapped: bool) -> Graph:
        net = Builder((4, 6, 6), side_shapes=((4, 6, 6),))
        terms = (net.input, *net.sides)
        return net.graph(net.add(*(reversed(terms) if swapped else terms)))

    assert graph(False).key == graph(True).key
    assert graph(False).id == graph(True).id


def test_the_input_and_a_side_input_are_two() -> None:
    def graph(own: bool) -> Graph:
        net = Builder((4, 6, 6), side_shapes=((4, 6, 6),))
        first = net.conv(net.input, 4, 3)
        return net.graph(net.add(first, net.input if own else net.sides[0]))

    assert graph(True).key != graph(False).key


@pytest.mark.parametrize("tap", ["d", "nothing", "stage9"])
def test_only_earlier_blocks_can_be_tapped(tap: str) -> None:
    good = tapping("a")
    wrong = (*good.blocks[:3], good.blocks[3]._replace(taps=(tap,)))
    with pytest.raises(GraphError, match=f"block 'd' must tap earlier blocks; got '{tap}'"):
        Network(good.in_shape, wrong)
    data = good.to_json()
    data["blocks"][3]["taps"] = [tap]
    with pytest.raises(GraphError, match=f"block 'd' must tap earlier blocks; got '{tap}'"):
        Network.from_json(data)


def test_a_tap_must_have_the_shape_that_the_block_was_built_for() -> None:
    net = Builder((4, 6, 6), side_shapes=((5, 6, 6),))
    graph = net.graph(net.concat(net.input, *net.sides))
    blocks = tapping("a").blocks[:3]
    with pytest.raises(GraphError, match=r"block 'd' is built for .*5, 6, 6.* but receives"):
        Network((4, 6, 6), (*blocks, Block("d", "d", graph, ("a",))))
