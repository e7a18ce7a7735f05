"""Trials that Optuna keeps share what is equal, and stay what they were."""

import copy
import pickle

from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, create_trial

from nas.runner.optuna_study import SharedParts


def _trial(kernel_size: int, number: int) -> FrozenTrial:
    """As decoded from the database: no object of one trial is in another."""
    block, kernels = "".join(["sep", "arable"]), [1, 3, 300]
    trial = create_trial(
        params={"block": block, "kernel_size": kernel_size},
        distributions={
            "block": CategoricalDistribution(["standard", block]),
            "kernel_size": CategoricalDistribution(kernels),
        },
        user_attrs={"architecture": str(number), "curve": [[1, 0.5]], "flops": 10**9 + number},
        value=0.5,
    )
    trial.number = number
    return trial


def test_equal_parts_are_one_object_and_trials_keep_their_values() -> None:
    trials = [_trial(1, 0), _trial(300, 1)]
    before = copy.deepcopy(trials)
    shared = SharedParts()
    shared.share(trials[:1])
    shared.share(trials)
    assert trials == before
    assert trials[0].distributions is trials[1].distributions
    assert trials[0].params["block"] is trials[1].params["block"]


def test_other_choices_and_other_distributions_stay_others() -> None:
    other = create_trial(
        params={"block": "inverted"},
        distributions={"block": CategoricalDistribution(["inverted"])},
        value=0.5,
    )
    other.number = 1
    trials = [_trial(3, 0), _trial(1, 2)]
    del trials[1].params["kernel_size"], trials[1].distributions["kernel_size"]
    SharedParts().share([*trials, other])
    assert trials[0].distributions["block"] is trials[1].distributions["block"]
    assert trials[1].params == {"block": "separable"}
    assert other.distributions == {"block": CategoricalDistribution(["inverted"])}
    assert other.params == {"block": "inverted"}


def test_words_are_left_to_the_database_and_nothing_is_kept_once() -> None:
    trials = [_trial(1, 0), _trial(3, 1)]
    for trial in trials:
        trial.user_attrs = {**trial.user_attrs, "description": "2x separable kernel_size=3"}
    SharedParts().share(trials)
    assert [sorted(trial.user_attrs) for trial in trials] == [
        ["architecture", "curve", "flops"]
    ] * 2
    assert trials[0].system_attrs is trials[1].system_attrs
    assert trials[0].intermediate_values is trials[1].intermediate_values
    assert trials[0].system_attrs == trials[0].intermediate_values == {}


def test_attributes_that_a_sampler_has_set_stay() -> None:
    trial = _trial(1, 0)
    trial.system_attrs = {"nsga2:generation": 3}
    SharedParts().share([trial])
    assert trial.system_attrs == {"nsga2:generation": 3}


def test_nothing_is_noted_of_each_trial() -> None:
    """A trial is touched once, and what shares the parts does not grow with the trials."""
    shared, trials = SharedParts(), [_trial(1, number) for number in range(500)]
    shared.share(trials[:10])
    few, params = len(pickle.dumps(shared)), trials[0].params
    shared.share(trials)
    assert len(pickle.dumps(shared)) == few
    assert trials[0].params is params
