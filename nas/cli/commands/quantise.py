"""`nas quantise`: what the networks of a front are worth in eight bit integers."""

from __future__ import annotations

from pathlib import Path

import click

from nas.cli.options import folder_option, json_option, storage_option

EPILOG = """
\b
Examples:
  nas quantise quickstart
  nas quantise quickstart --json | jq '.front[] | [.trial, .accuracy_int8]'
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@folder_option
@json_option
def command(study: str, storage: str, folder: Path, as_json: bool) -> None:
    """Measure the front of a study in eight bit integers, with the weights of its search.

    On the validation images, beside float32 on the same ones; the difference has a 95% interval.
    Searches do so by themselves where `device` asks for int8. What is measured is not measured
    again. The network that was trained further by `nas train` is told by `nas export`.
    """
    from nas.cli.tables.tables import print_front, print_json
    from nas.export.images import StudyImages
    from nas.quantisation import as_json as int8_as_json
    from nas.quantisation import measure_int8
    from nas.store import Store
    from nas.store.results import front_as_json
    from nas.store.selection import front_trials
    from nas.store.workspace import Workspace
    from nas.terminal import TerminalObserver
    from search_spaces.errors import SearchError

    observer = TerminalObserver()
    with Store(storage, create=False) as store:
        record = store.study(study)
        front = front_trials(record, store.trials(record))
        if any(trial.int8 is None for trial in front):
            images = StudyImages.of(record, observer.message)
            if images.dataset is None:
                raise SearchError(f"{study} cannot be measured in int8: {images.missing}")
            measure_int8(store, record, Workspace(folder, study), images.dataset, observer)
        trials = store.trials(record)
    if as_json:
        found = front_as_json(trials, record.objectives, record.limits)
        print_json({"study": study, **found, **int8_as_json(record, trials)})
    else:
        print_front(record, trials)
    if all(trial.int8 is None for trial in front_trials(record, trials)):
        raise click.exceptions.Exit(1)
