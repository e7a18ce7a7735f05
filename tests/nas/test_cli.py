"""The commands as a user meets them: help, usage errors, and data for programs."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from nas.cli import COMMANDS, main
from nas.store import Store, StudyRecord

HEAVY = ("torch", "ray", "optuna", "sqlalchemy", "pandas", "plotly", "pydantic", "numpy", "rich")

TRIAL_KEYS = {
    "trial", "architecture", "state", "accuracy", "flops", "params", "latency_ms",
    "predicted_latency_ms", "measured_latency", "peak_activation_bytes", "weight_bytes", "epochs",
    "feasible", "description", "choices", "reused_from", "confirmed",
}  # fmt: skip
STUDY_KEYS = {
    "study", "state", "num_trials", "num_complete", "num_failed", "best_accuracy", "dataset",
    "created_at", "serves",
}  # fmt: skip


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(str(ended.value))


@pytest.fixture
def database(url: str, store: Store, hand_made: StudyRecord) -> str:
    """Address of a database with one study, `hand-made`, whose front is trials 0 and 2."""
    store.close()
    return url


def _modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.splitlines()[-1].split())


HELP = """
from nas.cli import main
try:
    main(["--help"])
except SystemExit as end:
    assert end.code == 0
"""


def test_help_loads_nothing_heavy() -> None:
    loaded = _modules_after(HELP)
    assert "nas.cli" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize("command", [["list"], ["status"], ["pareto", "hand-made", "--no-plot"]])
def test_what_looks_at_results_loads_nothing_heavy(command: list[str], database: str) -> None:
    arguments = [*command, "--storage", database]
    loaded = _modules_after(HELP.replace('["--help"]', repr(arguments)))
    assert "nas.store" in loaded
    assert loaded.isdisjoint({"torch", "ray", "optuna", "pandas", "plotly", "scipy.stats"})


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--help") == 0
    shown = capsys.readouterr().out
    for name, summary in COMMANDS.items():
        assert f"  {name}" in shown
        assert summary in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(name, "--help") == 0
    shown = capsys.readouterr().out
    assert "Example" in shown
    assert f"nas {name} " in shown or f"nas {name}\n" in shown


def test_unknown_command_suggests_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("lunch") == 2
    assert "No such command 'lunch'. Did you mean 'launch'?" in capsys.readouterr().err
    assert _run("zzz") == 2
    assert "No such command 'zzz'.\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("pareto",), ("pareto", "study", "--no-such-option"), ("launch", "f", "--num-trials", "0")],
)
def test_wrong_usage_exits_with_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*arguments) == 2
    assert capsys.readouterr().err.startswith("Usage: nas ")


def test_list_prints_what_is_documented(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("list", "--storage", database, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"studies"}
    (study,) = printed["studies"]
    assert set(study) == STUDY_KEYS
    assert (study["study"], study["state"]) == ("hand-made", "COMPLETE")
    assert (study["num_trials"], study["num_complete"], study["best_accuracy"]) == (6, 3, 0.75)
    assert study["created_at"].endswith("+00:00")


def test_pareto_prints_what_is_documented(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("pareto", "hand-made", "--storage", database, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {
        "study", "feasible", "front", "outside_limits", "baselines", "control",
    }  # fmt: skip
    assert (printed["baselines"], printed["control"]) == ([], None)
    assert printed["study"] == "hand-made"
    assert [set(trial) for trial in printed["front"]] == [TRIAL_KEYS] * 2
    assert [(t["trial"], t["accuracy"], t["latency_ms"]) for t in printed["front"]] == [
        (0, 0.5, 0.75),
        (2, 0.75, None),
    ]
    # 8 channels, kernel 1: 72 + 16 + 64 + 16 + 90 parameters; 72·256 + 64·64 + 80 FLOPs
    assert (printed["front"][0]["params"], printed["front"][0]["flops"]) == (258, 22608)


def test_pareto_as_csv_has_the_same(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("pareto", "hand-made", "--storage", database, "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [set(row) for row in rows] == [TRIAL_KEYS] * 2
    assert [(row["trial"], row["accuracy"], row["latency_ms"]) for row in rows] == [
        ("0", "0.5", "0.75"),
        ("2", "0.75", ""),
    ]
    assert json.loads(rows[0]["choices"]) == {"width_mult": 1.0, "stage1.standard.kernel_size": 1}


def test_pareto_as_a_table(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("pareto", "hand-made", "--storage", database) == 0
    shown = capsys.readouterr().out
    assert "0.5000" in shown
    assert "0.7500" in shown
    assert "22.6k" in shown


def test_storage_comes_from_the_environment(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NAS_STORAGE", database)
    assert _run("list", "--json") == 0
    assert "hand-made" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["pareto", "report", "export"])
def test_unknown_study_is_one_line(
    command: str, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.iterdir())
    assert _run(command, "../digits", "--storage", database) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("nas: no study '../digits' in sqlite:///")
    assert line.endswith("; it has hand-made")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("pareto", "hand-made", "--best", "depth"), 1),
        (("pareto", "hand-made", "--against", "depth"), 2),
        (("pareto", "hand-made", "--against", "accuracy", "--json"), 2),
        (("export", "hand-made", "--best", "depth"), 1),
    ],
)
def test_what_is_no_measure_is_told_with_those_there_are(
    arguments: tuple[str, ...], code: int, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*arguments, "--storage", database) == code
    said = capsys.readouterr()
    names = "flops, params, latency_ms, peak_activation_bytes, weight_bytes, ram_bytes, flash_bytes"
    assert said.out == ""
    assert said.err.splitlines()[-1].endswith(f"{names}; got {arguments[3]!r}")


@pytest.mark.parametrize("command", [("list",), ("pareto", "s"), ("report", "s"), ("export", "s")])
def test_missing_database_is_one_line_and_makes_none(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run(*command) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == ["nas: sqlite:///nas.db: no such database; `nas launch` makes it"]
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_the_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from search_spaces.errors import StoreError

    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError):
        main(["--debug", "list"])


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("workers.proxy", ("ray", "optuna", "sqlalchemy", "pandas")),
        ("workers.latency", ("ray", "optuna", "sqlalchemy", "pandas")),
        ("workers.datasets", ("torch", "ray", "optuna", "sqlalchemy")),
        ("workers.trainable", ("optuna", "sqlalchemy")),
        ("nas.store", ("torch", "ray", "optuna")),
        ("nas.config", ("torch", "ray", "optuna", "sqlalchemy")),
        ("nas.runner.session", ("torch", "ray")),
    ],
)
def test_modules_do_not_load_what_they_need_not(module: str, absent: tuple[str, ...]) -> None:
    assert _modules_after(f"import {module}").isdisjoint(absent)


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = _modules_after("import nas; assert 'search' in dir(nas)")
    assert loaded.isdisjoint({*HEAVY, "click", "nas.api", "nas.study", "search_spaces"})


def test_what_the_package_offers() -> None:
    import nas

    assert nas.__all__ == [
        "EpochResult", "Evaluator", "Launched", "NasError", "StopRequest", "StoppedError", "Study",
        "TrialTask", "__version__", "launch", "load_study", "search",
    ]  # fmt: skip
    assert all(getattr(nas, name) is not None for name in nas.__all__)
    assert set(nas.__all__) <= set(dir(nas))
    with pytest.raises(AttributeError, match="module 'nas' has no attribute 'serch'"):
        _ = nas.serch  # type: ignore[attr-defined]


ALL_OF_SEARCH_SPACES = """
import importlib, pkgutil, search_spaces
names = [m.name for m in pkgutil.walk_packages(search_spaces.__path__, "search_spaces.")]
assert "search_spaces.graphs.modules" in names and "search_spaces.blocks.fire" in names
for name in names:
    if name != "search_spaces.graphs.modules":
        importlib.import_module(name)
"""


def test_a_space_needs_no_torch() -> None:
    assert _modules_after(ALL_OF_SEARCH_SPACES).isdisjoint({"torch", "ray", "optuna", "sqlalchemy"})
