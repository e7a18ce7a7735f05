"""What is said where a file does not go on with the study of its name."""

import pytest
from search_kit import SIX, experiment_file, new_study

from nas.runner.same_study import require_same
from nas.store import Store
from search_spaces.errors import SearchError

FINGERPRINT = "0123456789abcdef"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("num_trials: 12", "num_trials: 40, time_limit: 1h"),
        ("sampler: random", "sampler: tpe"),
        ("{name: cluttered_digits}", "{name: cluttered_digits, root: elsewhere}"),
    ],
)
def test_budget_sampler_and_place_of_the_data_may_change(store: Store, old: str, new: str) -> None:
    study = new_study(store, experiment_file())
    require_same(study, experiment_file(SIX.replace(old, new)), FINGERPRINT)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (
            "kernel_size: [1, 3]",
            "kernel_size: [1, 5]",
            "`space.stages[0].block[0].standard.kernel_size`: [1, 3] -> [1, 5]; launch",
        ),
        (
            "width_mult: [1.0, 2.0, 3.0]",
            "width_mult: 1.0",
            "`space.width_mult`: [1.0, 2.0, 3.0] -> [1.0]; launch",
        ),
        ("name: six", "name: six\nseed: 4", "`seed`: 0 -> 4; launch"),
        (
            "max_epochs: 2, min_epochs: 2",
            "max_epochs: 8, min_epochs: 1",
            "`fidelity.max_epochs`: 2 -> 8, `fidelity.min_epochs`: 2 -> 1; launch",
        ),
    ],
)
def test_what_has_changed_is_shown(store: Store, old: str, new: str, shown: str) -> None:
    study = new_study(store, experiment_file())
    with pytest.raises(SearchError) as caught:
        require_same(study, experiment_file(SIX.replace(old, new)), FINGERPRINT)
    (line,) = str(caught.value).splitlines()
    assert line.startswith("study 'six' exists with another `")
    assert shown in line
    assert "--as-new NAME" in line


def test_of_many_changes_some_are_shown(store: Store) -> None:
    """Six keys of `proxy` and the seed: five are named."""
    text = SIX + (
        "proxy: {schedule: one_cycle, learning_rate: 0.5, momentum: 0.5, weight_decay: 0.5, "
        "label_smoothing: 0.5, warmup_epochs: 1}\nseed: 9\n"
    )
    study = new_study(store, experiment_file())
    with pytest.raises(SearchError, match=r" and 2 more; launch"):
        require_same(study, experiment_file(text), FINGERPRINT)


def test_other_data_are_refused(store: Store) -> None:
    study = new_study(store, experiment_file())
    with pytest.raises(SearchError, match=r"fingerprint 0123456789abcdef -> fedcba; .*--as-new"):
        require_same(study, experiment_file(), "fedcba")
