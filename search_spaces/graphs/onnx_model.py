"""ONNX files, also of graphs. The only file of this package that imports onnx."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod, sqrt
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from search_spaces.errors import GraphError
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network, Sources, module_paths
from search_spaces.graphs.onnx_layers import WRITERS, Array
from search_spaces.graphs.primitives import (
    AdaptiveAvgPool,
    Conv,
    Crop,
    Flatten,
    Linear,
    Pool,
    Resize,
    Shape,
)

OPSET = 20
"""The usual one, of 2023."""

OLDEST_OPSET = 13
"""Of 2020, which the runtimes of older devices have."""

Weights = Mapping[str, Array]
_TYPES = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16}


def onnx_model(
    graphs: Sequence[Graph],
    *,
    sources: Sources | None = None,
    any_size: bool = False,
    batch_size: int | None = 1,
    dtype: str = "float32",
    weights: Sequence[Weights] | None = None,
    names: Sequence[str] | None = None,
    doc: str = "",
    metadata: Mapping[str, Any] | None = None,
    opset: int = OPSET,
) -> bytes:
    """The ONNX file of some graphs in a row, in eval mode. It maps `input` to `output`.

    Side inputs of the first graph are `input_2`, `input_3` and so on.

    Args:
        sources: For each graph the numbers of those whose outputs are its side inputs.
        any_size: Whether images may have another height and width than the first graph says.
        batch_size: Images in one run; None for any number.
        weights: For each graph the arrays of its module's `state_dict`; drawn at random where None.
        names: What each graph is called; numbers by default. An empty name adds nothing to those
            of its layers.
        doc: What a reader of the file should know.
        metadata: The same for programs: values by name, which are written as JSON.
        opset: Version of ONNX's operators, from `OLDEST_OPSET` up.

    Raises:
        GraphError: A layer has no counterpart in this opset, there is no such opset, or the type is
            none of float32 and float16.
    """
    if dtype not in _TYPES:
        raise GraphError(f"`dtype` must be one of {', '.join(_TYPES)} for ONNX, got {dtype!r}")
    writer = _Writer(np.dtype(dtype), opset, any_size=any_size)
    given = {
        "input" if number == 1 else f"input_{number}": shape
        for number, shape in enumerate(graphs[0].input_shapes, 1)
    }
    outputs: list[str] = []
    for index, graph in enumerate(graphs):
        name = f"{index}" if names is None else names[index]
        taps = sources[index] if sources else ()
        read = [outputs[-1], *(outputs[tap] for tap in taps)] if outputs else list(given)
        outputs.append(writer.graph(name, graph, read, weights[index] if weights else None))
    writer.end(outputs[-1])
    return writer.bytes(given, graphs[-1].out_shape, batch_size, doc, metadata)


def network_onnx(
    network: Network,
    state: Weights,
    doc: str = "",
    metadata: Mapping[str, Any] | None = None,
    opset: int = OPSET,
) -> bytes:
    """The ONNX file of a network with its weights, for batches of any size.

    Images may have any size too, as far as `takes_any_size` says.

    Args:
        state: The arrays of its module's `state_dict`; the file's layers have the same names.
        doc: What a reader of the file should know.
        metadata: The same for programs, see `onnx_model`.
        opset: Version of ONNX's operators.

    Raises:
        GraphError: A layer has no counterpart in this opset, or there is no such opset.
    """
    weights = []
    for block in network.blocks:
        prefix = f"{block.name}." if block.name else ""
        own = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
        weights.append(own)
    return onnx_model(
        [block.graph for block in network.blocks], sources=network.sources,
        any_size=takes_any_size(network), batch_size=None, weights=weights,
        names=[block.name for block in network.blocks], doc=doc, metadata=metadata, opset=opset,
    )  # fmt: skip


def takes_any_size(network: Network) -> bool:
    """Whether a network maps images of other sizes too, as far as its strides divide them.

    Vectors of a fixed length and resizing to a fixed size do not; nor does cropping where a stride
    did not divide, since what is cut then depends on the size.
    """
    divides = True
    for _, graph, node in network.layers():
        op, sides = node.op, graph.shape_of(node.inputs[0])[1:]
        if isinstance(op, Linear | Flatten | Resize):
            return False
        if isinstance(op, AdaptiveAvgPool) and op.output_size > 1:
            return False
        if isinstance(op, Pool | Conv) and not (isinstance(op, Conv) and op.transposed):
            divides &= not any(side % step for side, step in zip(sides, op.stride, strict=True))
        if isinstance(op, Crop) and not divides:
            return False
    return len(network.out_shape) == 3


def newest_opset() -> int:
    """The newest opset that the installed package knows."""
    return onnx.defs.onnx_opset_version()


def require_opset(opset: int) -> None:
    """Raises GraphError where there is no such opset, or we do not write it."""
    newest = newest_opset()
    if not OLDEST_OPSET <= opset <= newest:
        allowed = f"from {OLDEST_OPSET} to {newest}, the newest that onnx {onnx.__version__} knows"
        raise GraphError(f"the ONNX opset must be {allowed}; got {opset}")


class OnnxFile:
    """Nodes and the constants that they read, to be made a file.

    Attributes:
        opset: Version of the operators.
        any_size: Whether height and width are known only where the file is run.
        dtype: Of input and output.
    """

    def __init__(self, dtype: np.dtype[Any], opset: int = OPSET, *, any_size: bool = False) -> None:
        require_opset(opset)
        self.opset = opset
        self.any_size = any_size
        self.dtype = dtype
        self._nodes: list[NodeProto] = []
        self._arrays: list[TensorProto] = []

    def node(self, kind: str, inputs: Sequence[str], out: str, **attributes: Any) -> str:
        """Writes a node and returns the name of its output."""
        self._nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out

    def constant(self, name: str, array: Array) -> str:
        """Writes an array and returns its name."""
        self._arrays.append(numpy_helper.from_array(array, name))
        return name

    def end(self, source: str) -> None:
        """Gives the value of that name to whoever runs the file."""
        if self._nodes and source in self._nodes[-1].output:
            self._nodes[-1].output[0] = "output"
        else:
            self.node("Identity", [source], "output")

    def bytes(
        self, inputs: Mapping[str, Shape], output: Shape, batch_size: int | None, doc: str = "",
        metadata: Mapping[str, Any] | None = None,
    ) -> bytes:  # fmt: skip
        """The file, which is checked; see `onnx_model`. Shapes are those of one image."""
        element = helper.np_dtype_to_tensor_dtype(self.dtype)

        def value(name: str, shape: Shape) -> ValueInfoProto:
            sides = (f"{name}_height", f"{name}_width") if self.any_size else shape[1:]
            dims = [batch_size or "batch", shape[0], *sides]
            return helper.make_tensor_value_info(name, element, dims)

        graph = helper.make_graph(
            self._nodes, "network", [value(*pair) for pair in inputs.items()],
            [value("output", output)], self._arrays,
        )  # fmt: skip
        operators = [helper.make_opsetid("", self.opset)]
        model = helper.make_model(
            graph, opset_imports=operators, producer_name="conv-nas", doc_string=doc,
            # By default onnx writes its newest version of the file itself, which older runtimes
            # refuse.
            ir_version=helper.find_min_ir_version_for(operators),
        )  # fmt: skip
        # ONNX keeps properties as texts alone.
        helper.set_model_props(model, {name: json.dumps(v) for name, v in (metadata or {}).items()})
        # In full it infers the shapes as well, which a runtime would only find wrong on the device.
        onnx.checker.check_model(model, full_check=True)
        data: bytes = model.SerializeToString()
        return data


class _Writer(OnnxFile):
    """Writes layers as ONNX nodes."""

    def __init__(self, dtype: np.dtype[Any], opset: int = OPSET, *, any_size: bool = False) -> None:
        super().__init__(dtype, opset, any_size=any_size)
        self._rng = np.random.default_rng(0)

    def graph(
        self, prefix: str, graph: Graph, sources: Sequence[str], weights: Weights | None
    ) -> str:
        """Writes one graph that reads `sources`; returns the name of its output."""
        names = dict(zip(graph.inputs, sources, strict=True))
        for index, (node, own) in enumerate(zip(graph.nodes, module_paths(graph), strict=True)):
            layer = _Layer(self, f"{prefix}.{own}" if prefix else own, own, weights)
            shapes = graph.in_shapes(node)
            inputs = [names[i] for i in node.inputs]
            names[index] = WRITERS[type(node.op)](layer, node.op, inputs, shapes, node.shape)
        return names[len(graph.nodes) - 1]

    def random(self, shape: Shape) -> Array:
        """Of few distinct values, so that files with them can be compressed."""
        values: Array = np.round(4 * self._rng.standard_normal(shape)) / 4
        return values / sqrt(prod(shape[1:]))


class _Layer:
    """The nodes of one layer, and where its weights come from."""

    def __init__(self, writer: _Writer, path: str, name: str, weights: Weights | None) -> None:
        self._writer = writer
        self._path = path
        self._name = name
        self._weights = weights
        self._count = 0
        self.opset = writer.opset
        self.any_size = writer.any_size
        self.dtype = writer.dtype

    def node(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Writes a node and returns the name of its output."""
        self._count += 1
        return self._writer.node(kind, inputs, f"{self._path}:{self._count}", **attributes)

    def weight(self, suffix: str, shape: Shape) -> str:
        """A weight by its name in the `state_dict`."""
        if self._weights is not None:
            array = self._weights[f"{self._name}.{suffix}"]
        elif suffix == "running_var":
            array = np.ones(shape)
        else:
            array = self._writer.random(shape)
        return self.constant(suffix, np.asarray(array, dtype=self.dtype))

    def constant(self, suffix: str, array: Array) -> str:
        return self._writer.constant(f"{self._path}.{suffix}", array)
