"""Which arithmetic each layer trains with: decided from timings that are taken once and then kept.

A decision by a stopwatch may fall otherwise the next time, and then two trainings of one network
would differ in their last bits. So timings are taken once, before the first training, and handed to
every trainer: equal timings give equal choices. They stand for families of convolutions (kind,
kernel, stride, dilation) and hold for one device, batch size and number of threads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, NamedTuple

from search_spaces.graphs.graph import Graph, Node
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Activation, BatchNorm, Conv, Shape

PASS_MARGIN = 0.9
NETWORK_MARGIN = 0.8
"""bfloat16 is taken where it needs less than this share of float32's time: for a pass, and for a
network at all, in which casts and calls that are not counted cost some of the gain."""


class PassTimes(NamedTuple):
    """Milliseconds of the three passes of a convolution."""

    forward: float
    input_gradient: float
    weight_gradient: float


@dataclass(frozen=True)
class FamilyTimes:
    """What one convolution took, which stands for its family.

    Attributes:
        elements: Numbers in its input and its output together, for one image.
        flops: Its multiply-adds for one image.
    """

    elements: int
    flops: int
    float32: PassTimes
    bfloat16: PassTimes


@dataclass(frozen=True)
class ElementTimes:
    """Milliseconds for a million numbers: norm and activation in each type; one cast."""

    float32: float
    bfloat16: float
    cast: float


class BFloat16Passes(NamedTuple):
    """Which passes of a convolution compute in bfloat16; the others compute in float32."""

    forward: bool
    input_gradient: bool
    weight_gradient: bool


class ConvLayer(NamedTuple):
    """A convolution at its place in a network."""

    op: Conv
    in_shape: Shape
    out_shape: Shape

    @classmethod
    def of(cls, graph: Graph, node: Node) -> ConvLayer:
        """The convolution that is a node of a graph."""
        assert isinstance(node.op, Conv)
        return cls(node.op, graph.in_shapes(node)[0], node.shape)

    @property
    def family(self) -> str:
        """What convolutions have in common that are fast or slow together."""
        op = self.op
        kind = "dense" if op.groups == 1 else f"grouped by {op.groups}"
        if 1 < op.groups == op.in_channels:
            kind = "depthwise"
        kernel, stride, dilation = (
            f"{pair[0]}x{pair[1]}" for pair in (op.kernel_size, op.stride, op.dilation)
        )
        return f"{kind} {kernel}, stride {stride}, dilation {dilation}"

    @property
    def elements(self) -> int:
        return _size(self.in_shape) + _size(self.out_shape)

    @property
    def flops(self) -> int:
        return self.op.flops(self.in_shape, self.out_shape)


@dataclass(frozen=True)
class Execution:
    """How networks train on one device. Without timings everything is float32.

    Attributes:
        device_name: The processor or the card that was measured.
        versions: Versions of what ran.
        batch_size: Images in a batch.
        num_threads: Threads of PyTorch on the CPU.
        autocast: Leave the choice to PyTorch's autocast, with bfloat16; for GPUs that have it.
        cuda_graphs: Replay each step as one CUDA graph; on a GPU.
    """

    device_name: str = ""
    versions: str = ""
    batch_size: int = 1
    num_threads: int = 1
    elements: ElementTimes | None = None
    families: Mapping[str, FamilyTimes] = field(default_factory=dict)
    autocast: bool = False
    cuda_graphs: bool = False

    @property
    def device(self) -> Literal["cpu", "cuda"] | None:
        """The kind of device that trainings choose for by it; None for float32, good on all."""
        if self.autocast or self.cuda_graphs:
            return "cuda"
        return None if self.elements is None else "cpu"

    def fits(self, device: str) -> bool:
        """Whether trainings on a device can choose by it."""
        return self.device in (None, device)

    @property
    def setting(self) -> tuple[str, str, int, int]:
        """What timings must share to be put together."""
        return self.device_name, self.versions, self.batch_size, self.num_threads

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON: no class of ours is needed to read them."""
        # Through JSON, which makes lists of tuples: what is kept equals what is read again.
        values: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Execution:
        """The inverse of `to_dict`."""
        elements = values["elements"]
        families = {name: _family_times(entry) for name, entry in values["families"].items()}
        known = {"elements": elements and ElementTimes(**elements), "families": families}
        return cls(**{**values, **known})

    def completed_by(self, other: Execution | None) -> Execution:
        """With the timings of another one of the same setting; where two differ, with its own."""
        if other is None or other.setting != self.setting or other.elements is None:
            return self
        families = {**other.families, **self.families}
        return replace(self, elements=self.elements or other.elements, families=families)

    def uses_bfloat16(self, network: Network) -> bool:
        """Whether a network is expected to train faster with bfloat16 between its layers."""
        float32, bfloat16 = self.expected_ms(network)
        return bfloat16 < NETWORK_MARGIN * float32

    def passes(self, layer: ConvLayer) -> BFloat16Passes:
        """The faster type for each pass of a convolution between bfloat16 activations."""
        times = self.families.get(layer.family)
        if times is None:
            return BFloat16Passes(False, False, False)
        # A pass in float32 between bfloat16 layers has to cast first: without that share it looked
        # cheaper than it is.
        cast = self._cast_ms(times.elements)
        pairs = zip(times.float32, times.bfloat16, strict=True)
        return BFloat16Passes(*(fast < PASS_MARGIN * (exact + cast) for exact, fast in pairs))

    def expected_ms(self, network: Network) -> tuple[float, float]:
        """Milliseconds of a step's convolutions, norms and activations in float32 and bfloat16.

        Convolutions that no family stands for count nothing.
        """
        if self.elements is None:
            return 0.0, 0.0
        millions = self.batch_size / 1e6 * num_norm_elements(network)
        float32, bfloat16 = millions * self.elements.float32, millions * self.elements.bfloat16
        for layer in conv_layers(block.graph for block in network.blocks):
            times = self.families.get(layer.family)
            if times is not None:
                # A family is timed by its largest member; of the others the time is taken to go
                # with the FLOPs.
                scale = layer.flops / times.flops
                float32 += scale * sum(times.float32)
                bfloat16 += scale * self._mixed_ms(layer, times)
        return float32, bfloat16

    def _mixed_ms(self, layer: ConvLayer, times: FamilyTimes) -> float:
        cast = self._cast_ms(times.elements)
        chosen = zip(self.passes(layer), times.float32, times.bfloat16, strict=True)
        return sum(fast if low else exact + cast for low, exact, fast in chosen)

    def _cast_ms(self, elements: int) -> float:
        assert self.elements is not None, "families are measured together with elements"
        return self.elements.cast * elements * self.batch_size / 1e6


def conv_layers(graphs: Iterable[Graph]) -> Iterator[ConvLayer]:
    """The convolutions of graphs in the order of their layers, transposed ones left out."""
    for graph in graphs:
        for node in graph.nodes:
            if isinstance(node.op, Conv) and not node.op.transposed:
                yield ConvLayer.of(graph, node)


def num_norm_elements(network: Network) -> int:
    """Numbers that pass through a norm and an activation, for one image; through one, half."""
    ops = (BatchNorm, Activation)
    return sum(_size(node.shape) for *_, node in network.layers() if isinstance(node.op, ops)) // 2


def _size(shape: Shape) -> int:
    size = 1
    for side in shape:
        size *= side
    return size


def _family_times(values: Mapping[str, Any]) -> FamilyTimes:
    float32, bfloat16 = PassTimes(*values["float32"]), PassTimes(*values["bfloat16"])
    return FamilyTimes(values["elements"], values["flops"], float32, bfloat16)
