"""Trains the networks that a study is compared with, by exactly its candidates' recipe."""

from __future__ import annotations

from nas.baselines.choice import chosen_networks
from nas.companions import Place, train_networks
from nas.config import ExperimentFile
from nas.runner.preparation import checked_space
from search_spaces.errors import GraphError, LatencyError

PURPOSE = "baselines"


def train_baselines(file: ExperimentFile, place: Place, seed: int | None = None) -> None:
    """Trains the baselines of a file to the end; those that are known are not trained again.

    Args:
        seed: Of the trainings; that of the search by default.

    Raises:
        SearchError: It was interrupted, and the same call goes on; or a baseline cannot be built.
        NasError: A search cannot run.
    """
    experiment = file.experiment
    try:
        chosen = chosen_networks(experiment, checked_space(file))
    except GraphError as error:
        raise file.error(("baselines",), str(error)) from error
    if chosen.left_out:
        named = ", ".join(chosen.left_out)
        place.observer.message(f"baselines: {named} left out: over the budget at every width")
    if not chosen.networks:
        return
    epochs = experiment.fidelity.max_epochs
    place.observer.message(
        f"baselines: {len(chosen.networks)} networks for {epochs} epochs each, whatever budget of "
        f"trials or time the search had: {', '.join(chosen.networks)}"
    )
    seed = experiment.seed if seed is None else seed
    try:
        train_networks(file, chosen.networks, epochs, seed, place, PURPOSE, with_latency=True)
    except LatencyError as error:  # such as that of a table of another device without their blocks
        place.observer.message(f"baselines are trained without latency: {error}")
        train_networks(file, chosen.networks, epochs, seed, place, PURPOSE)
