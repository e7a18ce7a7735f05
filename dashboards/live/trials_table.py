"""All trials of a study as one table: filtered, searched, sorted, a page at a time."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from dashboards.live.feed import Snapshot
from dashboards.plots.axes import axis_names, value_of
from dashboards.sections.findings import Findings
from dashboards.sections.page import table_columns
from dashboards.sections.words import (
    MISSING,
    STATES,
    architecture_lines,
    quality_words,
    quantity,
    value_label,
)
from nas.store import TrialRecord
from search_spaces.measures import LATENCY, QUALITIES, measures_of
from search_spaces.quantities import format_duration, parse_quantity

PAGE_SIZE = 100
FRONT = "front"
"""Beside the states, what one may choose to see alone."""

_COMPARED = re.compile(r"(\w+)(<=|>=|<|>|=)(\S*)")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip
_ALIASES = {"latency": LATENCY, "peak": "peak_activation_bytes", "weights": "weight_bytes"}

Test = Callable[[TrialRecord], bool]
Key = Callable[[TrialRecord], Any]

_ALWAYS: dict[str, tuple[str, Key]] = {
    "number": ("Trial", lambda trial: trial.number),
    "state": ("State", lambda trial: STATES.get(trial.state, trial.state)),
    "epochs": ("Epochs", lambda trial: trial.epochs),
    "train_s": ("Training", lambda trial: trial.train_s or None),
    "finished_at": ("Ended", lambda trial: trial.finished_at),
}
"""Heading of each column that every study has, and what it is sorted by."""


class WishError(ValueError):
    """What somebody asked of the table cannot be had; the message says why."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see of the trials, as the address of the page says it.

    Attributes:
        q: Words that all must be there, and comparisons such as `flops<5M`.
        state: One state, `front`, or empty for all.
        sort: Name of a column.
        order: `asc` or `desc`; trials without a value stand last in both.
        page: From 1 on.
    """

    q: str = ""
    state: str = ""
    sort: str = "number"
    order: str = "desc"
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wish:
        """Reads an address. Raises WishError where a value is none that there is."""
        page = given.get("page", "1")
        # `int` takes digits of every script, and millions of them.
        if not re.fullmatch("[1-9][0-9]{0,8}", page, re.ASCII):
            raise WishError("`page` must be a number from 1 on")
        wish = cls(
            given.get("q", cls.q), given.get("state", cls.state), given.get("sort", cls.sort),
            given.get("order", cls.order), int(page),
        )  # fmt: skip
        _require("state", wish.state, ("", FRONT, *(state.lower() for state in STATES)))
        _require("sort", wish.sort, (*_ALWAYS, *QUALITIES.values(), *axis_names()))
        _require("order", wish.order, ("asc", "desc"))
        return wish

    def query(self, **changes: Any) -> str:
        """The address that asks for this, or for this with changes."""
        values = asdict(replace(self, **changes))
        default = asdict(Wish())
        return urlencode({name: v for name, v in values.items() if v != default[name]})


def _require(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise WishError(f"`{name}` must be one of {', '.join(filter(None, allowed))}")


def table(shot: Snapshot, wish: Wish) -> dict[str, Any]:
    """What the page of trials and its part show."""
    findings, said = shot.findings, ""
    try:
        found = chosen(findings, wish)
    except WishError as error:
        found, said = [], str(error)
    num_pages = max(1, -(-len(found) // PAGE_SIZE))
    # Words typed on a later page may leave fewer pages than that.
    page = min(wish.page, num_pages)
    columns = _columns(findings)
    start = (page - 1) * PAGE_SIZE
    return {
        **quality_words(findings.quality),
        "base": f"/studies/{shot.study.id}",
        "study": shot.study,
        "wish": wish,
        "states": [("", "all"), (FRONT, "on the front")]
        + [(state.lower(), words) for state, words in STATES.items()],
        "headings": [_heading(name, title, wish) for name, title in columns.items()],
        "rows": [_row(findings, trial, columns) for trial in found[start : start + PAGE_SIZE]],
        "said": said,
        "count": len(found),
        "total": len(findings.trials),
        "first": start + 1,
        "pages": _pages(page, num_pages, wish),
    }  # fmt: skip


def chosen(findings: Findings, wish: Wish) -> list[TrialRecord]:
    """The trials that fit, in order. Raises WishError where the search cannot be understood."""
    measured = measures_of(findings.quality)
    tests = [_test(word, measured) for word in wish.q.split()]
    if wish.state == FRONT:
        tests.append(lambda trial: trial.number in findings.on_front)
    elif wish.state:
        tests.append(lambda trial: trial.state == wish.state.upper())
    found = [trial for trial in findings.trials if all(test(trial) for test in tests)]
    key = _ALWAYS[wish.sort][1] if wish.sort in _ALWAYS else _value(wish.sort)
    # Apart, since None compares with no number; and reversed, it would stand first.
    known = [trial for trial in found if key(trial) is not None]
    known.sort(key=key, reverse=wish.order == "desc")
    return known + [trial for trial in found if key(trial) is None]


def _test(word: str, measured: Collection[str]) -> Test:
    compared = _COMPARED.fullmatch(word)
    if compared is None or _is_choice(measured, *compared.groups()):
        wanted = word.casefold()
        return lambda trial: wanted in _text(trial)
    name, sign, text = compared.groups()
    name = _ALIASES.get(name.lower(), name.lower())
    compare = _OPERATORS[sign]
    if name in ("epochs", "number", "trial"):
        name = "number" if name == "trial" else name
        whole = _number(word, text)
        return lambda trial: compare(getattr(trial, name), whole)
    if name not in measured:
        known = ", ".join((*measured, "epochs", "trial"))
        raise WishError(f"`{word}`: there is no {name!r} to compare; there are {known}")
    try:
        limit = parse_quantity(text, name)
    except ValueError as error:
        raise WishError(f"`{word}`: {error}") from None
    return lambda trial: name in (values := trial.values()) and compare(values[name], limit)


def _value(name: str) -> Key:
    return lambda trial: value_of(trial, name)


def _is_choice(measured: Collection[str], name: str, sign: str, _text: str) -> bool:
    """Whether it is a choice as descriptions have it, for example `kernel_size=5`."""
    known = (*measured, *_ALIASES, "epochs", "number", "trial")
    return sign == "=" and name.lower() not in known


def _number(word: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text, re.ASCII):
        raise WishError(f"`{word}`: must be a whole number")
    return int(text)


def _text(trial: TrialRecord) -> str:
    words = (trial.number, STATES.get(trial.state, ""), trial.description, trial.failure or "",
             trial.worker or "", trial.architecture)  # fmt: skip
    return " ".join(map(str, words)).casefold()


def _columns(findings: Findings) -> dict[str, str]:
    """Names and headings, in their order."""
    how_timed = findings.study.how_timed
    shown = table_columns(findings, findings.trials)
    measured = {name: value_label(name, how_timed) for name in shown}
    titles = {name: title for name, (title, _) in _ALWAYS.items()}
    return {"number": titles.pop("number"), "state": titles.pop("state"), **measured, **titles}


def _heading(name: str, title: str, wish: Wish) -> dict[str, Any]:
    is_sorted = wish.sort == name
    turned = "asc" if is_sorted and wish.order == "desc" else "desc"
    return {
        "title": title,
        "query": wish.query(sort=name, order=turned, page=1),
        "sorted": {"asc": "ascending", "desc": "descending"}[wish.order] if is_sorted else "",
        "is_number": name not in ("state", "finished_at"),
    }


def _row(findings: Findings, trial: TrialRecord, columns: Mapping[str, str]) -> dict[str, Any]:
    known = (findings.quality, *axis_names())
    measured = [(columns[name], quantity(trial, name)) for name in columns if name in known]
    return {
        "number": trial.number,
        "state": trial.state.lower(),
        "state_words": STATES.get(trial.state, trial.state),
        "is_front": trial.number in findings.on_front,
        "is_knee": trial == findings.knee,
        "measured": measured,
        "epochs": trial.epochs,
        "training": format_duration(trial.train_s) if trial.train_s else MISSING,
        "ended": trial.finished_at,
        "words": "; ".join(architecture_lines(trial)),
        "failure": trial.failure or "",
    }


def _pages(page: int, num_pages: int, wish: Wish) -> dict[str, Any]:
    return {
        "page": page,
        "num_pages": num_pages,
        "before": wish.query(page=page - 1) if page > 1 else None,
        "after": wish.query(page=page + 1) if page < num_pages else None,
    }
