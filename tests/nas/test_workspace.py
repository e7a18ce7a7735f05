"""The folder of a study."""

from pathlib import Path

import pytest

from nas.workspace import Workspace
from search_spaces.errors import SearchError


def test_everything_lies_below_the_folder_of_the_study(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, "digits-1.2_b")
    folder = tmp_path / "digits-1.2_b"
    assert workspace.folder == folder
    assert workspace.report == folder / "report.html"
    assert workspace.export == folder / "export"
    assert workspace.weights(7) == folder / "weights" / "trial-00007.pt"


@pytest.mark.parametrize(
    "name", ["..", ".", "../up", "a/b", "a\\b", "", ".hidden", "-rf", "a b", "a\n", "ü", "a" * 101]
)
def test_dangerous_names_make_no_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be letters, digits"):
        _ = Workspace(tmp_path, name).folder


def test_weights_are_kept_in_one_step(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "studies", "digits")
    workspace.create()
    workspace.create()  # a second time is no error
    for content in (b"first", b"second"):
        workspace.keep(3, content)
        assert workspace.weights(3).read_bytes() == content
    assert [path.name for path in workspace.weights(3).parent.iterdir()] == ["trial-00003.pt"]
    for _ in range(2):  # a second time is no error
        workspace.discard(3)
    assert not workspace.weights(3).exists()


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "studies").write_text("a file, no folder")
    with pytest.raises(SearchError, match="cannot be made: Not a directory"):
        Workspace(tmp_path / "studies", "digits").create()
