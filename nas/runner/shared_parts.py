"""Less memory for each trial that Optuna keeps: what is equal in all trials is kept once."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial


class SharedParts:
    """Replaces names, distributions and values of finished trials by equal ones seen before.

    Optuna keeps every finished trial in memory and decodes each from the database anew. Most of a
    trial is its choices: their names and their allowed values, equal from trial to trial.
    """

    def __init__(self) -> None:
        self._distributions: dict[str, BaseDistribution] = {}
        self._together: dict[tuple[str, ...], dict[str, BaseDistribution]] = {}
        self._done: set[int] = set()

    def share(self, trials: Iterable[FrozenTrial]) -> None:
        """Does so for the finished trials of a study that are new; none of them changes its value.

        Args:
            trials: Those that Optuna itself keeps, not copies.
        """
        for trial in trials:
            if trial.state.is_finished() and trial.number not in self._done:
                self._done.add(trial.number)
                self._share(trial)

    def _share(self, trial: FrozenTrial) -> None:
        params = trial.params
        trial.distributions = self._equal(trial.distributions)
        trial.params = {
            name: each.to_external_repr(each.to_internal_repr(params[name]))
            for name, each in trial.distributions.items()
        }
        trial.user_attrs = {sys.intern(name): value for name, value in trial.user_attrs.items()}

    def _equal(self, distributions: dict[str, BaseDistribution]) -> dict[str, BaseDistribution]:
        """Equal ones, of parts seen before where there are such."""
        known = {sys.intern(name): self._seen(name, own) for name, own in distributions.items()}
        together = self._together.setdefault(tuple(known), known)
        return together if together == distributions else known

    def _seen(self, name: str, own: BaseDistribution) -> BaseDistribution:
        known = self._distributions.setdefault(name, own)
        return known if known == own else own
