"""Which network of a study is meant."""

import pytest

from nas.cli import main
from nas.store import Store, StudyRecord
from nas.store.selection import Selection, parse_under, selected_trial
from search_spaces.errors import SearchError, StoreError


def test_knee_accuracy_number_and_limits(store: Store, hand_made: StudyRecord) -> None:
    """Trials 0 to 2 are complete: 0.5, 0.5 and 0.75 accurate, the last without a latency."""
    trials = store.trials(hand_made)

    def chosen(selection: Selection) -> int:
        return selected_trial(hand_made, trials, selection).number

    assert chosen(Selection(best="accuracy")) == 2
    assert chosen(Selection(number=4)) == 4  # also one that failed
    assert chosen(Selection(under={"latency_ms": 1.5})) == 0  # fewer FLOPs than trial 1
    assert chosen(Selection(under={"flops": 1e12})) == 2
    assert chosen(Selection()) in (0, 2)


def test_no_such_trial(store: Store, hand_made: StudyRecord) -> None:
    trials = store.trials(hand_made)
    with pytest.raises(StoreError, match="study 'hand-made' has no trial 9; it has 6"):
        selected_trial(hand_made, trials, Selection(number=9))
    with pytest.raises(StoreError, match="no trial of study 'hand-made' is COMPLETE within these"):
        selected_trial(hand_made, trials, Selection(under={"flops": 1.0}))


def test_limits_in_units() -> None:
    assert parse_under("flops=20M, latency_ms=5") == {"flops": 2e7, "latency_ms": 5.0}


@pytest.mark.parametrize("text", ["", "flops", "flops=1,flops=2", "20M"])
def test_what_is_no_list_of_limits(text: str) -> None:
    with pytest.raises(SearchError, match="limits are written as flops=20M,latency_ms=5"):
        parse_under(text)


def test_a_number_and_limits_exclude_each_other(
    url: str, hand_made: StudyRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["export", "hand-made", "--storage", url, "--trial", "1", "--under", "flops=1M"])
    assert stopped.value.code == 2
    assert "--trial and --under each choose a network" in capsys.readouterr().err
