"""How many operations loss and gradients take: each is a launch, also within a graph."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from search_spaces.graphs.modules import build_module
from workers.gpu_checks import family_network as network
from workers.proxy.layers import ShortLinear, float32_module
from workers.step.norm import (
    CLAMPS,
    UncountedBatchNorm2d,
    _clamped_norm,
    _clamped_norm_backward,
    clamped_norm,
)
from workers.step.recorder import pretended_graphs


@pytest.fixture(autouse=True)
def captured() -> Iterator[None]:
    """Layers call what they call where steps are captured."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pretended_graphs():
        yield
    torch.set_num_threads(before)


_MADE_OF = {
    torch.ops.conv_nas.clamped_norm.default: _clamped_norm,
    torch.ops.conv_nas.clamped_norm_backward.default: _clamped_norm_backward,
}


class Count(TorchDispatchMode):
    """Counts all that the dispatcher is asked for, views and empty tensors too."""

    def __init__(self, *, inside: bool) -> None:
        """For `inside`, in place of our own operations those that they are made of."""
        super().__init__()
        self.num_operations = 0
        self._inside = inside

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        if self._inside and func in _MADE_OF:
            with self:
                return _MADE_OF[func](*args)
        self.num_operations += 1
        return func(*args, **(kwargs or {}))


def _num_operations(module: nn.Module, *, inside: bool = False) -> int:
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    images = torch.randn(4, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    labels, one = torch.arange(4), torch.ones(())
    with Count(inside=inside) as count:
        loss = nn.functional.cross_entropy(module(images).float(), labels)
        torch.autograd.grad(loss, list(module.parameters()), one)
    return count.num_operations


@pytest.mark.parametrize(("family", "before"), [("standard", 91), ("shuffle", 163)])
def test_half_of_the_operations(family: str, before: int) -> None:
    """Of those that there were when each norm, activation and count of batches was a call."""
    assert _num_operations(float32_module(network(family))) <= before // 2


@pytest.mark.parametrize(("family", "before"), [("standard", 91), ("shuffle", 163)])
def test_nothing_is_hidden_in_our_own_operations(family: str, before: int) -> None:
    """With all that they are made of it is less than three quarters."""
    counted = _num_operations(float32_module(network(family)), inside=True)
    assert _num_operations(float32_module(network(family))) < counted < 0.75 * before


@pytest.mark.parametrize("family", ["standard", "shuffle", "separable", "fire"])
def test_fewer_operations_compute_the_same(family: str) -> None:
    """Loss and gradients of plain PyTorch: to the bit but for sums in another order."""
    torch.manual_seed(0)
    plain, short = build_module(network(family)), float32_module(network(family))
    short.load_state_dict(plain.state_dict())
    images = torch.randn(4, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    found = []
    for module in (plain, short):
        module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        loss = nn.functional.cross_entropy(module(images), torch.arange(4))
        found.append([loss, *torch.autograd.grad(loss, list(module.parameters()))])
        for value in (value for key, value in module.named_buffers() if "running" in key):
            found[-1].append(value)
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", CLAMPS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_norm_and_activation_in_one_equal_those_one_by_one(name: str, dtype: torch.dtype) -> None:
    """Results, gradients and statistics to the last bit, behind a sharp upper end too."""
    torch.manual_seed(0)
    activation = getattr(nn.functional, name.removeprefix("F."))
    plain, both = nn.BatchNorm2d(8), UncountedBatchNorm2d(8)
    for norm in (plain, both):
        nn.init.constant_(norm.weight, 4.0)
    x = torch.randn(4, 8, 6, 6).to(dtype).contiguous(memory_format=torch.channels_last)
    x.requires_grad_()
    joined = clamped_norm(both, CLAMPS[name])
    assert joined is not None
    outputs = activation(plain(x)), joined(x)
    assert type(outputs[1].grad_fn).__name__ == "_ClampedNormBackward"
    weights = torch.randn(4, 8, 6, 6).to(dtype).contiguous(memory_format=torch.channels_last)
    wanted, came = (
        torch.autograd.grad(output, [x, norm.weight, norm.bias], weights)
        for output, norm in zip(outputs, (plain, both), strict=True)
    )
    assert torch.equal(*outputs)
    assert all(map(torch.equal, wanted, came))
    assert torch.equal(both.running_mean, plain.running_mean)  # type: ignore[arg-type]
    assert torch.equal(both.running_var, plain.running_var)  # type: ignore[arg-type]
    both.eval(), plain.eval()
    assert torch.equal(joined(x), activation(plain(x)))


def test_a_copy_of_a_module_has_norms_of_its_own() -> None:
    """What joins calls goes along, though it is no module."""
    original = float32_module(network("standard"))
    copied = copy.deepcopy(original)
    before = [value.clone() for value in original.buffers()]
    copied(torch.randn(4, 3, 32, 32))
    assert all(map(torch.equal, before, original.buffers()))
    moved = [not torch.equal(*pair) for pair in zip(before, copied.buffers(), strict=True)]
    assert sum(moved) == 2 * 7  # means and variances of seven norms; the stepper counts batches


def test_a_short_linear_layer_has_torchs_gradients() -> None:
    torch.manual_seed(0)
    plain, short = nn.Linear(5, 3), ShortLinear(5, 3)
    short.load_state_dict(plain.state_dict())
    x = torch.randn(7, 5, requires_grad=True)
    found: list[tuple[Tensor, ...]] = []
    for layer in (plain, short):
        output = layer(x)
        weights = torch.linspace(-1, 1, 21).view(7, 3)
        found.append((output, *torch.autograd.grad(output, [x, layer.weight, layer.bias], weights)))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(other, one)
