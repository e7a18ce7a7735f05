"""Blocks and networks in eight bit integers, as ONNX Runtime is given them to be timed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.graph import Graph
from workers.latency import LatencySetting, Subject
from workers.latency.deployed import deploy

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

INT8 = LatencySetting("cpu", "onnxruntime", "int8", 2, 1, "contiguous", "any", "any")


def _conv(channels: int = 8) -> Graph:
    net = Builder((channels, 8, 8))
    return net.graph(net.conv_norm_act(net.input, channels, 3))


def _tapping() -> Graph:
    net = Builder((8, 4, 4), side_shapes=((8, 8, 8),))
    return net.graph(net.add(net.resize_like(net.input, net.sides[0]), net.sides[0]))


def _head() -> Graph:
    net = Builder((8, 8, 8))
    return net.graph(net.linear(net.flatten(net.adaptive_avg_pool(net.input)), 10))


def _types(model: bytes) -> tuple[list[int], list[int], Counter[str]]:
    graph = onnx.load_from_string(model).graph
    ends = ([v.type.tensor_type.elem_type for v in side] for side in (graph.input, graph.output))
    return *ends, Counter(node.op_type for node in graph.node)


@pytest.mark.parametrize("graph", [_conv(), _tapping(), _head()], ids=["conv", "taps", "head"])
def test_a_block_gets_and_gives_the_integers_of_its_neighbours(graph: Graph) -> None:
    """What turns numbers into integers is no part of it: in a network it happens once."""
    from workers.latency.onnx_backend import model_bytes

    given, asked, _ = _types(model_bytes(Subject.of_block(graph), INT8))
    int8 = onnx.TensorProto.INT8
    assert given == [int8] * len(graph.input_shapes)
    assert asked == [int8]
    outputs = deploy(Subject.of_block(graph), INT8).run()
    assert isinstance(outputs, list)
    assert outputs[0].shape == (2, *graph.out_shape)
    assert outputs[0].dtype == np.int8
    assert len(np.unique(outputs[0])) > 1  # it computes something


def test_a_network_is_given_numbers() -> None:
    from workers.latency.onnx_backend import model_bytes

    subject = Subject.of_blocks("0123456789abcdef", (_conv(), _conv(), _head()))
    given, asked, kinds = _types(model_bytes(subject, INT8))
    assert given == asked == [onnx.TensorProto.FLOAT]
    # Of the image, and of what two convolutions, the mean, the scores and their row give.
    assert kinds["QuantizeLinear"] == 6
    outputs = deploy(subject, INT8).run()
    assert isinstance(outputs, list)
    assert (outputs[0].shape, outputs[0].dtype) == ((2, 10), np.float32)
