"""Brings up to date what Optuna's dashboard shows of a study beside its trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from optuna.storages import RDBStorage
from optuna_dashboard import _custom_plot_data as plot_data
from optuna_dashboard import _note as note_data  # what is public writes each piece by itself

from dashboards.for_optuna.attributes import StudyAttributes
from dashboards.for_optuna.notes import study_note, trial_note
from dashboards.plots.curves import curves_figure
from dashboards.plots.figures import front_figure
from dashboards.plots.importance import importance_figure
from dashboards.sections.findings import Findings
from dashboards.sections.page import export_command
from dashboards.sections.words import label, value_label
from nas.runner.optuna_tables import own_study_id
from nas.store import Store, TrialRecord, storage_words
from nas.store.records import FINISHED_STATES
from nas.trust.effects import importances
from nas.trust.outcomes import Outcomes
from search_spaces.measures import measure

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BATCH = 50
"""Notes that are written in one transaction, which others wait for."""

MAX_HOVERS = 500
"""With more trials the figures say no more of each than its number, so that they stay small."""

MAX_NOTES = 2000
"""In a larger study only the front's trials have notes: for each trial Optuna's dashboard looks
through those of all, which takes a second for a thousand, and a minute for ten thousand."""

OUR_VERSION = 1
"""Of a note; one that a person has changed has a higher one, and is left alone."""


class OptunaView:
    """Notes on trials and figures, written into an Optuna study, each when it has changed.

    Any number of processes may do so for one study: they write the same.
    """

    def __init__(self, store: Store, storage: RDBStorage, name: str) -> None:
        """Writes nothing yet.

        Raises:
            KeyError: Optuna knows no such study yet.
            StoreError: It has one of this name that is not ours.
        """
        self._store = store
        self._name = name
        study_id = own_study_id(storage, store, store.study(name))
        if study_id is None:
            raise KeyError(name)
        self._attributes = StudyAttributes(storage, study_id)
        self._noted: dict[int, bool] = {}
        self._version: object = None

    def refresh(self) -> bool:
        """Writes what is new; returns whether there was anything.

        Raises:
            StoreError: The database cannot be read or written.
        """
        study = self._store.study(self._name)
        version = self._store.version(study)
        if version == self._version:
            return False
        findings = Findings.read(self._store, self._name)
        all_known = self._write_notes(findings)
        self._write_figures(findings)
        # A trial that Optuna learns of later changes nothing of ours: the next round must look
        # again.
        self._version = version if all_known else None
        return True

    # Notes

    def _write_notes(self, findings: Findings) -> bool:
        """Returns whether Optuna knows all trials that have ended."""
        ended = [trial for trial in findings.trials if trial.state in FINISHED_STATES]
        if len(ended) > MAX_NOTES:
            ended = list(findings.front)
        new = [t for t in ended if self._noted.get(t.number) is not bool(t.measured)]
        ids = self._attributes.trial_ids() if new else {}
        versions = self._attributes.read("dashboard:", "note_ver") if new else {}
        if new and note_data.note_ver_key(None) not in versions:
            self._attributes.write(_note(None, study_note(findings.study)))
        known = [trial for trial in new if trial.number in ids]
        for start in range(0, len(known), BATCH):
            self._write_batch(known[start : start + BATCH], ids, versions)
        return len(known) == len(new)

    def _write_batch(
        self, trials: Sequence[TrialRecord], ids: Mapping[int, int], versions: Mapping[str, int]
    ) -> None:
        notes: dict[str, object] = {}
        for trial in trials:
            version = versions.get(note_data.note_ver_key(ids[trial.number]), 0)
            # The measured latency comes after the note, which is then written once more, if it is
            # still ours.
            if not version or (trial.measured and version == OUR_VERSION):
                notes |= _note(ids[trial.number], self._text(trial))
        self._attributes.write(notes)
        self._noted |= {trial.number: bool(trial.measured) for trial in trials}

    def _text(self, trial: TrialRecord) -> str:
        command = export_command(self._name, trial.number, storage_words(self._store.url))
        return trial_note(trial, self._store.network(trial.architecture), command)

    # Figures

    def _write_figures(self, findings: Findings) -> None:
        values: dict[str, object] = {}
        surplus: set[str] = set()
        for name, figure in _figures(findings).items():
            prefix = f"{plot_data.SYSTEM_ATTR_PLOT_DATA}{name}:"
            pieces = plot_data.split_plot_data(figure.to_json(), prefix)
            values |= pieces
            # A figure that has become smaller leaves pieces behind, which the dashboard would join
            # to it.
            surplus |= self._attributes.read(prefix).keys() - pieces.keys()
        self._attributes.write(values, remove=surplus)


def _note(trial_id: int | None, body: str) -> dict[str, object]:
    """A note as attributes of the study, in the form of Optuna's dashboard."""
    pieces = note_data.split_body(body, trial_id)
    return {note_data.note_ver_key(trial_id): OUR_VERSION, **pieces}


def _figures(findings: Findings) -> dict[str, Figure]:
    """The front against each cost, the curves and what matters, each with a title."""
    with_hover = len(findings.trials) <= MAX_HOVERS
    named = {
        f"front-{cost}": front_figure(findings, cost, with_hover=with_hover)
        for cost in findings.figure_costs
    }
    how_timed = findings.study.how_timed
    titles = {
        f"front-{cost}": f"{label(findings.quality)} against {value_label(cost, how_timed)}"
        for cost in findings.figure_costs
    }
    if findings.curves:
        named["curves"], titles["curves"] = (
            curves_figure(findings, with_hover=with_hover),
            "Learning curves",
        )
    if not with_hover:
        for figure in named.values():
            figure.update_traces(hovertext=None, hovertemplate="trial %{customdata}<extra></extra>")
    shares = importances(Outcomes.of(findings.trials, findings.curves))
    if any(share.is_clear for share in shares):
        named["importance"] = importance_figure(shares)
        titles["importance"] = f"Importance of each choice for {measure(findings.quality).in_words}"
    for name, figure in named.items():
        title = {"text": titles[name], "x": 0.02, "xanchor": "left", "y": 0.97, "yanchor": "top"}
        figure.update_layout(title=title, margin={"t": 96})
    return named
