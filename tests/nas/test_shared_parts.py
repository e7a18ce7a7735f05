"""Trials that Optuna keeps share what is equal, and stay what they were."""

import copy

from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, create_trial

from nas.runner.shared_parts import SharedParts


def _trial(kernel_size: int, number: int) -> FrozenTrial:
    """As decoded from the database: no object of one trial is in another."""
    block, kernels = "".join(["sep", "arable"]), [1, 3, 300]
    trial = create_trial(
        params={"block": block, "kernel_size": kernel_size},
        distributions={
            "block": CategoricalDistribution(["standard", block]),
            "kernel_size": CategoricalDistribution(kernels),
        },
        user_attrs={"architecture": str(number), "curve": [[1, 0.5]]},
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
