"""A study's finished trainings, looked at for another device: no training, another front."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nas.config import Experiment, ExperimentFile
from nas.config.constraints import SHORT_FORMS, constraints_type
from nas.config.device import DeviceSpec
from nas.config.document import Document
from nas.config.edits import with_values
from nas.config.latency import LatencySpec
from nas.config.search import STUDY_PREFIX
from nas.latency.table import LatencyTable
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.results import excess
from search_spaces.errors import GraphError, LatencyError, SearchError
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network
from search_spaces.measures import FLASH, LATENCY, RAM, is_trained, sizes_of
from search_spaces.quantities import plural
from search_spaces.spaces.enumeration import distinct_blocks
from workers.latency import LatencySetting, read_table

_TRAINED = ("COMPLETE", "PRUNED")

MAX_NAMED = 5
"""Trials with missing blocks that an error names."""


@dataclass(frozen=True)
class Retargeted:
    """The results of a study as they stand for another device.

    Attributes:
        study: The study, with the objectives and limits that are asked for now.
        trials: All its trials; COMPLETE ones have the latency of the new device, where a table is
            given.
        setting: The device of the table; None where the study's own latencies are kept.
        board: The board that networks must fit; None where none was asked for.
        without_operators: Trials whose networks its runtime cannot run, which are left out.
    """

    study: StudyRecord
    trials: list[TrialRecord]
    setting: LatencySetting | None
    board: DeviceSpec | None = None
    without_operators: tuple[int, ...] = ()

    @property
    def num_within(self) -> int:
        """Trials with results that are within the limits, as far as is known."""
        limits = self.study.limits
        trained = (trial for trial in self.trials if trial.state in _TRAINED)
        return sum(not excess(trial, limits) for trial in trained)


def retarget(
    store: Store,
    study: StudyRecord,
    *,
    table: Path | None = None,
    board: DeviceSpec | None = None,
    constraints: Mapping[str, Any] | None = None,
    objectives: Sequence[str] = (),
) -> Retargeted:
    """The trials of a study with another device's latencies, objectives and limits.

    Nothing is trained and nothing is written.

    Args:
        table: Latencies measured on the other device, as `nas profile --bundle` or `--out` writes.
        board: What it leaves for a network is a limit, in place of the study's.
        constraints: As the section of an experiment file; what is named replaces the study's limit
            on that quantity, None takes it away.
        objectives: In place of the study's, to which a table adds latency.

    Raises:
        LatencyError: The table is damaged, or lacks blocks of trained networks.
        SearchError: Latency is an objective, or limited, and known of no trial.
    """
    trials, setting = store.trials(study), None
    if table is not None:
        setting, trials = _with_latencies(store, study, trials, table)
    limits = {**(_limits_of(board) if board else {}), **(constraints or {})}
    aimed = _with_aims(study, table is not None, limits, objectives)
    if setting is not None:
        latency = {**aimed.experiment["latency"], **_section(setting, str(table))}
        aimed = replace(aimed, experiment={**aimed.experiment, "latency": latency})
    sizes = {RAM, FLASH} & {*aimed.objectives, *(limit.quantity for limit in aimed.limits)}
    trials, lacking = _with_sizes(store, trials, sizes)
    found = Retargeted(aimed, trials, setting, board, lacking)
    _require_latencies(found)
    return found


def _limits_of(board: DeviceSpec) -> dict[str, Any]:
    return {name: {"max": most} for name, most in board.budgets().items()}


def _with_sizes(
    store: Store, trials: Sequence[TrialRecord], names: Collection[str]
) -> tuple[list[TrialRecord], tuple[int, ...]]:
    """Trained trials with the sizes that they lack; and those that a runtime lacks layers of."""
    found: list[TrialRecord] = []
    lacking: list[int] = []
    for trial in trials:
        missing = {name for name in names if name not in trial.own}
        if missing and trial.state in _TRAINED:
            try:
                sizes = sizes_of(store.network(trial.architecture), missing)
            except GraphError:
                lacking.append(trial.number)
                continue
            trial = replace(trial, own={**trial.own, **sizes})
        found.append(trial)
    return found, tuple(lacking)


def _with_aims(
    study: StudyRecord,
    has_table: bool,
    constraints: Mapping[str, Any] | None,
    objectives: Sequence[str],
) -> StudyRecord:
    wanted = tuple(objectives) or study.objectives
    if has_table and not objectives and LATENCY not in wanted:
        wanted = (*wanted, LATENCY)
    if study.quality not in wanted:
        rule = "since costs alone need no search"
        raise SearchError(f"the objectives must contain {study.quality}, {rule}")
    for name in (*wanted, *(constraints or {})):
        if is_trained(name) and name != study.quality:
            rule = f"has no meaning for {study.task}: its measure is {study.quality}"
            raise SearchError(f"`{name}` {rule}")
    limits = {**(study.experiment.get("constraints") or {}), **(constraints or {})}
    spec = constraints_type().model_validate(limits)
    experiment = {
        **study.experiment, "objectives": list(wanted), "constraints": spec.model_dump(mode="json"),
    }  # fmt: skip
    return replace(study, experiment=experiment)


def _with_latencies(
    store: Store, study: StudyRecord, trials: Sequence[TrialRecord], path: Path
) -> tuple[LatencySetting, list[TrialRecord]]:
    """COMPLETE trials with what the table says; what was measured elsewhere is forgotten."""
    file = read_table(path)
    table = LatencyTable(file.setting, file.blocks, file.networks)
    networks = {t.number: store.network(t.architecture) for t in trials if t.state == "COMPLETE"}
    _require_blocks(path, networks, table.blocks)
    # The file's whole networks may have blocks that no trained network has.
    table = table.corrected(_known_blocks(study, networks.values()))
    predicted = {number: table.predict(network) for number, network in networks.items()}
    return file.setting, [
        replace(
            trial, measured=None, latency_ms=predicted.get(trial.number),
            predicted_latency_ms=predicted.get(trial.number),
        )
        for trial in trials
    ]  # fmt: skip


def _known_blocks(study: StudyRecord, networks: Iterable[Network]) -> list[Graph]:
    """The blocks of a study's space and of its networks."""
    file = ExperimentFile(Document(f"study {study.name}", study.experiment_file), study.task)
    space = file.space(study.in_shape, study.num_classes)
    own = (block.graph for network in networks for block in network.blocks)
    return list({graph.id: graph for graph in (*distinct_blocks(space), *own)}.values())


def _require_blocks(path: Path, networks: Mapping[int, Network], known: Collection[str]) -> None:
    missing = {
        number: lacking
        for number, network in networks.items()
        if (lacking := {block.graph.id for block in network.blocks}.difference(known))
    }
    if missing:
        named = ", ".join(map(str, list(missing)[:MAX_NAMED]))
        more = f" and {len(missing) - MAX_NAMED} more" if len(missing) > MAX_NAMED else ""
        raise LatencyError(
            f"{path}: lacks {plural(len(set().union(*missing.values())), 'block')} of trained "
            f"networks (trials {named}{more}); `nas profile --bundle` on the study's file makes "
            "what measures them all"
        )


def _require_latencies(found: Retargeted) -> None:
    wanted = {*found.study.objectives, *(limit.quantity for limit in found.study.limits)}
    complete = [trial for trial in found.trials if trial.state == "COMPLETE"]
    if LATENCY in wanted and any(trial.latency_ms is None for trial in complete):
        raise SearchError(
            f"study {found.study.name!r} knows no latencies; give those of a device with "
            "--latency-table"
        )


def continuing_text(
    found: Retargeted,
    name: str,
    *,
    table: str | None,
    constraints: Mapping[str, Any],
    num_trials: int | None = None,
) -> str:
    """An experiment file that searches on from a study, for another device or other limits.

    It is the study's own file, comments and all, with the name, limits and objectives that are
    given, and begins with the study's finished trials.

    Args:
        table: Path of the device's table, as seen from the folder of the file.
        constraints: See `retarget`.
        num_trials: Beyond those that the study has trained; by default as many as it was given.

    Raises:
        ExperimentFileError: The study's file cannot be changed by a program.
    """
    study = found.study
    more = num_trials or study.experiment["search"]["num_trials"]
    values: dict[tuple[str, ...], Any] = {("name",): name}
    # A file that says the same, or nothing, is left as its author wrote it.
    if study.objectives != said_objectives(study):
        values["objectives",] = list(study.objectives)
    if found.board is not None:
        values["device",] = found.board.model_dump(mode="json", exclude_unset=True)
        # What the file limits itself would go before its device.
        constraints = {**_limits_of(found.board), **constraints}
    given = Document("file", study.experiment_file).data.get("constraints") or {}
    short = {name: key for key, name in SHORT_FORMS.items() if key in given}
    for quantity, limit in constraints.items():
        sides = limit and {side: value for side, value in limit.items() if value is not None}
        values["constraints", short.get(quantity, quantity)] = sides
    if found.setting is not None:
        said = _experiment(study).latency
        for key, value in _section(found.setting, table).items():
            # What is null already needs no word; nor has how networks are run, with an estimator.
            is_said = found.setting.is_estimated and value == getattr(said, key)
            if not is_said and (value is not None or getattr(said, key) is not None):
                values["latency", key] = value
    values["search", "start_from"] = f"{STUDY_PREFIX}{study.name}"
    # The trials that it begins with count as well.
    values["search", "num_trials"] = found.num_within + more
    return with_values(study.experiment_file, values)


def _section(setting: LatencySetting, table: str | None) -> dict[str, Any]:
    """The keys of `latency` for the device of a table."""
    usual = LatencySpec()
    if not setting.is_estimated:
        measured = {key: getattr(setting, key) for key in usual.conditions()}
        return {**measured, **dict.fromkeys(("estimator", *usual.npu())), "table": table}
    from workers.latency.vela import Npu

    # Who has the accelerator's name has the table: it is compiled again where anything is missing.
    npu = Npu.named(setting.device_name)._asdict()
    return {**usual.conditions(), "estimator": setting.backend, **npu, "table": None}


def said_objectives(study: StudyRecord) -> tuple[str, ...]:
    """The objectives that the experiment file of a study asks for."""
    return _experiment(study).objectives


def _experiment(study: StudyRecord) -> Experiment:
    """The experiment file of a study, as it was given."""
    return ExperimentFile(Document("file", study.experiment_file), study.task).experiment
