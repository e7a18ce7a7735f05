"""What is measured of a network: one list, from which files, tables, figures and rows follow.

A measure of one's own is a function and one registration, see `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Literal

from search_spaces.errors import SpaceError, UserCodeError

if TYPE_CHECKING:
    from torch import nn

    from search_spaces.graphs.network import Network

Phase = Literal["known", "trained", "finished"]
"""When a measure is there: before any training, after each epoch, or of the trained module."""


@dataclass(frozen=True)
class Unit:
    """How the values of a measure are written and read.

    Attributes:
        factors: What may stand behind a number in a file, and by what it multiplies it.
        write: A value as people read it.
        axis_factor: What values are divided by on an axis.
        axis_unit: What is then behind the axis' title.
        axis_format: Of the axis' ticks, in d3's words.
    """

    factors: Mapping[str, float]
    write: Callable[[float], str]
    axis_factor: float = 1.0
    axis_unit: str = ""
    axis_format: str = "~s"


def three_digits(value: float) -> str:
    """`0.00123`, `12.3`, `1,234`."""
    # From 999.5 on `g` would write 1e+03.
    return f"{value:.3g}" if value < 999.5 else f"{value:,.0f}"


def format_ms(value: float) -> str:
    """Milliseconds with three digits, as all latencies have them: `0.120`, `12.0`, `1,234`."""
    # `#` keeps the zeros that `g` drops: 12.0 is known to three digits, and says so.
    return f"{value:#.3g}".rstrip(".") if value < 999.5 else f"{value:,.0f}"


def _scaled(value: float, units: tuple[tuple[str, float], ...], base: str, separator: str) -> str:
    for unit, factor in units:
        if value >= factor:
            return f"{three_digits(value / factor)}{separator}{unit}"
    return f"{value:g}{separator if base else ''}{base}"


def _count(value: float) -> str:
    return _scaled(value, (("G", 1e9), ("M", 1e6), ("k", 1e3)), "", "")


def _bytes(value: float) -> str:
    return _scaled(value, (("GiB", 2.0**30), ("MiB", 2.0**20), ("KiB", 2.0**10)), "B", " ")


COUNT = Unit({"k": 1e3, "M": 1e6, "G": 1e9}, _count)
BYTES = Unit(
    {"KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30}, _bytes, 2.0**10, " (KiB)", ",~r"
)  # fmt: skip
MILLISECONDS = Unit(
    {"us": 1e-3, "ms": 1.0, "s": 1e3}, lambda ms: f"{format_ms(ms)} ms", 1.0, " (ms)", "~g"
)  # fmt: skip
SHARE = Unit({}, "{:.4f}".format, axis_format="~g")


@dataclass(frozen=True)
class Measure:
    """One number that each network has.

    Attributes:
        name: As files, JSON and SQL have it.
        label: As pages have it.
        unit: How its values are written.
        phase: When it is there.
        more_is_better: Whether it is maximised as an objective.
        heading: Of a column in the terminal; the label by default.
        word: Within a sentence, or beside a plot; the heading by default.
        axis: Title of its axis without the unit; the label by default.
        of_network: Works it out of a network; for measures of one's own that are known.
        of_module: Works it out of the trained module, which is in evaluation mode; for measures of
            one's own that are finished.
    """

    name: str
    label: str
    unit: Unit = COUNT
    phase: Phase = "known"
    more_is_better: bool = False
    heading: str = ""
    word: str = ""
    axis: str = ""
    of_network: Callable[[Network], float] | None = None
    of_module: Callable[[nn.Module, Network], float] | None = None

    @property
    def column(self) -> str:
        """The heading of a column in the terminal."""
        return self.heading or self.label

    @property
    def in_words(self) -> str:
        """What it is called within a sentence."""
        return self.word or self.column

    @property
    def axis_title(self) -> str:
        return f"{self.axis or self.label}{self.unit.axis_unit}"

    @property
    def home(self) -> str | None:
        """The module of its function, which may register it again; None without a function."""
        function = self.of_network or self.of_module
        return None if function is None else function.__module__

    @property
    def is_own(self) -> bool:
        """Whether it comes from outside this package."""
        return self.name not in _BUILT_IN


ACCURACY = "accuracy"
"""Name of the trained measure of classification, as files, JSON and SQL have it."""

MIOU = "miou"
"""Mean intersection over union, the trained measure of segmentation."""

PIXEL_ACCURACY, BOUNDARY_IOU = "pixel_accuracy", "boundary_iou"
"""What is told beside it."""

TaskName = Literal["classification", "segmentation"]

QUALITIES: dict[TaskName, str] = {"classification": ACCURACY, "segmentation": MIOU}
"""The trained measure of each task: a search maximises it, and sets it against costs."""


def int8_of(quality: str) -> str:
    """The name of a trained measure as it is read in eight bit integers."""
    return f"{quality}_int8"


def difference_of(quality: str) -> tuple[str, str, str]:
    """Names of what a study keeps of int8 less float32, on the same images: value, low, high."""
    name = f"{int8_of(quality)}_difference"
    return name, *interval_of(name)


LATENCY = "latency_ms"
"""Name of the measure that a table of blocks predicts and a device measures."""

RAM, FLASH = "ram_bytes", "flash_bytes"
"""Names of what a network in eight bit integers takes of a device with TensorFlow Lite Micro."""


def _ram_bytes(network: Network) -> float:
    from search_spaces.tflite.sizes import ram_bytes

    return ram_bytes(network)


def _flash_bytes(network: Network) -> float:
    from search_spaces.tflite.sizes import flash_bytes

    return flash_bytes(network)


_BUILT_IN: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(ACCURACY, "Accuracy", SHARE, "trained", True, "accuracy", axis="Accuracy"),
        Measure(
            MIOU, "mIoU", SHARE, "trained", True, axis="Mean intersection over union (mIoU)",
        ),
        Measure(PIXEL_ACCURACY, "Pixel accuracy", SHARE, "trained", True, "pixel accuracy"),
        Measure(BOUNDARY_IOU, "Boundary IoU", SHARE, "trained", True, "boundary IoU"),
        Measure("flops", "FLOPs", axis="FLOPs (multiply-adds)"),
        Measure("params", "Parameters", heading="params", word="parameters"),
        Measure(LATENCY, "Latency", MILLISECONDS, heading="latency"),
        Measure(
            "peak_activation_bytes", "Peak activations", BYTES, heading="peak memory",
        ),
        Measure("weight_bytes", "Weights", BYTES, heading="weights"),
        Measure(RAM, "RAM", BYTES, heading="RAM", of_network=_ram_bytes),
        Measure(FLASH, "Flash", BYTES, heading="flash", of_network=_flash_bytes),
    )
}  # fmt: skip


def _in_int8(quality: Measure) -> Measure:
    """The same of the trained module in eight bit integers."""
    return replace(
        quality, name=int8_of(quality.name), label=f"{quality.label} in int8", phase="finished",
        heading=f"{quality.column} int8", word=f"{quality.in_words} in int8",
        axis=f"{quality.axis_title} in int8",
    )  # fmt: skip


_IN_INT8 = {int8_of(name): _in_int8(_BUILT_IN[name]) for name in QUALITIES.values()}
# Behind the trained ones and before all costs: the order of tables.
_BUILT_IN = (
    {name: each for name, each in _BUILT_IN.items() if each.phase == "trained"}
    | _IN_INT8 | _BUILT_IN
)  # fmt: skip

_OWN: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Adds a measure of one's own, in the order of registration behind those that we ship.

    Raises:
        SpaceError: The name is taken or none that a file could have, or no function works it out.
    """
    name = measure.name
    if not name.isidentifier():
        raise SpaceError(f"a measure is named by letters, digits and underscores; got {name!r}")
    taken = _OWN.get(name)
    # A module may be loaded twice, as a plugin and by name, and a notebook's cell run again.
    if name in _BUILT_IN or (taken and taken.home and taken.home != measure.home):
        raise SpaceError(f"a measure named {name!r} is already registered")
    functions = {"known": measure.of_network, "finished": measure.of_module}
    if functions.get(measure.phase) is None:
        rule = "must be `known`, with `of_network`, or `finished`, with `of_module`"
        raise SpaceError(f"the measure {name!r} {rule}")
    _OWN[name] = measure
    return measure


def remember(name: str, label: str, more_is_better: bool, phase: Phase) -> None:
    """Adds what a study says of a measure whose function is not here: enough to show its values."""
    if name not in _BUILT_IN:
        _OWN.setdefault(name, Measure(name, label, phase=phase, more_is_better=more_is_better))


def require_functions(names: Iterable[str]) -> None:
    """Raises SpaceError where one of these measures is remembered from a study alone."""
    for name in names:
        own = measure(name)
        if own.is_own and own.home is None:
            rule = "load the module that registers it, as `--plugin` does"
            raise SpaceError(f"the measure {name!r} is known from a study alone: {rule}")


def measures() -> dict[str, Measure]:
    """All measures by name, in the order in which tables and pages have them."""
    return {**_BUILT_IN, **_OWN}


def measure(name: str) -> Measure:
    """A measure by its name. Raises SpaceError where there is none."""
    found = _BUILT_IN.get(name) or _OWN.get(name)
    if found is None:
        raise SpaceError(f"no measure {name!r}; there are {', '.join(measures())}")
    return found


def measures_of(quality: str) -> dict[str, Measure]:
    """Those that the networks of a study may have: the trained ones are those of its task."""
    own = (quality, *told_beside(quality), int8_of(quality))
    return {n: each for n, each in measures().items() if n in own or n in costs()}


def aims() -> tuple[str, ...]:
    """Names of all measures that may be objectives; what is told beside a quality may not."""
    return (*QUALITIES.values(), *costs(), *_IN_INT8)


def costs() -> tuple[str, ...]:
    """Names of all measures but those of quality: what accuracy is set against."""
    others = {name: each for name, each in measures().items() if name not in _IN_INT8}
    return tuple(name for name, each in others.items() if each.phase != "trained")


def compared(objectives: Iterable[str]) -> tuple[str, ...]:
    """What samplers and schedulers compare by; of a finished module they would hear too late."""
    return tuple(name for name in objectives if measure(name).phase != "finished")


def is_known(name: str) -> bool:
    """Whether it is known before any training."""
    return measure(name).phase == "known"


def known_of(network: Network, asked: Iterable[str] = ()) -> dict[str, float]:
    """The measures of one's own that are known before training, of a network.

    Args:
        asked: Names of measures. Those that we ship, and work out only for whom they concern, are
            there where they are among these.

    Raises:
        UserCodeError: A function failed, or returned no finite number.
        GraphError: The network cannot run where a measure is asked for.
    """
    return sizes_of(network, asked) | {
        name: _number(name, own.of_network, network)
        for name, own in _OWN.items()
        if own.of_network is not None
    }


def sizes_of(network: Network, asked: Iterable[str]) -> dict[str, float]:
    """RAM and flash of a device, those of them that are among these names.

    Raises:
        GraphError: The network cannot run with TensorFlow Lite Micro.
    """
    sizes = {RAM: _ram_bytes, FLASH: _flash_bytes}
    return {name: sizes[name](network) for name in asked if name in sizes}


def own_of(values: Mapping[str, float]) -> dict[str, float]:
    """Those of some values that have no column of their own in the database."""
    return {name: v for name, v in values.items() if name in _OWN or name in (RAM, FLASH)}


def own_facts() -> list[dict[str, object]]:
    """What a study keeps of the measures from outside, for `remember`."""
    return [
        {
            "name": own.name, "label": own.label, "more_is_better": own.more_is_better,
            "phase": own.phase,
        }
        for own in _OWN.values()
    ]  # fmt: skip


def finished_of(module: nn.Module, network: Network) -> dict[str, float]:
    """The measures of one's own of a trained module. Raises UserCodeError as `known_of` does."""
    return {
        name: _number(name, own.of_module, module, network)
        for name, own in _OWN.items()
        if own.of_module is not None
    }


def _number(name: str, function: Callable[..., float], *of: object) -> float:
    try:
        value = float(function(*of))
    except Exception as error:
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        raise UserCodeError(f"the measure {name!r} failed: {text}") from error
    if not isfinite(value):
        raise UserCodeError(f"the measure {name!r} must be a finite number; it is {value}")
    return value


def quality_of(objectives: Iterable[str]) -> str:
    """The trained measure among the objectives of a study; a study has exactly one."""
    return next(name for name in objectives if name in QUALITIES.values())


def task_with(quality: str) -> TaskName:
    """The task whose trained measure it is."""
    return next(task for task, name in QUALITIES.items() if name == quality)


def interval_of(name: str) -> tuple[str, str]:
    """The names of the ends of a value's 95% interval, where they are kept beside the value."""
    return f"{name}_low", f"{name}_high"


def by_seed_of(quality: str) -> str:
    """What JSON calls the values of a trained measure by seed."""
    return "accuracies" if quality == ACCURACY else f"{quality}_by_seed"


_BESIDE: dict[str, tuple[str, ...]] = {
    MIOU: (PIXEL_ACCURACY, BOUNDARY_IOU, *interval_of(MIOU)),
}


def told_beside(quality: str) -> tuple[str, ...]:
    """What an evaluation tells beside the quality of a study: more measures, and its interval."""
    return _BESIDE.get(quality, ())


def is_trained(name: str) -> bool:
    """Whether only training tells it."""
    return measure(name).phase == "trained"


def is_maximised(name: str) -> bool:
    """Whether more of it is better."""
    return measure(name).more_is_better
