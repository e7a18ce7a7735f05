"""Latency of blocks on an Ethos-U, by the compiler for it: no board is needed, nothing is timed.

Vela counts cycles of the NPU and of the memories behind it. What it counts is the same each time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from importlib.util import find_spec
from math import inf
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, NamedTuple

from search_spaces.errors import LatencyError, on_one_line
from workers.latency.setting import ESTIMATOR, LatencySetting
from workers.latency.subject import Subject

DEFAULTS = {
    "ethos-u55": ("Ethos_U55_High_End_Embedded", "Shared_Sram"),
    "ethos-u65": ("Ethos_U65_Client_Server", "Dedicated_Sram_384KB"),
    "ethos-u85": ("Ethos_U85_SYS_DRAM_Mid", "Dedicated_Sram_384KB"),
}
"""Vela's own system configuration and memory mode of each family, where nothing is said."""

PACKAGES = {"ethosu": "ethos-u-vela", "flatbuffers": "flatbuffers", "tflite": "tflite"}
"""The modules that are needed, and their packages."""

COMPILE_S, START_S = 0.025, 1.0
"""About what a block takes one core, and a process before its first one."""

MIN_SHARE = 8
"""Blocks that a process of its own is worth."""

MAX_NAMED = 5

_SCRIPT = Path(__file__).with_name("vela_process.py")


class Npu(NamedTuple):
    """An NPU and what is around it, by the names of vela.

    Attributes:
        accelerator: For example `ethos-u55-128`, with 128 multiply-adds a cycle.
        system_config: Its clock and the memories.
        memory_mode: What lies in which memory.
    """

    accelerator: str
    system_config: str
    memory_mode: str

    @classmethod
    def of(
        cls, accelerator: str, system_config: str | None = None, memory_mode: str | None = None
    ) -> Npu:
        """With vela's defaults of what is not said."""
        usual_system, usual_mode = DEFAULTS[family(accelerator)]
        return cls(accelerator, system_config or usual_system, memory_mode or usual_mode)

    @property
    def name(self) -> str:
        """What a setting calls it."""
        return "/".join(self)

    @classmethod
    def named(cls, name: str) -> Npu:
        """The one that a setting calls so."""
        return cls(*name.split("/"))

    def options(self) -> list[str]:
        """The options of vela."""
        return [
            "--accelerator-config", self.accelerator, "--config", "Arm/vela.ini",
            "--system-config", self.system_config, "--memory-mode", self.memory_mode,
            "--verbose-performance",
        ]  # fmt: skip


def family(accelerator: str) -> str:
    """`ethos-u55` of `ethos-u55-128`."""
    return accelerator.rpartition("-")[0]


def vela_setting(npu: Npu) -> LatencySetting:
    """The setting of what the vela that is installed here says of an NPU.

    Raises:
        LatencyError: A package is not installed.
    """
    for module, package in PACKAGES.items():
        if find_spec(module) is None:
            rule = f"`latency.estimator` is vela, which needs the package {package}"
            raise LatencyError(f"{rule}: it is not installed here: pip install 'conv-nas[vela]'")
    versions = f"vela {version(PACKAGES['ethosu'])}"
    return LatencySetting("npu", ESTIMATOR, "int8", 1, 1, "channels_last", npu.name, versions)


class Estimate(NamedTuple):
    """What vela says of a block or network.

    Attributes:
        cycles: Of the NPU, its waiting for memory included.
        latency_ms: The same at its clock.
        sram_bytes: The most that is used at one moment.
        flash_bytes: Of the compiled file.
        on_cpu: Operators that are left to the CPU, of whose cycles vela knows nothing.
    """

    id: str
    cycles: float
    latency_ms: float
    sram_bytes: int
    flash_bytes: int
    on_cpu: tuple[str, ...]


def estimated(
    subjects: Sequence[Subject], setting: LatencySetting, max_seconds: float | None = None
) -> Iterator[Estimate]:
    """What vela says of those blocks or networks that the NPU runs whole, as it comes.

    Raises:
        LatencyError: It cannot compile one; or, when all others have come, it leaves operators of
            some to the CPU.
    """
    refused = []
    for found in estimate(subjects, setting, max_seconds):
        if found.on_cpu:
            refused.append(found)
        else:
            yield found
    if refused:
        raise LatencyError(_left_to_cpu(refused, subjects, setting))


def _left_to_cpu(
    refused: Sequence[Estimate], subjects: Sequence[Subject], setting: LatencySetting
) -> str:
    by_id = {subject.id: subject for subject in subjects}
    counts = Counter(kind for found in refused for kind in sorted(set(found.on_cpu)))
    kinds = ", ".join(f"{kind} (in {count})" for kind, count in counts.items())
    named = ", ".join(_in_words(by_id[found.id]) for found in refused[:MAX_NAMED])
    more = f" and {len(refused) - MAX_NAMED} more" if len(refused) > MAX_NAMED else ""
    where = Npu.named(setting.device_name).accelerator
    return (
        f"vela leaves operators of {len(refused)} of {len(subjects)} to the CPU beside the "
        f"{where}, and what they take there is not known: {kinds}; they are {named}{more}"
    )


def _in_words(subject: Subject) -> str:
    """By its id and the shapes that it goes between."""
    ends = (subject.graphs[0].in_shape, subject.graphs[-1].out_shape)
    return f"{subject.id} ({' to '.join('x'.join(map(str, shape)) for shape in ends)})"


def estimate(
    subjects: Sequence[Subject], setting: LatencySetting, max_seconds: float | None = None
) -> Iterator[Estimate]:
    """Compiles subjects, in as many processes as there are cores, and tells each as it comes.

    Args:
        max_seconds: After which no more come; None for no limit.

    Raises:
        LatencyError: One cannot be compiled.
    """
    end = time.monotonic() + (inf if max_seconds is None else max_seconds)
    options = Npu.named(setting.device_name).options()
    count = num_processes(len(subjects))
    answers: Queue[dict[str, Any] | None] = Queue()
    with TemporaryDirectory(prefix="nas-vela-") as name, ExitStack() as stack:
        for number in range(count):
            share = subjects[number::count]
            compiler = _Compiler(Path(name) / f"{number}.json", share, options, answers)
            stack.callback(compiler.end)
        running = count
        while running:
            try:
                left = end - time.monotonic()
                answer = answers.get(timeout=None if left == inf else max(left, 0.0))
            except Empty:
                return
            if answer is None:
                running -= 1
                continue
            if "error" in answer:
                found = next(subject for subject in subjects if subject.id == answer["id"])
                raise LatencyError(f"vela cannot take {_in_words(found)}: {answer['error']}")
            yield Estimate(**{**answer, "on_cpu": tuple(answer["on_cpu"])})


def num_processes(num_subjects: int) -> int:
    """How many processes compile so many subjects."""
    from workers.limits import num_cores

    return max(1, min(num_cores(), num_subjects // MIN_SHARE))


def seconds_for(num_subjects: int) -> float:
    """About how long so many blocks take."""
    return START_S + COMPILE_S * num_subjects / num_processes(num_subjects)


class _Compiler:
    """A process that compiles its share; a file that ends vela ends this process alone."""

    def __init__(
        self,
        request: Path,
        share: Sequence[Subject],
        options: list[str],
        answers: Queue[dict[str, Any] | None],
    ) -> None:
        asked = {"options": options, "subjects": [_asked(subject) for subject in share]}
        request.write_text(json.dumps(asked), encoding="utf-8")
        self._waiting = [subject.id for subject in share]
        self._answers = answers
        self._said = request.with_suffix(".txt")
        with self._said.open("w", encoding="utf-8") as said:
            self._process = subprocess.Popen(
                [sys.executable, str(_SCRIPT), str(request)], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=said, text=True, encoding="utf-8",
            )  # fmt: skip
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._answers.put(json.loads(line))
                self._waiting.pop(0)
        if self._process.wait() and self._waiting:
            text = self._said.read_text(encoding="utf-8", errors="replace")
            last = [line for line in text.splitlines() if line.strip()][-1:]
            told = last[0] if last else f"its process ended with {self._process.returncode}"
            self._answers.put({"id": self._waiting[0], "error": on_one_line(told)})
        self._answers.put(None)

    def end(self) -> None:
        """Ends the process, if it has not come to its end."""
        self._process.kill()
        self._process.wait()
        self._thread.join()


def _asked(subject: Subject) -> dict[str, Any]:
    return {
        "id": subject.id,
        "sources": subject.sources,
        "blocks": [
            {
                "in_shape": g.in_shape,
                "out_shape": g.out_shape,
                "layers": g.to_json(),
                "side_shapes": g.side_shapes,
            }
            for g in subject.graphs
        ],
    }
