"""Less memory for each trial that Optuna keeps: what is equal in all trials is kept once."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial

IN_WORDS = "description"
"""User attribute that says in words what a trial's architecture is; for Optuna's dashboard."""


class SharedParts:
    """Replaces names, distributions and values of finished trials by equal ones seen before.

    Optuna keeps every finished trial in memory and decodes each from the database anew. Most of a
    trial is its choices: their names and their allowed values, equal from trial to trial. What no
    sampler reads, the architecture in words, is left to the database.
    """

    def __init__(self) -> None:
        self._distributions: dict[str, BaseDistribution] = {}
        self._together: dict[tuple[str, ...], list[dict[str, BaseDistribution]]] = {}
        self._known: set[int] = set()
        self._nothing: dict[Any, Any] = {}

    def share(self, trials: Iterable[FrozenTrial]) -> None:
        """Does so for the finished trials of a study that are new; what is left is equal.

        Args:
            trials: Those that Optuna itself keeps, not copies.
        """
        for trial in trials:
            if trial.state.is_finished() and id(trial.distributions) not in self._known:
                self._share(trial)

    def _share(self, trial: FrozenTrial) -> None:
        params = trial.params
        trial.distributions = self._equal(trial.distributions)
        trial.params = {
            name: each.to_external_repr(each.to_internal_repr(params[name]))
            for name, each in trial.distributions.items()
        }
        trial.user_attrs = {
            sys.intern(name): list(value) if isinstance(value, list) else value
            for name, value in trial.user_attrs.items()
            if name != IN_WORDS
        }
        trial.system_attrs = trial.system_attrs or self._nothing
        trial.intermediate_values = trial.intermediate_values or self._nothing

    def _equal(self, distributions: dict[str, BaseDistribution]) -> dict[str, BaseDistribution]:
        """Equal ones, of parts seen before where there are such."""
        known = {sys.intern(name): self._seen(name, own) for name, own in distributions.items()}
        for together in self._together.setdefault(tuple(known), []):
            if together == known:
                return together
        self._together[tuple(known)].append(known)
        self._known.add(id(known))
        return known

    def _seen(self, name: str, own: BaseDistribution) -> BaseDistribution:
        known = self._distributions.setdefault(name, own)
        return known if known == own else own
