"""What Optuna's dashboard shows beside the trials: read back as that dashboard reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import optuna
import pytest
from optuna.artifacts import get_all_artifact_meta
from optuna_dashboard import _custom_plot_data, get_note, save_note
from optuna_kit import add_to_optuna, load, make_in_optuna
from synthetic import fill_study

from dashboards.for_optuna import attach_files, kept_fresh, refresh
from dashboards.for_optuna.during_search import attach_front
from dashboards.for_optuna.notes import fenced, literal
from dashboards.sections.findings import Findings
from nas.store.workspace import Workspace

if TYPE_CHECKING:
    from nas.store import Store
    from tests.dashboards.conftest import StudyWriter


def _refresh(study: StudyWriter) -> optuna.Study:
    refresh(str(study.store.url), lambda store: [study.study.name])
    return load(study.store, study.study.name)


def _note(study: optuna.Study, number: int) -> str:
    from optuna.trial import Trial

    note: str = get_note(Trial(study, study.trials[number]._trial_id))
    return note


def _figures(study: optuna.Study) -> dict[str, Any]:
    attributes = study._storage.get_study_system_attrs(study._study_id)
    texts = _custom_plot_data.get_plotly_graph_objects(attributes)
    return {name: json.loads(text) for name, text in texts.items()}


def _measure(study: StudyWriter, latencies: dict[int, float]) -> None:
    facts = dict.fromkeys(("device", "backend", "dtype", "memory_format"), "cpu")
    facts |= {"device_name": "a board", "versions": "1"}
    study.store.add_latencies("here", {**facts, "batch_size": 1, "num_threads": 1})
    study.store.set_front_latencies(
        study.study, "here",
        [
            {
                "number": number, "predicted_ms": ms, "latency_ms": ms, "low_ms": ms,
                "high_ms": ms, "num_runs": 10, "is_quiet": True,
            }
            for number, ms in latencies.items()
        ],
    )  # fmt: skip


def test_a_note_says_words_costs_layers_and_how_to_export(digits: StudyWriter) -> None:
    add_to_optuna(digits)
    lines = _note(_refresh(digits), 1).splitlines()
    assert lines[:2] == ["- width 1, resolution 1", "- 2x fire squeeze\\_ratio=0.25"]
    assert "|Accuracy|0.8125 after 3 epochs|" in lines
    assert "|FLOPs|2.34M|" in lines
    assert "|Predicted latency|0.789 ms|" in lines
    assert "|Layer|What|Output|Parameters|FLOPs|" in lines
    assert "|stem.conv|conv 1x1|2x8x8|2|128|" in lines  # two weights at each of 64 pixels
    command = f"nas export digits --trial 1 --storage {digits.store.url}"
    assert lines[-3:] == ["```sh", command, "```"]


def test_every_trial_that_has_ended_has_a_note(digits: StudyWriter) -> None:
    digits.trial([0.1], "RUNNING")
    add_to_optuna(digits)
    study = _refresh(digits)
    assert [bool(_note(study, number)) for number in range(7)] == [True] * 6 + [False]
    assert "RuntimeError: out of memory" in _note(study, 5)
    assert "|Data set|cluttered|" in get_note(study)
    assert "|Limit: FLOPs|<= 12M|" in get_note(study).replace("\\", "")


def test_a_note_that_a_person_has_changed_stays(digits: StudyWriter) -> None:
    from optuna.trial import Trial

    add_to_optuna(digits)
    study = _refresh(digits)
    save_note(Trial(study, study.trials[1]._trial_id), "take this one")
    _measure(digits, {1: 0.8, 2: 3.1})
    study = _refresh(digits)
    assert _note(study, 1) == "take this one"
    assert "|Latency measured end to end|3.10 ms" in _note(study, 2)


def test_figures_are_whole_and_replaced(digits: StudyWriter) -> None:
    add_to_optuna(digits)
    figures = _figures(_refresh(digits))
    assert {"front-flops", "front-latency_ms", "curves"} <= figures.keys()
    assert figures["front-flops"]["layout"]["title"]["text"] == "Accuracy against FLOPs"
    digits.trial([0.9, 0.9, 0.95], flops=900_000, latency_ms=0.1)  # alone on the front
    add_to_optuna(digits)
    after = _figures(_refresh(digits))["front-flops"]
    (knee,) = [trace for trace in after["data"] if trace["name"] == "knee"]
    assert knee["customdata"] == [6]


def test_nothing_is_written_where_nothing_changed(
    digits: StudyWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboards.for_optuna import attributes
    from dashboards.for_optuna.view import OptunaView

    add_to_optuna(digits)
    study = load(digits.store, "digits")
    view = OptunaView(digits.store, study._storage._backend, "digits")
    assert view.refresh()
    monkeypatch.setattr(attributes.StudyAttributes, "write", None)
    assert not view.refresh()


def test_studies_that_optuna_does_not_know_are_left_out(digits: StudyWriter) -> None:
    refresh(str(digits.store.url), lambda store: ["digits"])
    assert not attach_files(digits.store, "digits", [], Path())


def test_files_are_attached_and_replaced(digits: StudyWriter, tmp_path: Path) -> None:
    add_to_optuna(digits)
    code = tmp_path / "trial_1.py"
    for text in ("first", "second"):
        code.write_text(text)
        assert attach_files(digits.store, "digits", [code], tmp_path / "studies")
    (meta,) = get_all_artifact_meta(load(digits.store, "digits"))
    assert meta.filename == "trial_1.py"
    folder = tmp_path / "studies" / "_artifacts"
    assert [file.read_text() for file in folder.iterdir()] == ["second"]
    assert [file.name for file in folder.iterdir()] == [meta.artifact_id]


def test_notes_are_kept_fresh_and_written_at_the_end(digits: StudyWriter) -> None:
    add_to_optuna(digits)
    told: list[str] = []
    with kept_fresh(str(digits.store.url), lambda store: ["digits"], told.append):
        digits.trial([0.5, 0.6, 0.7])
        add_to_optuna(digits)
    assert _note(load(digits.store, "digits"), 6)
    assert not told


def test_trouble_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    with kept_fresh(f"sqlite:///{tmp_path / 'none.db'}", lambda store: ["digits"], told.append):
        pass
    assert len(told) == 1
    assert "no such database" in told[0]


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("squeeze_ratio=0.25", "squeeze\\_ratio=0.25"),
        ("<b>|a|</b>", "\\<b\\>\\|a\\|\\</b\\>"),
        ("![x](http://e.org)", "\\!\\[x\\](http\\://e.org)"),
        ("one\n\n# two", "one \\# two"),
        ("\x1b[1m", "␛\\[1m"),
    ],
)
def test_texts_are_shown_as_they_are(text: str, markdown: str) -> None:
    assert literal(text) == markdown


def test_a_fence_is_longer_than_those_inside() -> None:
    assert fenced("a\n```\nb") == "````\na\n```\nb\n````"


def test_importances_are_among_the_figures(store: Store) -> None:
    fill_study(store, 60)
    make_in_optuna(store, "quickstart")
    refresh(str(store.url), lambda store: ["quickstart"])
    figure = _figures(load(store, "quickstart"))["importance"]
    assert figure["layout"]["title"]["text"] == "Importance of each choice for accuracy"
    assert figure["data"][0]["type"] == "bar"


def test_the_code_of_the_front_is_attached_once(store: Store, tmp_path: Path) -> None:
    fill_study(store, 40)
    make_in_optuna(store, "quickstart")
    for _ in range(2):
        attach_front(str(store.url), Workspace(tmp_path, "quickstart"))
    metas = get_all_artifact_meta(load(store, "quickstart"))
    front = Findings.read(store, "quickstart").front
    assert sorted(m.filename for m in metas) == sorted(f"trial_{t.number}.py" for t in front)
    code = (tmp_path / "_artifacts" / metas[0].artifact_id).read_text()
    assert "nn.Module" in code
    compile(code, metas[0].filename, "exec")
