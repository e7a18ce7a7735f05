"""The addresses of our pages, and what each answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboards.live import comparison, parts, study_page, trials_table
from dashboards.live import guard as stopping
from dashboards.live.assets import assets
from dashboards.live.feed import Feed, Snapshot
from dashboards.live.rendering import NUMBER, chosen, page, part, pieces, unless_known
from dashboards.networks.network_card import CardContent, card_html
from dashboards.sections.page import export_command
from dashboards.sections.report import render
from dashboards.sections.words import visible
from nas.store import (
    StudyRecord,
    StudySummary,
    TrialRecord,
    masked,
    storage_words,
    with_serving_below,
)

_STUDIES = ("Studies", "/")


class _Id(Convertor[int]):
    """A number that every database can hold."""

    regex = NUMBER

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("id", _Id())


class Pages:
    """Answers requests for our pages.

    Attributes:
        feed: Where they get what they show.
    """

    def __init__(
        self,
        feed: Feed,
        optuna_id: Callable[[str], int | None],
        clock: Callable[[], datetime],
        *,
        may_stop: bool = False,
    ) -> None:
        """Takes the id of a study in Optuna's tables from `optuna_id`, by its name."""
        self.feed = feed
        self._optuna_id = optuna_id
        self._clock = clock
        self._may_stop = may_stop
        self._reports = asyncio.Semaphore(1)

    def routes(self) -> list[Route]:
        """All of them."""
        study = "/studies/{study:id}"
        return [
            Route("/", self.studies),
            Route("/live", self.studies_live),
            Route("/compare", self.compare),
            Route("/compare/figures/{name:str}", self.compare_figure),
            Route("/networks", self.networks),
            Route(study, self.study),
            Route(f"{study}/live", self.study_live),
            Route(f"{study}/figures/{{name:str}}", self.study_figure),
            Route(f"{study}/report.html", self.report),
            Route(f"{study}/stop", self.stop, methods=["POST"]),
            Route(f"{study}/trials", self.trials),
            Route(f"{study}/trials/live", self.trials_live),
            Route(f"{study}/trials/{{trial:id}}", self.trial),
            Route(f"{study}/trials/{{trial:id}}/live", self.trial_live),
            Route("/assets/{name:str}", self.asset),
        ]

    # Studies

    def studies(self, request: Request) -> Response:
        """All studies of the database."""
        shown = self._studies()
        return HTMLResponse(page("studies.html.j2", "Studies", poll="/live", **shown))

    def studies_live(self, request: Request) -> Response:
        """The list of studies, as its page asks for it."""
        shown = self._studies()
        runs = any(study["state"] == "RUNNING" for study in shown["studies"])
        rows = part("studies", **shown)
        content = {"parts": {"studies": rows}, "figures": [], "runs": runs}
        return unless_known(request, sha256(rows.encode()).hexdigest()[:16], lambda: content)

    def _studies(self) -> dict[str, Any]:
        found = self.feed.store.studies()
        return {
            "storage": masked(self.feed.store.url),
            "studies": [
                _study_row(summary, self._state(summary.study))
                for summary in with_serving_below(found)
            ],
        }

    def _state(self, study: StudyRecord) -> str:
        runner = self.feed.store.runner_of(study) if study.state == "RUNNING" else None
        return parts.shown_state(study.state, runner, self._clock())

    def study(self, request: Request) -> Response:
        """One study, live."""
        shot = self._shot(request)
        base = f"/studies/{shot.study.id}"
        shown = study_page.values(shot, self._clock(), self._may_stop)
        return HTMLResponse(
            page("study.html.j2", shot.study.name, [_STUDIES], poll=f"{base}/live",
                 has_figures=True, optuna=self._optuna(shot), **shown)
        )  # fmt: skip

    def study_live(self, request: Request) -> Response:
        """What has changed on that page; 304 where nothing has."""
        shot, now = self._shot(request), self._clock()
        version = study_page.version(shot, now)
        return unless_known(request, version, lambda: study_page.update(shot, now, self._may_stop))

    def study_figure(self, request: Request) -> Response:
        """A figure of that page as Plotly's JSON."""
        shot, name = self._shot(request), request.path_params["name"]
        if name not in study_page.figure_names(shot.findings):
            raise HTTPException(404)
        return Response(study_page.figure_json(shot, name), media_type="application/json")

    async def report(self, request: Request) -> Response:
        """The report of a study, made once for all who ask, and one at a time: each takes long."""
        shot = await run_in_threadpool(self._shot, request)
        # Who waits here holds no thread: the few that there are stay free for the other pages.
        async with self._reports:
            content: bytes = await run_in_threadpool(self._report, shot)
        headers = {"Content-Length": str(len(content))}
        return StreamingResponse(pieces(content), headers=headers, media_type="text/html")

    def _report(self, shot: Snapshot) -> bytes:
        if "report" not in shot.made:
            page = render(self.feed.store, shot.findings, self._clock())
            shot.made["report"] = page.encode()
        made: bytes = shot.made["report"]
        return made

    def stop(self, request: Request) -> Response:
        """Asks who runs a study to end."""
        return stopping.stop(self.feed.store, self._shot(request).study)

    # Networks

    def trials(self, request: Request) -> Response:
        """All trials of a study, as many as fit on a page."""
        shot, wish = self._shot(request), _wish(request)
        base = f"/studies/{shot.study.id}"
        trail = [_STUDIES, (shot.study.name, base)]
        return HTMLResponse(
            page("trials.html.j2", f"All trials of {shot.study.name}", trail,
                 poll=f"{base}/trials/live?{wish.query()}", optuna=self._optuna(shot),
                 **trials_table.table(shot, wish))
        )  # fmt: skip

    def trials_live(self, request: Request) -> Response:
        """That table anew, where it has changed."""
        shot, wish = self._shot(request), _wish(request)
        return unless_known(
            # The wish is part of it: the same trials in another order are another answer.
            request, "-".join([*shot.version, sha256(wish.query().encode()).hexdigest()[:16]]),
            lambda: {"parts": {"trials": part("trials", **trials_table.table(shot, wish))},
                     "figures": [], "runs": shot.activity.state == "RUNNING"},
        )  # fmt: skip

    def trial(self, request: Request) -> Response:
        """The card of one trial."""
        shot = self._shot(request)
        trial = self._trial(shot, request.path_params["trial"])
        base = f"/studies/{shot.study.id}"
        trail = [_STUDIES, (shot.study.name, base)]
        return HTMLResponse(
            page("trial.html.j2", f"Trial {trial.number} of {shot.study.name}", trail,
                 poll=f"{base}/trials/{trial.number}/live", optuna=self._optuna(shot),
                 card=self._card(shot, trial))
        )  # fmt: skip

    def trial_live(self, request: Request) -> Response:
        """What has changed on that card."""
        shot = self._shot(request)
        trial = self._trial(shot, request.path_params["trial"])
        runs = trial.state in ("WAITING", "RUNNING")
        return unless_known(
            request, "-".join(shot.version),
            lambda: {"parts": {"card": self._card(shot, trial)}, "figures": [], "runs": runs},
        )  # fmt: skip

    def networks(self, request: Request) -> Response:
        """Networks of a study side by side."""
        (study, *_), numbers = chosen(request, "study", 1), chosen(request, "trial")
        shot = self._snapshot(study)
        trials = [self._trial(shot, number) for number in numbers]
        shown = comparison.networks(self.feed.store, shot, trials)
        trail = [_STUDIES, (shot.study.name, f"/studies/{shot.study.id}")]
        return HTMLResponse(
            page("networks.html.j2", "Networks side by side", trail, optuna=self._optuna(shot),
                 **shown)
        )  # fmt: skip

    # Comparison of studies

    def compare(self, request: Request) -> Response:
        """Studies side by side."""
        shots = [self._snapshot(study) for study in chosen(request, "study")]
        query = "&".join(f"study={shot.study.id}" for shot in shots)
        shown = comparison.studies(shots)
        return HTMLResponse(
            page("compare.html.j2", "Studies compared", [_STUDIES], has_figures=True,
                 query=query, **shown)
        )  # fmt: skip

    def compare_figure(self, request: Request) -> Response:
        """The fronts of several studies in one figure."""
        shots = [self._snapshot(study) for study in chosen(request, "study")]
        name = request.path_params["name"]
        if name not in comparison.shared_costs(shots):
            raise HTTPException(404)
        return Response(comparison.fronts_json(shots, name), media_type="application/json")

    def asset(self, request: Request) -> Response:
        """Style sheet, scripts and icon."""
        found = assets().get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found.response(request)

    # What they need

    def _shot(self, request: Request) -> Snapshot:
        return self._snapshot(request.path_params["study"])

    def _snapshot(self, study_id: int) -> Snapshot:
        shot = self.feed.snapshot(study_id)
        if shot is None:
            raise HTTPException(404, "There is no such study.")
        return shot

    def _trial(self, shot: Snapshot, number: int) -> TrialRecord:
        found = [trial for trial in shot.findings.trials if trial.number == number]
        if not found:
            raise HTTPException(404, "This study has no such trial.")
        return found[0]

    def _card(self, shot: Snapshot, trial: TrialRecord) -> Any:
        from markupsafe import Markup

        store = self.feed.store
        content = CardContent.read(store, shot.findings, trial)
        name, storage = shot.findings.study.name, storage_words(store.url)
        command = visible(export_command(name, trial.number, storage))
        return Markup(card_html(shot.findings, trial, content, command))

    def _optuna(self, shot: Snapshot) -> str:
        found = self._optuna_id(shot.study.name)
        return "/dashboard" if found is None else f"/dashboard/studies/{found}"


def _study_row(summary: StudySummary, state: str) -> dict[str, Any]:
    study, best = summary.study, summary.best_accuracy
    return {
        "id": study.id, "name": study.name, "state": state,
        "num_trials": summary.num_trials, "num_complete": summary.num_complete,
        "num_failed": summary.num_failed, "best": "-" if best is None else f"{best:.4f}",
        "dataset": study.dataset, "purpose": summary.serves and summary.serves.purpose,
        "begun": study.created_at,
    }  # fmt: skip


def _wish(request: Request) -> trials_table.Wish:
    try:
        return trials_table.Wish.of(request.query_params)
    except trials_table.WishError as error:
        raise HTTPException(400, str(error)) from None


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)
