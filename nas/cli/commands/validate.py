"""`nas validate`: checks an experiment file before anything runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import json_option, plugin_option, space_argument
from search_spaces.measures import LATENCY, QUALITIES, measure
from search_spaces.quantities import plural

if TYPE_CHECKING:
    from nas.config.latency import LatencySpec
    from nas.trust.validation import Validation
    from search_spaces.spaces.statistics import Cut

EPILOG = """
\b
Examples:
  nas validate search_spaces/quickstart.yaml
  nas validate space.yaml --json | jq .within_budgets
"""

_UNKNOWN_YET = {
    LATENCY: "is not measured here; `nas launch` measures it and keeps to it",
    **dict.fromkeys(
        QUALITIES.values(),
        "is known after training; a network outside this limit is marked, not stopped",
    ),
}


@click.command(epilog=EPILOG)
@space_argument
@plugin_option
@json_option
def command(file: Path, as_json: bool) -> None:
    """Check an experiment file, and say what its space holds and which budget cuts how much.

    Its data set is looked at, too: classes, images of each part, and what is left out.
    """
    from nas.cli.options import space_to_look_at
    from nas.cli.tables.tables import print_json
    from nas.config import ExperimentFile
    from nas.trust.validation import validate

    with _no_collection():
        experiment_file = ExperimentFile.read(file)
        experiment_file.evaluator()  # is it there?
        space, missing_data = space_to_look_at(experiment_file)
        found = validate(experiment_file, space, missing_data)
    if as_json:
        print_json(found.as_json())
    else:
        _print(file, found, experiment_file.experiment.latency)


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


def _print(file: Path, found: Validation, latency: LatencySpec) -> None:
    count = found.survey.count
    noun = "architecture" if count.value == 1 else "architectures"
    exact = "distinct" if not count.error else f"(± {1.96 * count.error:,.0f}, estimated) distinct"
    click.echo(
        f"{file}: valid\n{count.value:,} {exact} {noun} from {len(found.space.choices)} "
        f"choices with {found.space.num_combinations():,} combinations"
    )
    _print_costs(found)
    _print_share(found)
    _print_device(found)
    for name in dict.fromkeys(limit.quantity for limit in found.not_measured):
        estimated = name == LATENCY and latency.estimator
        click.echo(f"`{name}` {_estimated(latency) if estimated else _UNKNOWN_YET[name]}.")
    _print_baselines(found)
    for line in found.contents.lines() if found.contents else ():
        click.echo(f"{line[0].upper()}{line[1:]}.")
    if found.missing_data:
        click.echo(f"The data set was not looked at: {found.missing_data}")


def _estimated(latency: LatencySpec) -> str:
    asked = f"{latency.estimator} for {latency.accelerator}"
    return f"is estimated by {asked}; `nas launch` compiles the blocks and keeps to it"


def _print_baselines(found: Validation) -> None:
    from search_spaces.graphs.cost import cost
    from search_spaces.quantities import format_quantity

    named = [
        f"{name} ({format_quantity(cost(network).flops, 'flops')})"
        for name, network in found.baselines.networks.items()
    ]
    if named:
        click.echo(f"Baselines, trained beside it: {', '.join(named)}.")
    if found.baselines.left_out:
        click.echo(
            f"Left out, over the budget at every width: {', '.join(found.baselines.left_out)}."
        )


def _print_costs(found: Validation) -> None:
    from nas.cli.tables.columns import print_table
    from search_spaces.quantities import format_quantity

    headings = ("smallest", "median", "largest", "budget", "stops", "stops alone")
    columns = [("", "left"), *((heading, "right") for heading in headings)]
    rows = []
    for name, spread in found.ranges.items():
        row = [
            measure(name).in_words,
            *(format_quantity(value, name) for value in spread),
        ]
        cuts = sorted(cut for cut in found.fit.cuts if cut.limit.quantity == name)
        for cut in cuts:
            rows.append([*row, *_budget(cut)])
            row = [""] * len(row)
        if not cuts:
            rows.append([*row, "-", "", ""])
    shown = len(columns) if found.fit.cuts else len(columns) - 3
    print_table(columns[:shown], [row[:shown] for row in rows])


def _budget(cut: Cut) -> list[str]:
    from search_spaces.quantities import format_limit

    return [format_limit(cut.limit, ""), f"{cut.stops:.1%}", f"{cut.stops_alone:.1%}"]


def _print_share(found: Validation) -> None:
    fit = found.fit
    if not fit.cuts:
        click.echo("No budget on these costs.")
        return
    looked_at = f"{plural(fit.num_looked_at, 'architecture')} looked at"
    interval = "exactly, " if fit.exact else f"{fit.share.low:.1%} to {fit.share.high:.1%} by "
    click.echo(f"Within all budgets: {fit.share.value:.1%} ({interval}{looked_at}).")
    if fit.share.value < 1:
        # They come sorted: the one that stops most is the first.
        most = fit.cuts[0]
        side = "below" if most.limit.is_lower else "above"
        share = f"{most.stops:.1%} of the space are {side} it"
        click.echo(f"`{most.limit.quantity}` cuts most: {share}.")


def _print_device(found: Validation) -> None:
    from search_spaces.quantities import format_limit, format_quantity

    fit = found.device
    if fit is None:
        return
    limits = [each for each in found.limits if each.quantity in fit.medians]
    within = " and ".join(f"{measure(i.quantity).in_words} {format_limit(i)}" for i in limits)
    medians = " and ".join(
        f"{measure(name).in_words} {format_quantity(value, name)}"
        for name, value in fit.medians.items()
    )
    click.echo(
        f"Within {within}{f' of {fit.board}' if fit.board else ''}: {fit.share.value:.1%} "
        f"({fit.share.low:.1%} to {fit.share.high:.1%} by {fit.num_looked_at} random "
        f"architectures, in eight bit integers); median {medians}."
    )
    if fit.example:
        said = "None of these is within all budgets; small changes lead to one that is"
        click.echo(f"{said}: {fit.example}.")
