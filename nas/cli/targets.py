"""What a person may name as a network: a reference network, a space file, a trial of a study."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nas.config import ExperimentFile
from nas.store.records import TrialRecord
from search_spaces.errors import NasError, StoreError
from search_spaces.graphs.network import Network
from search_spaces.networks import reference_network, reference_networks
from search_spaces.spaces.space import Space

if TYPE_CHECKING:
    from nas.store import LayerRecord, Store, StudyRecord
    from nas.trust.rung_comparison import RungComparison


class TargetError(NasError):
    """A name that means no network, or an option that it does not have."""


@dataclass(frozen=True)
class Target:
    """A network that was named.

    Attributes:
        name: What to call it.
        choices: The values that led to it, where it is from a space.
        diagnostics: Of its convolutions, where it was trained.
        stopped: What it was compared with, where it is of a trial that was stopped early.
        failed: The trial, where it is one that failed.
        traceback: Of that failure, if it has one.
    """

    name: str
    network: Network
    choices: Mapping[str, Any] | None = None
    diagnostics: Sequence[LayerRecord] = ()
    stopped: RungComparison | None = None
    failed: TrialRecord | None = None
    traceback: str | None = None


@dataclass(frozen=True)
class Selection:
    """Which network of all that a name may mean.

    Attributes:
        arguments: Of a reference network, for example `width_mult`.
        seed: Of the random sample from a space file.
        extreme: `smallest` or `largest` by FLOPs of a space file, instead of a sample.
        trial: Number of a trial of a study.
        storage: Database of the studies.
    """

    arguments: Mapping[str, Any]
    seed: int | None
    extreme: str | None
    trial: int | None
    storage: str

    def only(self, name: str, kind: str, *allowed: str) -> None:
        """Raises TargetError where something was given that a name of this kind does not take."""
        given = {f"--{key.replace('_', '-')}": "arguments" for key in self.arguments}
        given |= {"--seed": "seed"} if self.seed is not None else {}
        given |= {f"--{self.extreme}": "extreme"} if self.extreme else {}
        given |= {"--trial": "trial"} if self.trial is not None else {}
        wrong = [option for option, field in given.items() if field not in allowed]
        if wrong:
            raise TargetError(f"{name} is {kind}, which takes no {wrong[0]}")


def find_target(name: str, selection: Selection) -> Target:
    """The network that a name means: of an existing file, else a reference network, else a study.

    Raises:
        NasError: There is none, or it does not take what was selected.
    """
    if name.endswith((".yaml", ".yml")) or Path(name).is_file():
        return _of_file(name, selection)
    # With `--trial` a study is meant, which may well be called as a network of the literature.
    if selection.trial is None and name.partition(":")[0] in reference_networks():
        return _of_literature(name, selection)
    return _of_study(name, selection)


def _of_literature(name: str, selection: Selection) -> Target:
    selection.only(name, "a reference network", "arguments")
    return Target(name, network_of_literature(name, selection.arguments))


def network_of_literature(name: str, arguments: Mapping[str, Any] | None = None) -> Network:
    """A reference network, which may have arguments behind its name.

    Raises:
        NasError: There is none of this name, or it does not take them.
    """
    bare, _, text = name.partition(":")
    return reference_network(bare, **{**(arguments or {}), **_written_arguments(bare, text)})


def _written_arguments(name: str, text: str) -> dict[str, Any]:
    """Arguments behind a name, as in `mobilenet_v1:width_mult=0.5,resolution=160`."""
    arguments: dict[str, Any] = {}
    for part in text.split(",") if text else ():
        key, _, value = part.partition("=")
        try:
            arguments[key.replace("-", "_")] = _argument(value)
        except ValueError:
            rule = "arguments are written as NAME:width_mult=0.5,resolution=160"
            raise TargetError(f"{rule}, got {name}:{text}") from None
    return arguments


MAX_SIDE = 8192


def parse_sides(text: str) -> int | tuple[int, int]:
    """`520`, or `520x400` for height and width. Raises ValueError for anything else."""
    sides = [int(part) if part.isdecimal() and len(part) < 5 else 0 for part in text.split("x")]
    if len(sides) > 2 or not all(1 <= side <= MAX_SIDE for side in sides):
        rule = f"must be a side, or height and width as 520x400, from 1 to {MAX_SIDE}"
        raise ValueError(f"{rule}; got {text!r}")
    return sides[0] if len(sides) == 1 else (sides[0], sides[1])


def _argument(text: str) -> int | float | bool | str | tuple[int, int]:
    if text in ("true", "false"):
        return text == "true"
    if text.isidentifier():
        return text
    if "x" in text and (sides := parse_sides(text)):
        return sides
    read: Callable[[str], int | float] = int if text.isdecimal() else float
    number = read(text)
    if not 0 < number < 1e6:
        raise ValueError(text)
    return number


def _of_file(name: str, selection: Selection) -> Target:
    import numpy as np

    from nas.cli.options import space_to_look_at
    from search_spaces.spaces.enumeration import extreme_values

    selection.only(name, "a space file", "seed", "extreme")
    file = ExperimentFile.read(name)
    space = space_to_look_at(file).space
    if selection.extreme:
        values = extreme_values(space, "flops", largest=selection.extreme == "largest")
        label = f"{file.experiment.name} ({selection.extreme})"
    else:
        seed = selection.seed or 0
        values = space.sample(np.random.default_rng(seed))
        label = f"{file.experiment.name} (sample, seed {seed})"
    return Target(label, space.network(values), _sorted_values(space, values))


def _sorted_values(space: Space, values: Mapping[str, Any]) -> dict[str, Any]:
    return {choice.name: values[choice.name] for choice in space.choices if choice.name in values}


def _of_study(name: str, selection: Selection) -> Target:
    from nas.store import Store

    selection.only(name, "a study", "trial")
    try:
        with Store(selection.storage, create=False) as store:
            study = store.study(name)
            if selection.trial is None:
                raise TargetError(f"{name} is a study; choose one of its trials with --trial N")
            trials = {trial.number: trial for trial in store.trials(study)}
            if selection.trial not in trials:
                rule = f"has no trial {selection.trial}; it has {len(trials)}"
                raise StoreError(f"study {name!r} {rule}")
            trial = trials[selection.trial]
            network = store.network(trial.architecture)
            layers = store.layers(study, trial.number)
            traceback = store.traceback(study, trial.number)
            stopped = _stopped(store, study, trials, trial)
    except StoreError as error:
        # Who gives a trial means a study: what is wrong with that is the whole answer.
        if selection.trial is not None:
            raise
        missing = f"{name} is no file and no reference network{_near(name)}"
        raise TargetError(f"{missing}; {error}") from error
    failed = trial if trial.state == "FAIL" else None
    return Target(
        f"{name} trial {trial.number}", network, trial.choices, layers, stopped, failed, traceback
    )


def _stopped(
    store: Store, study: StudyRecord, trials: Mapping[int, TrialRecord], trial: TrialRecord
) -> RungComparison | None:
    from nas.trust.rung_comparison import RungComparisons

    if trial.state != "PRUNED":
        return None
    return RungComparisons.of_study(study, trials.values(), store.epochs(study)).of(trial.number)


def _near(name: str) -> str:
    near = difflib.get_close_matches(name, reference_networks(), 1)
    return f" (did you mean {near[0]}?)" if near else ""
