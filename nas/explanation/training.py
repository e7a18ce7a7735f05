"""Trains the neighbours of a network as the search trained it, so that gains are measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nas.companions.training import Place, train_all
from nas.companions.variants import study_file
from nas.explanation.explain import Explained
from nas.problem import Values
from nas.store import StudyRecord, TrialRecord


def with_trained(
    explained: Sequence[Explained], study: StudyRecord, trial: TrialRecord, place: Place
) -> list[Explained]:
    """The same neighbours with measured gains; those outside the budgets are not trained.

    They are trained to the end in a study of their own, with the recipe and seed of the study. What
    was trained before, the network that is explained among it, is not trained again.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        NasError: A search cannot run.
    """
    file = study_file(study)
    starts: list[Values] = [trial.choices]
    starts += [e.neighbour.candidate.values for e in explained if e.within_limits]
    max_epochs = file.experiment.fidelity.max_epochs
    curves = train_all(file, starts, max_epochs, study.seed, place, "edits").curves
    own = curves.get(trial.architecture)
    return [_measured(e, own, curves.get(e.neighbour.candidate.architecture)) for e in explained]


def _measured(
    explained: Explained, own: Sequence[float] | None, other: Sequence[float] | None
) -> Explained:
    """Unchanged where one of both could not be trained."""
    if not own or not other:
        return explained
    return replace(explained, trained_change=other[-1] - own[-1])
