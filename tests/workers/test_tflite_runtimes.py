"""Files of TensorFlow Lite in their runtimes: every block, and what is rare in blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from search_spaces.graphs import primitives as ops
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.builder import Tensor as Map
from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Block, Network
from search_spaces.registry import block_types
from search_spaces.tflite.onnx_file import integer_onnx
from workers.quantisation import (
    Asked,
    IntegerNetwork,
    Ran,
    TfliteModel,
    integer_network,
    map_ranges,
    post_training_quantised,
    prepared,
    run_files,
    tflite_float32,
)
from workers.quantisation.fake import fake_quantised

GIVEN = InputFormat((110.0, 120.0, 130.0), (60.0, 50.0, 55.0))
NUM_IMAGES = 3


class Case(NamedTuple):
    """A network in a runtime.

    Attributes:
        wanted: What its module makes of the images, channels last.
        integers: What the program in integers makes of them, run by PyTorch.
        onnx: What the same as an ONNX file makes of them.
        fake: What the fake-quantised module makes of them.
    """

    model: TfliteModel
    ran: Ran
    float_ran: Ran
    wanted: NDArray[np.float32]
    integers: NDArray[np.float32]
    onnx: NDArray[np.float32]
    fake: NDArray[np.float32]


def _of_block(name: str, activation: str, stride: int) -> Network:
    channels = 32 if name == "depthwise" else 24
    chain = Chain((3, 11, 14), activation)
    chain.write("stem", "stem", stem, out_channels=16, stride=1)
    chain.block("stage.0", name, channels, stride)
    return chain.write("head", "head", head, num_classes=5).network()


def _of(layers: Callable[[Builder, Map], Map], in_shape: tuple[int, int, int]) -> Network:
    net = Builder(in_shape)
    return Network(in_shape, (Block("only", "own", net.graph(layers(net, net.input))),))


def _gated(net: Builder, x: Map) -> Map:
    x = net.conv_norm_act(x, 8, 5, stride=2)
    x = net.squeeze_excite(x, 4, "hard_sigmoid")
    return net.concat(net.act(x, "silu"), net.act(x, "sigmoid"), x)


def _decoded(net: Builder, x: Map) -> Map:
    y = net.max_pool(net.conv_norm_act(x, 8, 3), 3, stride=2, padding=1)
    z = net.act(net.conv_transposed(y, 8, 4, stride=2, padding=1, bias=True), "relu6")
    z = net.add(net.conv(net.resize_like(z, x), 4), net.conv(x, 4, 3, dilation=2, stride=1))
    w = net.conv_transposed(y, 4, 3, stride=2, padding=1, output_padding=1)
    return net.concat(z, net.resize(net.crop_like(w, y), (11, 14)))


def _pooled(net: Builder, x: Map) -> Map:
    """Padding that counts in an average, windows that overhang, and a vector of a map."""
    y = net.avg_pool(net.act(net.norm(x)), 3, stride=2, padding=1)
    y = net.avg_pool(net.concat(y, y), 2, stride=2, ceil_mode=True)
    y = net.emit("to_six", ops.AdaptiveAvgPool(3), net.resize(y, (6, 6)))
    return net.linear(net.dropout(net.act(net.linear(net.flatten(y), 9), "relu"), 0.5), 4)


def _flat(net: Builder, x: Map) -> Map:
    return net.flatten(net.channel_shuffle(net.conv(x, 8, 3, stride=3, groups=1), 4))


RARE = {"gated": _gated, "decoded": _decoded, "pooled": _pooled, "flat": _flat}
NETWORKS = {
    **{
        f"{name}-{activation}-{stride}": (name, activation, stride)
        for number, name in enumerate(block_types())
        for activation, stride in [(("relu", "hard_swish", "relu6", "silu")[number % 4], 2)]
    },
    **{name: None for name in RARE},
}


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    """All of them in one process."""
    images = np.random.default_rng(1).integers(0, 256, (NUM_IMAGES, 3, 11, 14), dtype=np.uint8)
    models, wanted, asked = {}, {}, []
    integers, onnx, fake = {}, {}, {}
    for name, how in NETWORKS.items():
        network = _of(RARE[name], (3, 11, 14)) if how is None else _of_block(*how)
        module = _untrained(network)
        (given,) = prepared(images, GIVEN, (11, 14))
        wanted[name] = _channels_last(module, given)
        ranges = map_ranges(network, module, images, GIVEN)
        typed = integer_network(network, module, ranges, GIVEN)
        integers[name] = _channels_last(IntegerNetwork(typed), given)
        onnx[name] = _channels_last(_in_onnxruntime(integer_onnx(typed)), given)
        models[name] = post_training_quantised(network, module, images, GIVEN)
        rounded = fake_quantised(network, module.state_dict(), ranges, GIVEN)
        fake[name] = _channels_last(rounded, given)
        floats = tflite_float32(network, module)
        nhwc = given.permute(0, 2, 3, 1).numpy()
        arena = models[name].arena
        assert arena is not None and models[name].input is not None
        asked.append(Asked(floats.data, nhwc, NUM_IMAGES))
        bytes_in = models[name].input.to_integers(nhwc)
        asked.append(Asked(models[name].data, bytes_in, NUM_IMAGES, 2 * arena.total + (1 << 20)))
    ran = run_files(asked)
    return {
        name: Case(
            models[name],
            ran[2 * i + 1],
            ran[2 * i],
            wanted[name],
            integers[name],
            onnx[name],
            fake[name],
        )
        for i, name in enumerate(NETWORKS)
    }


def _untrained(network: Network) -> torch.nn.Module:
    """A module whose batch norms differ from channel to channel."""
    torch.manual_seed(0)
    module = build_module(network).eval()
    for name, buffer in module.named_buffers():
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2.0)
        elif name.endswith("running_mean"):
            buffer.normal_(0, 0.2)
    return module


def _in_onnxruntime(data: bytes) -> Callable[[Tensor], Tensor]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return lambda x: torch.from_numpy(session.run(None, {"input": x.numpy()})[0])


def _channels_last(module: Callable[[Tensor], Tensor], given: Tensor) -> NDArray[np.float32]:
    with torch.inference_mode():
        out = module(given)
    found: NDArray[np.float32] = (out.permute(0, 2, 3, 1) if out.ndim == 4 else out).numpy()
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_operators_are_those_of_the_network(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    np.testing.assert_allclose(case.float_ran.reference, case.wanted, rtol=0, atol=2e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_integers_are_equal_in_both_runtimes(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    assert case.ran.micro is not None
    np.testing.assert_array_equal(case.ran.micro, case.ran.reference)
    assert case.ran.micro.dtype == np.int8
    assert case.model.output is not None
    found = case.model.output.to_numbers(case.ran.micro).ravel()
    wanted = case.wanted.ravel()
    assert found @ wanted >= 0.99 * np.linalg.norm(found) * np.linalg.norm(wanted)


@pytest.mark.parametrize("name", NETWORKS)
def test_arena_is_what_the_runtime_uses(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    assert case.model.arena is not None
    assert case.ran.arena == {
        "head": case.model.arena.planned, "tail": case.model.arena.kept,
        "total": case.model.arena.total,
    }  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_integers_of_pytorch_are_those_of_the_runtimes(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    assert case.model.output is not None
    found = case.model.output.to_integers(case.integers)
    np.testing.assert_array_equal(found, case.ran.reference)


@pytest.mark.parametrize("name", NETWORKS)
def test_onnx_file_gives_the_same_but_for_a_step(name: str, cases: dict[str, Case]) -> None:
    """ONNX rounds halves to even and in float32; runtimes of TensorFlow Lite in integers."""
    case = cases[name]
    assert case.model.output is not None
    steps = np.abs(case.onnx - case.integers) / float(case.model.output.scales[0])
    assert steps.mean() <= 1
    assert steps.max() < 3.5


@pytest.mark.parametrize("name", NETWORKS)
def test_fake_quantised_module_gives_the_integers_of_the_file(
    name: str, cases: dict[str, Case]
) -> None:
    """As LiteRT runs by default; a sum that falls between two steps may be rounded to either."""
    case = cases[name]
    assert case.model.output is not None
    found = case.model.output.to_integers(case.fake)
    np.testing.assert_allclose(case.model.output.to_numbers(found), case.fake, rtol=1e-5, atol=1e-6)
    assert np.abs(found.astype(int) - case.ran.outputs).max() <= 1


def test_fake_quantised_modules_are_rarely_a_step_off(cases: dict[str, Case]) -> None:
    pairs = [(case.model.output, case.fake, case.ran.outputs) for case in cases.values()]
    equal = [
        output.to_integers(fake).ravel() == outputs.ravel()
        for output, fake, outputs in pairs
        if output
    ]
    assert np.concatenate(equal).mean() > 0.97
    assert len(equal) == len(NETWORKS)
    assert np.mean([part.all() for part in equal]) > 0.6
