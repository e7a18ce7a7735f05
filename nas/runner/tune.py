"""The search on Ray Tune's public extension points: a searcher, a scheduler and a callback.

All three only pass on what happens to the session; none of them decides anything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ray import tune
from ray.tune.experiment import Trial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

from nas.runner.session import SearchSession
from search_spaces.errors import NasError


class SessionLink:
    """Holds the session out of Tune's own save files: a copy made by pickling holds none.

    Tune saves its extension points to restore them one day; here the database is the truth.
    """

    def __init__(self, session: SearchSession | None) -> None:
        self._session = session

    def __call__(self) -> SearchSession:
        assert self._session is not None, "a copy restored by Tune is never run"
        return self._session

    def __reduce__(self) -> tuple[type[SessionLink], tuple[None]]:
        return SessionLink, (None,)


class SessionSearcher(Searcher):  # type: ignore[misc]
    """Hands the session's proposals to Tune."""

    def __init__(self, session: SessionLink, max_epochs: int, seed: int) -> None:
        super().__init__()
        self._session = session
        self._max_epochs = max_epochs
        self._seed = seed

    def suggest(self, trial_id: str) -> Any:
        try:
            proposal = self._session().propose()
        except NasError as error:
            self._session().abort(error)
            proposal = None
        if proposal is None:
            return Searcher.FINISHED
        return {
            "number": proposal.number,
            "network": proposal.network.to_json(),
            "max_epochs": self._max_epochs,
            "seed": self._seed,
        }

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        """The session has already heard of it."""

    def save(self, checkpoint_path: str) -> None:
        """Nothing to save: the database is the truth."""

    def restore(self, checkpoint_path: str) -> None:
        """Nothing to restore: the database is the truth."""

    def get_state(self) -> dict[str, Any]:
        return {}

    def save_to_dir(self, checkpoint_dir: str, session_str: str = "default") -> None:
        """Nothing to save: the database is the truth."""


class SessionScheduler(FIFOScheduler):  # type: ignore[misc]
    """Reports each epoch to the session and stops the trials that it ends."""

    _supports_buffered_results = False

    def __init__(self, session: SessionLink) -> None:
        super().__init__()
        self._session = session

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        try:
            goes_on = self._session().report(
                trial.config["number"], result["epochs"], result["accuracy"],
                result["train_loss"], result["train_s"],
            )  # fmt: skip
        except NasError as error:
            self._session().abort(error)
            goes_on = False
        return str(TrialScheduler.CONTINUE if goes_on else TrialScheduler.STOP)


class SessionCallback(tune.Callback):  # type: ignore[misc]
    """Tells the session of trials that start or fail, and keeps the weights of those that end."""

    def __init__(self, session: SessionLink, keep_weights: Callable[[int, Path], None]) -> None:
        self._session = session
        self._keep_weights = keep_weights

    def on_trial_start(
        self, iteration: int, trials: list[Trial], trial: Trial, **info: Any
    ) -> None:
        self._session().start(trial.config["number"], str(trial.trial_id))

    def on_trial_error(
        self, iteration: int, trials: list[Trial], trial: Trial, **info: Any
    ) -> None:
        traceback = str(trial.get_error() or "unknown error")
        lines = [line for line in traceback.splitlines() if line.strip()]
        self._session().fail(trial.config["number"], lines[-1].strip(), traceback)

    def on_checkpoint(
        self, iteration: int, trials: list[Trial], trial: Trial, checkpoint: Any, **info: Any
    ) -> None:
        self._keep_weights(trial.config["number"], Path(checkpoint.path))


class SessionStopper(tune.Stopper):  # type: ignore[misc]
    """Ends the experiment when the session was asked to stop."""

    def __init__(self, session: SessionLink) -> None:
        self._session = session

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        return False

    def stop_all(self) -> bool:
        return self._session().stop_requested
