"""`nas confirm`: is the front real?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nas.cli.options import (
    folder_option,
    json_option,
    plugin_option,
    storage_option,
    training_place,
)
from search_spaces.measures import measure

if TYPE_CHECKING:
    from nas.trust.confirmed import Confirmation, ConfirmedNetwork

EPILOG = """
\b
Examples:
  nas confirm quickstart
  nas confirm quickstart --seeds 4 --near 8
  nas confirm quickstart --full --json
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@folder_option
@click.option("--address", metavar="ADDRESS", help="An existing Ray cluster, or `auto`.")
@click.option(
    "--seeds", "num_seeds", type=click.IntRange(2, 100), default=2, show_default=True,
    help="Trainings of each network, with seeds that the search did not have.",
)  # fmt: skip
@click.option(
    "--near", "num_near", type=click.IntRange(0, 1000), default=4, show_default=True,
    help="Networks beside the front to train too: those that lack the least.",
)  # fmt: skip
@click.option("--full", "is_full", is_flag=True, help="Train 5 times as long as the search did.")
@plugin_option
@json_option
def command(
    study: str,
    storage: str,
    folder: Path,
    address: str | None,
    num_seeds: int,
    num_near: int,
    is_full: bool,
    as_json: bool,
) -> None:
    """Train the front and its near neighbours again, with other seeds.

    The search chose its front for trainings that were partly luck; so means, with 95% intervals,
    are over the new seeds alone. Each network gets the probability of being on the true front of
    those that were trained again, its costs being known exactly. A network ties with one that costs
    no more where the two cannot be told apart, and is behind it where it is worse.
    Without --full the study's baselines are trained with the new seeds too. Stopped, the same
    command goes on; what was trained before is not trained again.
    """
    from nas.cli.tables.tables import print_json
    from nas.trust.confirm import Plan, confirm

    with training_place(storage, folder, study, address) as place:
        found = confirm(study, Plan(num_near, num_seeds, is_full), place)
    if as_json:
        print_json({"study": study, **found.as_json()})
    else:
        _print(found)


def _print(found: Confirmation) -> None:
    from nas.cli.tables.columns import print_table
    from nas.trust.confirmed import OTHER_IMAGES, summary, trained_in_words

    costs = list(found.costs)
    has_images = any(network.on_other_images for network in found.networks)
    again = ["again", *(["other images"] if has_images else []), "on front"]
    headings = [*(measure(name).column for name in costs), "search", *again]
    columns = [("trial", "right"), *((name, "right") for name in headings), ("", "left")]
    print_table(columns, [_row(network, costs, has_images) for network in found.networks])
    click.echo(f"{trained_in_words(found)}; * near the front")
    if has_images:
        click.echo(OTHER_IMAGES)
    for line in summary(found):
        click.echo(line)


def _row(network: ConfirmedNetwork, costs: list[str], has_images: bool) -> list[Any]:
    from nas.trust.confirmed import (
        mean_in_words,
        other_images_in_words,
        probability_in_words,
        verdict_in_words,
    )
    from search_spaces.quantities import format_quantity

    values = network.trial.values()
    # A blank in its place keeps the numbers below one another.
    mark = " " if network.is_on_front else "*"
    return [
        f"{network.trial.number}{mark}",
        *(format_quantity(values[name], name) for name in costs),
        format_quantity(values[network.trial.quality], network.trial.quality),
        mean_in_words(network),
        *([other_images_in_words(network)] if has_images else []),
        probability_in_words(network.front_probability),
        verdict_in_words(network),
    ]
