"""Blocks from outside the package: by `--plugin` and by an entry point, as the guides show."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from nas.cli import main
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.feasible import draw
from search_spaces import plugins, registry
from search_spaces.errors import GraphError, SpaceError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.modules import build_module
from search_spaces.registry import block_type, block_types, lower
from search_spaces.spaces.problem import Limit, SpaceProblem
from search_spaces.spaces.space import Space
from search_spaces.spaces.space_spec import SpaceSpec

ROOT = Path(__file__).parents[2]
NUM_LINES = 25

GUIDES = {"CONTRIBUTING.md": "mixed", "docs/blocks.md": "gated"}

SPACE = """
name: plugged
dataset: {{name: cluttered_digits}}
space:
  stages:
    - {{out_channels: 16, stride: 2, block: [{{{name}: {{kernel_size: [3, 5]}}}}, separable]}}
    - {{out_channels: 32, stride: 2, num_blocks: [1, 2], block: [{name}]}}
"""

BROKEN = """
from search_spaces.registry import block

@block
def {name}(net, x, out_channels, stride):
    {body}
"""


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test registers is gone after it."""
    block_types()
    modules = set(sys.modules)
    monkeypatch.setattr(registry, "_BLOCKS", dict(registry._BLOCKS))
    yield
    for name in set(sys.modules) - modules:
        if getattr(sys.modules[name], "__file__", None) and "pytest-" in sys.modules[name].__file__:
            del sys.modules[name]
    lower.cache_clear()


def _example(guide: str) -> str:
    """The first Python listing of a guide."""
    return (ROOT / guide).read_text().split("```python\n")[1].split("```")[0]


@pytest.fixture(params=GUIDES)
def plugin(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The worked example of a guide as a file outside the package."""
    path = tmp_path / f"{GUIDES[request.param]}.py"
    path.write_text(_example(request.param))
    return path


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(str(ended.value))


@pytest.mark.parametrize("guide", GUIDES)
def test_the_worked_example_is_short(guide: str) -> None:
    assert len(_example(guide).splitlines()) <= NUM_LINES
    assert GUIDES[guide] not in block_types()


def test_a_block_from_outside_is_searched_over(
    plugin: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = plugin.stem
    file = tmp_path / "space.yaml"
    file.write_text(SPACE.format(name=name))
    assert _run("validate", str(file)) == 2
    assert f"`space.stages[0].block[0].{name}` is not a known block" in capsys.readouterr().err
    assert _run("validate", str(file), "--plugin", str(plugin), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["num_architectures"] == 3 * 2
    assert _run("describe", str(file), "--plugin", str(plugin), "--largest") == 0
    assert name in capsys.readouterr().out


def test_a_block_from_outside_is_built_as_it_is_counted(plugin: Path) -> None:
    plugins.load_plugin(str(plugin))
    data = {"stages": [{"out_channels": 16, "stride": [1, 2], "block": {plugin.stem: {
        "kernel_size": [3, 5]}}}]}  # fmt: skip
    space = Space(SpaceSpec.model_validate(data), (3, 16, 16), 10)
    problem = CachedProblem(SpaceProblem(space, ("accuracy", "flops"), (Limit("flops", 1e9),)))
    candidates = draw(problem, np.random.default_rng(0), 30)
    assert len(candidates) == 4
    for candidate in candidates:
        network = space.network(candidate.values)
        module = build_module(network).eval()
        counted = cost(network)
        assert candidate.costs["flops"] == counted.flops
        assert sum(p.numel() for p in module.parameters()) == counted.params
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            assert module(torch.zeros(1, 3, 16, 16)).shape == (1, 10)
        assert counter.get_total_flops() == 2 * counted.flops


def test_a_module_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_blocks.py").write_text(_example("docs/blocks.md"))
    monkeypatch.chdir(tmp_path)
    path = list(sys.path)
    plugins.load_plugin("own_blocks")
    plugins.load_plugin("own_blocks")  # twice is once
    assert block_type("gated").summary.startswith("Standard convolution, then")
    assert sys.path == path


class _EntryPoint:
    """An installed plugin, as `importlib.metadata` gives it."""

    def __init__(self, path: str) -> None:
        self.value = path
        self.dist = SimpleNamespace(name="their-package")

    def load(self) -> None:
        plugins.load_plugin(self.value)


def _install(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    def entry_points(group: str) -> list[Any]:
        assert group in ("conv_nas.blocks", "conv_nas.measures")
        return [_EntryPoint(str(path))] if group == "conv_nas.blocks" else []

    monkeypatch.setattr(plugins, "entry_points", entry_points)
    plugins.load_entry_points.cache_clear()


@pytest.fixture
def _entry_points() -> Iterator[None]:
    yield
    plugins.load_entry_points.cache_clear()


@pytest.mark.usefixtures("_entry_points")
def test_an_installed_block_is_known_by_itself(
    plugin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(monkeypatch, plugin)
    assert plugin.stem in block_types()
    assert block_type(plugin.stem).name == plugin.stem


@pytest.mark.usefixtures("_entry_points")
def test_an_installed_block_that_fails_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "broken.py"
    path.write_text("import no_such_module")
    _install(monkeypatch, path)
    with pytest.raises(SpaceError, match=r"broken\.py' cannot be loaded: ModuleNotFoundError"):
        block_types()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "FileNotFoundError"),
        ("x = (", "SyntaxError"),
        ("raise ValueError('first line\\nsecond')", "ValueError: first line$"),
        (BROKEN.format(name="standard", body="return x"), "'standard' is already registered"),
        ("from search_spaces.registry import block\n@block\ndef own(net, x, c, s, *, k: int): ...",
         r"block 'own': the choices \['k'\] need a default"),
    ],
)  # fmt: skip
def test_a_plugin_that_cannot_be_loaded(
    text: str | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.py"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SpaceError, match=message):
        plugins.load_plugin(str(path))
    assert _run("validate", "space.yaml", "--plugin", str(path)) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return net.conv(x, 7)", r"must produce `out_channels` \(=16\), made 7 channels"),
        ("return net.conv(x, out_channels)",
         r"must make \[9, 9\] at stride 2 into \[5, 5\], made \[9, 9\]"),
        ("return net.conv(x, out_channels, 3, stride=stride, padding=0)",
         r"must make \[9, 9\] at stride 2 into \[5, 5\], made \[4, 4\]"),
    ],
)  # fmt: skip
def test_a_block_that_breaks_its_contract(body: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text(BROKEN.format(name="own", body=body))
    plugins.load_plugin(str(path))
    with pytest.raises(GraphError, match=message):
        lower("own", (8, 9, 9), 16, 2, "relu", ())
