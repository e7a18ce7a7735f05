"""Limits from above and from below, on costs and on accuracy: read, kept, marked and told of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from search_kit import SIX, Search, experiment_file

from dashboards import write_report
from nas.cli import main
from nas.config.constraints import ConstraintsSpec
from nas.runner.preparation import checked_space
from nas.samplers.registry import SAMPLERS
from nas.store import Store, TrialRecord
from nas.store.results import excess, nothing_feasible, outside_limits, pareto_front
from search_spaces.errors import ExperimentFileError
from search_spaces.quantities import format_limit
from search_spaces.spaces.problem import Candidate, Limit, Violation, violations

AT_LEAST = Limit("accuracy", 0.8, is_lower=True)


def _constraints(text: str) -> ConstraintsSpec:
    return experiment_file(f"{SIX}constraints: {text}\n").experiment.constraints


def _six(constraints: str, objectives: str = "[accuracy, flops]") -> str:
    return f"{SIX}objectives: {objectives}\nconstraints: {constraints}\n"


# One limit


def test_excess_is_the_logarithm_of_how_many_times_beyond() -> None:
    above, below = Limit("flops", 10.0), Limit("flops", 10.0, is_lower=True)
    assert (above.excess(10.0), below.excess(10.0)) == (0, 0)
    assert (above.excess(5.0), below.excess(20.0)) == (0, 0)
    assert above.excess(20.0) == below.excess(5.0) == pytest.approx(log(2))
    assert 0 < below.excess(0.0) < inf
    values = np.array([5.0, 10.0, 20.0])
    assert above.ratios(values).tolist() == [0.5, 1.0, 2.0]
    assert below.ratios(values).tolist() == [2.0, 1.0, 0.5]


def test_violations_are_the_worst_first() -> None:
    limits = (Limit("flops", 10.0), Limit("params", 10.0, is_lower=True), Limit("params", 99.0))
    found = violations(Candidate({}, "a", {"flops": 15.0, "params": 5.0}), limits)
    assert found == [Violation(limits[1], 5.0), Violation(limits[0], 15.0)]
    assert not violations(Candidate({}, "b", {"flops": 10.0, "params": 10.0}), limits)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("{flops: 30M}", [Limit("flops", 30e6)]),
        ("{latency_ms: '<= 8ms'}", [Limit("latency_ms", 8.0)]),
        ("{weight_bytes: '>= 2MiB'}", [Limit("weight_bytes", 2.0**21, is_lower=True)]),
        ("{flops: '>= 5M, <= 30M'}", [Limit("flops", 5e6, is_lower=True), Limit("flops", 30e6)]),
        ("{flops: '<=30M,>=5M'}", [Limit("flops", 5e6, is_lower=True), Limit("flops", 30e6)]),
        (
            "{params: {min: 5k, max: 500k}}",
            [Limit("params", 5e3, is_lower=True), Limit("params", 5e5)],
        ),
        ("{params: {max: 7}}", [Limit("params", 7.0)]),
        ("{params: {min: 7, max: 7}}", [Limit("params", 7.0, is_lower=True), Limit("params", 7.0)]),
        ("{accuracy: '>= 0.8'}", [AT_LEAST]),
        ("{accuracy: {min: 0.8}}", [AT_LEAST]),
        ("{flops: }", []),
    ],
)
def test_limits_as_people_write_them(text: str, limits: list[Limit]) -> None:
    read = _constraints(text)
    assert read.all_limits() == tuple(limits)
    assert read.limits() == tuple(x for x in limits if x.quantity != "accuracy")
    assert ConstraintsSpec.model_validate(read.model_dump(mode="json")) == read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{flops: '> 5M'}",
            "`constraints.flops` must be one limit from above, from below, or both, such as"
            " '>= 1, <= 2', got '> 5M'",
        ),
        (
            "{flops: '>= 5M, >= 6M'}",
            "`constraints.flops` must be one limit from above, from below, or both, such as"
            " '>= 1, <= 2', got '>= 5M, >= 6M'",
        ),
        (
            "{flops: {min: 5ms}}",
            "`constraints.flops.min` must be a number, optionally with k, M, G, got '5ms'",
        ),
        ("{flops: {}}", "`constraints.flops` must have min or max, got {}"),
        ("{flops: '>= 0'}", "`constraints.flops` must be greater than 0, got '>= 0'"),
        (
            "{accuracy: 0.8}",
            "`constraints.accuracy` must be a limit from below such as '>= 0.8', got 0.8",
        ),
        (
            "{accuracy: '>= 80'}",
            "`constraints.accuracy` must be between 0 and 1, such as '>= 0.8', got '>= 80'",
        ),
        (
            "{flops: {mim: 5M}}",
            "`constraints.flops.mim` is not a known key; did you mean `min`? (allowed: min, max)",
        ),
    ],
)
def test_limits_that_make_no_sense(text: str, message: str) -> None:
    with pytest.raises(ExperimentFileError) as error:
        _constraints(text)
    assert str(error.value) == f"space.yaml:10: {message}"


def test_limits_are_shown_as_they_are_written() -> None:
    assert format_limit(Limit("flops", 30e6)) == "<= 30M"
    assert format_limit(Limit("latency_ms", 2.5, is_lower=True)) == ">= 2.5 ms"


# Budgets in a search. SIX has 258, 634, 770, 1138, 2682 and 5746 parameters.


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_keeps_between_limits(sampler: str, store: Store) -> None:
    text = _six("{params: {min: 300, max: 1200}}").replace("random", sampler)
    search = Search(store, experiment_file(text))
    assert search.run() == "COMPLETE"
    assert sorted(trial.params for trial in store.trials(search.study)) == [634, 770, 1138]


def test_a_limit_from_below_that_nothing_reaches_is_refused() -> None:
    text = _six("{params: '>= 1M'}")
    with pytest.raises(ExperimentFileError) as error:
        checked_space(experiment_file(text))
    rule = "(>= 1M) cannot be met: the largest architecture of the space has 5.75k"
    assert str(error.value).endswith(f"`constraints.params` {rule}")


def test_limits_that_nothing_is_between_are_refused() -> None:
    text = _six("{params: {min: 780, max: 1100}}")
    with pytest.raises(ExperimentFileError, match=r"`constraints\.params` \((=|>= )[0-9.k]+\) "):
        checked_space(experiment_file(text))


# Fronts. A trial is (accuracy, flops).


def _trials(*values: tuple[float, int], state: str = "COMPLETE") -> list[TrialRecord]:
    return [
        TrialRecord(
            number=number, architecture=f"a{number}", choices={}, description="", state=state,
            epochs=1, accuracy=accuracy, flops=flops, params=1, weight_bytes=4,
            peak_activation_bytes=4, latency_ms=None, train_s=0.0, failure=None,
        )
        for number, (accuracy, flops) in enumerate(values)
    ]  # fmt: skip


def _numbers(trials: Sequence[TrialRecord]) -> list[int]:
    return [trial.number for trial in trials]


OBJECTIVES = ("accuracy", "flops")


def test_the_front_prefers_what_is_within_the_limits() -> None:
    trials = _trials((0.9, 30), (0.8, 20), (0.7, 10), (0.6, 5), (0.65, 12))
    front = pareto_front(trials, OBJECTIVES, [AT_LEAST])
    assert _numbers(front) == [1, 0]
    assert _numbers(outside_limits(trials, OBJECTIVES, [AT_LEAST])) == [3, 2]  # 2 dominates 4
    assert nothing_feasible(front, [AT_LEAST]) is None


def test_a_feasible_trial_dominates_a_better_one_that_is_not() -> None:
    """Deb 2000: whatever the objectives are."""
    trials = _trials((0.9, 10), (0.8, 20))
    limits = [Limit("flops", 15.0, is_lower=True)]
    assert _numbers(pareto_front(trials, OBJECTIVES, limits)) == [1]
    assert _numbers(pareto_front(trials, OBJECTIVES)) == [0]


def test_where_nothing_is_feasible_the_least_violation_counts() -> None:
    """Trial 0: twice too dear. Trial 1: log 2 too inaccurate and a little dear. 2 and 3: least."""
    trials = _trials((0.8, 20), (0.4, 11), (0.75, 9), (0.75, 8), (0.3, 1))
    limits = [AT_LEAST, Limit("flops", 10.0)]
    assert excess(trials[0], limits) == pytest.approx(log(2))
    assert excess(trials[1], limits) == pytest.approx(log(2) + log(1.1))
    front = pareto_front(trials, OBJECTIVES, limits)
    assert _numbers(front) == [3]  # as accurate as 2, and cheaper
    assert nothing_feasible(front, limits) == (
        "No finished trial is within all limits (accuracy >= 0.8000); shown is what violates them"
        " least."
    )


def test_a_stopped_trial_is_on_no_front_however_feasible() -> None:
    stopped = _trials((0.9, 1), state="PRUNED")
    assert pareto_front(stopped, OBJECTIVES, [AT_LEAST]) == []
    assert nothing_feasible([], [AT_LEAST]) is None


def test_what_was_not_measured_is_not_judged() -> None:
    (trial,) = _trials((0.9, 1))
    assert excess(trial, [Limit("latency_ms", 1.0)]) == 0


# A whole study. `accuracy_of` gives 2/3 of params / (params + 500) at the second, last epoch:
# 258: 0.227, 634: 0.373, 770: 0.404, 1138: 0.463, 2682: 0.562, 5746: 0.613.


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(str(ended.value))


def _searched(url: str, text: str) -> None:
    """A search that notes its experiment, as a launch does."""
    store, file = Store(url), experiment_file(text)
    search = Search(store, file)
    store.set_experiment(search.study, text, file.experiment.model_dump(mode="json"))
    search.run()
    store.close()


def _report(url: str, folder: Path) -> str:
    store = Store(url)
    write_report(store, "six", folder / "report.html")
    store.close()
    return (folder / "report.html").read_text()


def _printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert _run(*arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_a_limit_on_accuracy_marks_and_stops_nobody(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _searched(url, _six("{accuracy: '>= 0.45'}", "[accuracy, params]"))
    printed = _printed(capsys, "pareto", "six", "--storage", url, "--json")
    assert printed["feasible"] is True
    assert [trial["params"] for trial in printed["front"]] == [1138, 2682, 5746]
    assert [trial["params"] for trial in printed["outside_limits"]] == [258, 634, 770]
    assert {trial["feasible"] for trial in printed["front"]} == {True}
    assert {trial["feasible"] for trial in printed["outside_limits"]} == {False}
    assert {trial["state"] for trial in printed["outside_limits"]} == {"COMPLETE"}
    assert _run("pareto", "six", "--storage", url) == 0
    shown = capsys.readouterr().out
    assert shown.count("outside") == 3
    assert "No finished trial" not in shown


def test_a_front_on_which_nothing_is_feasible_says_so(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _searched(url, _six("{accuracy: '>= 0.99', params: 3k}"))
    printed = _printed(capsys, "pareto", "six", "--storage", url, "--json")
    assert printed["feasible"] is False
    assert [trial["params"] for trial in printed["front"]] == [2682]
    assert [trial["feasible"] for trial in printed["front"]] == [False]
    said = "No finished trial is within all limits (accuracy >= 0.9900)"
    assert _run("pareto", "six", "--storage", url) == 0
    assert capsys.readouterr().out.startswith(said)
    html = _report(url, tmp_path)
    assert said.replace(">", "&gt;") in html
    assert "outside limits" in html


def test_budgets_tightened_later_hold_for_what_was_trained_before(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _searched(url, _six("{}", "[accuracy, params]"))
    _searched(url, _six("{params: 800}", "[accuracy, params]"))
    printed = _printed(capsys, "pareto", "six", "--storage", url, "--json")
    assert [trial["params"] for trial in printed["front"]] == [258, 634, 770]
    assert [trial["params"] for trial in printed["outside_limits"]] == [1138, 2682, 5746]


# Objectives


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_accuracy_alone(sampler: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = _six("{}", "[accuracy]").replace("random", sampler)
    _searched(url, text)
    printed = _printed(capsys, "pareto", "six", "--storage", url, "--json")
    assert [trial["params"] for trial in printed["front"]] == [5746]


def test_accuracy_alone_is_halved_and_reported(url: str, tmp_path: Path) -> None:
    fidelity = "fidelity: {max_epochs: 4, min_epochs: 1, reduction_factor: 2}"
    text = _six("{}", "accuracy").replace("fidelity: {max_epochs: 2, min_epochs: 2}", fidelity)
    _searched(url, text)
    store = Store(url)
    states = {trial.state for trial in store.trials(store.study("six"))}
    store.close()
    assert states == {"COMPLETE", "PRUNED"}
    html = _report(url, tmp_path)
    assert "Accuracy is the only objective" in html


def test_four_objectives(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    objectives = "[accuracy, flops, peak_activation_bytes, weight_bytes]"
    _searched(url, _six("{weight_bytes: 20 KiB}", objectives))
    printed = _printed(capsys, "pareto", "six", "--storage", url, "--json")
    assert [trial["params"] for trial in printed["front"]] == [258, 634, 770, 1138, 2682]
    assert _run("pareto", "six", "--storage", url) == 0
    shown = capsys.readouterr().out
    assert "peak memory" in shown
    assert "weights" in shown
    html = _report(url, tmp_path)
    assert "Peak activations" in html
