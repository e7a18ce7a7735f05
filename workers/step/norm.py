"""Batch norm and the activation behind it as one operation.

It writes the activation over what the norm gave, which nobody else reads, and needs nothing but the
result for the gradient. The stepper keeps the count of batches: one call for all norms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from workers.step import capture

aten = torch.ops.aten


_NO_TOP = float("inf")

CLAMPS = {"F.relu": _NO_TOP, "F.relu6": 6.0}
"""Activations that cut off below 0 and above a top; of others the gradient needs their input."""


class UncountedBatchNorm2d(nn.BatchNorm2d):
    """Batch norm, of which everything but the count of batches is kept here."""

    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training,
            self.momentum or 0.0, self.eps,
        )  # fmt: skip

    def clamped(self, x: Tensor, top: float) -> Tensor:
        """The norm and an activation, see `CLAMPS`; to the last bit as one after the other."""
        # What is called one by one is called fastest as torch's own.
        if x.device.type not in capture.DEVICE_TYPES or not self.training:
            return _clamped(self(x), top)
        apply: Callable[..., Tensor] = _ClampedNorm.apply
        statistics = self.running_mean, self.running_var
        return apply(x, self.weight, self.bias, *statistics, self.momentum, self.eps, top)


@dataclass(frozen=True, eq=False)
class _Joined:
    """A norm and the activation behind it. No module: the norm stays where its names say."""

    norm: UncountedBatchNorm2d
    top: float

    def __call__(self, x: Tensor) -> Tensor:
        # A group of processes makes another class of it later on.
        if type(self.norm) is UncountedBatchNorm2d:
            return self.norm.clamped(x, self.top)
        normal: Tensor = self.norm(x)
        return _clamped(normal, self.top)


def clamped_norm(norm: nn.Module, top: float) -> Callable[[Tensor], Tensor] | None:
    """A norm with its activation as one call; None where the norm is of another kind."""
    return _Joined(norm, top) if isinstance(norm, UncountedBatchNorm2d) else None


def _clamped(x: Tensor, top: float) -> Tensor:
    """Cuts off in place."""
    return x.relu_() if top == _NO_TOP else F.hardtanh_(x, 0.0, top)


class _ClampedNorm(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, var: Tensor,
        momentum: float, eps: float, top: float,
    ) -> Tensor:  # fmt: skip
        y, *kept = torch.ops.conv_nas.clamped_norm(x, weight, bias, mean, var, momentum, eps, top)
        ctx.save_for_backward(x, weight, mean, var, *kept)
        ctx.eps, ctx.top = eps, top
        result: Tensor = y
        return result

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        parts = torch.ops.conv_nas.clamped_norm_backward(grad, *ctx.saved_tensors, ctx.eps, ctx.top)
        return *parts, None, None, None, None, None


_LIBRARY: Any = torch.library.Library("conv_nas", "DEF")  # type: ignore[no-untyped-call]
_LIBRARY.define(
    "clamped_norm(Tensor x, Tensor weight, Tensor bias, Tensor(a!) mean, Tensor(b!) var, "
    "float momentum, float eps, float top) -> (Tensor, Tensor, Tensor, Tensor, Tensor)"
)
_LIBRARY.define(
    "clamped_norm_backward(Tensor grad, Tensor x, Tensor weight, Tensor mean, Tensor var, "
    "Tensor y, Tensor batch_mean, Tensor batch_scale, Tensor reserve, float eps, float top) "
    "-> (Tensor, Tensor, Tensor)"
)


def _clamped_norm(
    x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, var: Tensor, momentum: float,
    eps: float, top: float,
) -> tuple[Tensor, ...]:  # fmt: skip
    y, *kept = aten._batch_norm_with_update(x, weight, bias, mean, var, momentum, eps)
    y = _clamped(y, top)
    # Twice: what autograd keeps of an output it detaches once more in each direction.
    return y, y.detach(), *kept


def _clamped_norm_backward(
    grad: Tensor, x: Tensor, weight: Tensor, mean: Tensor, var: Tensor, y: Tensor,
    batch_mean: Tensor, batch_scale: Tensor, reserve: Tensor, eps: float, top: float,
) -> tuple[Tensor, ...]:  # fmt: skip
    if top == _NO_TOP:
        inside = aten.threshold_backward(grad, y, 0)
    else:
        inside = aten.hardtanh_backward(grad, y, 0.0, top)
    parts: tuple[Tensor, ...] = aten.batch_norm_backward(
        inside, x, weight, mean, var, batch_mean, batch_scale, True, eps, [True] * 3, reserve
    )
    return parts


for _name, _function in (
    ("clamped_norm", _clamped_norm), ("clamped_norm_backward", _clamped_norm_backward)
):  # fmt: skip
    _LIBRARY.impl(_name, _function, "CompositeExplicitAutograd")


def uncounted(module: nn.Module) -> Iterator[Tensor]:
    """The counts of batches that layers of a module leave to others."""
    for layer in module.modules():
        if type(layer) is UncountedBatchNorm2d and layer.num_batches_tracked is not None:
            yield layer.num_batches_tracked
