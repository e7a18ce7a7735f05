"""The house stays one that a reader finds their way in: no circles, no file too long, no shreds."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("dashboards", "nas", "search_spaces", "workers")
MAX_LINES = 400
LEAST_MEDIAN = 100
MAX_SPELLINGS = 6


def _sources() -> dict[Path, str]:
    return {
        path: path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    }


def _circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Modules that lead back to themselves: what no order of removal from the leaves removes."""
    left = {module: set(imported) for module, imported in imports.items()}
    while leaves := [module for module, imported in left.items() if not imported & left.keys()]:
        for module in leaves:
            del left[module]
    return [[module, *sorted(imported & left.keys())] for module, imported in left.items()]


def test_circles_are_found() -> None:
    assert _circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert _circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["a", "b"], ["b", "c"], ["c", "b"]]


def test_no_module_imports_itself_by_others() -> None:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 300
    assert _circles(imports) == []


def test_files_are_neither_too_long_nor_shreds() -> None:
    lengths = {path: text.count("\n") for path, text in _sources().items()}
    assert [str(path) for path, length in lengths.items() if length > MAX_LINES] == []
    assert median(lengths.values()) >= LEAST_MEDIAN


def test_accuracy_is_spelt_out_where_it_must_be() -> None:
    """In the list of measures and in revisions of the database, which never change."""
    spelt = [path for path, text in _sources().items() if re.search(r'"accuracy"', text)]
    assert 0 < len(spelt) <= MAX_SPELLINGS


@pytest.mark.parametrize("kind", ["test_*.py", "conftest.py"])
def test_no_two_files_of_tests_hide_one_another(kind: str) -> None:
    """Tests are imported by their bare names; `conftest.py` is the one name that comes twice."""
    names = [path.name for path in (ROOT / "tests").rglob(kind)]
    assert names
    assert kind == "conftest.py" or len(names) == len(set(names))


def test_every_benchmark_prints_one_json_object() -> None:
    scripts = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("benchmarks/*.py")}
    without = [
        path.name
        for path, text in scripts.items()
        if "__main__" in text and '"--json", action="store_true"' not in text
    ]
    assert scripts and without == []
