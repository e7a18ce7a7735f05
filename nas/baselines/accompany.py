"""Runs all that a search is compared with, once it has ended."""

from __future__ import annotations

from nas.baselines.control_search import run_control
from nas.baselines.training import train_baselines
from nas.companions.training import Place
from nas.config import ExperimentFile


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
