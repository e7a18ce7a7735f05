"""`benchmarks/gpu.py`: its plan, its exit code, what it needs; and the loops that it compares."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from test_bundle import environment

from benchmarks import gpu, proxy_throughput
from benchmarks.gpu import Item, chosen, planned, run_items
from benchmarks.gpu_latency import drawn, table_against_networks
from benchmarks.gpu_rates import Cell, _Traffic, bytes_per_image, cells, peaks, rate
from benchmarks.gpu_report import shares
from benchmarks.plain_loop import RECIPE
from nas.config.proxy import AugmentationSpec, ProxySpec
from workers.gpu_checks import FAMILIES, PretendedCard, family_network
from workers.proxy import Execution
from workers.step import Stepper

ROOT = Path(__file__).parents[2]
CARD = PretendedCard()


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # networks are tiny
    yield
    torch.set_num_threads(before)


def _item(name: str, seconds: float, importance: int) -> Item:
    return Item("rates", name, seconds, importance, lambda: {"name": name})


ITEMS = [_item("late", 4, 5), _item("check", 7, 0), _item("first", 2, 1), _item("wide", 9, 2)]


@pytest.mark.parametrize(
    ("seconds", "kept", "dropped"),
    [
        (100, ["check", "first", "wide", "late"], []),
        (20, ["check", "first", "wide"], ["late"]),
        (14, ["check", "first", "late"], ["wide"]),  # what is smaller may still fit
        (3, ["check"], ["first", "wide", "late"]),  # a check is never left out
    ],
)
def test_what_matters_least_is_left_out(
    seconds: float, kept: list[str], dropped: list[str]
) -> None:
    plan = planned(ITEMS, seconds)
    assert [[item.name for item in part] for part in plan] == [kept, dropped]


def test_what_takes_longer_than_planned_leaves_no_time_for_the_rest() -> None:
    now = SimpleNamespace(s=0.0)

    def slow() -> dict[str, Any]:
        now.s += 15
        return {}

    items = [replace(ITEMS[1], run=slow), ITEMS[2], ITEMS[3]]
    outcome = run_items(items, 20, lambda _: None, lambda: now.s)
    assert [item.name for item in outcome.dropped] == ["wide"]
    assert outcome.results["rates"] == [{}, {"name": "first"}]


def test_a_measurement_that_breaks_leaves_the_others_their_say() -> None:
    def broken() -> dict[str, Any]:
        raise RuntimeError("a kernel\nis missing")

    items = [replace(ITEMS[2], run=broken), ITEMS[3]]
    outcome = run_items(items, 100, lambda _: None)
    assert outcome.broken == ["first: RuntimeError: a kernel is missing"]
    assert outcome.results["rates"] == [{"name": "wide"}]


def test_items_are_chosen_by_name_and_by_kind() -> None:
    assert chosen(ITEMS, ["wide"]) == [ITEMS[3]]
    assert chosen(ITEMS, ["rates"]) == chosen(ITEMS, []) == ITEMS
    with pytest.raises(SystemExit, match="no check or measurement 'wied'"):
        chosen(ITEMS, ["wied"])


def _main(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        gpu.main(list(arguments))
    return int(ended.value.code or 0)


def test_a_check_that_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert _main("--pretend", "--only", "nothing_waits", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {
        "device", "is_pretended", "versions", "checks", "peaks", "rates", "sharing", "latency",
        "dropped", "broken", "failed", "seconds",
    }  # fmt: skip
    assert printed["is_pretended"] is True
    assert [check["check"] for check in printed["checks"]] == ["nothing_waits"]
    assert printed["failed"] == printed["broken"] == []


def test_a_check_that_fails_ends_with_1_and_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = Stepper.step

    def waiting(self: Stepper) -> None:
        right(self)
        self.loss_sum.item()

    monkeypatch.setattr(Stepper, "step", waiting)
    assert _main("--pretend", "--only", "nothing_waits") == 1
    lines = capsys.readouterr().out.splitlines()
    (told,) = [line for line in lines if line.startswith("FAILED  nothing_waits")]
    assert "something waits in each step" in told
    assert lines[-1] == "FAILED: nothing_waits"


def test_a_measurement_that_breaks_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such kernel")

    monkeypatch.setattr("benchmarks.gpu_rates.peaks", broken)
    assert _main("--pretend", "--only", "peaks") == 1
    assert "broken: peaks: RuntimeError: no such kernel" in capsys.readouterr().out


def test_figures_of_a_pretended_card_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        _main("--pretend", "--only", "peaks", "standard, captured, batch 64, 32 px, float32") == 0
    )
    printed = capsys.readouterr().out
    assert "nothing was measured" in printed
    assert "images/s" not in printed
    assert "1 peaks, 1 rates" in printed


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_card_it_says_so() -> None:
    with pytest.raises(SystemExit, match="PyTorch sees no GPU here: `nas doctor` says why"):
        gpu.main([])


def test_a_folder_without_wheels_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no wheels"):
        gpu.main(["--wheels", str(tmp_path)])


def _wheel(folder: Path, name: str) -> None:
    """The files of an installed package, as they lie in its wheel."""
    found = distribution(name)
    with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as archive:
        for file in found.files or []:
            if ".." not in file.parts and file.suffix != ".pyc":
                archive.write(str(found.locate_file(file)), str(file))


@pytest.mark.slow
def test_it_runs_where_torch_and_numpy_are_alone(tmp_path: Path) -> None:
    python = environment(tmp_path / "env", "torch", "numpy")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    command = [str(python), "-E", "-s", "-m", "benchmarks.gpu", "--pretend", "--json"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
        )

    bare = run("--list")
    assert bare.stderr == "the package pydantic is missing: see --wheels\n"
    for name in ("pydantic", "pydantic_core", "annotated_types", "typing_inspection"):
        _wheel(wheels, name)
    # A check in this process, one in a process of its own, and what needs `nas.statistics`.
    done = run(
        "--wheels", str(wheels), "--only", "assertion_survived", "latency",
        "1 trial on one card, without MPS",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert [check["passed"] for check in printed["checks"]] == [True]
    assert printed["sharing"][0]["images_per_s"] > 0


# What it measures


def test_every_combination_is_measured() -> None:
    assert len(set(cells(CARD))) == len(FAMILIES) * 3 * 3 * 2 * 2
    first = min(cells(CARD), key=lambda cell: cell.importance)
    assert (first.side, first.batch_size, first.low) == (32, 64, True)


@pytest.mark.parametrize("loop", ["plain", "eager", "captured"])
@pytest.mark.parametrize("low", [True, False])
def test_each_loop_trains(loop: str, low: bool) -> None:
    found = rate(CARD, Cell("shuffle", loop, 64, 32, low))
    assert found["images_per_s"] > 0 and found["flops_per_image"] > 0


def test_what_does_not_fit_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr("benchmarks.gpu_rates._loop", full)
    found = rate(CARD, Cell("fire", "captured", 512, 224, False))
    assert found["images_per_s"] is None


def test_bytes_of_operations() -> None:
    """A sum of two reads both and writes one; what is only looked at otherwise moves nothing."""
    one, other = torch.ones(5, 4), torch.ones(5, 4)
    with _Traffic() as traffic:
        (one + other).view(20)
    assert traffic.num_bytes == 3 * 20 * 4


def test_bytes_of_an_image_grow_with_its_maps() -> None:
    small, large = (family_network("standard", (3, side, side), 8) for side in (16, 32))
    assert bytes_per_image(large, low=False) == pytest.approx(
        4 * bytes_per_image(small, low=False), rel=0.01
    )
    assert bytes_per_image(large, low=True) < bytes_per_image(large, low=False)


def test_shares_of_the_cards_limits() -> None:
    row = {"images_per_s": 1e4, "low": False, "flops_per_image": 2e7, "bytes_per_image": 1e7}
    limits = [{"float32_flops_per_s": 1e12, "bfloat16_flops_per_s": 4e12, "bytes_per_s": 5e11}]
    assert shares(row, limits) == ("20.0%", "20.0%")
    assert shares({**row, "low": True}, limits) == ("5.0%", "20.0%")
    assert shares({**row, "images_per_s": None}, limits) == shares(row, []) == ("-", "-")


def test_limits_are_positive() -> None:
    assert all(value > 0 for value in peaks(CARD).values())


def test_a_table_is_held_against_networks_that_no_correction_saw() -> None:
    """Of a time that is the sum over operations the table knows all."""
    found = table_against_networks(CARD)
    assert found["kendall_tau"] == 1.0
    assert found["mean_error"] < 0.02
    assert found["num_networks"] == 4


def test_networks_are_drawn_the_same_and_differ() -> None:
    assert [n.id for n in drawn(5, 16)] == [n.id for n in drawn(5, 16)]
    assert len({n.id for n in drawn(12, 16)}) == 12


# The loops side by side


def test_recipe_is_that_of_an_experiment_file() -> None:
    """What `proxy:` means for the batch, the rate and the crop of the comparison."""
    file = ProxySpec(batch_size=64, learning_rate=0.1, augmentation=AugmentationSpec(crop=4))
    for name, value in vars(RECIPE).items():
        expected = getattr(file, name)
        if name == "augmentation":
            assert vars(value) == {key: getattr(expected, key) for key in vars(value)}
        else:
            assert value == expected, name


def test_plain_loop_may_have_processes_that_load_images() -> None:
    setting = proxy_throughput.Setting("cpu", Execution(), num_loaders=1)
    with proxy_throughput.Worker.running("plain", setting) as worker:
        worker.ask("separable")
        assert worker.answer() > 0
    assert worker.process.exitcode == 0


def test_a_process_ends_with_whoever_asked_it() -> None:
    with (
        pytest.raises(ZeroDivisionError),
        proxy_throughput.Worker.running(
            "ours", proxy_throughput.Setting("cpu", Execution())
        ) as worker,
    ):
        raise ZeroDivisionError
    assert worker.process.exitcode == 0


@pytest.mark.parametrize(("device", "epochs", "seconds"), [("cpu", 1, 0.2), ("cuda", 3, 0.6)])
def test_a_round_lasts_long_enough(
    device: str, epochs: int, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a card, of steps of three milliseconds: half a second and not four steps."""
    now, seen = SimpleNamespace(s=0.0), []

    def epoch() -> None:
        now.s += 0.2
        seen.append(now.s)

    monkeypatch.setattr(proxy_throughput, "synchronize", lambda _: None)
    rate = proxy_throughput.timed_round(epoch, device, lambda: now.s)
    assert len(seen) == epochs
    steps = {"cpu": 4, "cuda": 64}[device]
    assert rate == pytest.approx(epochs * steps * 64 / seconds)
