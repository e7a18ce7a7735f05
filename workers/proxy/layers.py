"""Layers that compute in bfloat16 where that is faster, and keep their weights in float32.

Activations between the layers are bfloat16, as under PyTorch's autocast. A convolution has three
passes: forward, gradient of the input, gradient of the weight. Each runs in the type that is
faster for it: on a CPU, bfloat16 makes a dense convolution twice as fast, and the input gradient
of a depthwise one with a stride fifty times as slow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from search_spaces.graphs.modules import Joins, Layers, build_module
from search_spaces.graphs.network import Network, network_paths
from workers.proxy.execution import BFloat16Passes, ConvLayer, Execution
from workers.step.norm import CLAMPS, UncountedBatchNorm2d, clamped_norm


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
        kind = _dtype(passes.forward)
        cast = weight.to(kind)
        ctx.save_for_backward(x, weight, cast)
        ctx.geometry, ctx.passes, ctx.has_bias = geometry, passes, bias is not None
        small = bias if bias is None else bias.to(kind)
        return F.conv2d(x.to(kind), cast, small, *geometry).to(x.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        passes: BFloat16Passes = ctx.passes
        wanted = (*ctx.needs_input_grad[:2], ctx.has_bias)
        if passes.input_gradient == passes.weight_gradient:
            parts = _backward(ctx, passes.input_gradient, grad, wanted)
        else:
            first = _backward(ctx, passes.input_gradient, grad, (wanted[0], False, False))
            second = _backward(ctx, passes.weight_gradient, grad, (False, *wanted[1:]))
            parts = (first[0], *second[1:])
        x, weight, _ = ctx.saved_tensors
        types = (x.dtype, weight.dtype, weight.dtype)
        kept = zip(parts, types, wanted, strict=True)
        return *(part.to(kind) if is_wanted else None for part, kind, is_wanted in kept), None, None


def _backward(
    ctx: Any, low: bool, grad: Tensor, mask: tuple[bool, bool, bool]
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of input, weight and bias that `mask` asks for."""
    x, weight, cast = ctx.saved_tensors
    kind = _dtype(low)
    stride, padding, dilation, groups = ctx.geometry
    bias_sizes = [len(weight)] if mask[2] else None
    parts: tuple[Tensor, Tensor, Tensor] = torch.ops.aten.convolution_backward(
        grad.to(kind), x.to(kind), cast if cast.dtype == kind else weight.to(kind), bias_sizes,
        stride, padding, dilation, False, [0, 0], groups, mask,
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
        # No timings stand for transposed convolutions, so that the type that is always right is
        # taken.
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


class _GlobalPoolFunction(torch.autograd.Function):
    """The mean over positions, whose gradient is a whole tensor, channels last in memory.

    PyTorch's own has another layout, on which the gradient of an activation is ten times as slow.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, keepdim: bool) -> Tensor:
        ctx.shape = x.shape
        return x.mean((2, 3), keepdim)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        batch, channels, height, width = ctx.shape
        mean = (grad / (height * width)).view(batch, channels, 1, 1)
        return mean.expand(ctx.shape).contiguous(memory_format=torch.channels_last), None


def adaptive_avg_pool(x: Tensor, output_size: int) -> Tensor:
    """`F.adaptive_avg_pool2d`."""
    if output_size != 1:
        return F.adaptive_avg_pool2d(x, output_size)
    pool: Callable[..., Tensor] = _GlobalPoolFunction.apply
    return pool(x, True)


class ShortLinear(nn.Linear):
    """A linear layer whose gradients take half of the calls."""

    def forward(self, x: Tensor) -> Tensor:
        apply: Callable[..., Tensor] = _LinearFunction.apply
        return apply(x, self.weight, self.bias)


class _LinearFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return torch.addmm(bias, x, weight.t())

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:
        x, weight = ctx.saved_tensors
        grad = grad.to(weight.dtype)  # of another type where PyTorch's autocast is on
        return grad.mm(weight).to(x.dtype), grad.t().mm(x.to(weight.dtype)), grad.sum(0)


def _mean_as_vector(pool: Any) -> Callable[[Tensor], Tensor] | None:
    """Global pooling and flattening in one."""
    if pool.keywords["output_size"] != 1:
        return None
    apply: Callable[..., Tensor] = _GlobalPoolFunction.apply
    return lambda x: apply(x, False)


_LAYERS: Layers = {
    "nn.BatchNorm2d": UncountedBatchNorm2d,
    "nn.Linear": ShortLinear,
    "torch.cat": concat,
    "F.adaptive_avg_pool2d": adaptive_avg_pool,
}
_JOINS: Joins = {
    ("F.adaptive_avg_pool2d", "torch.flatten"): _mean_as_vector,
    **{("nn.BatchNorm2d", name): partial(clamped_norm, top=top) for name, top in CLAMPS.items()},
}


def float32_module(network: Network) -> nn.Module:
    """The module of a network with layers that train faster than torch's and compute the same."""
    return build_module(network, _LAYERS, _JOINS)


def mixed_module(network: Network, execution: Execution) -> nn.Module:
    """The module of a network that works on bfloat16, each layer in the type that suits it."""
    layers = {
        **_LAYERS, "nn.Conv2d": MixedConv2d, "nn.ConvTranspose2d": FloatConvTranspose2d,
        "nn.Linear": FloatLinear,
    }  # fmt: skip
    module = build_module(network, layers, _JOINS)
    for path, (_, graph, node) in zip(network_paths(network), network.layers(), strict=True):
        layer = module.get_submodule(path) if node.op.torch_call().is_module else None
        if isinstance(layer, MixedConv2d):
            layer.passes = execution.passes(ConvLayer.of(graph, node))
    return module
