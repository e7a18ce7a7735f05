"""Writes what happens to trials, and tells whoever watches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nas.runner.checkpoints import Checkpoint, Checkpoints
from nas.runner.progress import Observer
from nas.runner.proposals import Proposal
from nas.runner.session import SearchSession
from nas.runner.watchdog import Watchdog
from nas.store import LayerRecord, Store, StudyRecord
from nas.store.workspace import Workspace
from search_spaces.measures import ACCURACY, finished_of, measures
from workers.failure import Failure
from workers.trainable import Assignment


class Journal:
    """Tells and keeps."""

    def __init__(self, store: Store, study: StudyRecord, observer: Observer) -> None:
        self._store, self._study, self._observer = store, study, observer

    def tell(self, kind: str, text: str, trial: int | None = None) -> None:
        """One line that people are told now and can look up later."""
        self._observer.message(text)
        self.keep(kind, text, trial)

    def keep(self, kind: str, text: str, trial: int | None = None, **data: Any) -> None:
        """One line that can be looked up later."""
        self._store.add_event(self._study, kind, text, trial, data)


class TrialRecorder:
    """Passes on to the session what workers send, and keeps weights and states of trials.

    Attributes:
        session: The search.
    """

    def __init__(
        self,
        session: SearchSession,
        workspace: Workspace,
        checkpoints: Checkpoints,
        watchdog: Watchdog,
    ) -> None:
        self.session = session
        self._workspace = workspace
        self._checkpoints = checkpoints
        self._watchdog = watchdog
        self._overdue: dict[int, Failure] = {}

    def assignment(
        self, proposal: Proposal, max_epochs: int, checkpoints: tuple[int, ...], seed: int
    ) -> Assignment:
        """What a worker is given for a proposal; from the last rung where it was interrupted."""
        return Assignment(
            proposal.number, proposal.network.to_json(), max_epochs, checkpoints, seed,
            self._checkpoints.state_of(proposal.number),
        )  # fmt: skip

    def started(self, number: int, worker: str) -> None:
        """A worker has begun a trial, or taken it up again."""
        self.session.start(number, worker)
        self._watchdog.started(number, self.session.progress.running[number])

    def reported(self, number: int, result: Mapping[str, Any]) -> bool:
        """A worker has sent the result of an epoch; returns whether the trial goes on."""
        if result.get("failure") is not None:
            self.failed(number, result["failure"])
            return False
        # Before the report: a trial that the database calls COMPLETE has its weights.
        self._keep_weights(number, result.get("weights"))
        kept: list[Checkpoint] = []
        goes_on = self.session.report(
            number, result["epochs"], result[ACCURACY], result["train_loss"],
            result["train_s"], [LayerRecord(**layer) for layer in result.get("layers", ())],
            lambda: self._written(number, result, kept),
            lambda: self._finished(number, result.get("weights")),
            dict(result.get("readings", ())),
        )  # fmt: skip
        if not goes_on:
            self._forget(number)
            return False
        self._watchdog.reported(number, result["epochs"])
        # Only now that the row is committed the file before it may go.
        for checkpoint in kept:
            self._checkpoints.committed(number, checkpoint)
        return True

    def _finished(self, number: int, weights: bytes | None) -> dict[str, float]:
        """The measures of one's own of the trained module; a user's evaluator sends none."""
        if weights is None or not any(each.of_module for each in measures().values()):
            return {}
        import io

        import torch

        from search_spaces.graphs.modules import build_module

        network = self.session.network(number)
        module = build_module(network).eval()
        module.load_state_dict(torch.load(io.BytesIO(weights), weights_only=True))
        with torch.no_grad():
            return finished_of(module, network)

    def _keep_weights(self, number: int, weights: bytes | None) -> None:
        if weights is not None:
            self._workspace.keep(self.session.study, number, weights)

    def _written(
        self, number: int, result: Mapping[str, Any], kept: list[Checkpoint]
    ) -> Checkpoint | None:
        """Writes the checkpoint of a rung, where there is one, and adds it to `kept`."""
        if result.get("state") is None:
            return None
        checkpoint = self._checkpoints.write(number, result["epochs"], result["state"])
        kept += [] if checkpoint is None else [checkpoint]
        return checkpoint

    def failed(self, number: int, failure: Failure) -> None:
        """A trial failed, or its worker did; the session decides whether it comes again."""
        # We ended its worker ourselves, of which Ray says only that it died.
        failure = self._overdue.pop(number, failure)
        if self.session.fail(number, failure):
            self._watchdog.interrupted(number)
            return
        self._forget(number)
        self._workspace.discard(self.session.study, number)

    def overdue(self) -> list[int]:
        """The trials whose workers must be ended now, each named once."""
        found = self._watchdog.overdue()
        new = [number for number in found if number not in self._overdue]
        self._overdue |= {number: found[number] for number in new}
        return new

    def _forget(self, number: int) -> None:
        self._overdue.pop(number, None)
        self._watchdog.ended(number)
        self._checkpoints.drop(number)
