"""`nas validate`: what is in a space, what fits, and a refusal where almost nothing does."""

from __future__ import annotations

import json
import re
import time
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest

import search_spaces
from nas.cli import main
from nas.trust.validation import _rounded
from search_spaces.quantities import format_quantity, parse_quantity

FOLDER = Path(next(iter(search_spaces.__path__)))
READY = sorted(path.name for path in FOLDER.glob("*.yaml"))
NUM_SECONDS = 5

# Widths 8, 16, 24 by kernels 1, 3; 1x32x32 input. FLOPs of width c, kernel k: stem 9·c·1024, block
# k²·c²·1024, head 10·c.
SIX = """
name: six
dataset: {name: cluttered_digits}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages: [{out_channels: 8, block: {standard: {kernel_size: [1, 3], dilation: [1]}}}]
"""
FLOPS = {(c, k): 9 * c * 1024 + k * k * c * c * 1024 + 10 * c for c in (8, 16, 24) for k in (1, 3)}


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["validate", *arguments])
    return int(str(ended.value))


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Writes a space file and returns its path."""

    def write(text: str) -> str:
        path = tmp_path / "space.yaml"
        path.write_text(text)
        return str(path)

    return write


@pytest.mark.parametrize("name", READY)
def test_every_ready_space(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.process_time()
    assert _run(str(FOLDER / name)) == 0
    assert time.process_time() - started < NUM_SECONDS
    shown = capsys.readouterr().out
    assert "distinct architectures" in shown
    assert "estimated" not in shown
    for word in ("smallest", "median", "largest", "FLOPs", "parameters", "weights", "peak memory"):
        assert word in shown
    assert "Within all budgets: " in shown
    assert "cuts most" in shown
    if name.endswith("_224.yaml"):
        assert "The data set was not looked at: " in shown
    if name == "quickstart.yaml":
        assert "`latency_ms` is not measured here" in shown


def test_json_of_a_space_worked_out_by_hand(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    limit = FLOPS[16, 3]
    path = write(f"{SIX}constraints: {{flops: {limit}, params: 700, latency_ms: 5}}\n")
    assert _run(path, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["num_architectures"] == found["num_combinations"] == 6
    assert found["num_architectures_error"] == 0
    ordered = sorted(FLOPS.values())
    assert found["costs"]["flops"] == {
        "smallest": ordered[0],
        "median": (ordered[2] + ordered[3]) / 2,
        "largest": ordered[-1],
    }
    # params: stem 9c + 2c, block k²c² + 2c, head 10c + 10
    params = {key: key[0] * 23 + (key[0] * key[1]) ** 2 + 10 for key in FLOPS}
    assert found["costs"]["params"]["largest"] == max(params.values())
    assert found["costs"]["weight_bytes"]["largest"] == 4 * max(params.values())
    over = {key for key in FLOPS if FLOPS[key] > limit}
    large = {key for key in params if params[key] > 700}
    assert found["within_budgets"]["exact"]
    assert found["within_budgets"]["share"] == (6 - len(over | large)) / 6
    budgets = {budget["name"]: budget for budget in found["budgets"]}
    assert budgets["flops"]["stops"] == len(over) / 6
    assert budgets["flops"]["stops_alone"] == len(over - large) / 6
    assert budgets["params"]["stops"] == len(large) / 6
    assert budgets["params"]["stops_alone"] == len(large - over) / 6
    assert found["not_measured"] == {"latency_ms": 5}


def test_limits_from_below_worked_out_by_hand(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    low, high = sorted(FLOPS.values())[1], sorted(FLOPS.values())[3]
    limits = f"flops: {{min: {low}, max: {high}}}, accuracy: '>= 0.8', latency_ms: '>= 1'"
    path = write(f"{SIX}constraints: {{{limits}}}\n")
    assert _run(path, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["within_budgets"]["share"] == 3 / 6
    budgets = {budget["is_lower"]: budget for budget in found["budgets"]}
    assert (budgets[True]["name"], budgets[True]["limit"]) == ("flops", low)
    assert (budgets[True]["stops"], budgets[False]["stops"]) == (1 / 6, 2 / 6)
    assert found["not_measured"] == {}
    assert {"quantity": "accuracy", "value": 0.8, "is_lower": True} in found["limits"]
    assert _run(path) == 0
    shown = capsys.readouterr().out
    assert re.search(r"FLOPs .* >= \S+ +16\.7% +16\.7%", shown)
    assert "`flops` cuts most: 33.3% of the space are above it." in shown
    assert "`latency_ms` is not measured here" in shown
    assert "`accuracy` is known after training" in shown


def test_a_limit_from_below_that_nothing_reaches_is_refused_with_advice(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    most = FLOPS[24, 3]
    path = write(f"{SIX}constraints: {{flops: '>= {most + 1}'}}\n")
    assert _run(path) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "(>= 5.53M) cannot be met: the largest architecture of the space has 5.53M; " in line
    assert "lower it to 5.5M, which leaves 5%, or allow larger networks" in line


def test_a_space_without_budgets(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(write(SIX)) == 0
    shown = capsys.readouterr().out
    assert "6 distinct architectures from 2 choices with 6 combinations" in shown
    assert "No budget on these costs." in shown
    assert "stops" not in shown


def test_an_impossible_budget_is_refused_with_advice(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    least = FLOPS[8, 1]
    path = write(f"{SIX}constraints:\n  params: 1M\n  flops: {least - 1}\n")
    assert _run(path) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith(f"nas: {path}:10: `constraints.flops` (=139k) cannot be met: ")
    assert "the cheapest architecture of the space has 139k; raise it to 140k" in line
    assert "or allow smaller networks" in line


def _with_budgets(budgets: str) -> str:
    """The quickstart's file with other constraints."""
    text = (FOLDER / "quickstart.yaml").read_text()
    return re.sub(r"constraints: .*", f"constraints: {{{budgets}}}", text)


def test_a_budget_that_almost_nothing_meets_is_refused(
    capsys: pytest.CaptureFixture[str], write: Any
) -> None:
    path = write(_with_budgets("flops: 240k"))
    assert _run(path) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert ": `constraints.flops` (=240k) stops " in line
    assert "of 4,000 architectures looked at fit all budgets; raise it to " in line
    needed = line.split("raise it to ")[1].split(",")[0]
    assert _run(write(_with_budgets(f"flops: {needed}"))) == 0
    assert "Within all budgets: 5" in capsys.readouterr().out


def test_budgets_that_only_together_leave_nothing(
    capsys: pytest.CaptureFixture[str], write: Any
) -> None:
    path = write(_with_budgets("flops: 400k, params: 5.5k"))
    assert _run(path) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "raise `" in line
    raised = line.split("; raise ")[1].split(", which leaves 5%")[0].split(" and ")
    values = dict(part.replace("`", "").split(" to ") for part in raised)
    after = f"flops: {values['flops']}, params: {values['params']}"
    assert _run(write(_with_budgets(after))) == 0


INPUT = "  input: {{channels: 3, resolution: {0}, num_classes: 7}}\n"


def test_a_space_may_say_what_its_images_are(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Then it needs no data set to be looked at, but must agree with the one that is there."""
    there = SIX.replace("space:\n", "space:\n" + INPUT.format(64))
    absent = there.replace("cluttered_digits", "images_that_come_later")
    assert _run(write(absent)) == 0
    assert "The data set was not looked at" in capsys.readouterr().out
    path = write(there)
    assert _run(path) == 2
    wanted = "`space.input` (=3x64x64 in 7 classes) must agree with the data set (1x32x32 in 10"
    assert f"{path}:5: {wanted}" in capsys.readouterr().err


def test_an_estimated_count_says_so(
    write: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_spaces.spaces.statistics.count_words", lambda *_: None)
    stage = "{out_channels: 16, num_blocks: [1, 2, 3], block: {separable: {kernel_size: [3, 5]}}}"
    many = ", ".join([stage] * 6)
    text = f"{SIX.partition('  stages:')[0]}  stages: [{many}]\n"
    assert _run(write(text)) == 0
    assert ", estimated) distinct architectures" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "name", "shown"),
    [
        (999, "flops", "999"),
        (1001, "flops", "1.1k"),
        (139_345, "params", "140k"),
        (999_001, "flops", "1000k"),
        (1_000_001, "flops", "1.1M"),
        (123_456_789, "flops", "124M"),
        (3_000_000_000, "flops", "3G"),
        (40 * 1024, "peak_activation_bytes", "40KiB"),
        (1001 * 1024, "weight_bytes", "1MiB"),
        (123.4 * 2**20, "weight_bytes", "124MiB"),
    ],
)
def test_advice_is_a_value_that_the_file_may_have(value: float, name: str, shown: str) -> None:
    assert _rounded(value, name, ceil) == shown
    assert parse_quantity(shown, name) >= value


@pytest.mark.parametrize(
    ("value", "name", "shown"),
    [
        (999, "flops", "999"),
        (1099, "flops", "1k"),
        (139_345, "params", "139k"),
        (1_200_000, "flops", "1.2M"),
        (123_456_789, "flops", "123M"),
        (4.9 * 2**20, "weight_bytes", "4.9MiB"),
    ],
)
def test_advice_on_a_lower_limit_is_no_higher(value: float, name: str, shown: str) -> None:
    assert _rounded(value, name, floor) == shown
    assert parse_quantity(shown, name) <= value


def test_baselines_are_named_with_their_flops(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """ShuffleNet at a width of its own is as `nas describe` counts it; VGG-19 fits at none."""
    path = write(
        f"{SIX}constraints: {{flops: 400k}}\n"
        "baselines: [vgg19, shufflenet_v1: {width_mult: 0.5}]\n"
    )
    assert _run(path, "--json") == 0
    ((name, flops),) = json.loads(capsys.readouterr().out)["baselines"].items()
    assert name == "shufflenet_v1 x0.5"
    assert _run(path) == 0
    shown = capsys.readouterr().out
    assert f"Baselines, trained beside it: {name} ({format_quantity(flops, 'flops')})." in shown
    assert "Left out, over the budget at every width: vgg19." in shown
