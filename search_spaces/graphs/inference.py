"""What is deployed: batch norm folded into convolutions, dropout gone, bytes made into an input.

A batch norm that alone reads a convolution is a scale and a shift of that convolution's weights
(arXiv:1712.05877, section 3.2), so that one layer does the work of two. A norm that stands before
its convolution, or whose convolution others read as well, stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from search_spaces.graphs.graph import INPUT, Graph, Node
from search_spaces.graphs.primitives import BatchNorm, Conv, Dropout


def folds(graph: Graph) -> dict[int, int]:
    """For each batch norm that can be folded, by index, the convolution that it disappears into."""
    num_readers = Counter(i for node in graph.nodes for i in node.inputs)
    found = {}
    for index, node in enumerate(graph.nodes):
        source = node.inputs[0]
        if not isinstance(node.op, BatchNorm) or source <= INPUT or num_readers[source] > 1:
            continue
        conv = graph.nodes[source].op
        # The weight of a grouped transposed convolution has its output channels along two axes, of
        # which folding scales one.
        if isinstance(conv, Conv) and not (conv.transposed and conv.groups > 1):
            found[index] = source
    return found


def inference_graph(graph: Graph) -> Graph:
    """The same function in eval mode with fewer layers.

    A folded convolution has a bias, keeps its name, and stands where its batch norm stood.
    """
    folded = folds(graph)
    gone = set(folded.values())
    nodes: list[Node] = []
    place = {index: index for index in graph.inputs}
    for index, node in enumerate(graph.nodes):
        if index in gone:
            continue
        # The last one stays: a graph's output is its last node.
        if isinstance(node.op, Dropout) and index + 1 < len(graph.nodes):
            place[index] = place[node.inputs[0]]
            continue
        if index in folded:
            node = _with_bias(graph.nodes[folded[index]])
        place[index] = len(nodes)
        nodes.append(node._replace(inputs=tuple(place[i] for i in node.inputs)))
    return replace(graph, nodes=tuple(nodes))


def _with_bias(node: Node) -> Node:
    assert isinstance(node.op, Conv)
    return node._replace(op=replace(node.op, bias=True))


LAYOUT = "NCHW"
"""Batch, channels, height, width: of stored images and of what a network is given."""

INPUT_RANGE = (0, 255)
"""What the numbers of an image may be before anything is done to them."""


@dataclass(frozen=True)
class InputFormat:
    """Each byte of an image, less the mean of its channel, over the deviation of its channel.

    An image of another size than the network's is resized then, bilinearly and antialiased.

    Attributes:
        mean: Of the bytes of the training images, for each channel.
        std: Their standard deviation, likewise; at least 1.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def channels(self) -> str:
        """What the channels are, in order."""
        return {1: "grey", 3: "RGB"}.get(len(self.mean), f"{len(self.mean)} channels")

    def as_json(self) -> dict[str, Any]:
        """Plain values that say it all, as the database, ONNX files and results have them."""
        return {
            "mean": list(self.mean), "std": list(self.std), "input_range": list(INPUT_RANGE),
            "layout": LAYOUT, "channels": self.channels,
        }  # fmt: skip

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> InputFormat:
        """What `as_json` gave."""
        return cls(tuple(values["mean"]), tuple(values["std"]))
