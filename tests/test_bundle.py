"""A bundle runs where nothing but Python and its backend is, and its table drives a search here."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import venv
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from workers.latency import TableFile, read_table, write_table

SPACE = """
name: board
dataset: {name: cluttered_digits, train_size: 320, validation_size: 100}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0]
  stages:
    - out_channels: 8
      stride: 4
      num_blocks: [1, 2]
      block: [standard: {}, shuffle: {}, dense: {}]
objectives: [accuracy, flops, latency_ms]
search: {num_trials: 2, sampler: random}
fidelity: {max_epochs: 1, min_epochs: 1}
"""

NUM_BLOCKS = 16  # two stems, two widths of three first and three further blocks, two heads


def closure(package: str) -> set[str]:
    """A distribution and all that it needs to be installed, without extras."""
    found: set[str] = set()
    todo = [package]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        try:
            requirements = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # for another platform
        found.add(name)
        todo += [
            re.split(r"[^\w.-]", r, maxsplit=1)[0] for r in requirements if "extra ==" not in r
        ]
    return found


def environment(folder: Path, *packages: str) -> Path:
    """A fresh virtual environment with packages and what they need; returns its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    for name in set().union(*map(closure, packages)):
        files = distribution(name).files or []
        for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            link = site / top
            if not link.exists():
                link.symlink_to(distribution(name).locate_file(top))
    return folder / "bin" / "python"


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    return done


def has(python: Path, module: str, cwd: Path) -> bool:
    found = subprocess.run([python, "-I", "-c", f"import {module}"], cwd=cwd, capture_output=True)
    return found.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backend", "package", "absent"),
    [
        ("eager", "torch", ["numpy", "onnxruntime", "onnx", "ray", "optuna", "sqlalchemy", "nas"]),
        ("onnxruntime", "onnxruntime", ["torch", "onnx", "ray", "optuna", "sqlalchemy", "nas"]),
    ],
)
def test_bundle_measures_on_a_bare_board(
    backend: str, package: str, absent: list[str], tmp_path: Path
) -> None:
    here, board = tmp_path / "here", tmp_path / "board"
    here.mkdir()
    board.mkdir()
    section = f"backend: {backend}, num_threads: 1"
    (here / "space.yaml").write_text(f"{SPACE}latency: {{{section}}}\n")
    nas = [sys.executable, "-m", "nas"]
    made = run(*nas, "profile", "space.yaml", "--bundle", board / "device.pyz", "--json", cwd=here)
    assert json.loads(made.stdout)["entries"] == NUM_BLOCKS
    assert not (here / "nas.db").exists()

    python = environment(tmp_path / "env", package)
    assert has(python, package, board)
    assert not [module for module in absent if has(python, module, board)]
    done = run(python, "-I", "device.pyz", "--out", "table.csv", cwd=board)
    assert done.stdout == "table.csv\n"
    assert [path.name for path in sorted(board.iterdir())] == ["device.pyz", "table.csv"]

    # The board's table drives a search on this machine, which is another one.
    table = read_table(board / "table.csv")
    setting = replace(table.setting, device_name="a board")
    write_table(here / "table.csv", replace(table, setting=setting))
    (here / "space.yaml").write_text(f"{SPACE}latency: {{{section}, table: table.csv}}\n")
    profile = run(*nas, "profile", "space.yaml", "--json", cwd=here)
    printed = json.loads(profile.stdout)
    assert (printed["entries"], printed["measured_now"]) == (NUM_BLOCKS, 0)
    assert printed["setting"]["device_name"] == "a board"
    assert printed["correction"]["num_networks"] > 6
    if backend == "eager":
        _search_within(table, section, here)


def _search_within(table: TableFile, section: str, here: Path) -> None:
    """A search with a budget of latency between those of the networks that the board measured."""
    measured = sorted(found.measurement.latency_ms for found in table.networks.values())
    budget = measured[len(measured) // 2]
    text = (
        f"{SPACE}constraints: {{latency_ms: {budget}}}\nlatency: {{{section}, table: table.csv}}\n"
    )
    (here / "space.yaml").write_text(text)
    launched = run(sys.executable, "-m", "nas", "launch", "space.yaml", "--json", cwd=here)
    assert "the front is not measured end to end" in " ".join(launched.stderr.split())
    front = json.loads(launched.stdout)["front"]
    assert front and all(trial["measured_latency"] is None for trial in front)
    connection = sqlite3.connect(here / "nas.db")
    predicted = [ms for (ms,) in connection.execute("SELECT latency_ms FROM nas_trials")]
    connection.close()
    assert predicted and max(predicted) <= budget


@pytest.mark.slow
def test_board_without_the_backend_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "space.yaml").write_text(SPACE)
    run(sys.executable, "-m", "nas", "profile", "space.yaml", "--bundle", "d.pyz", cwd=tmp_path)
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    python = tmp_path / "env" / "bin" / "python"
    done = subprocess.run([python, "-I", "d.pyz"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "`latency.backend` is eager, which needs the package torch: it is not installed here"
    ]
