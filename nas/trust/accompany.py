"""Runs all that a search is compared with: baselines, and a random search of equal budget."""

from __future__ import annotations

from typing import Any

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.config.edits import with_values
from nas.runner.parts import Parts
from nas.runner.run import run_search
from nas.store import Companion
from nas.store.workspace import Workspace
from nas.trust.companion_runs import Place, train_baselines
from nas.trust.control import PURPOSE
from search_spaces.errors import SearchError


def run_control(file: ExperimentFile, place: Place) -> None:
    """Searches at random with the budgets, limits, recipe and seed of a file.

    Nothing is taken over from other studies: a training that is known to its end costs nothing, so
    that the control would have more than its budget.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        NasError: A search cannot run.
    """
    variant = control_of(file)
    place.observer.message(f"control: random search as study {variant.experiment.name}")
    workspace = Workspace(place.workspace.root, variant.experiment.name)
    parts = Parts(evaluator=place.evaluator, companion=Companion(file.experiment.name, PURPOSE))
    outcome = run_search(
        variant, place.storage, workspace, place.observer, address=place.address, parts=parts,
        stop=place.stop,
    )  # fmt: skip
    if outcome.state != "COMPLETE":
        raise SearchError(f"control interrupted ({outcome.reason}); the same command goes on")


def control_of(file: ExperimentFile) -> ExperimentFile:
    """The experiment of the control."""
    search = file.experiment.search
    values: dict[str, Any] = {"sampler": "random", "num_trials": search.num_trials, "reuse": False}
    if search.time_limit is not None:
        values["time_limit"] = f"{search.time_limit:g}s"
    changes: dict[tuple[str, ...], Any] = {("search",): values}
    fidelity = file.experiment.fidelity
    if fidelity.scheduler != "none":  # the file may be silent, and the study older than its default
        changes["fidelity", "min_epochs"] = fidelity.min_epochs
    text = with_values(file.document.text, changes)
    changed = ExperimentFile(Document(file.document.path, text), file.task)
    return changed.with_name(f"{file.experiment.name[:90]}-{PURPOSE}")


def accompany(file: ExperimentFile, place: Place) -> None:
    """Trains the baselines and runs the control that a file asks for; nothing where it does not.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        NasError: A search cannot run.
    """
    if file.experiment.baselines:
        train_baselines(file, place)
    if file.experiment.control is not None:
        run_control(file, place)
