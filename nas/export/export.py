"""Writes a trial's network as code, with its trained weights where there are any."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from nas import __version__
from nas.export.code import network_source
from nas.store import StudyRecord, TrialRecord
from nas.ties import measured_in_words, tied_with, ties_in_words
from search_spaces.errors import ExportError
from search_spaces.network import Network

CLASS_NAME = "Network"


@dataclass(frozen=True)
class Exported:
    """The files of one export.

    Attributes:
        code: The Python file.
        weights: The trained weights beside it; None where the trial has none.
    """

    code: Path
    weights: Path | None


def export_trial(
    network: Network,
    study: StudyRecord,
    trial: TrialRecord,
    folder: Path,
    weights: Path,
    trials: Iterable[TrialRecord] = (),
) -> Exported:
    """Writes `trial_N.py`, and `trial_N.pt` where `weights` is there, once both are proven.

    Args:
        trials: All of the study; the file says which of them are as fast.

    Raises:
        ExportError: The code is not the network of the search, or a file cannot be written.
    """
    source = network_source(network, _facts(study, trial, trials), CLASS_NAME)
    state = load_weights(weights) if weights.exists() else None
    prove(source, network, state)
    code = folder / f"trial_{trial.number}.py"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if state is not None:
            shutil.copyfile(weights, code.with_suffix(".pt"))
        partial = code.with_suffix(".tmp")
        partial.write_text(source, encoding="utf-8")
        os.replace(partial, code)
    except OSError as error:
        raise ExportError(f"{folder}: cannot be written: {error.strerror}") from error
    return Exported(code, code.with_suffix(".pt") if state is not None else None)


def prove(source: str, network: Network, state: Mapping[str, Any] | None) -> None:
    """Runs the code and holds it against the searched module: keys, outputs, parameters, FLOPs.

    Args:
        state: Trained weights; fresh ones are taken where it is None.

    Raises:
        ExportError: Something differs; nothing should be written then.
    """
    import torch

    from search_spaces.modules import build_module

    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(compile(source, "<exported network>", "exec"), namespace)
    searched, exported = build_module(network).eval(), namespace[CLASS_NAME]().eval()
    try:
        if state is not None:
            searched.load_state_dict(state)
        exported.load_state_dict(searched.state_dict())
    except (RuntimeError, TypeError) as error:
        raise ExportError(f"the weights do not fit the code: {_on_one_line(error)}") from error
    x = torch.randn(2, *network.in_shape, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        # weights of a training that diverged give NaN, here as there
        if not torch.allclose(searched(x), exported(x), rtol=0, atol=0, equal_nan=True):
            raise ExportError("the code's outputs differ from the searched network's")
    try:
        with redirect_stdout(StringIO()):
            namespace["main"]()
    except AssertionError as error:
        raise ExportError(f"the code's own check of its costs fails: {error}") from error


def load_weights(path: Path) -> dict[str, Any]:
    """The weights of a trial, on the CPU. Raises ExportError where the file is damaged."""
    import torch

    try:
        state: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    except Exception as error:  # torch raises many kinds for a damaged file
        raise ExportError(f"{path}: is no file of weights: {_on_one_line(error)}") from error
    return state


def _on_one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else f"{text[:197]}..."


def _measured(study: StudyRecord) -> str:
    evaluator = study.own_evaluator
    if evaluator:
        return f"by the evaluator {evaluator}"
    return f"on the validation split of {study.dataset} ({study.dataset_fingerprint})"


def _latency(study: StudyRecord, trial: TrialRecord, trials: Iterable[TrialRecord]) -> str:
    if trial.latency_ms is None:
        return "not measured"
    section = study.experiment["latency"]
    how = f"{section['device']}, batch {section['batch_size']}, {section['num_threads']} threads"
    said = f"{trial.latency_ms:.3f} ms by the table of blocks, {how}"
    if trial.measured is None:
        return said
    quiet = "" if trial.measured.is_quiet else ", while the device was not quiet"
    ties = ties_in_words(tied_with(trial, trials))
    words = f"{said}; {measured_in_words(trial.measured)} measured end to end{quiet}"
    return f"{words}; {ties}" if ties else words


def _facts(
    study: StudyRecord, trial: TrialRecord, trials: Iterable[TrialRecord]
) -> dict[str, object]:
    epochs = study.experiment["fidelity"]["max_epochs"]
    return {
        "Made by": f"conv-nas {__version__}; this file is yours, under any licence you choose",
        "Study": f"{study.name}, trial {trial.number}, architecture {trial.architecture}",
        "Network": trial.description,
        "Accuracy": f"{trial.accuracy} {_measured(study)} after {trial.epochs} of {epochs} epochs",
        "FLOPs": f"{trial.flops:,} multiply-adds, counted once",
        "Parameters": f"{trial.params:,}",
        "Latency": _latency(study, trial, trials),
        "Versions": ", ".join(f"{name} {number}" for name, number in study.versions.items()),
    }
