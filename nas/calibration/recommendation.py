"""What a calibration says about the section `fidelity`, written into the file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from nas.calibration.order import Calibration
from nas.config import ExperimentFile
from nas.document import Document
from nas.document_edits import with_values
from search_spaces.errors import SearchError


def recommended_text(file: ExperimentFile, found: Calibration) -> str:
    """The file with the recommended first rung; everything else, comments too, stays.

    Where only the whole short training orders well enough, no trial is stopped.

    Raises:
        SearchError: Nothing is recommended.
        ExperimentFileError: The file cannot be changed by a program, or would be wrong then.
    """
    epochs = found.recommended
    if epochs is None:
        raise SearchError(
            f"no rung's lower bound reaches --min-tau {found.min_tau:g}: nothing was written; "
            "raise `fidelity.max_epochs`, or calibrate on more networks for narrower intervals"
        )
    text = with_values(file.document.text, _values(file, found, epochs))
    ExperimentFile(Document(file.document.path, text))
    return text


def _values(file: ExperimentFile, found: Calibration, epochs: int) -> dict[tuple[str, ...], Any]:
    scheduler = file.experiment.fidelity.scheduler
    if epochs == found.max_epochs:
        stays = {"scheduler": "none", "max_epochs": found.max_epochs}
        return {} if scheduler == "none" else {("fidelity",): stays}
    if scheduler == "none":
        return {("fidelity",): {"max_epochs": found.max_epochs, "min_epochs": epochs}}
    return {("fidelity", "min_epochs"): epochs}


def write_file(path: Path, text: str) -> None:
    """Replaces a file in one step. Raises SearchError where it cannot be written."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise SearchError(f"{path}: cannot be written: {error.strerror}") from error
