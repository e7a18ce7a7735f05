"""`nas simulate` as a user and a program meet it."""

import io
import json
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest

from nas.cli import main
from nas.cli.tables.character_plot import log_plot
from nas.samplers import SAMPLERS
from nas.simulation.compare import Comparison, Spread, needed, spread_at
from nas.simulation.simulate import Simulation
from nas.simulation.training import SCHEDULERS
from nas.terminal import Countdown

_HEADER = "param.kind,param.size,architecture,accuracy@3,accuracy,epochs,flops,params"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Forty rows: accuracy rises with size, the dear kinds are no better, cost is size times kind.

    Of kind k and size s: final accuracy 1 - 0.5 / s, 0.2 less after 3 epochs, k · s FLOPs.
    """
    rows = [
        f"k{kind},{size},{kind}/{size},{0.8 - 0.5 / size},{1 - 0.5 / size},30,{kind * size},7"
        for kind in range(1, 5)
        for size in range(1, 11)
    ]
    return _write(tmp_path / "small.csv", _HEADER, rows)


def _write(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def _run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", *map(str, arguments)])
    return int(str(ended.value))


def _json(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    assert _run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_json_of_a_search(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = _json(capsys, table, "--sampler", "random", "--num-trials", 15, "--seed", 3)
    assert (printed["table"], printed["sampler"]) == ("small.csv", "random")
    assert (printed["scheduler"], printed["objectives"]) == ("none", ["accuracy", "flops"])
    assert (printed["epochs"], printed["ended"], printed["seed"]) == (15 * 30, None, 3)
    found = printed["evaluations"]
    assert len(found) == len({e["architecture"] for e in found}) == 15
    for evaluation in found:
        kind, size = evaluation["params"]["kind"], evaluation["params"]["size"]
        assert evaluation["architecture"] == f"{kind[1:]}/{size}"
        assert evaluation["accuracy"] == pytest.approx(1 - 0.5 / size)
        assert evaluation["costs"] == {"flops": int(kind[1:]) * size, "params": 7}
        assert (evaluation["epochs"], evaluation["state"]) == (30, "COMPLETE")
    for before, after in pairwise(found):
        assert after["finished_at"] - before["finished_at"] == pytest.approx(
            30 * after["costs"]["flops"]
        )


def test_gap_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Costs 1, 4 and 16 are 0, 1/2 and 1 as logarithms; a loses 1/2 of accuracy and b nothing.

    Forty networks of the worst accuracy, which is the fifth percentile, stand at the reference
    point. So the front has 1/4 + 1/2; without b it has 1/2, and without a 1/2. A limit of 1 leaves
    a alone, all of what is then to be found.
    """
    rows = [f"bad{i},0.5,16" for i in range(40)] + ["a,0.7,1", "b,0.9,4"]
    path = _write(tmp_path / "t.csv", "param.name,accuracy,flops", rows)
    assert _json(capsys, path)["gap"] == pytest.approx(0)
    for only, gap in (("bad1", 1), ("a", 1 / 3), ("b", 1 / 3)):
        for seed in range(200):
            found = _json(capsys, path, "--num-trials", 1, "--seed", seed, "--sampler", "random")
            first = found["evaluations"][0]["params"]["name"]
            if first == only or (only == "bad1" and first.startswith("bad")):
                assert found["gap"] == pytest.approx(gap)
                break
        else:
            pytest.fail(f"no seed begins with {only}")
    limited = _json(capsys, path, "--constraints", "flops=1")
    assert [e["params"] for e in limited["evaluations"]] == [{"name": "a"}]
    assert limited["gap"] == pytest.approx(0)


def test_objectives_are_those_of_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody says them: its trained measure, whatever that is called, and FLOPs."""
    path = _write(tmp_path / "t.csv", "param.name,miou,flops", ["a,0.7,1", "b,0.9,4"])
    found = _json(capsys, path)
    assert found["objectives"] == ["miou", "flops"]
    assert sorted(e["miou"] for e in found["evaluations"]) == [0.7, 0.9]


@pytest.mark.parametrize("scheduler", [s for s in SCHEDULERS if s != "none"])
def test_stopped_and_promoted(
    table: Path, scheduler: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = _json(capsys, table, "--scheduler", scheduler, "--num-trials", 30, "--workers", 2)
    found = printed["evaluations"]
    assert len(found) == len({e["architecture"] for e in found}) == 30
    assert {(e["state"], e["epochs"]) for e in found} >= {("PRUNED", 3), ("COMPLETE", 33)}
    for evaluation in found:
        loss = 0.2 if evaluation["state"] == "PRUNED" else 0.0
        size = evaluation["params"]["size"]
        assert evaluation["accuracy"] == pytest.approx(1 - loss - 0.5 / size)
    assert printed["epochs"] == sum(e["epochs"] for e in found)
    complete = sum(e["state"] == "COMPLETE" for e in found)
    assert complete == 10 if scheduler == "short_then_full" else 3 <= complete < 15


def test_promotions_as_asked(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def num_complete(*options: object) -> int:
        printed = _json(capsys, table, "--num-trials", 24, *options)
        return sum(e["state"] == "COMPLETE" for e in printed["evaluations"])

    assert num_complete("--scheduler", "short_then_full", "--num-promoted", 4) == 4
    few, many = (num_complete("--scheduler", "halving", "--reduction-factor", n) for n in (8, 2))
    assert 3 <= few < 12 <= many


@pytest.mark.parametrize("sampler", ["cost_aware", "tpe"])
def test_exact_under_a_seed(table: Path, sampler: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--sampler", sampler, "--num-trials", 16, "--scheduler", "halving", "--workers", 3)
    first, again, other = (_json(capsys, table, *options, "--seed", s) for s in (1, 1, 2))
    assert first == again
    if sampler != "cost_aware":  # which starts at the same places whatever the seed
        assert first["evaluations"] != other["evaluations"]


@pytest.mark.parametrize("sampler", ["cost_aware", "tpe", "nsga2", "grid"])
def test_more_trials_than_rows(
    table: Path, sampler: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = _json(capsys, table, "--sampler", sampler, "--num-trials", 1000)
    assert len(printed["evaluations"]) == 40
    assert printed["ended"] == "all 40 architectures are known"
    assert printed["gap"] == pytest.approx(0)


def test_constraints(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--constraints", "flops=0.012k,params=7", "--num-trials", 100)
    printed = _json(capsys, table, *options)
    assert [(c["quantity"], c["value"], c["is_lower"]) for c in printed["constraints"]] == [
        ("flops", 12, False),
        ("params", 7, False),
    ]
    within = [(k, s) for k in range(1, 5) for s in range(1, 11) if k * s <= 12]
    assert len(printed["evaluations"]) == len(within)
    assert max(e["costs"]["flops"] for e in printed["evaluations"]) == 12
    assert printed["ended"] == f"all {len(within)} architectures within the limits are known"


def test_constraints_from_below(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = _json(
        capsys, table, "--constraints", "flops>=4", "--constraints", "flops<=6",
        "--sampler", "random", "--num-trials", 100,
    )  # fmt: skip
    within = [(k, s) for k in range(1, 5) for s in range(1, 11) if 4 <= k * s <= 6]
    assert len(printed["evaluations"]) == len(within)
    assert {e["costs"]["flops"] for e in printed["evaluations"]} == {4, 5, 6}


def test_summary(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(table, "--scheduler", "halving", "--num-trials", 1000) == 0
    shown = capsys.readouterr().out
    counts = re.search(r"40 architectures tried: (\d+) trained fully, (\d+) stopped", shown)
    assert counts is not None
    complete, stopped = map(int, counts.groups())
    assert complete + stopped == 40
    assert f"{33 * complete + 3 * stopped:,} epochs paid" in shown
    assert "The search ended: all 40 architectures are known." in shown
    assert "The front found" in shown
    assert f"Next: nas simulate {table} --objectives accuracy,flops --compare" in shown


def test_json_of_a_comparison(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = _json(
        capsys, table, "--compare", "random,grid,random:halving", "--seeds", 2, "--num-trials", 99
    )
    assert (printed["num_seeds"], printed["epochs_of_full_training"]) == (2, 30)
    samplers = printed["samplers"]
    assert list(samplers) == ["random", "grid", "random:halving"]
    assert samplers["random:halving"]["sampler"] == "random"
    assert samplers["random:halving"]["scheduler"] == "halving"
    for name in ("random", "grid"):
        assert samplers[name]["final_gap"] == pytest.approx({"mean": 0, "std": 0}, abs=1e-9)
        assert [len(curve) for curve in samplers[name]["curves"]] == [40, 40]
        assert samplers[name]["curves"][0][-1]["epochs"] == 40 * 30
        ten = [curve[9]["gap"] for curve in samplers[name]["curves"]]
        assert samplers[name]["gap"]["10"]["mean"] == pytest.approx(sum(ten) / 2)
    paid = samplers["random"]["full_trainings_needed_for_final_gap_of"]
    assert set(paid) == {"grid", "random:halving"}
    assert 1 <= paid["random:halving"] <= paid["grid"] <= 40


def test_comparison_for_people(
    table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert _run(table, "--compare", "random,nsga2,grid", "--seeds", 2, "--num-trials", 30) == 0
    printed = capsys.readouterr()
    assert max(map(len, printed.out.splitlines())) <= 80
    assert "Gap after the cost of so many full trainings of 30 epochs" in printed.out
    assert "Cost, in full trainings, of the final gap of" in printed.out
    assert re.search(r"\* random +o nsga2 +\+ grid", printed.out)
    for name in ("random", "nsga2", "grid"):
        assert len(re.findall(rf"^{name} +\d\.\d{{4}} ±\d\.\d{{3}}", printed.out, re.M)) == 1


def test_figure_needs_no_network(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "gap.html"
    assert _run(table, "--compare", "random,grid", "--num-trials", 9, "--plot", path) == 0
    html = path.read_text()
    assert not re.search(r"<script[^>]+src=|<link[^>]+href=", html)
    for text in ('"name":"random"', '"name":"grid"', "Hypervolume gap", "small.csv"):
        assert text in html
    assert os.listdir(path.parent) == ["gap.html"]


def test_interrupted_prints_nothing(
    table: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "gap.html"
    run, calls = Simulation.run, []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return run(*arguments)

    monkeypatch.setattr(Simulation, "run", interrupted)
    assert _run(table, "--compare", "random,grid", "--num-trials", 5, "--plot", path) == 130
    assert capsys.readouterr().out == ""
    assert not path.exists()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--sampler", "cost_awar"), 2, "There is no sampler 'cost_awar'. Did you mean 'cost_awa"),
        (("--compare", "tpe,gird"), 2, "There is no sampler 'gird'. Did you mean 'grid'?"),
        (("--scheduler", "halvin"), 2, "There is no scheduler 'halvin'. Did you mean 'halving'?"),
        (("--compare", "tpe:none2"), 2, "There is no scheduler 'none2'. Did you mean 'none'?"),
        (("--compare", "tpe,tpe"), 2, "--compare: names one twice"),
        (("--seeds", "3"), 2, "--seeds is for --compare"),
        (("--plot", "gap.html"), 2, "--plot is for --compare"),
        (("--compare", "tpe", "--plot", "gap.svg"), 2, "gap.svg must end in .html"),
        (("--constraints", "flops"), 2, "each of one of flops, params, latency_ms"),
        (
            ("--constraints", "flops=3X"),
            2,
            "limit on `flops` must be a number, optionally",
        ),
        (
            ("--constraints", "flops>=9,flops<=5"),
            2,
            "min (=9) must not exceed max",
        ),
        (("--constraints", "speed=3"), 2, "flash_bytes; got 'speed=3'"),
        (("--constraints", "latency_ms=3"), 1, "has no cost `latency_ms`; it has flops, params"),
        (("--constraints", "flops=0.5"), 1, "no architecture is within flops <= 0.5"),
        (("--objectives", "flops"), 1, "`objectives` (=flops) must contain accuracy"),
        (("--objectives", "accuracy,speed"), 1, "has no column `speed`; it has accuracy, flops"),
        (("--objectives", "accuracy,flops,flops"), 1, "must name each once"),
    ],
)
def test_wrong_options(
    table: Path, options: tuple[str, ...], code: int, message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert _run(table, *options) == code
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == ""
    if code == 1:
        assert printed.err.count("\n") == 1


def test_wrong_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path / "none.csv") == 1
    assert capsys.readouterr().err.endswith("none.csv: cannot be read: No such file or directory\n")
    path = _write(tmp_path / "t.csv", "param.a,accuracy,flops", ["p,0.5,1"])
    assert _run(path, "--scheduler", "halving") == 1
    error = capsys.readouterr().err
    assert "has no column `accuracy@E` of a shorter training, which halving needs" in error


def test_help_names_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--help") == 0
    shown = capsys.readouterr().out
    listed = re.search(r"Samplers: (.*)\.", shown)
    assert listed is not None
    assert set(listed[1].split(", ")) == set(SAMPLERS)
    for name in SCHEDULERS:
        assert re.search(rf"^ +{name} +\w", shown, re.M)


_RUNS = [[(10, 0.5), (20, 0.3), (30, 0.1)], [(10, 0.9), (25, 0.2)]]


def test_gaps_by_hand() -> None:
    """Before the first evaluation the gap is 1; a search that ended keeps its own."""
    assert spread_at(_RUNS, 9) == Spread(1, 0)
    assert spread_at(_RUNS, 20) == Spread(pytest.approx(0.6), pytest.approx(0.6 / 2**0.5))
    assert spread_at(_RUNS, 1000) == Spread(pytest.approx(0.15), pytest.approx(0.1 / 2**0.5))
    assert needed(_RUNS, 0.6) == 20
    assert needed(_RUNS, 0.25) == 25
    assert needed(_RUNS, 0.1) is None


def test_comparison_by_hand() -> None:
    comparison = Comparison({"a": _RUNS, "b": [[(10, 0.8), (20, 0.6)]]}, full_epochs=10)
    assert comparison.cost == 3
    assert comparison.gap("b", 1.5) == Spread(0.8, 0)
    assert (comparison.needed("a", "b"), comparison.needed("b", "a")) == (2, None)
    assert comparison.means("a", [0, 1, 2.5]).tolist() == pytest.approx([1, 0.7, 0.25])


def test_plot_by_hand() -> None:
    """Seven lines from 1 to 0.01, a third of a decade each; where curves meet the first is seen.

    So 0.5, which is 0.3 decades below 1, is on the second line, and zero on the lowest.
    """
    drawn = log_plot({"a": [1, 0.1, 0.01], "b": [1, 1, 0]}, 8, x_title="gap", height=7)
    assert drawn.splitlines() == [
        "    1 |*o",
        "  0.5 |",
        "  0.2 |",
        "  0.1 | *",
        " 0.05 |",
        " 0.02 |",
        " 0.01 |  *",
        "      +---",
        "       0 8",
        "gap:   * a   o b",
    ]


def test_countdown() -> None:
    """Ten of forty in 30 seconds leave 90; nothing more is said for the next 15."""
    now, stream = [0.0], io.StringIO()
    with Countdown(40, stream, lambda: now[0]) as countdown:
        countdown.label = "grid"
        for _ in range(9):
            countdown.step()
        now[0] = 30.0
        countdown.step()
        now[0] = 44.0
        countdown.step()
    assert stream.getvalue() == "grid: 10 of 40 trials, about 1 min 30 s left\n"
