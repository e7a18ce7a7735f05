"""Whether short trainings order networks as full ones: the choice, the orders, what is written."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file

import nas.trust.calibrate as module
from dashboards.networks.provenance import facts
from dashboards.sections.findings import Findings
from nas.cli import cli
from nas.cli.commands.calibrate import recommendation as said
from nas.config import ExperimentFile
from nas.config.document import Document
from nas.runner.progress import Progress
from nas.samplers.start_from import likeness
from nas.statistics import Estimate
from nas.store import Store, StudyRecord
from nas.store.workspace import Workspace
from nas.trust.calibrate import Plan, calibrate, compare
from nas.trust.calibration import (
    Calibration,
    RungOrder,
    recommended_text,
    rung_orders,
    spread_candidates,
)
from nas.trust.companion_runs import Place, Trained
from nas.trust.companions import variant_of
from search_spaces.errors import SearchError
from search_spaces.spaces.problem import Limit, SpaceProblem, violations


def quickstart(ready_spaces: Path) -> ExperimentFile:
    """Its space, with rungs after 3 and 6 epochs."""
    text = (ready_spaces / "quickstart.yaml").read_text(encoding="utf-8")
    rungs = "fidelity: {max_epochs: 6, min_epochs: 3, reduction_factor: 3}  # kept"
    return ExperimentFile(Document("space.yaml", re.sub("(?m)^fidelity:.*", rungs, text)))


def found(lows: list[float], max_epochs: int = 6, full_epochs: int = 30) -> Calibration:
    """A calibration whose taus have these lower ends."""
    rungs = tuple(
        RungOrder(n + 1, Estimate(0.9, low, 1.0), Estimate(0.9, low, 1.0), 0.5, n + 1.0, False)
        for n, low in enumerate(lows)
    )
    return Calibration(("a",), max_epochs, full_epochs, (0,), 4, 0.6, rungs, 30.0)


def test_networks_are_within_the_budgets_and_spread(ready_spaces: Path) -> None:
    """Every type of block dominates one of twelve, and costs go over most of what there is."""
    limits = (Limit("flops", 4e6), Limit("params", 1e5))
    space = quickstart(ready_spaces).space((1, 32, 32), 10)
    problem = SpaceProblem(space, ("accuracy", "flops"), limits)
    chosen = spread_candidates(problem, 12, seed=0)
    assert len({candidate.architecture for candidate in chosen}) == 12
    assert not any(violations(candidate, limits) for candidate in chosen)
    assert spread_candidates(problem, 15, seed=0)[:12] == chosen
    shares = [likeness(space.network(candidate.values)).shares for candidate in chosen]
    for block in ("standard", "separable", "shuffle", "fire"):
        assert max(share.get(block, 0.0) for share in shares) > 0.5
    rng = np.random.default_rng(1)
    drawn = [c for _ in range(300) if (c := problem.candidate(problem.sample(rng)))]
    within = [np.log(c.costs["flops"]) for c in drawn if not violations(c, limits)]
    of_chosen = [np.log(c.costs["flops"]) for c in chosen]
    assert np.ptp(of_chosen) > 0.6 * np.ptp(within)


def test_a_small_space_gives_all_it_has() -> None:
    space = experiment_file().space(IN_SHAPE, NUM_CLASSES)
    problem = SpaceProblem(space, ("accuracy", "flops"), ())
    assert len({c.architecture for c in spread_candidates(problem, 12, seed=0)}) == 6


def test_orders_by_hand() -> None:
    """After one epoch the order is reversed, after two a neighbouring pair of four is swapped."""
    final = np.array([0.1, 0.2, 0.3, 0.4])
    curves = np.array([[0.4, 0.1], [0.3, 0.3], [0.2, 0.2], [0.1, 0.4]])
    first, second = rung_orders(curves, final, [2.0, 4.0], rungs=(2, 6), num_best=2)
    assert first.kendall_tau.value == pytest.approx(-1)
    assert second.kendall_tau.value == pytest.approx((5 - 1) / 6)
    assert second.spearman_rho.value == pytest.approx(1 - 6 * 2 / (4 * 15))
    assert (first.kept_of_best, second.kept_of_best) == (0.0, 0.5)
    assert second.kendall_tau.low < second.kendall_tau.value < second.kendall_tau.high
    assert [(r.epochs, r.cost_s, r.is_rung) for r in (first, second)] == [
        (1, 2.0, False), (2, 4.0, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lows", "recommended"),
    [
        ([0.1, 0.7, 0.8], 2),
        ([0.6, 0.7, 0.8], 1),
        ([0.7, 0.1, 0.8], 3),  # one that is good by luck is not taken
        ([0.1, 0.2, 0.3], None),
        ([0.1, float("nan"), 0.8], 3),
    ],
)
def test_the_cheapest_rung_from_which_on_all_order_well(
    lows: list[float], recommended: int | None
) -> None:
    assert found(lows).recommended == recommended


def test_how_many_networks_would_show_it() -> None:
    """With tau .9 after the last epoch: atanh is 1.47222, of .85 1.25615, of .6 .69315."""
    twelve = replace(found([0.1] * 6), architectures=tuple("abcdefghijkl"))
    assert twelve.networks_needed == 18  # by the closed form 10: fewer than there are
    assert twelve.as_json()["networks_needed"] == 18
    assert replace(twelve, min_tau=0.85).networks_needed == 40
    assert replace(twelve, min_tau=0.95).networks_needed is None
    assert found([0.7] * 6).networks_needed is None
    assert "about 18 networks would show it; --num-networks 18 keeps these 12." in said(twelve)
    assert said(replace(twelve, min_tau=0.95)).endswith("A higher fidelity.max_epochs may.")


def _trained(accuracies: dict[str, list[float]]) -> Trained:
    return Trained(
        accuracies, [10.0 * (n + 1) for n in range(len(next(iter(accuracies.values()))))]
    )


def test_seeds_are_averaged_and_only_common_networks_count(ready_spaces: Path) -> None:
    file = quickstart(ready_spaces)
    curves = {name: [0.1 * n] * 6 for n, name in enumerate("abcde")}
    swapped = {**curves, "a": [0.3] * 6}
    ends = {name: [0.1 * n] * 30 for n, name in enumerate("abcd")}
    result = compare(
        [_trained(curves), _trained(swapped)], [_trained(ends), _trained(ends)], file, (0, 1), 0.6
    )
    assert result.architectures == ("a", "b", "c", "d")
    assert (result.max_epochs, result.full_epochs, result.seeds) == (6, 30, (0, 1))
    assert [rung.epochs for rung in result.rungs] == [1, 2, 3, 4, 5, 6]
    assert [rung.epochs for rung in result.rungs if rung.is_rung] == [3, 6]
    # a has .0 and .3, so .15 on average: behind b of .1, before c of .2
    assert result.rungs[0].kendall_tau.value == pytest.approx((5 - 1) / 6)
    assert result.num_best == 1
    assert (result.rungs[1].cost_s, result.full_cost_s) == (20.0, 300.0)


def test_the_end_of_the_short_training_is_no_rung_against_itself(ready_spaces: Path) -> None:
    curves = _trained(
        {name: [0.1 * n, 0.2, 0.3, 0.4, 0.5, 0.1 * n] for n, name in enumerate("abcd")}
    )
    result = compare([curves], [curves], quickstart(ready_spaces), (0,), 0.6)
    assert [rung.epochs for rung in result.rungs] == [1, 2, 3, 4, 5]
    assert result.full_epochs == 6


def test_too_few_networks_are_told(ready_spaces: Path) -> None:
    few = _trained({name: [0.1] * 6 for name in "abc"})
    with pytest.raises(SearchError, match="4 networks must be trained to the end"):
        compare([few], [few], quickstart(ready_spaces), (0,), 0.6)


def test_the_file_keeps_all_but_the_first_rung(ready_spaces: Path) -> None:
    file = quickstart(ready_spaces)
    text = file.document.text
    written = recommended_text(file, found([0.1, 0.6, 0.7, 0.8, 0.8, 0.9]))
    assert written == text.replace("min_epochs: 3", "min_epochs: 2")
    whole = recommended_text(file, found([0.1] * 5 + [0.7]))
    fidelity = ExperimentFile(Document("space.yaml", whole)).experiment.fidelity
    assert (fidelity.scheduler, fidelity.max_epochs) == ("none", 6)
    again = recommended_text(ExperimentFile(Document("space.yaml", whole)), found([0.7] * 6))
    fidelity = ExperimentFile(Document("space.yaml", again)).experiment.fidelity
    assert (fidelity.scheduler, fidelity.max_epochs, fidelity.min_epochs) == ("halving", 6, 1)
    with pytest.raises(SearchError, match="nothing was written"):
        recommended_text(file, found([0.1] * 6))


def test_trainings_are_a_search_that_stops_nobody(ready_spaces: Path) -> None:
    file = quickstart(ready_spaces)
    one, other = [{"width_mult": 0.5}], [{"width_mult": 1.0}]
    experiment = variant_of(file, one * 12, 30, 3, "calibration").experiment
    assert experiment.fidelity.scheduler == "none"
    assert (experiment.fidelity.max_epochs, experiment.seed) == (30, 3)
    assert experiment.search.num_trials == 12
    assert not experiment.needs_latency
    assert experiment.proxy == file.experiment.proxy
    assert experiment.space == file.experiment.space
    names = {
        variant_of(file, *arguments).experiment.name
        for arguments in (
            (one, 30, 3, "calibration"), (one, 30, 0, "calibration"), (one, 6, 3, "calibration"),
            (other, 30, 3, "calibration"), (one * 2, 30, 3, "calibration"), (one, 30, 3, "edits"),
        )
    }  # fmt: skip
    assert len(names) == 6


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Trainings are made up; larger networks are better, from the second epoch on."""
    asked = []

    def train(
        file: ExperimentFile, starts: list, max_epochs: int, seed: int, place: Place, purpose: str
    ) -> Trained:
        asked.append((max_epochs, seed))
        names = [f"network-{number}" for number in range(len(starts))]
        return _trained(
            {name: [0.5] + [n / 100] * (max_epochs - 1) for n, name in enumerate(names)}
        )

    monkeypatch.setattr(module, "train_all", train)
    return asked


def test_batches_of_a_gpu_are_held_against_those_of_a_cpu(
    monkeypatch: pytest.MonkeyPatch, ready_spaces: Path, tmp_path: Path, url: str
) -> None:
    """Only the truth is trained in other batches, as long as the short training where asked."""
    asked: list[tuple[int, int, float]] = []

    def train(file: ExperimentFile, starts: list[object], epochs: int, *_: object) -> Trained:
        proxy = file.experiment.proxy
        asked.append((epochs, int(proxy.batch_size), round(proxy.learning_rate, 6)))
        return Trained({f"{n}": [n / 10] * epochs for n in range(5)}, [1.0] * epochs)

    monkeypatch.setattr(module, "train_all", train)
    text = quickstart(ready_spaces).document.text.replace("train_size: 5000", "train_size: 100")
    file = ExperimentFile(Document("space.yaml", f"{text}proxy: {{batch_size: 256}}\n"))
    Store(url).close()
    place = Place(url, Workspace(tmp_path, "quickstart"), Progress)  # type: ignore[arg-type]
    for epochs in (6, 12):
        asked.clear()
        result = calibrate(file, Plan(5, epochs, full_batch_size=32), place)
        assert asked == [(6, 256, 0.8), (epochs, 32, 0.1)]
        assert len(result.rungs) == 6
        assert result.as_json()["full_batch_size"] == 32


def test_the_command_prints_keeps_and_writes(
    no_training: list[tuple[int, int]], ready_spaces: Path, tmp_path: Path, url: str
) -> None:
    Store(url).close()
    path = tmp_path / "space.yaml"
    text = quickstart(ready_spaces).document.text.replace("train_size: 5000", "train_size: 100")
    text = text.replace("min_epochs: 3", "min_epochs: 1")
    path.write_text(text, encoding="utf-8")
    arguments = ["calibrate", str(path), "--storage", url, "--seeds", "2"]
    printed = CliRunner().invoke(cli, [*arguments, "--json", "--write"])
    assert printed.exit_code == 0, printed.output
    values = json.loads(printed.stdout)
    assert no_training == [(6, 0), (6, 1), (30, 0), (30, 1)]
    assert values["recommended"] == 2
    assert values["rungs"][0]["kendall_tau"] is None
    assert values["rungs"][1]["kendall_tau"] == 1.0
    assert values["rungs"][1]["interval"] == [1.0, 1.0]
    assert values["rungs"][1]["cost_s"] == 20.0
    assert path.read_text(encoding="utf-8") == text.replace("min_epochs: 1", "min_epochs: 2")
    with Store(url) as store:
        (kept,) = store.calibrations("quickstart")
    assert (kept.recommended_epochs, kept.result) == (2, values)
    table = CliRunner().invoke(cli, arguments)
    assert "Recommended: min_epochs 2" in table.stdout
    assert "1.00 [1.00, 1.00]" in table.stdout
    low = CliRunner().invoke(cli, [*arguments, "--full-epochs", "3"])
    assert isinstance(low.exception, SearchError)


def test_the_report_of_a_study_shows_its_calibration(store: Store, hand_made: StudyRecord) -> None:
    """The latest one on the same data, by trainings as long; ones on other data are not shown."""
    rungs = [{"epochs": 1, "kendall_tau": 0.5, "interval": [0.25, 0.75], "is_rung": True}]
    result = {"rungs": rungs, "full_epochs": 9, "max_epochs": 2, "architectures": ["a"] * 12}
    assert Findings.read(store, "hand-made").calibration is None
    store.add_calibration("hand-made", "other data", 1, result)
    longer = {**result, "max_epochs": 4}
    store.add_calibration("hand-made", hand_made.dataset_fingerprint, 1, longer)
    assert Findings.read(store, "hand-made").calibration is None
    store.add_calibration("hand-made", hand_made.dataset_fingerprint, 1, result)
    shown = dict(facts(Findings.read(store, "hand-made"), datetime.now(UTC)))
    said = shown["Order after short training"]
    assert "order after 9 epochs: 0.50 [0.25, 0.75] after 1 epoch (95% over 12 networks" in said


@pytest.mark.slow
@pytest.mark.usefixtures("one_ray")
def test_a_small_calibration_for_real(tmp_path: Path, url: str) -> None:
    """Five networks after one of two epochs; of six later on, one is trained."""
    text = SIX.replace("{name: cluttered_digits}", "{name: cluttered_digits, train_size: 320}")
    file = experiment_file(text)
    place = Place(url, Workspace(tmp_path, "six"), SilentObserver())
    plan = Plan(num_networks=5, full_epochs=2, min_tau=-1.0)
    first = calibrate(file, plan, place)
    assert [rung.epochs for rung in first.rungs] == [1]
    assert len(first.architectures) == 5
    assert calibrate(file, plan, place).as_json() == first.as_json()
    wider = calibrate(file, replace(plan, num_networks=6), place)
    assert set(first.architectures) < set(wider.architectures)
    with Store(url, create=False) as store:
        assert [s.num_complete for s in store.studies()] == [5, 6]
        assert len(store.calibrations("six")) == 3
        last = store.studies()[-1].study
        assert sum(trial.is_reused for trial in store.trials(last)) == 5


class SilentObserver:
    """Watches and says nothing."""

    def message(self, text: str) -> None: ...

    def profiling(self, done: int, total: int) -> None: ...

    def searching(self, progress: Progress) -> nullcontext[None]:
        return nullcontext()
