"""An ONNX file computes what the module computes, layer kind by layer kind and block by block."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from search_spaces.errors import GraphError
from search_spaces.graphs import primitives as ops
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.inference import inference_graph
from search_spaces.graphs.modules import GraphModule
from search_spaces.graphs.onnx_model import OPSET, onnx_model
from search_spaces.registry import block_types, lower

FEATURES = (8, 9, 11)


def _one(op: ops.Primitive, *, twice: bool = False, in_shape: tuple[int, ...] = FEATURES) -> Graph:
    """A graph of one layer; `twice` lets it read its input twice."""
    net = Builder(in_shape)
    inputs = [net.input] * (2 if twice else 1)
    return net.graph(net.emit("layer", op, *inputs))


def _gated() -> Graph:
    net = Builder(FEATURES)
    return net.graph(net.squeeze_excite(net.input, 4))


def _rows() -> Graph:
    """Two maps as rows, one beside the other."""
    net = Builder(FEATURES)
    more = net.rows(net.conv(net.input, 20), 5, "more")
    return net.graph(net.columns(net.rows(net.input, 2), more))


def _like(size: tuple[int, int]) -> Graph:
    """A map brought to the size of a side input."""
    net = Builder(FEATURES, side_shapes=((2, *size),))
    return net.graph(net.resize_like(net.input, *net.sides))


def _largest_difference(graphs: list[Graph], opset: int = OPSET) -> float:
    """Between the module, its batch norms with statistics of their own, and the ONNX file."""
    torch.manual_seed(0)
    modules = [GraphModule(graph).eval() for graph in graphs]
    for module in modules:
        for name, value in module.state_dict().items():
            if value.is_floating_point() and "running_var" not in name:
                value.add_(0.1 * torch.randn_like(value))
    weights = [{k: v.numpy() for k, v in module.state_dict().items()} for module in modules]
    data = onnx_model(graphs, batch_size=2, weights=weights, opset=opset)
    inputs = [torch.randn(2, *shape) for shape in graphs[0].input_shapes]
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]
    (found,) = session.run(None, {n: x.numpy() for n, x in zip(names, inputs, strict=True)})
    with torch.inference_mode():
        for module in modules:
            inputs = [module(*inputs)]
        (wanted,) = inputs
    assert found.shape == tuple(wanted.shape)
    return float(np.abs(found - wanted.numpy()).max())


LAYERS = [
    _one(ops.Conv(8, 6, (3, 5), (2, 1), (1, 2), (2, 1), groups=2, bias=True)),
    _one(ops.Conv(8, 6, (3, 3), (2, 2), (1, 1), transposed=True, output_padding=(1, 1))),
    _one(ops.BatchNorm(8)),
    *(_one(ops.Activation(name)) for name in ops.ACTIVATIONS),
    _one(ops.ChannelShuffle(4)),
    _one(ops.Concat(), twice=True),
    _one(ops.Add(), twice=True),
    _gated(),
    *(
        _one(ops.Pool(kind, (3, 2), (2, 2), (1, 0), ceil_mode))
        for kind in ("max", "avg")
        for ceil_mode in (False, True)
    ),
    _one(ops.AdaptiveAvgPool()),
    _one(ops.AdaptiveAvgPool(3), in_shape=(8, 9, 12)),
    _one(ops.Upsample(2)),
    _one(ops.UpsampleNearest(3)),
    _one(ops.LeakyRelu(0.1)),
    _one(ops.Permute((1, 2, 0))),
    _one(ops.Reshape((36, 22))),
    _one(ops.RmsNorm(11)),
    _rows(),
    _one(ops.Resize((13, 30))),
    _one(ops.Resize((4, 5))),
    _like((20, 7)),
    _one(ops.Crop((1, 2, 0, 3))),
    _one(ops.Flatten()),
    _one(ops.Linear(12, 5), in_shape=(12,)),
    _one(ops.Dropout(0.5)),
]


@pytest.mark.parametrize("graph", LAYERS, ids=lambda graph: graph.nodes[-1].op.kind)
def test_every_layer_is_pytorchs(graph: Graph) -> None:
    assert _largest_difference([graph]) < 1e-5


NEWER_WITH_CEIL = 19
"""The release notes of ONNX 1.14: `ceil_mode` of AveragePool is right since then."""


@pytest.mark.parametrize("opset", [13, 15, 17, 18, 19, 21, 22, 23])
def test_every_layer_is_pytorchs_in_other_opsets(opset: int) -> None:
    for graph in LAYERS:
        op = graph.nodes[-1].op
        is_new = isinstance(op, ops.Pool) and op.function == "avg" and op.ceil_mode
        if is_new and opset < NEWER_WITH_CEIL:
            with pytest.raises(GraphError, match=f"`ceil_mode` needs ONNX opset 19, got {opset}"):
                onnx_model([graph], opset=opset)
            continue
        assert _largest_difference([graph], opset) < 1e-5
        model = onnx.load_model_from_string(onnx_model([graph], opset=opset))
        assert [(used.domain, used.version) for used in model.opset_import] == [("", opset)]
        if opset == 13:  # https://onnx.ai/onnx/repo-docs/Versioning.html: 1.8 has both
            assert model.ir_version == 7


@pytest.mark.parametrize("opset", [-1, 0, 12, 99])
def test_opsets_that_there_are_not(opset: int) -> None:
    with pytest.raises(GraphError, match=rf"the ONNX opset must be from 13 to \d\d, .*got {opset}"):
        onnx_model([_one(ops.Flatten())], opset=opset)


def test_metadata_are_json_by_name() -> None:
    said = {"mean": [1.5], "class_names": ["naïve", 'a "b"\n']}
    model = onnx.load_model_from_string(onnx_model([_one(ops.Flatten())], metadata=said))
    assert {prop.key: json.loads(prop.value) for prop in model.metadata_props} == said


def test_all_primitives_are_tried() -> None:
    kinds = {node.op.kind for graph in LAYERS for node in graph.nodes}
    assert kinds == set(ops.PRIMITIVES)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", block_types())
def test_every_block_is_pytorchs(name: str, stride: int) -> None:
    graph = lower(name, (8, 9, 9), 16, stride, "silu", ())
    assert _largest_difference([graph]) < 1e-4
    assert _largest_difference([inference_graph(graph)]) < 1e-4


def test_graphs_in_a_row() -> None:
    first = lower("separable", (4, 8, 8), 8, 2, "relu", ())
    second = lower("separable", first.out_shape, 8, 1, "relu", ())
    assert _largest_difference([first, second]) < 1e-5


def test_what_onnx_cannot_say_is_one_line() -> None:
    with pytest.raises(GraphError, match="got 9x11 to 2x2"):
        onnx_model([_one(ops.AdaptiveAvgPool(2))])
    with pytest.raises(
        GraphError, match="must be one of float32, float16 for ONNX, got 'bfloat16'"
    ):
        onnx_model([_one(ops.Flatten())], dtype="bfloat16")


def test_random_weights_are_the_same_each_time() -> None:
    graph = lower("separable", (4, 6, 6), 8, 1, "relu", ())
    assert onnx_model([graph]) == onnx_model([graph])
