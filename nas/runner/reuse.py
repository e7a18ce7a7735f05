"""Trainings that need not be done again: those with the same key, in whatever study.

Epoch by epoch they have the same accuracies, to the last digit where processor and number of
threads are the same too.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from nas.config import Experiment
from nas.config.identity import FIRST, lasting
from nas.store import EpochRecord, Store, StudyRecord, TrialRecord
from nas.store.records import ReusedTraining
from nas.store.reuse import KnownTraining
from nas.store.workspace import Workspace
from search_spaces.graphs.network import Network

if TYPE_CHECKING:
    from workers.proxy import Execution


MakeKey = Callable[[Network], str]


def key_maker(experiment: Experiment, dataset_fingerprint: str, execution: Execution) -> MakeKey:
    """Makes the keys of an experiment's networks, whose trainings are the program's own.

    A key holds the architecture; the bytes and labels of the images (their fingerprint); the recipe
    and the epochs that its schedule is laid over; the seed; in which arithmetic each layer trains;
    `RECIPE_VERSION`, and the versions of PyTorch and NumPy. Latency is no part of it: each study
    judges by its own table. An evaluator of the user's may change without our knowing: for that
    there are no keys.
    """
    recipe = lasting(experiment.proxy, FIRST["proxy"])
    common = {
        "data": dataset_fingerprint,
        # Not the word `auto` counts but what came of it, which `arithmetic` says layer by layer.
        "recipe": {key: value for key, value in recipe.items() if key != "execution"},
        "max_epochs": experiment.fidelity.max_epochs,
        "seed": experiment.seed,
        "on_gpu": experiment.workers.device == "cuda",
        **_program(),
    }

    def make_key(network: Network) -> str:
        own = {"architecture": network.id, "arithmetic": arithmetic(network, execution)}
        return sha256(json.dumps({**common, **own}, sort_keys=True).encode()).hexdigest()[:32]

    return make_key


def arithmetic(network: Network, execution: Execution) -> Any:
    """In which type each pass of each convolution computes."""
    from workers.proxy import conv_layers

    if execution.autocast:
        return ["autocast", execution.cuda_graphs]
    if not execution.uses_bfloat16(network):
        return "float32"
    return [execution.passes(layer) for layer in conv_layers(b.graph for b in network.blocks)]


def _program() -> dict[str, Any]:
    from importlib.metadata import version

    from workers.proxy.recipe import RECIPE_VERSION

    return {"recipe_version": RECIPE_VERSION, "torch": version("torch"), "numpy": version("numpy")}


Judge = Callable[[EpochRecord], str]
"""The state of a trial after an epoch."""


@dataclass(frozen=True)
class TakenOver:
    """What a trial took over.

    Attributes:
        curve: The epochs.
        state: Of the trial after them; RUNNING where it goes on beyond what is known.
        source: Where they were trained.
    """

    curve: tuple[EpochRecord, ...]
    state: str
    source: ReusedTraining


def taken_over(known: KnownTraining, number: int, judge: Judge) -> list[tuple[EpochRecord, str]]:
    """The epochs that a trial takes over of a known curve, each with its state after it.

    Each epoch is judged as if it had been trained now. Only a curve that is known to its end is
    never cut short: the rest of it costs nothing. Nothing was trained, so it took no seconds.
    """
    epochs: list[tuple[EpochRecord, str]] = []
    for epoch in known.curve:
        own = replace(epoch, number=number, train_s=0.0)
        state = judge(own)
        if state == "PRUNED" and known.is_complete:
            state = "RUNNING"
        epochs.append((own, state))
        if state != "RUNNING":
            break
    return epochs


class Reuse:
    """Looks up trainings of other studies, for the trials of one.

    Args:
        workspace: Of the study; those of the other studies are beside it.
        make_key: What a network's training depends on.
        is_on: Otherwise trials are only made to be found by later studies.
    """

    def __init__(
        self,
        store: Store,
        study: StudyRecord,
        workspace: Workspace,
        make_key: MakeKey,
        *,
        is_on: bool = True,
    ) -> None:
        self._store, self._study, self._workspace = store, study, workspace
        self._make_key = make_key
        self._is_on = is_on
        self._studies: dict[int, StudyRecord] = {}

    def take_over(
        self,
        trial: TrialRecord,
        network: Network,
        judge: Judge,
        writing: Callable[[], AbstractContextManager[None]],
    ) -> TakenOver | None:
        """Writes what another study trained of a trial's network, as far as it would have come.

        The trial is noted, so that later studies find it, in any case.

        Returns:
            None where nothing is known, or the trial has epochs of its own already.
        """
        with writing():
            self._store.set_training_key(self._study, trial.number, self._make_key(network))
        known = None if trial.epochs or not self._is_on else self._known(network)
        if known is None:
            return None
        epochs = taken_over(known, trial.number, judge)
        last, state = epochs[-1]
        # The weights are those behind the last epoch of the curve; of an earlier one none are kept.
        if state != "RUNNING" and last.epochs == known.curve[-1].epochs:
            self._take_weights(trial.number, known)
        layers = self._store.layers(known.study, known.number) if state == "COMPLETE" else ()
        with writing():
            self._store.start_trial(self._study, trial.number, "reused")
            for epoch, then in epochs:
                self._store.report(self._study, epoch, then, layers if epoch is last else ())
            self._store.set_reused(self._study, trial.number, known, last.epochs)
        source = ReusedTraining(known.study.name, known.number, last.epochs)
        return TakenOver(tuple(epoch for epoch, _ in epochs), state, source)

    def _known(self, network: Network) -> KnownTraining | None:
        """What another study trained of a network; None where none did."""
        found = self._store.known_training(self._make_key(network), self._study)
        if found is None:
            return None
        study, number = self._study_of(found[0]), found[1]
        curve = self._store.curve(study, number)
        if not curve:
            return None
        is_complete = curve[-1].epochs == study.experiment["fidelity"]["max_epochs"]
        return KnownTraining(study, number, is_complete, curve)

    def _take_weights(self, number: int, known: KnownTraining) -> None:
        """Puts the trained weights beside those of the study, where they are on this machine.

        As a link where the file system has such, so that they need no room.
        """
        source = Workspace(self._workspace.root, known.study.name).weights(
            known.study, known.number
        )
        target = self._workspace.weights(self._study, number)
        if not source.exists():
            return
        target.unlink(missing_ok=True)  # a link replaces nothing
        with suppress(OSError):
            os.link(source, target)
            return
        shutil.copyfile(source, target)

    def _study_of(self, study_id: int) -> StudyRecord:
        if study_id not in self._studies:
            records = (summary.study for summary in self._store.studies())
            self._studies = {record.id: record for record in records}
        return self._studies[study_id]
