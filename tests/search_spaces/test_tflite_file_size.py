"""The length of a file of TensorFlow Lite, worked out without writing it."""

from __future__ import annotations

import numpy as np
import pytest

from search_spaces.errors import GraphError
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import ACTIVATIONS, Conv
from search_spaces.registry import block_types
from search_spaces.tflite.file_size import file_bytes
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.model_file import ModelFile, model_bytes
from search_spaces.tflite.quantisation import (
    Typed,
    blank_program,
    float_program,
    integer_program,
    scaling_of,
)
from search_spaces.tflite.sizes import flash_bytes


def _of_block(name: str, seed: int) -> Network:
    """One of the networks of a block, odd in size and in its channels."""
    rng = np.random.default_rng([seed, len(name)])
    side, classes = int(rng.integers(7, 20)), int(rng.integers(1, 40))
    chain = Chain((int(rng.integers(1, 4)), side, side + 1), str(rng.choice(list(ACTIVATIONS))))
    chain.write("stem", "stem", stem, out_channels=8 * int(rng.integers(1, 4)), stride=1)
    out_channels = 48 if name == "depthwise" else 24
    chain.block("stage.0", name, out_channels, int(rng.integers(1, 3)))
    chain.block("stage.1", name, out_channels, 1)
    return chain.write("head", "head", head, num_classes=classes).network()


def _filled(network: Network, seed: int) -> Typed:
    """In eight bit integers that are not zero, with scales that differ."""
    rng = np.random.default_rng(seed)
    ranges = {
        number: (-float(v), float(v)) for number, v in enumerate(rng.uniform(0.1, 9, 400), -1)
    }
    return integer_program(lowered(network), ranges, scaling_of((-2.0, 2.0)))


@pytest.mark.parametrize("name", block_types())
def test_it_is_that_of_the_written_file(name: str) -> None:
    for seed in range(4):
        network = _of_block(name, seed)
        written = len(model_bytes(_filled(network, seed)))
        assert flash_bytes(network) == file_bytes(_filled(network, seed)) == written
        floats = float_program(lowered(network))
        assert file_bytes(floats) == len(model_bytes(floats))


def test_a_file_without_constants_has_another_end() -> None:
    """Nothing in it is aligned to sixteen bytes, and so its end is not."""
    net = Builder((8, 6, 6))
    graph = net.graph(net.act(net.max_pool(net.input, 2, stride=2), "relu"))
    network = Network((8, 6, 6), (Block("only", "own", graph),))
    blank = blank_program(lowered(network))
    assert all(array is None for array in blank.arrays)
    assert file_bytes(blank) == len(model_bytes(blank))


def test_nothing_is_written_to_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> bytes:
        raise AssertionError("a file is written")

    network = _of_block("separable", 0)
    wanted = len(model_bytes(blank_program(lowered(network))))
    monkeypatch.setattr(ModelFile, "bytes", refused)
    assert flash_bytes(network) == wanted


def test_what_has_no_counterpart_has_no_size() -> None:
    net = Builder((8, 6, 6))
    op = Conv(8, 8, (4, 4), (2, 2), (1, 1), groups=2, transposed=True)
    x: Tensor = net.emit("grown", op, net.input)
    with pytest.raises(GraphError, match="transposed convolution with groups"):
        flash_bytes(Network((8, 6, 6), (Block("only", "own", net.graph(x)),)))
