"""Layers in two types: the same gradients as PyTorch's own, up to the digits of the type."""

import pytest
import torch
from torch import Tensor, nn

from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.registry import block_types
from workers.proxy import Execution
from workers.proxy.execution import BFloat16Passes, ElementTimes, FamilyTimes, PassTimes
from workers.proxy.execution import conv_layers as convolutions
from workers.proxy.layers import (
    FloatLinear,
    MixedConv2d,
    adaptive_avg_pool,
    concat,
    float32_module,
    mixed_module,
)

GEOMETRIES = [
    {"in_channels": 8, "out_channels": 16, "kernel_size": 3, "padding": 1},
    {"in_channels": 8, "out_channels": 8, "kernel_size": 3, "padding": 1, "groups": 8},
    {"in_channels": 8, "out_channels": 8, "kernel_size": 5, "padding": 4, "dilation": 2,
     "groups": 8},
    {"in_channels": 8, "out_channels": 12, "kernel_size": (1, 7), "stride": 2, "padding": (0, 3),
     "groups": 2, "bias": False},
]  # fmt: skip


def _gradients(layer: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """Output, and gradients of input and parameters, of a sum with fixed weights."""
    x = x.detach().clone(memory_format=torch.channels_last).requires_grad_()
    output = layer(x)
    weights = torch.linspace(-1, 1, output.numel()).view(output.shape)
    layer.zero_grad()
    (output.float() * weights).sum().backward()
    grads = {name: value.grad for name, value in layer.named_parameters()}
    return {"output": output.detach(), "input": x.grad, **grads}  # type: ignore[dict-item]


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("passes", [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)])
def test_mixed_convolutions_compute_convolutions(
    geometry: dict[str, int], passes: tuple[int, int, int]
) -> None:
    torch.manual_seed(0)
    plain = nn.Conv2d(**geometry)  # type: ignore[arg-type]
    mixed = MixedConv2d(**geometry)  # type: ignore[arg-type]
    mixed.load_state_dict(plain.state_dict())
    mixed.passes = BFloat16Passes(*map(bool, passes))
    x = torch.randn(4, 8, 9, 9)
    wanted, came = _gradients(plain, x), _gradients(mixed, x)
    assert wanted.keys() == came.keys()
    reduced = dict(zip(("output", "input", "weight"), passes, strict=True))
    reduced["bias"] = passes[2]
    for name, value in wanted.items():
        error = float((came[name] - value).norm() / value.norm())
        if reduced[name]:  # eight bits of mantissa: 0.4% a number
            assert 1e-4 < error < 0.01, name
        else:
            assert error < 1e-5, name


def test_mixed_convolutions_keep_the_type_of_their_input() -> None:
    layer = MixedConv2d(8, 8, 3)
    layer.passes = BFloat16Passes(False, True, False)
    for kind in (torch.float32, torch.bfloat16):
        came = _gradients(layer, torch.randn(2, 8, 5, 5).to(kind))
        assert came["output"].dtype == came["input"].dtype == kind
        assert came["weight"].dtype == came["bias"].dtype == torch.float32


def test_concatenation_equals_torchs() -> None:
    torch.manual_seed(0)
    parts = [torch.randn(2, n, 4, 4, requires_grad=True) for n in (3, 5)]
    weights = torch.randn(2, 8, 4, 4).contiguous(memory_format=torch.channels_last)
    wanted = torch.autograd.grad((torch.cat(parts, dim=1) * weights).sum(), parts)
    joined = concat(parts, dim=1)
    came = torch.autograd.grad((joined * weights).sum(), parts)
    assert torch.equal(joined, torch.cat(parts, dim=1))
    for a, b in zip(wanted, came, strict=True):
        assert torch.equal(a, b)
        assert b.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("output_size", [1, 2])
def test_average_pooling_equals_torchs(output_size: int) -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 8, 6, 4).contiguous(memory_format=torch.channels_last).requires_grad_()
    weights = torch.randn(2, 8, output_size, output_size)
    plain = nn.functional.adaptive_avg_pool2d(x, output_size)
    wanted = torch.autograd.grad((plain * weights).sum(), x)[0]
    pooled = adaptive_avg_pool(x, output_size)
    came = torch.autograd.grad((pooled * weights).sum(), x)[0]
    assert torch.equal(pooled, plain)
    torch.testing.assert_close(came, wanted)
    assert output_size > 1 or came.is_contiguous(memory_format=torch.channels_last)


def _network(block_type: str) -> Network:
    chain = Chain((3, 16, 16))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 16))
    chain.block("stage1.0", block_type, 16, 2)
    chain.block("stage1.1", block_type, 16, 1)
    chain.write("head", "head", lambda net, x: head(net, x, 5))
    return chain.network()


def _all_bfloat16(network: Network) -> Execution:
    times = FamilyTimes(1, 1, PassTimes(9, 9, 9), PassTimes(1, 1, 1))
    layers = convolutions(block.graph for block in network.blocks)
    families = {layer.family: times for layer in layers}
    return Execution("made up", "none", 1, 1, ElementTimes(1, 1, 0), families)


@pytest.mark.parametrize("block_type", sorted(block_types()))
def test_every_block_trains_in_both_types(block_type: str) -> None:
    """In float32 to the bit as plain PyTorch; in bfloat16 with a gradient of the same direction."""
    network = _network(block_type)
    torch.manual_seed(0)
    plain = build_module(network)
    x = torch.randn(16, 3, 16, 16).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(16) % 5
    flat = []
    for module in (plain, float32_module(network), mixed_module(network, _all_bfloat16(network))):
        module.load_state_dict(plain.state_dict())
        low = any(isinstance(part, FloatLinear) for part in module.modules())
        logits = module(x.bfloat16() if low else x)
        assert logits.dtype == torch.float32
        nn.functional.cross_entropy(logits, labels).backward()
        grads = [parameter.grad for parameter in module.parameters()]
        assert all(grad is not None and grad.dtype == torch.float32 for grad in grads)
        flat.append(torch.cat([grad.flatten() for grad in grads if grad is not None]))
    torch.testing.assert_close(flat[1], flat[0], rtol=1e-4, atol=1e-5)
    assert float(nn.functional.cosine_similarity(flat[2], flat[0], dim=0)) > 0.95
