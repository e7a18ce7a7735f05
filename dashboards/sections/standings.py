"""The table of the front against networks of the literature."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from dashboards.sections.findings import Findings
from dashboards.sections.words import MISSING, label
from nas.trust.standing import AT_EQUAL, Standing, signed
from search_spaces.quantities import format_quantity


class StandingCell(NamedTuple):
    """One baseline at one equal cost.

    Attributes:
        trial: Of the front; None where none is as cheap.
        difference: Of what was trained, with its interval.
        verdict: win, tie or loss; empty where nothing is compared.
    """

    trial: int | None
    difference: str
    verdict: str


class StandingRow(NamedTuple):
    """One baseline.

    Attributes:
        costs: As `compared_costs` orders them.
        cells: Likewise.
    """

    name: str
    accuracy: str
    costs: list[str]
    cells: list[StandingCell]


def compared_costs(findings: Findings) -> list[tuple[str, str]]:
    """Headings of each cost and of the comparison at it."""
    return [(label(name), "A" + AT_EQUAL[name][1:]) for name in _costs(findings)]


def _costs(findings: Findings) -> list[str]:
    return [name for name in AT_EQUAL if any(s.cost == name for s in findings.compared.standings)]


def standing_rows(findings: Findings) -> list[StandingRow]:
    """A row for each baseline, by name and rising FLOPs."""
    costs, rows = _costs(findings), []
    # All costs of one baseline come in a row, as `groupby` needs it.
    by_name = groupby(findings.compared.standings, key=lambda standing: standing.baseline.name)
    for name, group in by_name:
        of_cost = {standing.cost: standing for standing in group}
        baseline = next(iter(of_cost.values())).baseline
        rows.append(
            StandingRow(
                name, f"{baseline.accuracy:.4f}",
                [format_quantity(baseline.costs[cost], cost) for cost in costs if cost in of_cost],
                [_cell(of_cost[cost]) for cost in costs if cost in of_cost],
            )
        )  # fmt: skip
    return rows


def _cell(standing: Standing) -> StandingCell:
    if standing.trial is None:
        return StandingCell(None, "none is as cheap", "")
    if standing.comparison is None:
        return StandingCell(standing.trial.number, MISSING, "")
    difference = signed(standing.comparison.difference)
    return StandingCell(standing.trial.number, difference, standing.comparison.verdict)
