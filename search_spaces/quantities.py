"""Numbers with units, as people write them in an experiment file and read them in a table."""

from __future__ import annotations

import re

from search_spaces.measures import FLASH, LATENCY, RAM, measure, three_digits
from search_spaces.spaces.problem import Limit

_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)\s*([A-Za-z]*)\s*")


def parse_quantity(value: object, quantity: str) -> float:
    """Reads `30M`, `8ms`, `2MiB` or a plain number in the base unit of `quantity`.

    Raises:
        ValueError: The text is no number, or has a unit that the quantity does not have.
    """
    factors = measure(quantity).unit.factors
    allowed = f"a number{', optionally with ' + ', '.join(factors) if factors else ''}"
    # `true` is an int to Python.
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _as_float(value)
    match = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[2] and match[2] not in factors) or _is_octal(match):
        raise ValueError(f"must be {allowed}")
    return float(match[1]) * (factors[match[2]] if match[2] else 1.0)


def format_quantity(value: float, quantity: str) -> str:
    """A value with three digits and its unit, for example `12.3M` or `4.56 ms`."""
    return measure(quantity).unit.write(value)


def format_limit(limit: Limit, upper: str = "<= ") -> str:
    """A limit as a file may have it, for example `>= 5M`; `upper` stands before one from above."""
    said = format_quantity(limit.value, limit.quantity)
    if limit.quantity == LATENCY:  # given, not measured: as people write it
        said = f"{three_digits(limit.value)} ms"
    return (">= " if limit.is_lower else upper) + said


def cannot_be_met(limit: Limit, nearest: float) -> str:
    """What is wrong with a limit that no architecture of a space meets."""
    extreme = "largest" if limit.is_lower else "cheapest"
    has = f"the {extreme} architecture of the space has"
    if limit.quantity in (RAM, FLASH):
        has = "every architecture of the space needs at least"
    there_is = format_quantity(nearest, limit.quantity)
    return f"({format_limit(limit, '=')}) cannot be met: {has} {there_is}"


def format_duration(seconds: float) -> str:
    """`45 s`, `3 min 20 s` or `2 h 05 min`."""
    # Rounded first: 59.7 seconds would come out as `60 s`.
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def plural(count: int, noun: str) -> str:
    """`1 trial`, `2,000 trials`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def out_of(done: int, wanted: int, noun: str) -> str:
    """`12 of 20 trials`; only how many there are where no more are wanted: `16 trials`."""
    return f"{done:,} of {plural(wanted, noun)}" if done < wanted else plural(done, noun)


LEAST_DONE = 2
"""From fewer, no remaining time is told."""


def seconds_left(
    elapsed: float,
    done: float,
    rest: float,
    limit: float | None = None,
    least: float = LEAST_DONE,
) -> float | None:
    """How long something will take that went on evenly; None where too little is done.

    Args:
        elapsed: Seconds so far.
        done: What was done in them.
        rest: What is left to do; below zero is nothing.
        limit: Seconds after which it ends in any case.
        least: What must be done at least, for a pace to be told by.
    """
    if done < least or done <= 0:
        return None
    left = elapsed / done * max(0, rest)
    return left if limit is None else min(left, max(0.0, limit - elapsed))


def format_left(seconds: float) -> str:
    """`about 3 min 20 s left`."""
    return f"about {format_duration(max(0.0, seconds))} left"


def parse_duration(value: object) -> float | None:
    """Reads `90s`, `10m`, `2h` or a number of seconds. Raises ValueError for anything else."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _as_float(value)
    match = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    factor = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}.get(match[2] if match else "")
    if match is None or factor is None:
        raise ValueError("must be seconds, or a number with s, m or h")
    return float(match[1]) * factor


def _is_octal(match: re.Match[str]) -> bool:
    """Whether it is ten to one reader and eight to another, as `010`."""
    return not match[2] and match[1].isdecimal() and match[1] != "0" and match[1][0] == "0"


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ValueError("must be a number of at most 308 digits") from None
