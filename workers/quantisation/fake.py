"""Networks that compute in float32 what their eight bit integers stand for, and can be trained so.

Every weight and every map is rounded to a number that an integer of its scale stands for, and
gradients pass as if it were not (arXiv:1712.05877, section 3; the straight-through estimator of
arXiv:1308.3432). Scales are worked out as those of the file are: those of weights follow the
weights, those of maps are fixed by ranges. In evaluation mode batch norm is folded, as in the file.
In training mode it stays behind its convolution and normalises by its batch: folded with statistics
that stand still, depthwise networks diverge at rates that are harmless else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.modules import Layers, NetworkModule
from search_spaces.graphs.network import Network, network_paths
from search_spaces.graphs.primitives import BatchNorm
from search_spaces.tflite.layers import EPSILON, GATE
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.program import Interval
from search_spaces.tflite.quantisation import (
    HIGHEST,
    LOWEST,
    TINY,
    Scaling,
    map_scalings,
    scaling_of,
)
from workers.quantisation.ranges import Ranges, input_scaling
from workers.step.norm import UncountedBatchNorm2d

_DROPPED_BITS = 41
"""Of the 52 behind the first of a float64, so that twelve are left; as scales in files have."""


class Rounding:
    """Rounds a map to the numbers that integers of its scale stand for.

    The gradient passes where nothing is cut off.
    """

    def __init__(self, scaling: Scaling) -> None:
        self.scaling = scaling

    @property
    def scale(self) -> float:
        return float(self.scaling.scales[0])

    def __call__(self, x: Tensor) -> Tensor:
        return torch.fake_quantize_per_tensor_affine(
            x, self.scale, self.scaling.zero_point, LOWEST, HIGHEST
        )


def _rounded(weight: Tensor, bias: Tensor, axis: int, read: Rounding) -> tuple[Tensor, Tensor]:
    """Weight and bias of the file, as float32; see `search_spaces.tflite.quantisation`.

    Args:
        weight: In float64, its batch norm folded.
        axis: That of the output channels.
        read: Of the map that is read, on whose scale that of the bias depends.
    """
    others = [i for i in range(weight.ndim) if i != axis]
    with torch.no_grad():
        largest = weight.abs().amax(others) if others else weight.abs()
        least = bias.abs() / (read.scale * 2.0**30)
        scales = _short(torch.maximum(largest / HIGHEST, least).clamp_min(TINY))
        steps = scales.reshape([-1 if i == axis else 1 for i in range(weight.ndim)])
        products = scales * read.scale
        weight_error = torch.round(weight / steps) * steps - weight
        bias_error = torch.round(bias / products) * products - bias
    return (weight + weight_error).float(), (bias + bias_error).float()


def _short(scales: Tensor) -> Tensor:
    """Positive numbers in float64, rounded up to twelve bits."""
    rest = (1 << _DROPPED_BITS) - 1
    return ((scales.view(torch.int64) + rest) & ~rest).view(torch.float64)


class _Weighted(nn.Module):
    """A layer whose weights are rounded.

    Attributes:
        read: Of the map that it reads.
        folded: The batch norm that disappears into it, if there is one.
    """

    weight: Tensor
    bias: Any
    read: Rounding
    # A row, since a module that is an attribute would have its weights named twice.
    folded: Sequence[nn.BatchNorm2d] = ()

    def numbers(self, axis: int = 0) -> tuple[Tensor, Tensor]:
        """Weight and bias as the file has them; in training without the batch norm."""
        weight, channels = self.weight.double(), self.weight.shape[axis]
        bias = weight.new_zeros(channels) if self.bias is None else self.bias.double()
        for norm in () if self.training else self.folded:
            scale, moved = _scale_and_shift(norm)
            weight = weight * scale.reshape([-1 if i == axis else 1 for i in range(weight.ndim)])
            bias = bias * scale + moved
        return _rounded(weight, bias, axis, self.read)


def _scale_and_shift(norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    assert norm.running_mean is not None and norm.running_var is not None
    scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + EPSILON)
    return scale, norm.bias.double() - norm.running_mean.double() * scale


class RoundedConv2d(nn.Conv2d, _Weighted):
    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self._conv_forward(x, *self.numbers())
        return out


class RoundedConvTranspose2d(nn.ConvTranspose2d, _Weighted):
    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        weight, bias = self.numbers(axis=1)
        return F.conv_transpose2d(
            x, weight, bias, self.stride, self.padding, self.output_padding, self.groups,  # type: ignore[arg-type]
            self.dilation,
        )  # fmt: skip


class RoundedLinear(nn.Linear, _Weighted):
    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, *self.numbers())


def _between(low: float, high: float) -> Rounding:
    return Rounding(scaling_of((low, high)))


_GATE, _SIX = _between(*GATE), _between(0.0, 6.0)
_THREE, _SIXTH = (
    float(scaling.to_numbers(scaling.to_integers(np.array([value])))[0])
    for value, scaling in ((value, scaling_of((value, value))) for value in (3.0, 1 / 6))
)


def _silu(x: Tensor) -> Tensor:
    return x * _GATE(torch.sigmoid(x))


def _hard_sigmoid(x: Tensor) -> Tensor:
    return _SIX(F.relu6(x + _THREE)) * _SIXTH


_LAYERS: Layers = {
    "nn.Conv2d": RoundedConv2d, "nn.ConvTranspose2d": RoundedConvTranspose2d,
    "nn.Linear": RoundedLinear, "nn.BatchNorm2d": UncountedBatchNorm2d, "F.silu": _silu,
    "F.hardsigmoid": _hard_sigmoid,
}  # fmt: skip
"""What several operators of the file do is rounded between them as well."""


@dataclass(frozen=True, eq=False)
class _Norm:
    """A batch norm in its place. No module: the norm stays where its names say.

    Attributes:
        read: Of the map that it reads; None where it disappears into the layer before it.
    """

    norm: nn.BatchNorm2d
    read: Rounding | None

    def __call__(self, x: Tensor) -> Tensor:
        if self.norm.training:
            normal: Tensor = self.norm(x)
            return normal
        if self.read is None:
            return x
        weight, bias = _rounded(*_scale_and_shift(self.norm), 0, self.read)
        return x * weight[:, None, None] + bias[:, None, None]


def _standing_in(
    layer: Callable[..., Tensor], is_norm: bool, read: Rounding | None, end: Rounding | None
) -> Callable[..., Tensor]:
    """What is called in place of a layer, by what it is in the step that it became part of."""
    called = _Norm(layer, read) if is_norm else layer  # type: ignore[arg-type]
    return called if end is None else lambda *inputs: end(called(*inputs))


class FakeQuantised(NetworkModule):
    """A network whose outputs are what those of its file in eight bit integers stand for.

    Its weights have the names that they have in the plain module. Its state says besides which
    ranges maps have, under `EXTRA`.
    """

    def __init__(self, network: Network, ranges: Ranges, given: InputFormat) -> None:
        """Raises GraphError where a layer has no counterpart in TensorFlow Lite."""
        self._program, self._input = lowered(network), input_scaling(given)
        self._ranges = dict(ranges)
        scalings = self._scalings()
        self._roundings = {
            tensor: Rounding(scalings[tensor])
            for tensor in (self._program.input, *(part.output for part in self._program.written))
        }
        super().__init__(network, _LAYERS, wraps=dict(self._wraps(network)))
        self._connect(network_paths(network))

    def _wraps(self, network: Network) -> Iterator[tuple[int, Callable[..., Any]]]:
        ops = [node.op for *_, node in network.layers()]
        for part in self._program.written:
            for number in part.layers:
                is_first, is_last = number == part.layers[0], number == part.layers[-1]
                read = self._roundings[part.inputs[0]] if is_first else None
                end = self._roundings[part.output] if is_last else None
                is_norm = isinstance(ops[number], BatchNorm)
                yield number, partial(_standing_in, is_norm=is_norm, read=read, end=end)

    def _connect(self, paths: Sequence[str]) -> None:
        modules = dict(self.named_modules())
        for part in self._program.written:
            first, *others = (modules.get(paths[layer]) for layer in part.layers)
            if isinstance(first, _Weighted):
                first.read = self._roundings[part.inputs[0]]
                first.folded = [m for m in others if isinstance(m, nn.BatchNorm2d)]

    def _scalings(self) -> dict[int, Scaling]:
        found = map_scalings(self._program, self._ranges, self._input)
        return {number: scaling for number, scaling in enumerate(found) if scaling is not None}

    def forward(self, x: Tensor, observe: Any = None) -> Tensor:
        return super().forward(self._roundings[self._program.input](x), observe)

    @property
    def ranges(self) -> Ranges:
        return self._ranges

    def get_extra_state(self) -> dict[int, Interval]:
        return dict(self._ranges)

    def set_extra_state(self, state: Mapping[int, Interval]) -> None:
        self._ranges = {layer: (low, high) for layer, (low, high) in state.items()}
        scalings = self._scalings()
        for tensor, rounding in self._roundings.items():
            rounding.scaling = scalings[tensor]


EXTRA = "_extra_state"
"""PyTorch's name for what a state holds beside tensors."""


def parted(state: Mapping[str, Any]) -> tuple[dict[str, Tensor], Ranges]:
    """The weights in a state of `FakeQuantised`, and the ranges."""
    weights = {name: value for name, value in state.items() if name != EXTRA}
    return weights, dict(state[EXTRA])


def fake_quantised(
    network: Network, state: Mapping[str, Tensor], ranges: Ranges, given: InputFormat
) -> FakeQuantised:
    """The module of a network in evaluation mode, see `FakeQuantised`.

    Args:
        state: Of the plain module.
    """
    module = FakeQuantised(network, ranges, given)
    module.load_state_dict({**state, EXTRA: dict(ranges)})
    return module.eval()
