"""The folder of a study."""

from pathlib import Path

import pytest
from search_kit import SIX, experiment_file, new_study

from nas.store import Store, StudyRecord
from nas.store.workspace import Workspace
from search_spaces.errors import SearchError


def test_everything_lies_below_the_folder_of_the_study(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, "digits-1.2_b")
    folder = tmp_path / "digits-1.2_b"
    assert workspace.folder == folder
    assert workspace.report == folder / "report.html"
    assert workspace.export == folder / "export"


@pytest.mark.parametrize(
    "name", ["..", ".", "../up", "a/b", "a\\b", "", ".hidden", "-rf", "a b", "a\n", "ü", "a" * 101]
)
def test_dangerous_names_make_no_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be letters, digits"):
        _ = Workspace(tmp_path, name).folder


def test_weights_are_kept_in_one_step(tmp_path: Path, hand_made: StudyRecord) -> None:
    workspace = Workspace(tmp_path / "studies", hand_made.name)
    workspace.create()
    workspace.create()  # a second time is no error
    path = workspace.weights(hand_made, 3)
    for content in (b"first", b"second"):
        workspace.keep(hand_made, 3, content)
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]
    for _ in range(2):  # a second time is no error
        workspace.discard(hand_made, 3)
    assert not path.exists()


def test_studies_of_one_name_in_two_databases_share_no_weights(
    tmp_path: Path, hand_made: StudyRecord
) -> None:
    workspace = Workspace(tmp_path / "studies", hand_made.name)
    workspace.create()
    with Store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        theirs = new_study(other, experiment_file(SIX.replace("name: six", "name: hand-made")))
    assert (theirs.name, theirs.id) == (hand_made.name, hand_made.id)
    workspace.keep(hand_made, 0, b"ours")
    assert not workspace.weights(theirs, 0).exists()
    workspace.keep(theirs, 0, b"theirs")
    assert workspace.weights(hand_made, 0).read_bytes() == b"ours"
    workspace.discard(theirs, 0)
    assert workspace.weights(hand_made, 0).exists()


def test_the_digest_is_that_of_the_database(store: Store, url: str, hand_made: StudyRecord) -> None:
    with Store(url) as again:
        assert again.study(hand_made.name).digest == hand_made.digest
    assert store.studies()[0].study.digest == hand_made.digest


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "studies").write_text("a file, no folder")
    with pytest.raises(SearchError, match="cannot be made: Not a directory"):
        Workspace(tmp_path / "studies", "digits").create()
