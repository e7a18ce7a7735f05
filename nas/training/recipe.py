"""How a chosen network is trained to the end: recipe, changes to it, conditions to go on under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from nas.config.document import Document
from nas.config.faults import faults
from nas.config.training import INT8_RATE_SHARE, Precision, TrainingSpec
from nas.runner.execution import cache_execution, cached_executions
from search_spaces.errors import ExperimentFileError, TrainingError
from search_spaces.graphs.network import Network
from search_spaces.quantities import plural
from workers.proxy import Execution, conv_layers, measure_execution
from workers.training import Budget

# None will not do: it is a value that a condition may have.
_NOT_THERE = object()


def conditions_of(
    architecture: str, fingerprint: str, seed: int, budget: Budget, recipe: TrainingSpec
) -> dict[str, Any]:
    """All that decides what comes out, by name."""
    minutes = None if budget.seconds is None else budget.seconds / 60
    length = {"epochs": budget.epochs} if minutes is None else {"minutes": minutes}
    facts = {"architecture": architecture, "dataset": fingerprint, "seed": seed}
    return {**facts, **length, **recipe.model_dump(mode="json")}


def differences(begun: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Names of what differs; a key that came later does not where it has its default."""
    later = TrainingSpec().model_dump(mode="json")
    names = [*now, *(name for name in begun if name not in now)]
    return [
        name
        for name in names
        if begun.get(name, later.get(name, _NOT_THERE)) != now.get(name, _NOT_THERE)
    ]


def require_same(begun: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raises TrainingError, naming the differences, where a training began under other ones."""
    different = [
        f"`{name}` was {_shown(begun, name)}, now {_shown(now, name)}"
        for name in differences(begun, now)
    ]
    if different:
        rule = "an unfinished training of this network began otherwise"
        hint = "give the same values to go on, or --restart to begin anew"
        raise TrainingError(f"{rule}: {', '.join(different)}; {hint}")


def _shown(values: Mapping[str, Any], name: str) -> str:
    return str(values[name]) if name in values else "not given"


def training_recipe(changes: Mapping[str, Any], precision: Precision = "float32") -> TrainingSpec:
    """The default recipe with some values changed.

    Raises:
        TrainingError: A key is not known or a value is not allowed; names both.
    """
    try:
        recipe = TrainingSpec.model_validate(dict(changes))
    except ValidationError as error:
        told = (f"`{fault.location[0]}` {fault.message}" for fault in faults(error))
        raise TrainingError(f"recipe: {'; '.join(told)}") from error
    if precision == "float32" or "learning_rate" in changes:
        return recipe
    return recipe.model_copy(update={"learning_rate": INT8_RATE_SHARE * recipe.learning_rate})


FEW_STEPS, ENOUGH_STEPS = 20, 40
"""Of an epoch: what is told of, and what is advised."""

LEAST_BATCH = 8


def few_steps(batch_size: int, num_images: int) -> str | None:
    """What is told where an epoch has hardly any steps; None where it has some, or cannot."""
    steps = num_images // min(batch_size, num_images)
    fitting = max(LEAST_BATCH, num_images // ENOUGH_STEPS)
    smaller = 1 << (fitting.bit_length() - 1)
    if steps >= FEW_STEPS or smaller >= batch_size:
        return None
    has = f"an epoch of {num_images:,} images is {plural(steps, 'step')} in batches of {batch_size}"
    hint = f"--set batch_size={smaller} --set learning_rate=0.1 makes it {num_images // smaller}"
    return f"{has}; {hint}"


def parse_changes(texts: Iterable[str]) -> dict[str, Any]:
    """Reads `["mixup=0.2", "optimizer=adamw"]`. Raises TrainingError where one is not so."""
    changes: dict[str, Any] = {}
    for text in texts:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not key or key in changes:
            rule = "changes of the recipe are written as KEY=VALUE, each key once"
            raise TrainingError(f"{rule}; got {text!r}")
        changes[key] = _value(value)
    return changes


def _value(text: str) -> Any:
    """A scalar, by the rules of experiment files; any other text is a word."""
    try:
        value = Document("recipe", f"value: {text}").data["value"]
    except ExperimentFileError:
        return text
    return text if isinstance(value, dict | list) else value


def training_execution(
    network: Network | None, recipe: TrainingSpec, device: str, num_threads: int
) -> Execution:
    """What this machine kept, completed by timings of this network's convolutions taken now.

    On a GPU nothing is timed, and steps are captured as graphs. A network of which we have nothing
    but its module is neither timed nor captured.
    """
    if device != "cpu":
        # What a module of a user's decides in Python, a graph would repeat for ever.
        return Execution(autocast=recipe.execution == "auto", cuda_graphs=network is not None)
    if network is None or recipe.execution == "float32":
        return Execution()
    layers = conv_layers(block.graph for block in network.blocks)
    execution = measure_execution(layers, recipe.batch_size, num_threads, cached_executions())
    cache_execution(execution)
    return execution
