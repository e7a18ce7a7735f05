"""The graph that is deployed: batch norm folded where that is exact, dropout gone."""

import pytest
import torch

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.inference import folds, inference_graph
from search_spaces.graphs.modules import GraphModule
from search_spaces.graphs.primitives import BatchNorm, Conv, Dropout
from search_spaces.networks import reference_network, reference_networks
from search_spaces.registry import block_types, lower
from workers.latency.torch_backend import folded


def _trained(graph: Graph) -> GraphModule:
    """A module whose batch norms have weights and statistics of their own, in float64."""
    torch.manual_seed(0)
    module = GraphModule(graph).double().eval()
    for value in module.state_dict().values():
        if value.is_floating_point():  # of one dimension are those of batch norm
            value.copy_(torch.rand_like(value) + (0.5 if value.ndim == 1 else -0.5))
    return module


def _difference(graph: Graph) -> float:
    module = _trained(graph)
    simple = folded(module, graph)
    x = torch.randn(2, *graph.in_shape)
    with torch.inference_mode():
        wanted = module(x.double())
        found = simple(x)
    assert found.dtype == torch.float32
    return float((found - wanted).abs().max() / wanted.abs().max())


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", block_types())
def test_folded_block_computes_the_same(name: str, stride: int) -> None:
    graph = lower(name, (8, 9, 9), 16, stride, "relu", ())
    assert inference_graph(graph).out_shape == graph.out_shape
    assert _difference(graph) < 1e-5


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2", "densenet121"])
def test_folded_blocks_of_the_literature_compute_the_same(name: str) -> None:
    for block in reference_network(name, resolution=33, num_classes=3).blocks:
        assert _difference(block.graph) < 1e-5


@pytest.mark.parametrize("name", reference_networks())
def test_norms_that_stay_have_no_convolution_of_their_own(name: str) -> None:
    # Small, but not too small for the detectors.
    resolution = {"ssd300_vgg16": 300, "yolov3_tiny": 192}.get(name, 188)
    for block in reference_network(name, resolution=resolution).blocks:
        graph = inference_graph(block.graph)
        readers = [i for node in graph.nodes for i in node.inputs]
        for node in graph.nodes:
            if isinstance(node.op, BatchNorm):
                source = node.inputs[0]
                conv = source >= 0 and isinstance(graph.nodes[source].op, Conv)
                assert not conv or readers.count(source) > 1


def _norm_before_conv() -> Graph:
    net = Builder((4, 6, 6))
    return net.graph(net.conv(net.norm(net.input), 8, 3))


def _shared_conv() -> Graph:
    net = Builder((4, 6, 6))
    x = net.conv(net.input, 4, 3)
    return net.graph(net.add(x, net.norm(x)))


@pytest.mark.parametrize("graph", [_norm_before_conv(), _shared_conv()], ids=["before", "shared"])
def test_norm_that_cannot_be_folded_stays(graph: Graph) -> None:
    assert folds(graph) == {}
    assert inference_graph(graph) == graph
    assert _difference(graph) < 1e-5


def test_transposed_convolution_is_folded() -> None:
    net = Builder((4, 6, 6))
    graph = net.graph(net.norm(net.conv_transposed(net.input, 6, 3, stride=2)))
    assert [node.op.kind for node in inference_graph(graph).nodes] == ["conv"]
    assert _difference(graph) < 1e-5


def test_branches_are_folded_in_place() -> None:
    """The norm of the first branch stands after the convolution of the second."""
    net = Builder((4, 6, 6))
    a = net.conv(net.input, 4, 3, name="a")
    b = net.conv(net.input, 4, 1, name="b")
    graph = net.graph(net.add(net.norm(b, name="b_norm"), net.norm(a, name="a_norm")))
    simple = inference_graph(graph)
    assert [node.name for node in simple.nodes] == ["b", "a", "add"]
    assert all(node.op.bias for node in simple.nodes if isinstance(node.op, Conv))
    assert _difference(graph) < 1e-5


def test_dropout_is_gone() -> None:
    net = Builder((4, 1, 1))
    graph = net.graph(net.linear(net.dropout(net.flatten(net.input), 0.5), 3))
    assert [node.op.kind for node in inference_graph(graph).nodes] == ["flatten", "linear"]
    last = Builder((4,))
    kept = inference_graph(last.graph(last.emit("dropout", Dropout(0.5), last.input)))
    assert [node.op.kind for node in kept.nodes] == ["dropout"]
