"""Exported code reads well: linted, formatted, typed, short; hostile text stays in its header."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from export_kit import BLOCK, Written, of_ready_space, of_twelve_blocks, samples

from nas.export import Case, fresh_state, network_source, prove
from nas.export.code.layout import call_lines, docstring, signature
from nas.export.code.names import class_name, variable_name
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Block, Network, network_paths

HOUSE = ["E", "W", "F", "I", "B", "UP", "SIM", "RUF"]
"""The rules of this project; T201 is not for a script, which prints."""


def _run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_ruff_finds_nothing(written: Written) -> None:
    folder = str(written.folder)
    _run("ruff", "check", "--no-cache", "--isolated", folder)
    chosen = ["--select", ",".join(HOUSE), "--line-length", "100", "--target-version", "py311"]
    _run("ruff", "check", "--no-cache", "--isolated", *chosen, folder)


@pytest.mark.parametrize("width", ["88", "100"])
def test_ruff_would_format_nothing_anew(written: Written, width: str) -> None:
    options = ["--no-cache", "--isolated", "--check", "--line-length", width]
    _run("ruff", "format", *options, str(written.folder))


@pytest.mark.slow
def test_mypy_strict_finds_nothing(written: Written, tmp_path: Path) -> None:
    _run("mypy", "--strict", "--no-incremental", "--cache-dir", str(tmp_path), str(written.folder))


def test_every_file_imports_torch_alone_and_keeps_to_its_width(written: Written) -> None:
    for path in written.files:
        source = path.read_text(encoding="utf-8")
        imported = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).split(".")[0])
        assert imported == {"torch"}, path
        assert max(len(line) for line in source.splitlines()) <= 100, path


def _defined_and_used(source: str) -> tuple[set[str], set[str]]:
    """Classes, functions and parameters; and all names that are read."""
    tree = ast.parse(source)
    defined = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name[0] != "_"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in ("__init__", "conv", "conv_bn"):
            defined |= {argument.arg for argument in node.args.args} - {"self"}
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return defined - {"forward"}, used


def test_no_file_has_dead_code(written: Written) -> None:
    """Every class, function and parameter is used, and every layer that is made is called.

    A `Sequential` calls all that it has.
    """
    for path in written.files:
        source = path.read_text(encoding="utf-8")
        defined, used = _defined_and_used(source)
        assert defined <= used, path
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                attributes = [n for n in ast.walk(node) if isinstance(n, ast.Attribute)]
                made = {n.attr for n in attributes if isinstance(n.ctx, ast.Store)}
                read = {n.attr for n in attributes if isinstance(n.ctx, ast.Load)}
                calls_all = ast.unparse(node.bases[0]) == "nn.Sequential"
                assert calls_all or made <= read, (path, node.name)


def _lines_of_twelve_blocks(path: Path, number: int) -> list[int]:
    """How long networks of twelve blocks are, with a header of 17 lines, a long one."""
    facts = {f"Fact {number}": "words " * (10 if number < 2 else 20) for number in range(8)}
    networks = of_twelve_blocks(path, number)
    in_stages = [[b for b in n.blocks if b.name.startswith("stage")] for n in networks]
    assert {len(blocks) for blocks in in_stages} == {12}
    return [len(network_source(network, facts).splitlines()) for network in networks]


def test_twelve_blocks_take_at_most_200_lines(ready_spaces: Path) -> None:
    paths = sorted(ready_spaces.glob("*.yaml"))
    assert len(paths) >= 11
    for path in paths:
        # the space of most kinds of block has the longest files: one of 300 takes just as many
        number = 300 if path.stem == "mixed_224" else 24
        # a head of several blocks comes on top of them
        most = 250 if path.stem.startswith("segmentation") else 200
        assert max(_lines_of_twelve_blocks(path, number)) <= most, path


def test_a_trained_network_with_a_decoder_takes_at_most_250_lines(ready_spaces: Path) -> None:
    """All that a file with weights beside it has: preprocessing, classes, the check of images."""
    facts = {f"Fact {number}": "words " * (10 if number < 2 else 20) for number in range(8)}
    names = ["background", *map(str, range(10))]
    paths = sorted(ready_spaces.glob("segmentation*.yaml"))
    networks = [network for path in paths for network in of_twelve_blocks(path, 30)]
    decoders = [n for n in networks if any(b.type.startswith("up_") for b in n.blocks)]
    assert len(decoders) >= 10
    for network in decoders:
        channels = network.in_shape[0]
        given = InputFormat((120.54321,) * channels, (60.234567,) * channels)
        source = network_source(
            network, facts, input_format=given, class_names=names, has_images=True
        )
        assert len(source.splitlines()) <= 250
        assert "then: " not in source and "Upsample and join the skip; then " in source


@pytest.mark.parametrize(
    ("block_type", "name"),
    [("shuffle_unit", "ShuffleUnitBlock"), ("stem", "Stem"), ("conv-3x3", "Conv3x3Block")],
)
def test_class_names(block_type: str, name: str) -> None:
    assert class_name(block_type) == name


@pytest.mark.parametrize(
    ("layer", "taken", "name"),
    [
        ("reduce_norm_act", [], "reduce"),
        ("long_act_2", [], "long_2"),
        ("conv_norm", ["conv"], "conv_norm"),
        ("conv", [], "out"),
        ("1x1", [], "out_1x1"),
        ("lambda", [], "out_lambda"),
        ("F", ["out"], "out_"),
    ],
)
def test_variable_names(layer: str, taken: list[str], name: str) -> None:
    assert variable_name(layer, taken) == name


def test_layers_whose_names_are_no_names_of_python(tmp_path: Path) -> None:
    """Such as a block of a user's may have."""
    net = Builder((4, 8, 8))
    x = net.conv_norm_act(net.input, 4, 3, name="class")
    y = net.conv_norm_act(x, 4, 1, name="1x1")
    z = net.conv_norm_act(x, 4, 1, name="x")
    y = net.conv_norm_act(y, 4, 1, name="torch")
    graph = net.graph(net.add(net.add(y, z), net.conv_norm(x, 4, name="F")))
    pool = Builder(graph.out_shape)
    head = pool.graph(pool.linear(pool.flatten(pool.adaptive_avg_pool(pool.input)), 3))
    network = Network((4, 8, 8), (Block("b.0", "odd", graph), Block("head", "head", head)))
    path = tmp_path / "odd.py"
    path.write_text(network_source(network, {}))
    prove([Case(path, network, fresh_state(network), {})])
    _run("ruff", "format", "--no-cache", "--isolated", "--check", str(path))


def test_calls_are_broken_as_both_widths_break_them() -> None:
    def of_length(count: int) -> list[str]:
        return call_lines(0, "f(", ["a" * (count - 6), "b"], ")")

    assert of_length(88) == [f"f({'a' * 82}, b)"]
    assert of_length(89) == ["f(", f"    {'a' * 83},", "    b,", ")"]
    assert of_length(100) == ["f(", f"    {'a' * 94},", "    b,", ")"]
    parts = ["a" * 40, "b" * 40]
    assert call_lines(16, "f(", parts, ")")[1:3] == [f"{' ' * 20}{part}," for part in parts]
    assert call_lines(0, f"{'f' * 20}(", parts, ")") == [
        "f" * 20 + "(",
        f"    {', '.join(parts)}",
        ")",
    ]


def test_parameters_that_are_too_many_for_a_line_stand_in_rows() -> None:
    parameters = [letter * 40 for letter in "abc"]
    assert signature(0, "def f(", parameters, "):") == [
        "def f(", f"    {parameters[0]}, {parameters[1]},", f"    {parameters[2]},",
        "):  # fmt: skip",
    ]  # fmt: skip
    assert signature(0, "def f(", ["a", "b"], "):") == ["def f(a, b):"]


HOSTILE = (
    "quotes \" ' \"\"\" ''' and a backslash \\",
    '"""',
    '"',
    "\\",
    'ends in a quote "',
    '\\""" + __import__(\'os\').abort() + """',
    "a line\nimport os\nos.abort()",
    "a line\r\nimport os",
    "form feed\x0cimport os\x0bimport os",
    "other breaks\x85import os\u2028import os\u2029import os",
    "zero \0 bell \a escape \x1b[2J delete \x7f",
    "ünïcode 数字 \U0001f642 right to left \u202e\u2066\u200f",
    "a lone surrogate \ud800",
    "\\N{DIGIT ONE} \\x41 \\u0041 {format} %s",
    "# -*- coding: utf-7 -*-",
    "数" * 300,
    "w" * 400,
    "\\" * 400,
    '"' * 400,
    "word " * 100,
    "",
    "   ",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_header_holds_any_text(text: str, tmp_path: Path) -> None:
    (network,) = samples(BLOCK.format(block="fire"), 1)
    facts: dict[str, object] = {"Study": text, text: "name", "Other": {text: [text]}}
    source = network_source(network, facts, text)
    plain = network_source(network, {"Study": "plain"})
    assert _without_header(source) == _without_header(plain)
    assert ast.get_docstring(ast.parse(source)) is not None
    assert max(map(len, source.splitlines())) <= 100
    shown = set("".join(source.splitlines()))
    assert all(character.isprintable() for character in shown)
    path = tmp_path / "network.py"
    path.write_bytes(source.encode("utf-8"))
    _run("ruff", "format", "--no-cache", "--isolated", "--check", str(path))
    # ambiguous letters may be meant
    rules = ["--select", ",".join(HOUSE), "--ignore", "RUF002", "--line-length", "100"]
    _run("ruff", "check", "--no-cache", "--isolated", *rules, str(path))


def _without_header(source: str) -> str:
    tree = ast.parse(source)
    assert isinstance(tree.body[0], ast.Expr)
    return ast.dump(ast.Module(tree.body[1:], []))


def test_hostile_files_run(tmp_path: Path) -> None:
    (network,) = samples(BLOCK.format(block="fire"), 1)
    cases = []
    for number, text in enumerate(HOSTILE):
        path = tmp_path / f"hostile_{number}.py"
        path.write_bytes(network_source(network, {"Study": text}, text).encode("utf-8"))
        cases.append(Case(path, network, fresh_state(network), {}))
    assert len(prove(cases)) == len(HOSTILE)


@pytest.mark.parametrize("text", ['say "it"', "a \\", '"it" is said', "plain"])
def test_docstrings_of_one_line(text: str) -> None:
    (line,) = docstring(0, [[text]])
    found: Any = ast.literal_eval(line)
    assert found.rstrip(".").replace("'", '"') == text


def test_script_prints_its_layers_and_checks_itself(ready_spaces: Path, tmp_path: Path) -> None:
    (network,) = of_ready_space(ready_spaces / "quickstart.yaml", 1)
    source = network_source(network, {})
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(source)
    bad.write_text(source.replace("flops.values())) != (", "flops.values())) != (1 + "))
    command = [sys.executable, "-W", "error"]
    done = subprocess.run([*command, str(good)], capture_output=True, text=True, check=True)
    printed = {line.split()[0]: line.split()[-2:] for line in done.stdout.splitlines()}
    assert {*_layers(network), "total"} <= printed.keys()
    for block in network.blocks:
        nodes = block.graph.nodes
        flops = sum(n.op.flops(block.graph.in_shapes(n)[0], n.shape) for n in nodes)
        params = sum(node.op.params() for node in nodes)
        assert printed[block.name] == [f"{params:,}", f"{flops:,}"]
    failed = subprocess.run([*command, str(bad)], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr == "these are not the costs of the network that was searched\n"


def _layers(network: Network) -> list[str]:
    """Layers that have weights."""
    layers = zip(network_paths(network), network.layers(), strict=True)
    return [path for path, (_, _, node) in layers if node.op.params()]
