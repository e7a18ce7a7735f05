"""Networks of the literature and a random search beside a front."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import sqrt
from pathlib import Path

import pytest
from click.testing import CliRunner
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file, new_study

from nas.cli import cli
from nas.config import ExperimentFile
from nas.store import Companion, EpochRecord, Store, StudyRecord
from nas.trust.accompany import control_of
from nas.trust.baselines import chosen_networks
from nas.trust.companions import variant_of
from nas.trust.standing import Compared, compared
from search_spaces.errors import ExperimentFileError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.spaces.rescaling import scaled_reference


def with_baselines(baselines: str, constraints: str = "{flops: 400k}") -> ExperimentFile:
    return experiment_file(f"{SIX}constraints: {constraints}\nbaselines: {baselines}\n")


def chosen(file: ExperimentFile) -> Mapping[str, Network]:
    return chosen_networks(file.experiment, file.space(IN_SHAPE, NUM_CLASSES)).networks


def test_widths_are_the_widest_within_shares_of_the_budget() -> None:
    """One hundredth wider would be over 400k, a quarter, or a sixteenth of it."""
    networks = chosen(with_baselines("[shufflenet_v1, mobilenet_v1]"))
    by_name: dict[str, list[float]] = {}
    for name in networks:
        network, _, width = name.partition(" x")
        by_name.setdefault(network, []).append(float(width))
    assert set(by_name) == {"shufflenet_v1", "mobilenet_v1"}
    for network, widths in by_name.items():
        flops = [cost(networks[f"{network} x{width:g}"]).flops for width in widths]
        for width, count in zip(widths, flops, strict=True):
            wider = scaled_reference(network, IN_SHAPE, NUM_CLASSES, width + 0.01)
            assert any(count <= most < cost(wider).flops for most in (400e3, 100e3, 25e3))


def test_without_a_budget_the_largest_of_the_space_counts() -> None:
    """Width 3, kernel 3: stem 9·24·256 multiply-adds, block 9·24·24·64, head 24·10."""
    most = 9 * 24 * 256 + 9 * 24 * 24 * 64 + 240
    networks = chosen(with_baselines("squeezenet", "{params: 1M}"))
    assert max(cost(network).flops for network in networks.values()) <= most
    assert all(n.out_shape == (NUM_CLASSES,) and n.in_shape == IN_SHAPE for n in networks.values())


def test_widths_that_are_given_are_taken_whatever_they_cost() -> None:
    networks = chosen(with_baselines("[mobilenet_v1: {width_mult: [0.5, 1.0]}]"))
    assert list(networks) == ["mobilenet_v1 x0.5", "mobilenet_v1 x1"]


def test_what_fits_at_no_width_is_said() -> None:
    file = with_baselines("[vgg19, mobilenet_v1]")
    found = chosen_networks(file.experiment, file.space(IN_SHAPE, NUM_CLASSES))
    assert found.left_out == ("vgg19",)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "[3]",
            r"baselines\[0\]` must be the name of a network, or one name with its `width_mult`",
        ),
        ("[squeezenet, squeezenet1_0]", "names a network twice"),
        ("[vgg16: {width_mult: 0}]", r"baselines\[0\]\.vgg16\.width_mult` must be greater than 0"),
    ],
)
def test_wrong_baselines_are_said(text: str, rule: str) -> None:
    with pytest.raises(ExperimentFileError, match=rule):
        with_baselines(text)


def test_they_are_trained_by_the_recipe_and_the_seed_of_the_search() -> None:
    file = with_baselines("mobilenet_v1", "{latency_ms: 5, flops: 400k}")
    experiment = variant_of(
        file, [{"network": "a"}], 2, 0, "baselines", with_latency=True
    ).experiment
    own = file.experiment
    assert (experiment.proxy, experiment.dataset, experiment.seed) == (own.proxy, own.dataset, 0)
    assert (experiment.fidelity.scheduler, experiment.fidelity.max_epochs) == ("none", 2)
    assert "latency_ms" in experiment.objectives
    assert experiment.constraints.latency_ms is None


def test_the_control_has_the_budget_of_the_search_and_its_recipe() -> None:
    text = SIX.replace("sampler: random", "sampler: tpe, time_limit: 30m, start_from: squeezenet")
    file = experiment_file(f"{text}control: random\n").with_num_trials(7)
    control = control_of(file).experiment
    assert control.name == "six-control"
    assert (control.search.sampler, control.search.num_trials) == ("random", 7)
    assert (control.search.time_limit, control.search.start_from) == (1800, ())
    assert not control.search.reuse
    assert control.identity() == file.experiment.identity()


class Written:
    """A study and what serves it, with trials that are made up."""

    def __init__(self, store: Store, num_images: int | None = 400) -> None:
        self.store, self._num_images = store, num_images
        self.file = experiment_file()
        self.space = self.file.space(IN_SHAPE, NUM_CLASSES)
        self.study = self.add(self.file)

    def add(self, file: ExperimentFile) -> StudyRecord:
        new_study(self.store, file)
        with self.store.engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE nas_studies SET num_validation_images = {self._num_images or 'NULL'}"
            )
        return self.store.study(file.experiment.name)

    def train(
        self, study: StudyRecord, number: int, network: Network, accuracy: float, words: str = ""
    ) -> None:
        self.store.add_trial(
            study, number, network, cost(network), choices={}, description=words, latency_ms=None
        )
        self.store.report(study, EpochRecord(number, 2, accuracy, 1.0, 1.0), "COMPLETE")

    def network(self, width: float, kernel_size: int = 1) -> Network:
        return self.space.network({"width_mult": width, "stage1.standard.kernel_size": kernel_size})

    def companion(self, purpose: str, seed: int = 0, max_epochs: int = 2) -> StudyRecord:
        file = variant_of(self.file, [{"network": "any"}], max_epochs, seed, purpose)
        study = self.add(file)
        self.store.add_companion(study, Companion("six", purpose))
        return study

    def compared(self) -> Compared:
        study = self.store.study("six")
        return compared(self.store, study, self.store.trials(study))


@pytest.fixture
def written(store: Store) -> Written:
    """A front of two networks, the cheapest and the dearest of the space."""
    made = Written(store)
    made.train(made.study, 0, made.network(1.0), 0.60)
    made.train(made.study, 1, made.network(3.0, 3), 0.80)
    return made


def baseline(written: Written, width: float) -> Network:
    return scaled_reference("shufflenet_v1", IN_SHAPE, NUM_CLASSES, width)


def test_the_best_that_costs_no_more_is_compared(written: Written) -> None:
    """0.6 against 0.5 and 0.8 against 0.81, on 400 images; half-widths by hand."""
    study = written.companion("baselines")
    small, large = baseline(written, 0.05), baseline(written, 1.0)
    flops = [cost(written.network(*which)).flops for which in ((1.0, 1), (3.0, 3))]
    assert flops[0] <= cost(small).flops < flops[1] <= cost(large).flops
    written.train(study, 0, large, 0.81, "shufflenet_v1 x1")
    written.train(study, 1, small, 0.50, "shufflenet_v1 x0.05")
    first, second = written.compared().standings
    assert (first.baseline.name, first.trial and first.trial.number) == ("shufflenet_v1 x0.05", 0)
    assert (second.baseline.name, second.trial and second.trial.number) == ("shufflenet_v1 x1", 1)
    for found, verdict, shares in ((first, "win", (0.6, 0.5)), (second, "tie", (0.8, 0.81))):
        assert found.comparison is not None
        assert found.comparison.verdict == verdict
        difference = found.comparison.difference
        half = 1.959964 * sqrt(sum(p * (1 - p) for p in shares) / 400)
        assert difference.value == pytest.approx(shares[0] - shares[1])
        assert difference.high - difference.value == pytest.approx(half, rel=1e-6)
        assert found.seeds == (0,)


def test_a_front_that_costs_more_is_not_compared(store: Store) -> None:
    made = Written(store)
    made.train(made.study, 0, made.network(3.0, 3), 0.80)
    small = baseline(made, 0.05)
    assert cost(small).flops < cost(made.network(3.0, 3)).flops
    made.train(made.companion("baselines"), 0, small, 0.5, "shufflenet_v1 x0.05")
    (found,) = made.compared().standings
    assert (found.trial, found.comparison) == (None, None)


def test_other_lengths_and_data_are_never_compared(written: Written) -> None:
    longer = written.companion("baselines", max_epochs=4)
    written.train(longer, 0, baseline(written, 1.0), 0.9, "shufflenet_v1 x1")
    assert written.compared().standings == ()


def test_seeds_of_a_confirmation_take_the_place_of_the_search(written: Written) -> None:
    """Trial 1 was lucky: 0.8 in the search, 0.70 and 0.72 with other seeds; the baseline 0.75."""
    network = baseline(written, 1.0)
    for seed, ours, theirs in ((0, None, 0.70), (1, 0.70, 0.74), (2, 0.72, 0.76)):
        written.train(written.companion("baselines", seed), 0, network, theirs, "shufflenet_v1 x1")
        if ours is not None:
            confirmation = written.companion("confirmation", seed)
            written.train(confirmation, 0, written.network(3.0, 3), ours)
            written.store.set_study_state(confirmation, "COMPLETE")
    (found,) = written.compared().standings
    assert found.seeds == (1, 2)
    assert found.comparison is not None
    assert found.comparison.difference.value == pytest.approx(0.71 - 0.75)


def test_without_the_number_of_images_nothing_is_judged(store: Store) -> None:
    old = Written(store, num_images=None)
    old.train(old.study, 0, old.network(1.0), 0.6)
    old.train(old.companion("baselines"), 0, baseline(old, 1.0), 0.5, "shufflenet_v1 x1")
    (found,) = old.compared().standings
    assert (found.comparison, found.as_json()["verdict"]) == (None, None)
    assert old.compared().control is None


@pytest.mark.parametrize(("accuracies", "verdict"), [((0.6, 0.8), "tie"), ((0.2, 0.3), "win")])
def test_the_control_is_won_or_tied(
    written: Written, accuracies: tuple[float, float], verdict: str
) -> None:
    """The same networks with the same results are a tie of difference zero."""
    study = written.add(control_of(written.file))
    written.store.add_companion(study, Companion("six", "control"))
    for number, (which, accuracy) in enumerate(zip(((1.0, 1), (3.0, 3)), accuracies, strict=True)):
        written.train(study, number, written.network(*which), accuracy)
    control = written.compared().control
    assert control is not None
    assert control.comparison.verdict == verdict
    assert control.num_trials == (2, 2)
    assert control.train_s == (2.0, 2.0)
    is_equal = control.hypervolume == control.control_hypervolume
    assert is_equal == (verdict == "tie")


TINY = """
name: tiny
dataset: {name: cluttered_digits, train_size: 100, validation_size: 50}
space:
  stem: {out_channels: 8}
  width_mult: [0.5, 1.0]
  stages: [{out_channels: 8, stride: 2, block: {standard: {kernel_size: [1, 3]}}}]
constraints: {flops: 1M}
search: {num_trials: 2}
fidelity: {scheduler: none, max_epochs: 1}
workers: {cpus_per_trial: 1}
baselines: [shufflenet_v1: {width_mult: 0.1}]
control: random
"""


@pytest.mark.slow
@pytest.mark.usefixtures("one_ray")
def test_a_launch_trains_them_all_and_says_how_the_front_stands(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY, encoding="utf-8")
    printed = CliRunner().invoke(cli, ["launch", "tiny.yaml", "--storage", url, "--json"])
    assert printed.exit_code == 0, printed.output
    values = json.loads(printed.stdout)
    (standing,) = values["baselines"]
    assert standing["baseline"] == "shufflenet_v1 x0.1"
    assert standing["at_equal"] == "flops"
    assert standing["verdict"] in ("win", "tie", "loss")
    ours = next(t for t in values["front"] if t["trial"] == standing["trial"])
    theirs = standing["accuracies"]["0"]
    assert standing["difference"] == pytest.approx(ours["accuracy"] - theirs)
    assert values["control"]["study"] == "tiny-control"
    assert values["control"]["num_trials"] == [2, 2]
    again = CliRunner().invoke(cli, ["launch", "tiny.yaml", "--storage", url])
    assert again.exit_code == 0, again.output
    assert "The front against networks of the literature" in again.stdout
    assert "by random search (2 trials" in again.stdout
    with Store(url) as store:
        assert len(store.studies()) == 3
        assert {t.restarts for s in store.studies() for t in store.trials(s.study)} == {0}
