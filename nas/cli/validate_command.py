"""`nas validate`: checks an experiment file before anything runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import json_option, plugin_option, space_argument

if TYPE_CHECKING:
    from nas.validation import Validation

EPILOG = """
\b
Examples:
  nas validate search_spaces/quickstart.yaml
  nas validate space.yaml --json | jq .within_budgets
"""

_NAMES = {
    "flops": "FLOPs",
    "params": "parameters",
    "weight_bytes": "weights",
    "peak_activation_bytes": "peak memory",
}


@click.command(epilog=EPILOG)
@space_argument
@plugin_option
@json_option
def command(file: Path, as_json: bool) -> None:
    """Check an experiment file, and say what its space holds and which budget cuts how much."""
    from nas.cli.spaces import space_to_look_at
    from nas.cli.tables import print_json
    from nas.config import ExperimentFile
    from nas.validation import validate

    with _no_collection():
        experiment_file = ExperimentFile.read(file)
        space, missing_data = space_to_look_at(experiment_file)
        found = validate(experiment_file, space, missing_data)
    if as_json:
        print_json(found.as_json())
    else:
        _print(file, found)


@contextmanager
def _no_collection() -> Iterator[None]:
    """A third of the time would go to looking for cycles among graphs, which have none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _print(file: Path, found: Validation) -> None:
    count = found.survey.count
    exact = "distinct" if not count.error else f"(± {1.96 * count.error:,.0f}, estimated) distinct"
    click.echo(
        f"{file}: valid\n{count.value:,} {exact} architectures from {len(found.space.choices)} "
        f"choices with {found.space.num_combinations():,} combinations"
    )
    _print_costs(found)
    _print_share(found)
    for name in found.not_measured:
        click.echo(f"`{name}` is not measured here; `nas launch` measures it and keeps to it.")
    if found.missing_data:
        click.echo(f"The data set was not looked at: {found.missing_data}")


def _print_costs(found: Validation) -> None:
    from nas.cli.tables import print_table
    from nas.quantities import format_quantity

    cuts = {cut.name: cut for cut in found.fit.cuts}
    headings = ("smallest", "median", "largest", "budget", "stops", "stops alone")
    columns = [("", "left"), *((heading, "right") for heading in headings)]
    rows = []
    for name, spread in found.ranges.items():
        row = [_NAMES[name], *(format_quantity(value, name) for value in spread)]
        cut = cuts.get(name)
        budget = ["-", "", ""]
        if cut:
            budget = [
                format_quantity(cut.limit, name),
                f"{cut.stops:.1%}",
                f"{cut.stops_alone:.1%}",
            ]
        rows.append([*row, *budget])
    print_table(columns if cuts else columns[:4], [row if cuts else row[:4] for row in rows])


def _print_share(found: Validation) -> None:
    fit = found.fit
    if not fit.cuts:
        click.echo("No budget on these costs.")
        return
    looked_at = f"{fit.num_looked_at:,} architectures looked at"
    interval = "exactly, " if fit.exact else f"{fit.share.low:.1%} to {fit.share.high:.1%} by "
    click.echo(f"Within all budgets: {fit.share.value:.1%} ({interval}{looked_at}).")
    if fit.share.value < 1:
        most = fit.cuts[0]
        click.echo(f"`{most.name}` cuts most: {most.stops:.1%} of the space are above it.")
