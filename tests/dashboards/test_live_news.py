"""An open page learns of all that happens to its study, and of who runs it at this moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from live_kit import Dashboard, served

from dashboards.live.feed import MAX_KEPT, Feed
from dashboards.sections.findings import Findings
from nas.store import Companion

if TYPE_CHECKING:
    from collections.abc import Callable

    from nas.store import Store
    from tests.dashboards.conftest import StudyWriter

NOON = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)


class Viewer:
    """A browser that has a study's page open."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard
        self._tag = ""

    def asks(self) -> dict[str, str] | None:
        """The parts of the page; None where nothing is new to it."""
        answer = self._dashboard.request("/studies/1/live", If_None_Match=self._tag)
        assert answer.status in (200, 304)
        self._tag = answer.headers["etag"]
        return json.loads(answer.body)["parts"] if answer.status == 200 else None


def _confirm(digits: StudyWriter, write_study: Callable[..., StudyWriter]) -> None:
    """Trains the four finished networks of `digits` again with two other seeds."""
    for seed, accuracies in {1: [0.49, 0.79, 0.80, 0.30], 2: [0.51, 0.81, 0.82, 0.32]}.items():
        again = write_study(
            name=f"digits-{seed}", seed=seed, state="RUNNING", experiment=digits.study.experiment
        )
        digits.store.add_companion(again.study, Companion("digits", "confirmation"))
        for accuracy in accuracies:
            again.trial([accuracy])
        digits.store.set_study_state(again.study, "COMPLETE")


def test_a_confirmed_study_has_its_page(
    digits: StudyWriter, write_study: Callable[..., StudyWriter], tmp_path: Path
) -> None:
    """Spread .01 sqrt(2) over four degrees of freedom: the half-width is 2.7764 * .01."""
    _confirm(digits, write_study)
    with served(digits.store, tmp_path) as dashboard:
        page = dashboard.request("/studies/1")
        assert page.status == 200
        assert '<th scope="col" class="number">On the true front</th>' in page.text
        assert 'data-label="With other seeds">0.500 ±0.028<' in page.text
        assert "Trained again: 3 of the front and 1 near it" in page.text
        for path in ("/studies/1/trials/1", "/networks?study=1&trial=0&trial=1", "/compare?study=1",
                     "/studies/1/figures/flops", "/studies/1/report.html"):  # fmt: skip
            assert dashboard.request(path).status == 200, path


def test_an_open_page_learns_of_a_confirmation(
    digits: StudyWriter, write_study: Callable[..., StudyWriter], tmp_path: Path
) -> None:
    with served(digits.store, tmp_path) as dashboard:
        viewer = Viewer(dashboard)
        before = viewer.asks()
        assert before is not None
        assert "With other seeds" not in before["front"]
        assert viewer.asks() is None
        _confirm(digits, write_study)
        after = viewer.asks()
        assert after is not None
        assert "0.800 ±0.028" in after["front"]
        assert viewer.asks() is None


def test_an_open_page_learns_of_events_calibrations_and_measurements(
    digits: StudyWriter, tmp_path: Path
) -> None:
    store = digits.store
    with served(store, tmp_path) as dashboard:
        viewer = Viewer(dashboard)
        viewer.asks()
        store.add_event(digits.study, "noted", "the room was warm")
        events = viewer.asks()
        assert events is not None
        assert "the room was warm" in events["events"]
        store.add_calibration("digits", "feedbeef", 2, {"max_epochs": 3})
        assert viewer.asks() is not None
        store.set_experiment(digits.study, "name: digits\nsearch: {num_trials: 500}\n", {
            **digits.study.experiment, "search": {"num_trials": 500},
        })  # fmt: skip
        store.set_study_state(digits.study, "INTERRUPTED")  # what is complete wants no more
        planned = viewer.asks()
        assert planned is not None
        assert "of 501 trials" in planned["progress"]  # the failed one is replaced
        assert viewer.asks() is None


def test_the_lease_is_that_of_this_moment(
    write_study: Callable[..., StudyWriter], tmp_path: Path
) -> None:
    """A search that renews its lease is healthy though none of its trials goes on."""
    study = write_study(state="RUNNING")
    study.trial([0.2], "RUNNING")
    store, clock = study.store, [NOON]
    store.acquire(study.study, "token", "host", 12, "ada", 15.0, NOON)
    with served(store, tmp_path, clock=lambda: clock[0]) as dashboard:
        viewer = Viewer(dashboard)
        viewer.asks()
        for seconds in range(5, 61, 5):
            clock[0] = NOON + timedelta(seconds=seconds)
            assert store.renew(study.study, "token", 15.0, clock[0])
            assert viewer.asks() is None, seconds
        store.request_stop(study.study, clock[0])
        asked = viewer.asks()
        assert asked is not None
        assert ", asked to stop <time" in asked["progress"]
        clock[0] += timedelta(seconds=16)
        lost = viewer.asks()
        assert lost is not None
        assert "Nothing has been heard of process 12" in lost["notices"]
        assert "12:01 UTC" in lost["notices"]
        assert "interrupted" in lost["state"]
        assert "interrupted" in dashboard.request("/").text
        assert store.renew(study.study, "token", 15.0, clock[0])
        again = viewer.asks()
        assert again is not None
        assert "Nothing has been heard" not in again["notices"]
        assert store.release(study.study, "token")
        gone = viewer.asks()
        assert gone is not None
        assert "process 12" not in gone["progress"]


def test_trials_that_have_ended_are_not_read_again(
    digits: StudyWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, store = Feed(digits.store), digits.store
    assert feed.snapshot(1) is not None
    asked: list[int] = []
    read = type(store).trials

    def reading(self: Store, study: Any, first: int = 0) -> Any:
        asked.append(first)
        return read(self, study, first)

    monkeypatch.setattr(type(store), "trials", reading)
    running = digits.trial([0.5], "RUNNING")
    later = digits.trial([0.4, 0.5, 0.7], flops=1_500_000)
    assert _is_all(feed, store)
    store.fail_trial(digits.study, running, "oh")
    assert _is_all(feed, store)
    digits.trial([0.4, 0.5, 0.95], flops=1_400_000)
    assert _is_all(feed, store)
    assert asked[::2] == [6, 6, 8]  # each second one is that of the whole, to compare
    assert later == 7


def _is_all(feed: Feed, store: Store) -> bool:
    """Whether a snapshot has what reading the whole study gives."""
    shot = feed.snapshot(1)
    return shot is not None and shot.findings == Findings.read(store, "digits")


def test_few_studies_are_kept_in_memory(
    store: Store, write_study: Callable[..., StudyWriter]
) -> None:
    feed = Feed(store)
    for number in range(MAX_KEPT + 3):
        write_study(name=f"study-{number}").trial([0.5])
    for _ in range(2):
        for number in range(MAX_KEPT + 3):
            shot = feed.snapshot(number + 1)
            assert shot is not None
            assert shot.study.name == f"study-{number}"
    assert len(feed._known) == MAX_KEPT
