"""The first trials of a search: near networks of the literature, or known from other studies."""

from __future__ import annotations

from nas.config import Experiment
from nas.problem import Architectures, SpaceProblem, Values
from nas.samplers.start_from import nearest
from nas.store import Store, TrialRecord
from search_spaces.registry import Value


def starts_of(store: Store, problem: SpaceProblem, experiment: Experiment) -> list[Values]:
    """The values of the first trials, those of studies first.

    Raises:
        StoreError: A study that is named is not there.
        BudgetError: Nothing is within the budgets.
    """
    search = experiment.search
    found: list[Values] = []
    for name in search.start_studies:
        trials = store.trials(store.study(name))
        trained = [trial for trial in trials if trial.state in ("COMPLETE", "PRUNED")]
        trained.sort(key=lambda trial: trial.state == "PRUNED")  # those trained to the end first
        values = (values_in(problem.space, trial) for trial in trained)
        found += [given for given in values if given is not None]
    return found + nearest(problem, search.start_networks, experiment.seed)


def values_in(space: Architectures, trial: TrialRecord) -> Values | None:
    """The values by which a space has the network of another one's trial; None where it has not."""
    active: dict[str, Value] = {}
    for choice in space.choices:
        if choice.is_active(active):
            if trial.choices.get(choice.name) not in choice.values:
                return None
            active[choice.name] = trial.choices[choice.name]
    return active if space.network(active).id == trial.architecture else None
