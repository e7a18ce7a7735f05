"""Layers that compute in bfloat16 where that is faster, and keep their weights in float32.

Activations between the layers are bfloat16, as under PyTorch's autocast. A convolution has three
passes: forward, gradient of the input, gradient of the weight. Each runs in the type that is
faster for it: on a CPU, bfloat16 makes a dense convolution twice as fast, and the input gradient
of a depthwise one with a stride fifty times as slow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from search_spaces.modules import build_module
from search_spaces.network import Network
from workers.proxy.execution import BFloat16Passes, ConvLayer, Execution


def _dtype(low: bool) -> torch.dtype:
    return torch.bfloat16 if low else torch.float32


class _Geometry(NamedTuple):
    stride: list[int]
    padding: list[int]
    dilation: list[int]
    groups: int


class _ConvFunction(torch.autograd.Function):
    """A convolution whose output has the type of its input, whatever its passes compute in."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, geometry: _Geometry,
        passes: BFloat16Passes,
    ) -> Tensor:  # fmt: skip
        ctx.save_for_backward(x, weight)
        ctx.geometry, ctx.passes, ctx.has_bias = geometry, passes, bias is not None
        kind = _dtype(passes.forward)
        small = bias if bias is None else bias.to(kind)
        return F.conv2d(x.to(kind), weight.to(kind), small, *geometry).to(x.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        passes: BFloat16Passes = ctx.passes
        wants_input, wants_weight = ctx.needs_input_grad[:2]
        grad_x = grad_weight = grad_bias = None
        if wants_input:
            parts = _backward(ctx, passes.input_gradient, grad, (True, False, False))
            grad_x = parts[0].to(x.dtype)
        if wants_weight:
            mask = (False, True, ctx.has_bias)
            parts = _backward(ctx, passes.weight_gradient, grad, mask)
            grad_weight = parts[1].to(weight.dtype)
            grad_bias = parts[2].to(weight.dtype) if ctx.has_bias else None
        return grad_x, grad_weight, grad_bias, None, None


def _backward(
    ctx: Any, low: bool, grad: Tensor, mask: tuple[bool, bool, bool]
) -> tuple[Tensor, Tensor, Tensor]:
    x, weight = ctx.saved_tensors
    kind = _dtype(low)
    stride, padding, dilation, groups = ctx.geometry
    bias_sizes = [len(weight)] if mask[2] else None
    parts: tuple[Tensor, Tensor, Tensor] = torch.ops.aten.convolution_backward(
        grad.to(kind), x.to(kind), weight.to(kind), bias_sizes, stride, padding, dilation, False,
        [0, 0], groups, mask,
    )  # fmt: skip
    return parts


class MixedConv2d(nn.Conv2d):
    """A convolution with a type for each pass. Input and output have the same type."""

    passes: BFloat16Passes

    def forward(self, x: Tensor) -> Tensor:
        geometry = _Geometry(
            list(self.stride), list(map(int, self.padding)), list(self.dilation), self.groups
        )
        convolve: Callable[..., Tensor] = _ConvFunction.apply
        return convolve(x, self.weight, self.bias, geometry, self.passes)


class FloatConvTranspose2d(nn.ConvTranspose2d):
    """A transposed convolution in float32. Input and output have the same type."""

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        return super().forward(x.float(), output_size).to(x.dtype)


class FloatLinear(nn.Linear):
    """A linear layer in float32, whatever its input: the classifier's sums need the digits."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.float())


class _ConcatFunction(torch.autograd.Function):
    """Concatenation along channels whose gradients are whole tensors.

    PyTorch's own are slices of one tensor, in which neighbours in memory are not neighbours in the
    slice; what stands before the concatenation is several times as slow on such a gradient.
    """

    @staticmethod
    def forward(ctx: Any, *parts: Tensor) -> Tensor:
        ctx.sizes = [part.shape[1] for part in parts]
        return torch.cat(parts, dim=1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:
        return tuple(
            part.contiguous(memory_format=torch.channels_last)
            for part in torch.split(grad, ctx.sizes, dim=1)
        )


def concat(parts: Sequence[Tensor], dim: int) -> Tensor:
    """`torch.cat` of feature maps along channels."""
    assert dim == 1
    join: Callable[..., Tensor] = _ConcatFunction.apply
    return join(*parts)


def float32_module(network: Network) -> nn.Module:
    """The module of a network with layers that train faster than torch's and compute the same."""
    return build_module(network, {"torch.cat": concat})


def mixed_module(network: Network, execution: Execution) -> nn.Module:
    """The module of a network that works on bfloat16, each layer in the type that suits it."""
    module = build_module(network, {
        "nn.Conv2d": MixedConv2d, "nn.ConvTranspose2d": FloatConvTranspose2d,
        "nn.Linear": FloatLinear, "torch.cat": concat,
    })  # fmt: skip
    for name, graph, node in network.layers():
        layer = module.get_submodule(name) if node.op.torch_call().is_module else None
        if isinstance(layer, MixedConv2d):
            layer.passes = execution.passes(ConvLayer.of(graph, node))
    return module
