"""NVIDIA's MPS: a server by which kernels of several processes run on one GPU side by side.

Without it processes that share a GPU take turns on it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search_spaces.errors import on_one_line

CONTROL = "nvidia-cuda-mps-control"
PIPES, LOGS = "CUDA_MPS_PIPE_DIRECTORY", "CUDA_MPS_LOG_DIRECTORY"
ANSWER_WITHIN_S = 20.0


@contextmanager
def mps() -> Iterator[str | None]:
    """Runs MPS for the processes that are started while this is open.

    One that runs already, as where administrators start it, is used and left alone.

    Yields:
        Why processes have no MPS; None where they have it.
    """
    if PIPES in os.environ:
        yield None
        return
    # Below /tmp where it is: the path of a socket may have a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="nas-mps-"))
    before = {name: os.environ.get(name) for name in (PIPES, LOGS)}
    os.environ.update({PIPES: str(folder / "pipe"), LOGS: str(folder / "log")})
    fault = None
    try:
        fault = _started(folder)
        if fault is not None:
            _set(before)
        yield fault
    finally:
        if fault is None:
            # What it does not answer to cannot be mended here; the next one has another folder.
            _fault([CONTROL], "quit -t 5\n")
        _set(before)
        shutil.rmtree(folder, ignore_errors=True)


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


def _started(folder: Path) -> str | None:
    """Starts the server; why it does not run, or None."""
    control = shutil.which(CONTROL)
    if control is None:
        return f"MPS is not installed ({CONTROL} is not on PATH)"
    for name in ("pipe", "log"):
        (folder / name).mkdir()
    return _fault([control, "-d"])


def _fault(command: list[str], said: str = "") -> str | None:
    try:
        # Not through pipes: the server keeps them open for as long as it runs.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command, input=said, text=True, stdout=output, stderr=subprocess.STDOUT,
                timeout=ANSWER_WITHIN_S,
            )  # fmt: skip
            output.seek(0)
            answer = on_one_line(output.read())
    except (OSError, subprocess.TimeoutExpired) as error:
        return on_one_line(str(error))
    return f"MPS cannot be used: {answer or done.returncode}" if done.returncode else None
