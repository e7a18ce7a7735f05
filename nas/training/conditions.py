"""What a training is told, in plain values: it goes on under the same ones alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nas.config.training import TrainingSpec
from search_spaces.errors import TrainingError
from workers.training import Budget

_NOT_THERE = object()


def conditions_of(
    architecture: str, fingerprint: str, seed: int, budget: Budget, recipe: TrainingSpec
) -> dict[str, Any]:
    """All that decides what comes out, by name."""
    minutes = None if budget.seconds is None else budget.seconds / 60
    length = {"epochs": budget.epochs} if minutes is None else {"minutes": minutes}
    facts = {"architecture": architecture, "dataset": fingerprint, "seed": seed}
    return {**facts, **length, **recipe.model_dump(mode="json")}


def require_same(begun: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raises TrainingError, naming the differences, where a training began under other ones."""
    names = [*now, *(name for name in begun if name not in now)]
    different = [
        f"`{name}` was {_shown(begun, name)}, now {_shown(now, name)}"
        for name in names
        if begun.get(name, _NOT_THERE) != now.get(name, _NOT_THERE)
    ]
    if different:
        rule = "an unfinished training of this network began otherwise"
        hint = "give the same values to go on, or --restart to begin anew"
        raise TrainingError(f"{rule}: {', '.join(different)}; {hint}")


def _shown(values: Mapping[str, Any], name: str) -> str:
    return str(values[name]) if name in values else "not given"
