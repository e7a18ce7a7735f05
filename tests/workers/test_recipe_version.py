"""Results are shared between studies under one version of the recipe: a change needs a decision."""

import ast
import io
import tokenize
from hashlib import sha256
from pathlib import Path

import search_spaces
import workers.proxy
import workers.step
import workers.tasks
from workers.proxy.recipe import RECIPE_VERSION

WITHOUT = {"__init__", "timing", "recorder", "intersection"}
"""Files of these packages that hold no part of a training."""

SPACES = ("graphs/modules.py", "graphs/primitives/*.py")

DIGESTS = {1: "76a9926e7a88e3ad", 2: "2a835c21fb51a658"}
"""Of the source that each version trains by."""

ADVICE = (
    "The source that trains has changed. May the same recipe now train otherwise, if only in its "
    "last digits? Then raise RECIPE_VERSION in workers/proxy/recipe.py, so that results from "
    "before are not taken for new ones, and add its digest to DIGESTS. If it cannot, replace the "
    "digest of the present version. It is {digest}"
)


def digest() -> str:
    """Of the code alone: neither comments nor docstrings nor spaces count."""
    trained_by = (workers.proxy, workers.step, workers.tasks, search_spaces)
    proxy, step, tasks, spaces = (Path(next(iter(p.__path__))) for p in trained_by)
    files = [path for folder in (proxy, step, tasks) for path in sorted(folder.glob("*.py"))]
    files = [path for path in files if path.stem not in WITHOUT]
    for pattern in SPACES:
        assert list(spaces.glob(pattern)), f"{pattern} has moved"
        files += sorted(spaces.glob(pattern))
    found = sha256()
    for path in files:
        found.update(code_of(path.read_text(encoding="utf-8")).encode())
    return found.hexdigest()[:16]


def code_of(source: str) -> str:
    """Source without comments, docstrings and white space; alike under all versions of Python."""
    lines = [list(line) for line in source.splitlines()]
    for (top, left), (bottom, right) in (*_comments(source), *_docstrings(source)):
        for row in range(top - 1, bottom):
            start = left if row == top - 1 else 0
            end = right if row == bottom - 1 else len(lines[row])
            lines[row][start:end] = " " * (end - start)
    return "".join("".join(line) for line in lines).translate({32: None})


def _comments(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(token.start, token.end) for token in tokens if token.type == tokenize.COMMENT]


def _docstrings(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Every statement that is a text and nothing else."""
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]


def test_the_source_is_the_one_of_its_version() -> None:
    found = digest()
    assert DIGESTS[RECIPE_VERSION] == found, ADVICE.format(digest=found)


def test_only_code_counts() -> None:
    one = 'def f(x):  # a comment\n    """Text."""\n    return x + 1\n'
    other = "def f(x):\n\n    return x  +  1\n"
    assert code_of(one) == code_of(other) != code_of(other.replace("1", "2"))
