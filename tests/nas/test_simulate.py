"""Simulated searches of small tables made here, and how good a search of a public one is."""

import gzip
from itertools import product
from math import log
from pathlib import Path

import optuna
import pytest
from optuna.distributions import CategoricalDistribution

from nas.samplers import SAMPLERS
from nas.samplers.cost_aware.sampler import CostAwareSampler
from nas.simulation.compare import GapScore
from nas.simulation.simulate import Simulation, simulate
from nas.simulation.table import TableProblem
from nas.simulation.training import Evaluation, Fidelity
from search_spaces.errors import DataError, SpaceError
from search_spaces.spaces.problem import Limit

_DATA = Path(__file__).parents[2].parent / "shared" / "data"
FINISHED = ("COMPLETE", "PRUNED")
_HEADER = "param.block,param.ratio,param.width,architecture,accuracy@3,accuracy,epochs,flops,note"


def _rows() -> list[str]:
    """Twelve rows: standard at four widths, fire at four widths with two ratios."""
    rows = []
    for block, ratio, width in product(("standard", "fire"), ("", "0.25", "0.5"), (1, 2, 4, 8)):
        if (block == "fire") == (ratio != ""):
            flops = width * (10 if block == "standard" else 10 * float(ratio))
            final = 0.9 - 0.5 / flops**0.5
            name = f"{block}{ratio}{width}"
            cells = (block, ratio, width, name, final - 0.2, final, 30, flops, "read by nobody")
            rows.append(",".join(map(str, cells)))
    return rows


def _write(path: Path, header: str = _HEADER, rows: list[str] | None = None) -> Path:
    path.write_text("\n".join([header, *(_rows() if rows is None else rows)]) + "\n")
    return path


@pytest.fixture
def table(tmp_path: Path) -> TableProblem:
    return TableProblem.read(_write(tmp_path / "small.csv"))


def _random(problem: TableProblem, seed: int) -> optuna.samplers.BaseSampler:
    return optuna.samplers.RandomSampler(seed=seed)


def test_reads_choices_and_what_they_require(table: TableProblem) -> None:
    block, *others = table.choices
    assert (block.name, block.values, block.requires) == ("block", ("fire", "standard"), None)
    assert {(c.name, c.values, c.requires) for c in others} == {
        ("ratio", (0.25, 0.5), ("block", "fire")),
        ("width", (1, 2, 4, 8), None),
    }
    assert table.num_combinations() == 12
    values = {"block": "fire", "ratio": 0.5, "width": 8}
    result = table.result(values)
    assert result.candidate.costs == {"flops": 40.0}
    assert result.accuracy == pytest.approx(0.9 - 0.5 / 40**0.5)
    assert result.rungs == {3: pytest.approx(0.7 - 0.5 / 40**0.5)}
    assert (result.epochs, result.candidate.architecture) == (30, "fire0.58")


def test_reads_gzip(tmp_path: Path, table: TableProblem) -> None:
    packed = tmp_path / "small.csv.gz"
    packed.write_bytes(gzip.compress(_write(tmp_path / "small.csv").read_bytes()))
    assert TableProblem.read(packed).results == table.results


def test_unknown_row_and_column(table: TableProblem) -> None:
    with pytest.raises(SpaceError, match=r"has no row with block=fire, width=8"):
        table.candidate({"block": "fire", "width": 8})
    with pytest.raises(DataError, match="has no column `latency_ms`; it has accuracy, flops"):
        table.of(("accuracy", "latency_ms"))
    with pytest.raises(DataError, match="must contain accuracy"):
        table.of(("flops",))


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        ("accuracy,flops", "0.5,1", r"wrong\.csv:1: must have columns `param\.NAME`"),
        ("param.a,flops", "x,1", r"wrong\.csv:1: must have a column `accuracy`"),
        ("param.a,accuracy,accuracy", "x,1,1", r":1: column `accuracy`: must stand once"),
        ("param.a,accuracy", "x", r":2: must have 2 cells, as the first line; has 1"),
        ("param.a,accuracy", "x,high", r":2: column `accuracy`: must be a number; got 'high'"),
        ("param.a,accuracy", "x,91.5", r":2: column `accuracy`: must be between 0 and 1; got 91.5"),
        ("param.a,accuracy", "x,nan", r":2: column `accuracy`: must be between 0 and 1; got nan"),
        ("param.a,accuracy,flops", "x,1,0", r":2: column `flops`: must be above zero; got 0"),
        ("param.a,accuracy,epochs", "x,1,1.5", r":2: column `epochs`: must be a whole number"),
        ("param.a,accuracy", "x,1\nx,0.5", r":3: has the same choices as line 2"),
        ("param.a,param.b,accuracy", "x,y,1\nx,,1", r":3: column `param\.b`: is empty"),
        ("param.a,accuracy", "", r"must have at least one row"),
    ],
)
def test_wrong_files(tmp_path: Path, header: str, row: str, message: str) -> None:
    path = _write(tmp_path / "wrong.csv", header, [row])
    with pytest.raises(DataError, match=message) as caught:
        TableProblem.read(path)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.csv: cannot be read"):
        TableProblem.read(tmp_path / "missing.csv")
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(b"not gzip")
    with pytest.raises(DataError, match=r"broken\.csv\.gz: cannot be read"):
        TableProblem.read(broken)


@pytest.mark.parametrize("make_sampler", [_random, CostAwareSampler])
@pytest.mark.parametrize("num_workers", [1, 3])
def test_each_architecture_is_paid_for_once(table, make_sampler, num_workers) -> None:
    found = simulate(table, make_sampler, 100, num_workers=num_workers)
    assert len(found) == len({e.result.candidate.architecture for e in found}) == 12
    assert {(e.state, e.epochs) for e in found} == {("COMPLETE", 30)}
    assert GapScore(table).gap([e.result for e in found]) == pytest.approx(0)


def test_limits_are_kept(table: TableProblem) -> None:
    limited = table.of(("accuracy", "flops"), [Limit("flops", 10)])
    found = simulate(limited, _random, 100)
    assert {e.result.candidate.costs["flops"] for e in found} == {2.5, 5, 10}


def test_simulated_time(table: TableProblem) -> None:
    """One worker needs the sum of epochs times FLOPs; several end in the order of time."""
    alone = simulate(table, _random, 5)
    work = [30 * e.result.candidate.costs["flops"] for e in alone]
    assert [e.finished_at for e in alone] == pytest.approx([sum(work[: i + 1]) for i in range(5)])
    together = simulate(table, _random, 12, num_workers=4)
    times = [e.finished_at for e in together]
    assert times == sorted(times)
    assert times[-1] < sum(30 * e.result.candidate.costs["flops"] for e in together)


class InOrder(optuna.samplers.RandomSampler):
    """Proposes the values of the choice `a` one after the other, and notes what it has heard."""

    def __init__(self, names: str) -> None:
        super().__init__()
        self._names = iter(names)
        self.heard: list[tuple[str, str, list[tuple[int, float]]]] = []

    def infer_relative_search_space(self, study, trial):
        return {"a": CategoricalDistribution(("p", "q", "r", "s"))}

    def sample_relative(self, study, trial, search_space):
        finished = [t for t in study.get_trials(deepcopy=False) if t.state.is_finished()]
        self.heard = [(t.params["a"], t.state.name, t.user_attrs["curve"]) for t in finished]
        return {"a": next(self._names)}


def _names_and_times(found: list[Evaluation]) -> list[tuple[object, str, int, float]]:
    return [(e.result.candidate.values["a"], e.state, e.epochs, e.finished_at) for e in found]


def test_two_workers_by_hand(tmp_path: Path) -> None:
    """Ten epochs each, of 4, 1, 1 and 2 FLOPs: p ends at 40; q at 10, r then at 20, s at 40."""
    rows = ["p,0.5,10,4", "q,0.6,10,1", "r,0.7,10,1", "s,0.8,10,2"]
    path = _write(tmp_path / "t.csv", "param.a,accuracy,epochs,flops", rows)
    found = Simulation(TableProblem.read(path), InOrder("pqrs"), num_workers=2).run(4)
    assert _names_and_times(found) == [
        ("q", "COMPLETE", 10, 10),
        ("r", "COMPLETE", 10, 20),
        ("p", "COMPLETE", 10, 40),
        ("s", "COMPLETE", 10, 40),
    ]


def test_halving_by_hand(tmp_path: Path) -> None:
    """One in two of those at the rung goes on, rounded up; who was stopped may go on later.

    p comes first and goes on: 1 + 9 epochs. q is worse and stops. r is worst and stops; now two of
    three go on, which takes q up again. s is the best of four and goes on at once.
    """
    rows = ["p,0.5,0.9,9,1", "q,0.4,0.8,9,1", "r,0.3,0.7,9,1", "s,0.6,0.95,9,1"]
    path = _write(tmp_path / "t.csv", "param.a,accuracy@1,accuracy,epochs,flops", rows)
    problem = TableProblem.read(path).of(("accuracy",))
    sampler = InOrder("pqrs")
    found = Simulation(problem, sampler, Fidelity("halving", reduction_factor=2)).run(4)
    assert _names_and_times(found) == [
        ("p", "COMPLETE", 10, 10),
        ("r", "PRUNED", 1, 12),
        ("q", "COMPLETE", 10, 21),
        ("s", "COMPLETE", 10, 31),
    ]
    assert [e.accuracy for e in found] == [0.9, 0.3, 0.8, 0.95]
    assert sampler.heard == [
        ("p", "COMPLETE", [(1, 0.5), (9, 0.9)]),
        ("q", "PRUNED", [(1, 0.4)]),
        ("r", "PRUNED", [(1, 0.3)]),
        ("q", "COMPLETE", [(9, 0.8)]),
    ]


@pytest.mark.parametrize("num_workers", [1, 3])
def test_short_then_full(table: TableProblem, num_workers: int) -> None:
    fidelity = Fidelity("short_then_full", num_promoted=3)
    found = simulate(table, CostAwareSampler, 8, fidelity=fidelity, num_workers=num_workers)
    assert [(e.state, e.epochs) for e in found] == [("PRUNED", 3)] * 5 + [("COMPLETE", 33)] * 3
    assert len({e.result.candidate.architecture for e in found}) == 8
    assert found[0].accuracy == found[0].result.rungs[3]
    assert found[-1].accuracy == found[-1].result.accuracy


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("scheduler", ["halving", "hyperband"])
def test_promoted_pay_for_both_trainings(table: TableProblem, name: str, scheduler: str) -> None:
    fidelity = Fidelity(scheduler, reduction_factor=3)
    found = simulate(table, SAMPLERS[name], 12, fidelity=fidelity, num_workers=2)
    assert len(found) == len({e.result.candidate.architecture for e in found}) == 12
    epochs = {state: {e.epochs for e in found if e.state == state} for state in FINISHED}
    assert epochs["PRUNED"] == {3}
    assert epochs["COMPLETE"] == ({33} if scheduler == "halving" else {30, 33})
    assert [e.finished_at for e in found] == sorted(e.finished_at for e in found)


def test_schedulers_need_shorter_trainings(tmp_path: Path) -> None:
    path = _write(tmp_path / "t.csv", "param.a,accuracy", ["p,0.5"])
    problem = TableProblem.read(path).of(("accuracy",))
    with pytest.raises(DataError, match=r"has no column `accuracy@E`.*which halving needs"):
        simulate(problem, _random, 1, fidelity=Fidelity("halving"))
    path = _write(tmp_path / "t.csv", "param.a,accuracy,accuracy@5", ["p,0.5,0.4"])
    problem = TableProblem.read(path).of(("accuracy",))
    with pytest.raises(DataError, match=r"`epochs` \(=1\) must exceed the 5 of `accuracy@E`"):
        simulate(problem, _random, 1, fidelity=Fidelity("halving"))


def test_limits_that_nothing_meets(table: TableProblem) -> None:
    limited = table.of(("accuracy", "flops"), [Limit("flops", 2)])
    with pytest.raises(DataError, match="no architecture is within flops <= 2"):
        simulate(limited, _random, 1)


def test_gap_is_to_what_the_limits_allow(table: TableProblem) -> None:
    limited = table.of(("accuracy", "flops"), [Limit("flops", 10)])
    found = simulate(limited, _random, 100)
    assert GapScore(limited).gap([e.result for e in found]) == pytest.approx(0)
    assert GapScore(table).gap([e.result for e in found]) > 0.1


def test_gap_by_hand(tmp_path: Path) -> None:
    """Three networks of 1, 10 and 100 FLOPs, 21 rows alike in the worst place fix the percentile.

    Scaled costs are 0, 1/2 and 1. The fifth percentile is 0.5, the best 0.9, so that 0.7 has a loss
    of 1/2: the front (0 FLOPs: loss 1), (1/2: loss 1/2), (1: loss 0) has the hypervolume 1/4.
    """
    rows = [f"bad{i},0.5,1" for i in range(21)] + ["mid,0.7,10", "good,0.9,100"]
    table = TableProblem.read(_write(tmp_path / "t.csv", "param.a,accuracy,flops", rows))
    score = GapScore(table)
    good, mid = table.result({"a": "good"}), table.result({"a": "mid"})
    assert score.gap([]) == 1
    assert score.gap([good]) == pytest.approx(1)
    assert score.gap([good, mid]) == pytest.approx(0)
    found = simulate(table, _random, 23)
    assert score.curve(found)[-1] == (23, pytest.approx(0))


def test_gap_of_part_of_a_front(tmp_path: Path) -> None:
    """Costs 1, 4, 16 are 0, 1/2, 1 as logarithms; losses of the first two are 1/2 and 0."""
    rows = [f"bad{i},0.5,16" for i in range(40)] + ["a,0.7,1", "b,0.9,4"]
    table = TableProblem.read(_write(tmp_path / "t.csv", "param.a,accuracy,flops", rows))
    assert log(4) / log(16) == pytest.approx(0.5)
    gap = GapScore(table).gap([table.result({"a": "b"})])
    assert gap == pytest.approx(1 - 0.5 / 0.75)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("objectives", "most"),
    [
        (("accuracy", "flops"), {50: 0.08, 100: 0.025, 150: 0.005}),
        (("accuracy", "flops", "params"), {50: 0.055, 100: 0.018, 150: 0.008}),
    ],
)
def test_quality_on_nas_bench_macro(objectives: tuple[str, ...], most: dict[int, float]) -> None:
    """The bounds for the mean of ten seeds, on the mean of three."""
    path = _DATA / "nas_bench_macro.csv.gz"
    if not path.exists():
        pytest.skip(f"needs the table {path.name} in ../shared/data")
    table = TableProblem.read(path).of(objectives)
    score = GapScore(table)
    runs = [score.curve(simulate(table, CostAwareSampler, 150, seed=seed)) for seed in range(3)]
    for number, gap in most.items():
        assert sum(run[number - 1][1] for run in runs) / len(runs) <= gap


@pytest.mark.slow
def test_halving_saves_four_fifths_of_the_epochs() -> None:
    """A gap of .081 is what TPE, the best of Optuna's, leaves after 100 full trainings of 200."""
    path = _DATA / "nas_bench_201_imagenet16.csv.gz"
    if not path.exists():
        pytest.skip(f"needs the table {path.name} in ../shared/data")
    table = TableProblem.read(path).of(("accuracy", "flops", "latency_ms"))
    score, gaps = GapScore(table), []
    for seed in range(2):
        found = simulate(
            table, SAMPLERS["cost_aware"], 120, seed=seed, fidelity=Fidelity("halving")
        )
        gaps.append(min(gap for epochs, gap in score.curve(found) if epochs <= 4000))
    assert sum(gaps) / len(gaps) <= 0.081


def test_a_table_may_be_of_segmentation(tmp_path: Path) -> None:
    """`miou` stands where accuracy does, and is maximised."""
    path = tmp_path / "table.csv"
    path.write_text("param.a,miou,miou@1,epochs,flops\n1,0.4,0.2,3,10\n2,0.7,0.3,3,20\n")
    problem = TableProblem.read(path)
    assert (problem.quality, problem.objectives) == ("miou", ("miou", "flops"))
    assert [result.accuracy for result in problem.results] == [0.4, 0.7]
    assert problem.rungs == (1,)
    with pytest.raises(DataError, match="has no column `accuracy`; it has miou, flops"):
        problem.of(("accuracy", "flops"))
    ended = Simulation(problem, _random(problem, 0)).run(2)
    assert {evaluation.as_dict()["miou"] for evaluation in ended} == {0.4, 0.7}
    assert GapScore(problem).gap([evaluation.result for evaluation in ended]) == 0
