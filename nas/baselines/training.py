"""Trains the networks that a study is compared with, by exactly its candidates' recipe."""

from __future__ import annotations

from nas.baselines.choice import checked_baselines
from nas.baselines.results import PURPOSE
from nas.companions.training import Place, train_networks
from nas.config import ExperimentFile
from nas.quantities import plural
from nas.runner.preparation import checked_space
from search_spaces.errors import LatencyError


def train_baselines(file: ExperimentFile, place: Place, seed: int | None = None) -> None:
    """Trains the baselines of a file to the end; those that are known are not trained again.

    Args:
        seed: Of the trainings; that of the search by default.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        NasError: The file is wrong, or a search cannot run.
    """
    experiment = file.experiment
    chosen = checked_baselines(file, checked_space(file))
    if chosen.left_out:
        named = ", ".join(chosen.left_out)
        place.observer.message(f"baselines: {named} left out: over the budget at every width")
    if not chosen.networks:
        return
    epochs = experiment.fidelity.max_epochs
    place.observer.message(
        f"baselines: {plural(len(chosen.networks), 'network')} for {plural(epochs, 'epoch')} each, "
        f"whatever budget of trials or time the search had: {', '.join(chosen.networks)}"
    )
    seed = experiment.seed if seed is None else seed
    try:
        train_networks(file, chosen.networks, epochs, seed, place, PURPOSE, with_latency=True)
    except LatencyError as error:  # such as that of a table of another device without their blocks
        place.observer.message(f"baselines are trained without latency: {error}")
        train_networks(file, chosen.networks, epochs, seed, place, PURPOSE)
