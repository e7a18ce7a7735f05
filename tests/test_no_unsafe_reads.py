"""Nothing that came from a file or a database is unpickled: neither by ours nor by a library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for package in ("dashboards", "nas", "search_spaces", "workers")
    for path in (ROOT / package).rglob("*.py")
)

PICKLES = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "jsonpickle"}

ALLOWED = {
    # The error of a worker, which Tune in this very process wrote a moment ago, into a folder
    # that only this user may look into and that ends with the search.
    "nas/runner/tune.py: cloudpickle.loads",
}

NEEDS = {
    "torch.load": ("weights_only", True),
    "np.load": ("allow_pickle", False),
    "np.lib.format.read_array": ("allow_pickle", False),
}


def _unsafe(source: str) -> Iterator[str]:
    """The calls in a source that could run what a file says."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        module, _, function = name.rpartition(".")
        given = {word.arg: ast.unparse(word.value) for word in node.keywords}
        unpickles = module in PICKLES and function in ("load", "loads", "open", "Unpickler")
        runs = bool(module) and function in ("read_pickle", "unsafe_load", "full_load")
        needed, value = NEEDS.get(name, ("", None))
        if unpickles or runs or (needed and given.get(needed) != str(value)):
            yield name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_unpickles(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    found = {f"{name}: {call}" for call in _unsafe(path.read_text(encoding="utf-8"))}
    assert found <= ALLOWED


@pytest.mark.parametrize(
    "call",
    [
        "pickle.loads(x)", "cloudpickle.load(f)", "torch.load(p)", "np.load(p)",
        "torch.load(p, weights_only=False)", "pd.read_pickle(p)", "pickle.Unpickler(f)",
        "yaml.unsafe_load(t)", "np.load(p, allow_pickle=True)",
    ],
)  # fmt: skip
def test_what_would_unpickle_is_found(call: str) -> None:
    assert list(_unsafe(f"value = {call}")) == [call.partition("(")[0]]


def test_what_is_safe_is_not() -> None:
    safe = "torch.load(p, weights_only=True); np.load(p, allow_pickle=False); json.loads(t)"
    assert list(_unsafe(safe)) == []
