"""Functions from outside the package, by the names that users give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_spaces.errors import SpaceError, UserCodeError
from search_spaces.plugins import load_function

MODULE = """
import math

def twice(x):
    return 2 * x

class Holder:
    @staticmethod
    def thrice(x):
        return 3 * x

number = 7
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a module."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "of_a_user.py").write_text(MODULE)
    return tmp_path


def test_by_module_by_file_and_within_a_class(here: Path) -> None:
    assert load_function("of_a_user:twice")(4) == 8
    assert load_function("of_a_user.py:twice")(4) == 8
    assert load_function(f"{here / 'of_a_user.py'}:Holder.thrice")(4) == 12


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("of_a_user", "'of_a_user' must be written as `module:function`"),
        (":twice", "':twice' must be written as `module:function`"),
        ("of_a_user:", "'of_a_user:' must be written as `module:function`"),
        ("of_a_user:thrice", "'of_a_user' has no 'thrice'"),
        ("of_a_user:number", "'of_a_user:number' must be a function; it is of type int"),
        ("not_there_at_all:f", "'not_there_at_all' cannot be loaded: ModuleNotFoundError: No modu"),
        ("not_there.py:f", "'not_there.py' cannot be loaded: FileNotFoundError: "),
    ],
)
def test_what_cannot_be_loaded(reference: str, message: str) -> None:
    with pytest.raises(UserCodeError) as raised:
        load_function(reference)
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_an_error_of_ours_passes_through(here: Path) -> None:
    (here / "refusing.py").write_text(
        "from search_spaces.errors import SpaceError\nraise SpaceError('no such block')\n"
    )
    with pytest.raises(SpaceError, match=r"^no such block$"):
        load_function("refusing.py:anything")
