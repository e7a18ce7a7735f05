"""A front trained again by real searches."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from search_kit import SIX, experiment_file

from nas.runner.progress import Progress
from nas.runner.run import run_search
from nas.store import Companion, Store
from nas.store.workspace import Workspace
from nas.trust.companion_runs import Place
from nas.trust.confirm import Plan, confirm
from nas.trust.confirmed import PURPOSE
from search_spaces.graphs.cost import cost
from workers.evaluator import TrialTask


class Lucky:
    """An evaluator of one's own: half is the network's size, a tenth is the seed's luck."""

    def __init__(self, task: TrialTask) -> None:
        params = cost(task.network).params
        luck = float(np.random.default_rng([task.seed, params]).random())
        self._accuracy = 0.5 * params / (params + 500) + 0.1 * luck

    def train_epoch(self) -> float:
        return self._accuracy


@pytest.mark.slow
@pytest.mark.usefixtures("one_ray")
@pytest.mark.parametrize("evaluator", ["proxy", "test_confirm_for_real:Lucky"])
def test_a_small_confirmation_for_real(evaluator: str, tmp_path: Path, url: str) -> None:
    """All six networks are trained twice; the same command again, and one seed more."""
    text = SIX.replace("{name: cluttered_digits}", "{name: cluttered_digits, train_size: 320}")
    file = experiment_file(f"{text}\nevaluator: {evaluator}\n").with_name("again")
    place = Place(url, Workspace(tmp_path, "again"), SilentObserver())
    run_search(file, url, place.workspace, place.observer)
    found = confirm("again", Plan(num_near=6), place)
    assert len(found.networks) == 6
    assert (found.max_epochs, found.seeds, found.missing) == (2, (1, 2), ())
    assert all(len(network.accuracies) == 2 for network in found.networks)
    assert found.spread.degrees_of_freedom == 6
    assert found.networks[0].front_probability == 1
    assert confirm("again", Plan(num_near=6), place) == found
    with Store(url, create=False) as store:
        before = len(store.studies())
        assert before == 3
        for number, companion in enumerate(store.companions(Companion("again", PURPOSE)), 1):
            assert companion.experiment["evaluator"] == evaluator
            assert companion.seed == number
    if evaluator == "proxy":
        return
    by_number = {network.trial.number: network for network in found.networks}
    for network in by_number.values():
        params = network.trial.params
        for seed, accuracy in network.accuracies.items():
            luck = float(np.random.default_rng([seed, params]).random())
            assert accuracy == pytest.approx(0.5 * params / (params + 500) + 0.1 * luck)


class SilentObserver:
    """Watches and says nothing."""

    def message(self, text: str) -> None: ...

    def profiling(self, done: int, total: int) -> None: ...

    def searching(self, progress: Progress) -> nullcontext[None]:
        return nullcontext()
