"""Exported code is the network that was searched: proven where nothing of ours can be imported."""

import os
import re
from pathlib import Path

import pytest
import torch
from export_kit import BLOCK, Written, samples

from nas.export import Case, LatencyOf, Proof, examine, fresh_state, network_source, prove
from search_spaces.errors import ExportError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.graphs.onnx_model import network_onnx

MOST_PARAMS = 1e12 if "NAS_TEST_EXPORTS" in os.environ else 12e6
"""Of reference networks with more, which take gigabytes, usually names and shapes are compared."""


def _case(path: Path, network: Network) -> Case:
    state = fresh_state(network)
    onnx = path.with_suffix(".onnx")
    onnx.write_bytes(network_onnx(network, {name: t.numpy() for name, t in state.items()}))
    return Case(path, network, state, {"onnx": onnx})


@pytest.mark.slow
def test_every_architecture_is_what_was_searched(written: Written) -> None:
    """Same keys, strictly; outputs bit by bit; costs; ONNX within 1e-4 for batches of 1 and 3."""
    assert len(written.sampled) >= 200
    for number, proof in enumerate(prove([_case(*item) for item in written.sampled.items()])):
        network = list(written.sampled.values())[number]
        assert proof.differences["code"] == 0
        assert proof.differences["onnx"] < 1e-4
        assert proof.batch_sizes == [1, 3]
        assert (proof.params, proof.flops) == (cost(network).params, cost(network).flops)


@pytest.mark.slow
def test_every_reference_network_is_what_was_searched(written: Written) -> None:
    small = {p: n for p, n in written.references.items() if cost(n).params <= MOST_PARAMS}
    assert len(small) >= 10
    for path, network in small.items():
        (proof,) = prove([Case(path, network, fresh_state(network), {})])
        assert proof.differences == {"code": 0}


def test_reference_networks_have_the_same_weights_by_name_and_shape(written: Written) -> None:
    from search_spaces.graphs.modules import build_module

    for path, network in written.references.items():
        namespace = {"__name__": "exported"}
        exec(compile(path.read_text(), str(path), "exec"), namespace)
        with torch.device("meta"):
            searched, exported = build_module(network), namespace["Network"]()  # type: ignore[operator]
        shapes = [(key, value.shape) for key, value in searched.state_dict().items()]
        assert [(key, value.shape) for key, value in exported.state_dict().items()] == shapes


@pytest.fixture(scope="module")
def network() -> Network:
    text = BLOCK.format(block="shuffle_unit").replace("[1, 2], block", "2, block")
    return samples(text, 1)[0]


@pytest.mark.slow
def test_other_formats_give_the_same_outputs_for_any_batch(
    network: Network, tmp_path: Path
) -> None:
    code = tmp_path / "network.py"
    code.write_text(network_source(network, {}))
    files = {name: tmp_path / name for name in ("torch_export", "torchscript")}
    (proof,) = prove([Case(code, network, fresh_state(network), files, LatencyOf())])
    assert proof.batch_sizes == [1, 3]
    assert max(proof.differences.values()) < 1e-5
    assert all(path.stat().st_size > 4 * proof.params for path in files.values())
    assert proof.latency is not None
    assert 0 < proof.latency.low_ms <= proof.latency.latency_ms <= proof.latency.high_ms
    assert proof.latency.num_runs >= 12


def test_wrong_code_is_refuted(network: Network, tmp_path: Path) -> None:
    """Each wrong file is told by its own line; a right one among them changes nothing."""
    source = network_source(network, {})
    wrong = [
        (
            "        self.squeeze = ",
            "        self.other = nn.BatchNorm2d(3)\n        self.squeeze = ",
            "weights do not fit the code: .*other",
        ),
        ("F.relu(", "F.silu(", "outputs differ from the searched network's by"),
        ("expand + x", "expand - x", "outputs differ from the searched network's by"),
        ("!= (", "!= (1 + ", "own check fails: these are not the costs"),
        ("flops[layer] = ", "flops[layer] = 1 + ", "own check fails: these are not the costs"),
        ("import torch\n", "import torch\nimport os\n", "the code imports os, torch"),
        ("import torch\n", "import torch\n__import__('nas.store')\n", "run: .*is not for exported"),
        ("import torch\n", "import torch\n1 / 0\n", "does not run: ZeroDivisionError"),
        (
            "        super().__init__()\n",
            "        super().__init__()\n        self.more = nn.Parameter(torch.zeros(3))\n",
            "weights do not fit the code: .*more",
        ),
    ]
    cases = []
    for number, (before, after, _) in enumerate([*wrong, ("import torch\n", "import torch\n", "")]):
        assert before in source
        path = tmp_path / f"{number}.py"
        path.write_text(source.replace(before, after, 1))
        cases.append(Case(path, network, fresh_state(network), {}))
    *found, right = examine(cases)
    for said, (_, _, message) in zip(found, wrong, strict=True):
        assert isinstance(said, str)
        assert re.search(message, said)
        assert len(said.splitlines()) == 1
    assert isinstance(right, Proof)
    with pytest.raises(ExportError, match=r"0\.py: the weights do not fit the code"):
        prove(cases[:2])


def test_nan_of_a_training_that_diverged_equals_nan(network: Network, tmp_path: Path) -> None:
    code = tmp_path / "network.py"
    code.write_text(network_source(network, {}))
    state = fresh_state(network)
    for value in state.values():
        if value.is_floating_point():
            value.fill_(float("nan"))
    (proof,) = prove([Case(code, network, state, {})])
    assert proof.differences == {"code": 0}


def test_fresh_weights_tell_layers_apart_and_repeat(network: Network) -> None:
    state = fresh_state(network)
    norms = [t for name, t in state.items() if name.endswith("running_mean")]
    assert len({tuple(norm.tolist()) for norm in norms}) == len(norms)
    again = fresh_state(network)
    assert all(torch.equal(state[name], again[name]) for name in state)


def test_a_file_that_no_runtime_reads_is_refuted(network: Network, tmp_path: Path) -> None:
    code, onnx = tmp_path / "network.py", tmp_path / "network.onnx"
    code.write_text(network_source(network, {}))
    onnx.write_bytes(b"no model")
    (said,) = examine([Case(code, network, fresh_state(network), {"onnx": onnx})])
    assert isinstance(said, str)
    assert said.startswith("onnx cannot be written or run: ")


def test_latency_is_timed_as_the_search_times_it() -> None:
    """A neighbour slows down two runs of three: the fastest of every four tell of none of that."""
    from nas.export.clean_process import BEST_OF, _median

    found = _median([1.6e-3, 1.4e-3, 1.0e-3] * 4 * BEST_OF)
    assert found["latency_ms"] == pytest.approx(1.0)
    assert (found["low_ms"], found["high_ms"]) == (pytest.approx(1.0), pytest.approx(1.0))
    assert found["num_runs"] == 12 * BEST_OF
