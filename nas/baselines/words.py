"""How a front stands against baselines and the control, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nas.quantities import format_duration, plural
from nas.statistics import Estimate

if TYPE_CHECKING:
    from nas.baselines.compared import Compared
    from nas.baselines.control import Control
    from nas.baselines.standing import Standing

AT_EQUAL = {"flops": "at equal FLOPs", "latency_ms": "at equal latency"}
"""Headings of what is compared."""

_COUNTED = {"win": "won", "tie": "tied", "loss": "lost"}
_OF_SEARCH = {"win": "the search won", "tie": "a tie", "loss": "the search lost"}


def signed(difference: Estimate) -> str:
    """A difference and half its interval, for example `+0.047 ±0.029`."""
    return f"{difference.value:+.3f} ±{(difference.high - difference.low) / 2:.3f}"


def verdict(standing: Standing) -> str:
    """The difference and what it means, for example `+0.047 ±0.029  win`."""
    if standing.trial is None:
        return "none as cheap"
    if standing.comparison is None:
        return "not known"
    return f"{signed(standing.comparison.difference)} {standing.comparison.verdict:>4}"


def summary(found: Compared) -> str:
    """How often the front won, and what is compared."""
    judged = [str(s.comparison.verdict) for s in found.standings if s.comparison is not None]
    counts = ", ".join(f"{judged.count(said)} {word}" for said, word in _COUNTED.items())
    confirmed = any(len(standing.seeds) > 1 for standing in found.standings)
    rest = "" if confirmed else "; one training each: nas confirm adds what other seeds change"
    return (
        f"{counts}: the front's most accurate network that costs no more, less the baseline; a tie "
        f"is what the data do not tell apart (95%){rest}."
    )


def of_control(control: Control) -> str:
    """The search beside random search, in one line."""
    ours, theirs = control.num_trials
    seconds = [format_duration(value) for value in control.train_s]
    return (
        f"Hypervolume {control.hypervolume:.3f} ({plural(ours, 'trial')}, {seconds[0]} of "
        f"training) against {control.control_hypervolume:.3f} by random search "
        f"({plural(theirs, 'trial')}, {seconds[1]}): "
        f"difference {signed(control.comparison.difference)}, "
        f"{_OF_SEARCH[control.comparison.verdict]}."
    )
