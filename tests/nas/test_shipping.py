"""An evaluator of a user's own, pickled here and loaded where its module cannot be imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ray import cloudpickle

from nas.runner.shipping import shipped

MINE = """
class Mine:
    def __init__(self, task, rate=1):
        self.rated = rate * task

def half(task):
    return task / 2
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "shipped_mine.py").write_text(MINE)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("shipped_mine")
    sys.modules.pop("shipped_mine", None)


def elsewhere(evaluator: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The evaluator as it arrives where nothing of the user's is installed."""
    with shipped(evaluator, "mine"):
        data = cloudpickle.dumps(evaluator)
    folder = str(Path(sys.modules.pop("shipped_mine").__file__ or "").parent)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if str(path) != folder])
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("shipped_mine")
    return cloudpickle.loads(data)


def test_a_class(mine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert elsewhere(mine.Mine, monkeypatch)(3).rated == 3


def test_a_partial(mine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert elsewhere(partial(mine.Mine, rate=2), monkeypatch)(3).rated == 6


def test_a_partial_that_is_given_partials(mine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is called lies in another module than what it calls in turn."""
    outer = partial(_called, partial(mine.half))
    assert elsewhere(outer, monkeypatch)(3) == 1.5


def test_nothing_stays_registered(mine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with shipped(partial(mine.Mine, mine.half), "mine"):
        assert "shipped_mine" in cloudpickle.list_registry_pickle_by_value()
    assert "shipped_mine" not in cloudpickle.list_registry_pickle_by_value()


def _called(inner: Callable[[float], float], task: float) -> float:
    return inner(task)
