"""`nas train`: full training of a chosen network, and its accuracy on the test images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import (
    folder_option,
    json_option,
    plugin_option,
    selected,
    selection_options,
    storage_option,
)
from nas.config.training import DEFAULT_EPOCHS, Precision
from search_spaces.quantities import plural

if TYPE_CHECKING:
    from nas.store import Store
    from nas.store.selection import Selection
    from nas.training import Settings, Source, TrainingResult

EPILOG = """
\b
Examples:
  nas train quickstart                          the best compromise on the front
  nas train quickstart --best accuracy --minutes 20
  nas train quickstart --under flops=5M --epochs 200 --set mixup=0.2
  nas train quickstart --precision int8         trains on in eight bit integers, a few epochs
  nas train my_network.py --space space.yaml    an exported file, on the data of space.yaml
  nas train scenes --predictions predicted      and write the masks of the test images

Ctrl-C, and the same command again goes on. The recipe's keys: docs/training.md.
"""


@click.command(epilog=EPILOG)
@click.argument("target", metavar="STUDY|FILE.py")
@storage_option
@folder_option
@selection_options
@click.option(
    "--space",
    type=click.Path(path_type=Path),
    metavar="SPACE.YAML",
    help="The data set for a FILE.py, whose code is run.",
)
@click.option(
    "--precision",
    type=click.Choice(list(DEFAULT_EPOCHS)),
    default="float32",
    show_default=True,
    help="int8: as the files in eight bit integers compute, from the trained weights on.",
)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    help="Length of the training [default: {float32}; in int8: {int8}].".format(**DEFAULT_EPOCHS),
)
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="Instead: as many epochs as fit at the speed that is measured.",
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change the recipe, for example mixup=0.2; may be repeated.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Where to train; auto takes all GPUs, or the CPU where there is none.",
)
@click.option("--threads", type=click.IntRange(1), help="Of the CPU; all by default.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="That share every batch; one by default, on GPUs one for each.",
)
@click.option(
    "--checkpoint-every",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="At most so much is lost where the process is killed.",
)
@click.option(
    "--predictions",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write what the network makes of the test images: masks as PNG, or a table of labels.",
)
@click.option("--restart", is_flag=True, help="Forget what there is of this training.")
@plugin_option
@json_option
def command(
    target: str,
    storage: str,
    folder: Path,
    selection: Selection,
    space: Path | None,
    precision: Precision,
    epochs: int | None,
    minutes: float | None,
    changes: tuple[str, ...],
    seed: int,
    device: str,
    threads: int | None,
    processes: int | None,
    checkpoint_every: float,
    predictions: Path | None,
    restart: bool,
    as_json: bool,
) -> None:
    """Train a network to the end, and measure it on the test images, once.

    The network is one of a study, or the class of an exported file. A training that was stopped or
    killed goes on with the same command, to the same last bit on the CPU.
    """
    from nas.cli.tables.tables import print_json
    from nas.runner.stopping import interruptible
    from nas.store import Store
    from nas.training import Settings, train_source, training_recipe
    from nas.training.progress import TrainingView
    from nas.training.recipe import parse_changes
    from workers.training import Budget

    if epochs is not None and minutes is not None:
        raise click.UsageError("--epochs and --minutes each say how long; give one of them")
    # The default is here and not click's, which would be given together with --minutes.
    length = Budget(epochs or DEFAULT_EPOCHS[precision])
    if minutes is not None:
        length = Budget(None, 60 * minutes)
    recipe = training_recipe(parse_changes(changes), precision)
    settings = Settings(
        recipe, length, seed, device, threads, processes, restart, checkpoint_every, predictions
    )
    view = TrainingView()
    is_file = target.endswith(".py")
    # A file needs no study, and may be the first thing that anybody trains here.
    with Store(storage, create=is_file) as store, interruptible(view.message) as stop:
        source = _source(store, target, space, folder, selection, precision)
        view.quality = source.quality
        view.message(f"{source.name}: {_planned(settings, source)}")
        try:
            result = train_source(source, settings, store, view, stop)
        # Before a result or an error is printed: the line of progress would stand within it.
        finally:
            view.close()
    print_json(result.as_json()) if as_json else _show(result, target, storage)
    if result.state != "COMPLETE":
        raise click.exceptions.Exit(130)


def _source(
    store: Store,
    target: str,
    space: Path | None,
    folder: Path,
    selection: Selection,
    precision: Precision,
) -> Source:
    from nas.store.selection import Selection
    from nas.store.workspace import Workspace
    from nas.training import source_of_file, source_of_trial

    if target.endswith(".py"):
        if space is None:
            raise click.UsageError("a file is trained on the data set of --space SPACE.YAML")
        if precision != "float32":
            raise click.UsageError("--precision int8 is for networks of a study, not for a file")
        if selection != Selection():
            raise click.UsageError("--trial, --best and --under choose a network of a study")
        return source_of_file(Path(target), space, folder)
    if space is not None:
        raise click.UsageError("--space is for a FILE.py; a study has its data set")
    study = store.study(target)
    trial = selected(study, store.trials(study), selection)
    return source_of_trial(store, study, trial, Workspace(folder, study.name), precision)


def _planned(settings: Settings, source: Source) -> str:
    budget, how = settings.budget, "training"
    if source.begun is not None:
        how = f"training in eight bit integers on the weights of {source.begun.origin},"
    if budget.seconds is None:
        assert budget.epochs is not None
        return f"{how} for {plural(budget.epochs, 'epoch')}"
    return f"{how} for {budget.seconds / 60:g} min"


def _show(result: TrainingResult, target: str, storage: str) -> None:
    """The accuracies on standard output; what comes next on standard error."""
    from nas.store import default_url, storage_words
    from search_spaces.graphs.description import classes_in_words, input_in_words
    from search_spaces.graphs.inference import InputFormat
    from search_spaces.quantities import format_duration

    trained = f"{plural(result.epochs, 'epoch')} in {format_duration(result.train_s)}"
    if result.state != "COMPLETE":
        click.echo(f"{result.name}: stopped after {trained}; the same command goes on", err=True)
        return
    for name, said in _scores(result):
        click.echo(f"{name:19} {said}")
    if result.class_names is not None:
        click.echo(f"classes             {classes_in_words(result.class_names)}")
    if result.input_format is not None:
        told = input_in_words(InputFormat.of_json(result.input_format))
        click.echo(f"input               {told}")
    if result.weights is not None:
        click.echo(result.weights)
    if result.predictions is not None:
        click.echo(f"predictions         {result.predictions}")
    click.echo(f"{result.name}: {trained}", err=True)
    if result.trial is not None:
        place = storage_words(storage, default_url())
        kind = " --format tflite" if result.precision == "int8" else ""
        click.echo(f"next:\n  nas export {target} --trial {result.trial}{kind}{place}", err=True)


def _scores(result: TrainingResult) -> Iterator[tuple[str, str]]:
    """What the trained network is worth, a name and a value on each line."""
    from search_spaces.measures import measure, measures

    word, readings = measure(result.quality).in_words, result.readings or {}
    yield f"validation {word}", f"{result.validation_accuracy:.4f}"
    if result.test_accuracy is None:
        return
    images = plural(result.num_test_images or 0, "image")
    interval = _interval(result.quality, readings)
    yield f"test {word}", f"{result.test_accuracy:.4f} {interval}({images})"
    for suffix, said in _BEFORE.items():
        name = f"{result.quality}_{suffix}"
        if name in readings:
            yield "", f"{readings[name]:.4f} {_interval(name, readings)}{said}"
    for name, value in readings.items():
        if name in measures():
            yield f"test {measure(name).in_words}", f"{value:.4f}"


_BEFORE = {
    "post_training": "before, quantised after its training",
    "float32": "before, in float32",
}
"""What the weights that a training in eight bit integers began with are worth, by its suffix."""


def _interval(name: str, readings: Mapping[str, float]) -> str:
    from search_spaces.measures import interval_of

    ends = [f"{readings[end]:.4f}" for end in interval_of(name) if end in readings]
    return f"[{', '.join(ends)}] " if ends else ""
