"""The report: one file, complete by itself, that says the right thing for every kind of study."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import make_url

from dashboards import write_report
from nas.store import Store
from search_spaces.errors import ReportError, StoreError

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;\x1b\u202e{{ 7*7 }}"
)
SHOWN = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;␛\\u202e{{ 7*7 }}"


class Page(HTMLParser):
    """What a browser would see of a page: its elements, its texts, its packed data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str | None, str] = {}
        self.texts: list[str] = []
        self._script: str | None = None
        self._inside = ""
        self.feed(html)
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside, self._script = tag, dict(attrs).get("id")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[self._script] = self.scripts.get(self._script, "") + data
        elif self._inside != "style":
            self.texts.append(data)

    def ids(self) -> set[str | None]:
        return {attributes.get("id") for _, attributes in self.elements}

    def data(self) -> Any:
        found = json.loads(gzip.decompress(base64.b64decode(self.scripts["figures"])))
        return {**found, "figures": {k: json.loads(v) for k, v in found["figures"].items()}}


def _page(store: Store, path: Path, name: str = "digits") -> Page:
    write_report(store, name, path, written_at=datetime(2026, 5, 6, 7, 8, tzinfo=UTC))
    return Page(path.read_text(encoding="utf-8"))


def test_front_is_a_table_with_each_number(digits: StudyWriter, tmp_path: Path) -> None:
    page = _page(digits.store, tmp_path / "report.html")
    assert {"trial-0", "trial-1", "trial-2"} <= page.ids()
    assert not {"trial-3", "trial-4", "trial-5"} & page.ids()
    row = "knee 1 0.8125 2.34M 0.789 ms 45.6k width 1, resolution 1 2x fire squeeze_ratio=0.25"
    assert row in page.text
    assert f"nas export digits --trial 1 --storage sqlite:///{tmp_path}/nas.db" in page.text


def test_figures_hold_every_trial(digits: StudyWriter, tmp_path: Path) -> None:
    data = _page(digits.store, tmp_path / "report.html").data()
    assert list(data["figures"]) == ["front", "curves", "progress"]
    assert list(data["figures"]["front"]["axes"]) == [
        "flops", "latency_ms", "params", "peak_activation_bytes", "weight_bytes",
    ]  # fmt: skip
    assert set(data["hover"]) == {"0", "1", "2", "3", "4", "5"}
    drawn = {n for trace in data["figures"]["front"]["data"] for n in trace.get("customdata", ())}
    assert drawn == {0, 1, 2, 3, 4, 5}


def test_says_where_the_numbers_come_from(digits: StudyWriter, tmp_path: Path) -> None:
    text = _page(digits.store, tmp_path / "report.html").text
    for said in (
        "labels rightly after 3 epochs of training", "weights averaged over the steps (decay 0.98)",
        "counted once", "on the CPU (batch size 1, 1 thread)", "Complete 4", "Stopped early 1",
        "Failed 1", "RuntimeError: out of memory", "FLOPs 12M 1M to 9.99M", "feedbeef", "Seed 7",
        "python 3.11.7, torch 2.13.0", "6 May 2026, 07:08 UTC", "name: digits",
    ):  # fmt: skip
        assert said in text


def test_needs_nothing_from_elsewhere(digits: StudyWriter, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    page = _page(digits.store, path)
    html = path.read_text(encoding="utf-8")
    assert not re.search(r"https?://", html)
    for _, attributes in page.elements:
        assert not attributes.keys() & {"src", "srcset", "data", "action"}
        assert (attributes.get("href") or "#").startswith("#")
    assert "default-src 'none'" in html
    assert "showSendToCloud: false" in html
    assert path.stat().st_size < 6_000_000
    assert gzip.decompress(base64.b64decode(page.scripts["plotly"])).startswith(b"/**\n* plotly.js")


def test_hostile_texts_are_texts(write_study: Any, store: Store, tmp_path: Path) -> None:
    study = write_study(
        name=HOSTILE, dataset=HOSTILE, dataset_fingerprint=HOSTILE, identity=HOSTILE,
        experiment_file=HOSTILE, versions={HOSTILE: HOSTILE}, hardware={HOSTILE: HOSTILE},
    )  # fmt: skip
    study.trial([0.1, 0.2, 0.3], description=HOSTILE)
    study.trial([], "FAIL", failure=f"{HOSTILE}\nat line 2\x00")
    page = _page(store, tmp_path / "report.html", HOSTILE)
    assert not {"img"} & {tag for tag, _ in page.elements}
    assert not any("alert" in source for source in page.scripts.values())
    assert page.text.count(SHOWN) >= 8
    assert f"{SHOWN} at line 2␀" in page.text
    data = page.data()
    assert data["name"] == SHOWN
    assert "&lt;/script&gt;&lt;script&gt;" in data["hover"]["0"]
    assert not re.search(r"<(?!/?b>|br>)", data["hover"]["0"])


def test_empty_study(write_study: Any, store: Store, tmp_path: Path) -> None:
    study = write_study(state="RUNNING").study
    page = _page(store, tmp_path / "report.html")
    assert "No network has been tried yet" in page.text
    assert "The search was interrupted" in page.text  # nobody holds its lease
    store.acquire(study, "there-1", "there", 7, "ada", 60.0, datetime.now(UTC))
    page = _page(store, tmp_path / "report.html")
    assert "still running" in page.text
    assert "Searched 0 trials" in page.text
    assert "plotly" not in page.scripts


def test_only_failures(write_study: Any, store: Store, tmp_path: Path) -> None:
    study = write_study()
    for _ in range(3):
        study.trial([], "FAIL", failure="cannot allocate")
    study.trial([], "FAIL", failure="another reason")
    page = _page(store, tmp_path / "report.html")
    assert "Every trial failed" in page.text
    assert "cannot allocate 3 trials: 0, 1, 2 another reason trial 3" in page.text
    assert "front-heading" not in page.ids()


def test_nothing_finished_yet(write_study: Any, store: Store, tmp_path: Path) -> None:
    write_study(state="INTERRUPTED").trial([0.5], "PRUNED")
    page = _page(store, tmp_path / "report.html")
    assert "No trial has been trained to the end yet" in page.text
    assert list(page.data()["figures"]) == ["curves"]


def test_one_objective(write_study: Any, store: Store, tmp_path: Path) -> None:
    study = write_study(objectives=["accuracy"])
    study.trial([0.5, 0.6, 0.7], latency_ms=None)
    study.trial([0.5, 0.6, 0.9], latency_ms=None)
    page = _page(store, tmp_path / "report.html")
    assert "Accuracy is the only objective" in page.text
    assert "On the front 1 network" in page.text
    axes = page.data()["figures"]["front"]["axes"]
    assert list(axes) == ["flops", "params", "peak_activation_bytes", "weight_bytes"]
    assert "Latency" not in page.text


def test_four_objectives(write_study: Any, store: Store, tmp_path: Path) -> None:
    objectives = ["accuracy", "flops", "params", "latency_ms"]
    study = write_study(objectives=objectives)
    study.trial([0.5, 0.6, 0.7])
    study.trial([0.5, 0.6, 0.6], params=999)
    page = _page(store, tmp_path / "report.html")
    first = list(page.data()["figures"]["front"]["axes"])[:3]
    assert first == ["flops", "latency_ms", "params"]
    assert {"trial-0", "trial-1"} <= page.ids()


def test_default_database_is_not_named_in_commands(
    digits: StudyWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digits.store, "url", make_url("sqlite:///nas.db"))
    text = _page(digits.store, tmp_path / "report.html").text
    assert "nas export digits --trial 1" in text
    assert "--storage" not in text


def test_unknown_study_writes_nothing(write_study: Any, store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no study 'other'"):
        write_report(store, "other", tmp_path / "new" / "report.html")
    assert not (tmp_path / "new").exists()


def test_an_error_keeps_the_old_file(
    digits: StudyWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "out" / "report.html"
    path.parent.mkdir()
    path.write_text("old")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ReportError, match=r"report\.html: cannot be written: No space left"):
        write_report(digits.store, "digits", path)
    assert [file.read_text() for file in path.parent.iterdir()] == ["old"]


def test_a_folder_cannot_be_written_to(digits: StudyWriter, tmp_path: Path) -> None:
    (tmp_path / "out" / "report.html").mkdir(parents=True)
    with pytest.raises(ReportError, match="cannot be written") as caught:
        write_report(digits.store, "digits", tmp_path / "out" / "report.html")
    assert "\n" not in str(caught.value)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["report.html"]


def test_folders_are_made(digits: StudyWriter, tmp_path: Path) -> None:
    _page(digits.store, tmp_path / "a" / "b" / "report.html")
    assert [file.name for file in (tmp_path / "a" / "b").iterdir()] == ["report.html"]
