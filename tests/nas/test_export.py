"""Networks as code: what is written is the network, needs torch alone, and stays in its file."""

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import nas.export.export as export_module
from nas.config import ExperimentFile
from nas.export import Exported, export_trial, network_source, prove
from nas.store import Store, StudyRecord
from search_spaces.cost import cost
from search_spaces.errors import ExportError
from search_spaces.modules import build_module
from search_spaces.network import Network
from search_spaces.networks import reference_network, reference_networks
from search_spaces.registry import block_types

MOST_PARAMS = 12e6
"""Networks with more are held against their code without running them."""

BLOCK = """
name: block
dataset: {{name: cluttered_digits}}
space:
  width_mult: [1.0, 2.0]
  stages: [{{out_channels: [16, 32], num_blocks: [1, 3], stride: [1, 2], block: {block}}}]
"""


def _executed(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(compile(source, "network.py", "exec"), namespace)
    return namespace


def _reads_well(source: str) -> None:
    """Imports torch alone, and no line is longer than a hundred."""
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert imported == {"torch"}
    assert max(len(line) for line in source.splitlines()) <= 100
    assert not [line for line in source.splitlines() if line != line.rstrip()]
    assert source.endswith("\n")


def _is_the_network(source: str, network: Network) -> None:
    """Same layers under the same names; with the same weights the same outputs."""
    namespace = _executed(source)
    torch.manual_seed(0)
    searched, exported = build_module(network).eval(), namespace["Network"]().eval()
    assert list(exported.state_dict()) == list(searched.state_dict())
    for parameter in searched.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    exported.load_state_dict(searched.state_dict())
    x = torch.randn(2, *network.in_shape)
    with torch.inference_mode():
        assert torch.equal(searched(x), exported(x))
    assert sum(p.numel() for p in exported.parameters()) == cost(network).params
    assert (namespace["PARAMS"], namespace["FLOPS"]) == (cost(network).params, cost(network).flops)
    assert namespace["IN_SHAPE"] == network.in_shape


def _samples(text: str, number: int) -> list[Network]:
    from nas.document import Document

    space = ExperimentFile(Document("space.yaml", text)).space((1, 16, 16), 10)
    rng = np.random.default_rng(0)
    return [space.network(space.sample(rng)) for _ in range(number)]


def test_random_architectures_of_the_quickstart(ready_spaces: Path) -> None:
    for network in _samples((ready_spaces / "quickstart.yaml").read_text(), 12):
        source = network_source(network, {}, "Network")
        _reads_well(source)
        _is_the_network(source, network)


@pytest.mark.parametrize("block", block_types())
def test_every_block_in_rows_of_different_ones(block: str) -> None:
    for network in _samples(BLOCK.format(block=block), 4):
        source = network_source(network, {}, "Network")
        _reads_well(source)
        _is_the_network(source, network)
        prove(source, network, None)


def test_many_layers_in_one_block() -> None:
    block = "[dense: {num_layers: 16, growth_rate: 8}]"
    for network in _samples(BLOCK.format(block=block).replace("[1, 3]", "[2, 3]"), 2):
        source = network_source(network, {}, "Network")
        _reads_well(source)
        _is_the_network(source, network)


@pytest.mark.parametrize("name", reference_networks())
def test_every_reference_network(name: str) -> None:
    network = reference_network(name, resolution=96, num_classes=7)
    source = network_source(network, {}, "Network")
    _reads_well(source)
    with torch.device("meta"):
        searched, exported = build_module(network), _executed(source)["Network"]()
    shapes = {key: value.shape for key, value in searched.state_dict().items()}
    assert {key: value.shape for key, value in exported.state_dict().items()} == shapes
    if cost(network).params <= MOST_PARAMS:
        prove(source, network, None)


HOSTILE = (
    "quotes \" ' \"\"\" ''' and a backslash \\",
    "a line\nimport os\nos.abort()",
    "a line\r\nimport os",
    "form feed\x0cimport os\x0bimport os",
    "other breaks\x85import os\u2028import os\u2029import os",
    "zero \0 bell \a escape \x1b[2J delete \x7f",
    "ünïcode 数字 \U0001f642 right to left \u202e",
    "a lone surrogate \ud800",
    "# -*- coding: utf-7 -*-",
    "w" * 400,
    "word " * 100,
    "",
    "   ",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_header_holds_any_text(text: str) -> None:
    (network,) = _samples(BLOCK.format(block="fire"), 1)
    source = network_source(network, {"Study": text, "Other": {text: [text]}}, "Network")
    plain = network_source(network, {"Study": "plain"}, "Network")
    assert ast.dump(ast.parse(source)) == ast.dump(ast.parse(plain))
    header = source.partition("\n\nimport torch")[0].splitlines()
    assert all(line.startswith("#") for line in header)
    assert header[0].startswith("# Study:")
    source.encode("utf-8")
    _reads_well(source)


def _wrong(source: str, before: str, after: str) -> str:
    assert before in source
    return source.replace(before, after, 1)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("self.conv = ", "self.other = self.conv = ", "the weights do not fit the code: .*other"),
        ("F.relu(", "F.silu(", "outputs differ"),
        ("stride=", "dilation=1, stride=1 + 0 * ", "outputs differ|own check"),
        ("FLOPS = ", "FLOPS = 1 + ", "own check of its costs fails: not the network"),
        ("PARAMS = ", "PARAMS = 1 + ", "own check of its costs fails: not the network"),
    ],
)
def test_wrong_code_is_not_proven(before: str, after: str, message: str) -> None:
    text = BLOCK.format(block="standard").replace("[1, 2], block", "2, block")
    (network,) = _samples(text, 1)
    source = network_source(network, {}, "Network")
    with pytest.raises(ExportError, match=message) as raised:
        prove(_wrong(source, before, after), network, None)
    assert len(str(raised.value).splitlines()) == 1


@pytest.fixture
def export(store: Store, hand_made: StudyRecord, tmp_path: Path) -> Callable[[Path], Exported]:
    """Exports trial 2 of the study made by hand into the folder `out`."""
    trial = store.trials(hand_made)[2]
    network = store.network(trial.architecture)
    return lambda weights: export_trial(network, hand_made, trial, tmp_path / "out", weights)


@pytest.fixture
def weights(store: Store, hand_made: StudyRecord, tmp_path: Path) -> Path:
    """Weights of trial 2."""
    module = build_module(store.network(store.trials(hand_made)[2].architecture))
    path = tmp_path / "weights.pt"
    torch.save(module.state_dict(), path)
    return path


def test_exported_file_prints_and_checks_itself(
    export: Callable[[Path], Exported], weights: Path, tmp_path: Path
) -> None:
    exported = export(weights)
    assert (exported.code.name, exported.weights) == ("trial_2.py", tmp_path / "out" / "trial_2.pt")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "trial_2.pt",
        "trial_2.py",
    ]
    assert (tmp_path / "out" / "trial_2.pt").read_bytes() == weights.read_bytes()
    command = [sys.executable, "-W", "error", str(exported.code)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    # 24 channels, kernel 3: 216 + 48 + 5184 + 48 + 250; 256·216 + 64·5184 + 240
    assert done.stdout.splitlines()[-1] == "5,746 parameters, 387,312 FLOPs (multiply-adds)"
    text = exported.code.read_text(encoding="utf-8")
    assert "# Study: hand-made, trial 2, architecture " in text
    assert "# Accuracy: 0.75 on the validation split of cluttered_digits" in text
    assert "# Latency: not measured" in text
    _reads_well(text)


def test_trial_without_weights(export: Callable[[Path], Exported], tmp_path: Path) -> None:
    assert export(tmp_path / "none.pt").weights is None
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["trial_2.py"]


def test_weights_of_a_training_that_diverged(
    export: Callable[[Path], Exported], weights: Path
) -> None:
    state = torch.load(weights, weights_only=True)
    for value in state.values():
        if value.is_floating_point():
            value.fill_(float("nan"))
    torch.save(state, weights)
    assert export(weights).weights is not None


def _junk(path: Path) -> None:
    path.write_bytes(b"these are no weights\n" * 9)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _tensor(path: Path) -> None:
    torch.save(torch.zeros(3), path)


def _other_network(path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2).state_dict(), path)


def _code(path: Path) -> None:
    torch.save(Path("x"), path)  # an object that only running its pickle would make


@pytest.mark.parametrize("damage", [_junk, _cut, _empty, _tensor, _other_network, _code])
def test_damaged_weights_are_one_line_and_nothing_is_written(
    damage: Callable[[Path], None],
    export: Callable[[Path], Exported],
    weights: Path,
    tmp_path: Path,
) -> None:
    damage(weights)
    with pytest.raises(ExportError, match=r"is no file of weights|do not fit") as raised:
        export(weights)
    assert len(str(raised.value).splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_failed_proof_writes_nothing(
    export: Callable[[Path], Exported], weights: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def wrong(*arguments: Any) -> str:
        return _wrong(network_source(*arguments), "FLOPS = ", "FLOPS = 1 + ")

    monkeypatch.setattr(export_module, "network_source", wrong)
    with pytest.raises(ExportError, match="own check"):
        export(weights)
    assert not (tmp_path / "out").exists()


def test_folder_that_cannot_be_made(
    export: Callable[[Path], Exported], weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ExportError, match="cannot be written: File exists"):
        export(weights)
