"""No sentence that a user reads calls the trained measure of every study accuracy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("nas/cli", "nas/trust", "nas/runner", "nas/training", "dashboards")
    for path in (ROOT / folder).rglob("*.py")
)
TEMPLATES = sorted((ROOT / "dashboards/templates").rglob("*.j2"))

WORD = re.compile(r"accura(te|cy|cies)\b", re.IGNORECASE)

ALLOWED = {
    "Accuracy is the share of validation images that a network labels rightly",
    # Names that files and options have, or examples of a study of images with labels.
    "In place of the study's, as in accuracy,latency_ms; a table adds latency_ms to those.",
    "The table's trained measure, accuracy or miou, and costs that it has; that and flops by "
    "default.",
}


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Texts in the code; of docstrings those that commands show as their help."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
        if getattr(node, "name", "") != "command"
    }
    # What stands by itself behind a constant explains it.
    explaining = {id(n.value) for n in tree.body if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings | explaining:
            yield node.value


def _told(text: str) -> list[str]:
    """The lines of a text that say it outside of a command line, where it is a name."""
    lines = (
        re.sub(r"--(best|objectives) accuracy|accuracy@E|accuracy or miou", "", line)
        for line in text.splitlines()
    )
    return [line for line in lines if WORD.search(line) and " " in line.strip()]


def test_sentences_name_the_measure_of_the_study() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in SOURCES
        for text in _sentences(ast.parse(path.read_text(encoding="utf-8")))
        if text not in ALLOWED
        for line in _told(text)
    ]
    assert len(SOURCES) > 100
    assert found == []


def test_templates_do_so_too() -> None:
    for path in TEMPLATES:
        text = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
        assert not WORD.search(text), path
    assert len(TEMPLATES) > 10
