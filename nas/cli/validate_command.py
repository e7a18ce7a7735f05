"""`nas validate`: checks an experiment file before anything runs."""

from __future__ import annotations

from pathlib import Path

import click

from nas.cli.options import json_option, space_argument

EPILOG = """
\b
Example:
  nas validate search_spaces/quickstart.yaml
"""


@click.command(epilog=EPILOG)
@space_argument
@json_option
def command(file: Path, as_json: bool) -> None:
    """Check an experiment file: every key, every block, every budget."""
    from nas.cli.tables import print_json
    from nas.config import ExperimentFile
    from nas.search.runner import checked_space

    experiment_file = ExperimentFile.read(file)
    space = checked_space(experiment_file)
    facts = {
        "name": experiment_file.experiment.name,
        "num_choices": len(space.choices),
        "num_combinations": space.num_combinations(),
    }
    if as_json:
        print_json(facts)
    else:
        click.echo(
            f"{file}: valid; {facts['num_choices']} choices, "
            f"{facts['num_combinations']:,} combinations"
        )
