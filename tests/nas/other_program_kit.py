"""Another program that launches searches: run as a script, it prints as JSON what became of it.

Its arguments: a folder, and the values of an experiment.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import nas

FOLDER = Path(sys.argv[1]) if __name__ == "__main__" else Path()
STORAGE = f"sqlite:///{FOLDER / 'nas.db'}"
EPOCHS = FOLDER / "epochs"


class Sleepy:
    """Says that an epoch begins, and sleeps through it."""

    def __init__(self, task: nas.TrialTask, seconds: float) -> None:
        self.seconds = seconds

    def train_epoch(self) -> float:
        with EPOCHS.open("a") as file:
            file.write(".")
        time.sleep(self.seconds)
        return 0.5


def surroundings() -> dict[str, Any]:
    """What of this process a launch could change."""
    lines = Path("/proc/self/status").read_text().splitlines()
    masks = dict(line.split(":\t") for line in lines if line.startswith(("SigIgn", "SigCgt")))
    return {
        "environment": dict(os.environ),
        "handlers": {n.name: repr(signal.getsignal(n)) for n in signal.Signals},
        "system": {name: int(mask, 16) % 2**31 for name, mask in masks.items()},  # up to signal 31
        "shows_crashes": faulthandler.is_enabled(),
    }


def launched(name: str, seconds: float, meanwhile: Callable[[], Any], **options: Any) -> Any:
    """Launches in a thread; does something, once an epoch has begun, in this one."""
    ended: list[Any] = []

    def run() -> None:
        try:
            ended.append(nas.launch(VALUES, name=name, **places(seconds), **options))
        except Exception as error:
            ended.append(error)

    begun, thread = num_epochs(), threading.Thread(target=run)
    thread.start()
    await_epoch(begun, thread)
    done = meanwhile()
    while thread.is_alive():  # as a program does that has its own work
        time.sleep(0.02)
    (became,) = ended
    if isinstance(became, Exception):
        return repr(became)
    return [became.study.state, became.outcome.reason, done]


def places(seconds: float) -> dict[str, Any]:
    return {
        "storage": STORAGE, "folder": FOLDER / "studies", "progress": False,
        "evaluator": partial(Sleepy, seconds=seconds),
    }  # fmt: skip


def num_epochs() -> int:
    return EPOCHS.stat().st_size if EPOCHS.exists() else 0


def await_epoch(begun: int, thread: threading.Thread) -> None:
    while thread.is_alive() and num_epochs() == begun:
        time.sleep(0.02)


def signal_after_epoch(number: signal.Signals, times: int = 1) -> None:
    """Another thread sends this process a signal, or more of them, once an epoch has begun."""
    begun, me = num_epochs(), threading.main_thread()

    def send() -> None:
        await_epoch(begun, me)
        for _ in range(times):
            os.kill(os.getpid(), number)
            time.sleep(1)

    threading.Thread(target=send).start()


def stopped_by_command(name: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "nas", "stop", name, "--storage", STORAGE]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stderr


def second_launch() -> str:
    try:
        nas.launch(VALUES, name="second", **places(0.1))
    except nas.NasError as error:
        return str(error)
    return "ran"


def seconds_until_free() -> float:
    """How long all of Ray's processors are not yet free again; at most a minute."""
    import ray

    start = time.monotonic()
    while time.monotonic() - start < 60:
        if ray.available_resources().get("CPU") == ray.cluster_resources()["CPU"]:
            break
        time.sleep(0.1)
    return time.monotonic() - start


def main() -> None:
    signals: list[str] = []

    def took(number: int, frame: object) -> None:
        signals.append(signal.Signals(number).name)

    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, took)
    said: dict[str, Any] = {"before": surroundings()}

    signal_after_epoch(signal.SIGTERM)
    study = nas.search(VALUES, name="first", **places(1.0))
    said["terminated"] = study.state
    said["after_search"] = surroundings()

    said["own"] = launched("own", 0.2, partial(os.kill, os.getpid(), signal.SIGTERM))
    said["signals"] = list(signals)
    said["after_own"] = surroundings()

    import ray

    said["ray_is_left"] = ray.is_initialized()
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    signal.signal(signal.SIGTERM, took)  # which Ray has taken
    said["with_ray"] = surroundings()
    said["stopped"] = launched("stopped", 5.0, partial(stopped_by_command, "stopped"))
    said["free"] = seconds_until_free()

    stop, start = nas.StopRequest(), time.monotonic()
    said["at_once"] = launched(
        "at-once", 600, lambda: (second_launch(), stop.ask(now=True))[0], stop=stop
    )
    said["at_once_s"] = time.monotonic() - start
    said["free_at_once"] = seconds_until_free()

    signal_after_epoch(signal.SIGINT)
    study = nas.search(VALUES, name="interrupted", **places(1.0))
    said["interrupted"] = study.state
    signal_after_epoch(signal.SIGINT, times=2)
    try:
        nas.search(VALUES, name="twice", **places(600))
    except KeyboardInterrupt:
        said["twice"] = nas.load_study("twice", STORAGE).state
    said["free_twice"] = seconds_until_free()
    said["with_ray_after"] = surroundings()
    said["ray"] = ray.is_initialized()
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    VALUES = json.loads(sys.argv[2])
    main()
