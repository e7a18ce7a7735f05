"""The key `evaluator` of an experiment file: what it may say, and where it is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from search_kit import SIX

from nas.cli import main
from nas.config import ExperimentFile
from search_spaces.errors import ExperimentFileError

MODULE = """
number = 3

class Outer:
    class Inner:
        pass
"""


def _file(folder: Path, evaluator: str) -> ExperimentFile:
    path = folder / "space.yaml"
    path.write_text(f"{SIX}\nevaluator: {evaluator}\n")
    return ExperimentFile.read(path)


@pytest.mark.parametrize("text", ["", "evaluator: proxy\n"])
def test_the_built_in_one_needs_no_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "space.yaml").write_text(SIX + text)
    file = ExperimentFile.read(tmp_path / "space.yaml")
    assert file.experiment.evaluator == "proxy"
    assert file.evaluator() is None


@pytest.mark.parametrize("written", ["key_own:Outer", "key_own.py:Outer", "key_own:Outer.Inner"])
def test_one_beside_the_file_is_found(written: str, tmp_path: Path) -> None:
    (tmp_path / "key_own.py").write_text(MODULE)
    found = _file(tmp_path, written).evaluator()
    assert found.__qualname__ == written.partition(":")[2]


def test_the_folder_comes_first(tmp_path: Path) -> None:
    """Two experiments with a module of one name each get their own."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "key_same.py").write_text(f"def make(task): return {name!r}")
    assert [_file(tmp_path / n, "key_same:make").evaluator()(None) for n in ("one", "two")] == [
        "one",
        "two",
    ]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("mine", r"must be proxy, or module:Name of an evaluator of your own, got 'mine'"),
        ("'a: b'", "must be proxy, or module:Name"),
        ("[a]", "must be text, got"),
        ("key_absent:X", r"\(=key_absent:X\): 'key_absent' cannot be loaded: ModuleNotFoundError"),
        ("absent.py:X", r"\(=absent.py:X\): 'absent.py' cannot be loaded: FileNotFoundError"),
        ("key_wrong:X", r"\(=key_wrong:X\): 'key_wrong' has no 'X'"),
        ("key_wrong:number", r"\(=key_wrong:number\): .* must be a function; it is of type int"),
        ("key_failing:X", r"\(=key_failing:X\): 'key_failing' cannot be loaded: ValueError: no$"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(
    written: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key_wrong.py").write_text(MODULE)
    (tmp_path / "key_failing.py").write_text("raise ValueError('no\\nluck')")
    line = len(SIX.splitlines()) + 2
    with pytest.raises(ExperimentFileError, match=rf"space\.yaml:{line}: `evaluator` {message}"):
        _file(tmp_path, written).evaluator()
    with pytest.raises(SystemExit) as ended:
        main(["validate", str(tmp_path / "space.yaml")])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_it_belongs_to_the_studys_identity(tmp_path: Path) -> None:
    files = [_file(tmp_path, name) for name in ("proxy", "a:B", "a:C", "proxy")]
    identities = [file.experiment.identity() for file in files]
    assert len(set(identities)) == 3
    assert identities[0] == identities[3]
