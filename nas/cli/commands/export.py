"""`nas export`: a found network as code."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import folder_option, json_option, selected, selection_options, storage_option

if TYPE_CHECKING:
    from nas.export import Exported, Wishes
    from nas.store.selection import Selection

# Written out, since `nas.export`, which has them, would load much for `--help` alone.
FORMATS = ("code", "onnx", "onnx_int8", "torch_export", "torchscript", "tflite")

EPILOG = """
\b
Examples:
  nas export quickstart                  the best compromise on the front
  nas export quickstart --best accuracy  the one that is best in this
  nas export quickstart --under flops=5M,latency_ms=1
  nas export quickstart --trial 12 --out my_model --format onnx --opset 17
  nas export quickstart --front          every network of the front
  nas export quickstart --format tflite  in eight bit integers for LiteRT and
                                         TensorFlow Lite Micro
  nas export quickstart --format onnx_int8  the same for ONNX Runtime
  nas export --network shufflenet_v1:groups=4,num_classes=10

Nothing is written before it is proven: in a process that has PyTorch alone the
code builds, loads the weights, and gives the searched network's outputs bit by
bit, at its parameters and FLOPs. Where the study's images are there, the code
labels those of validation, given their bytes.
"""


@click.command(epilog=EPILOG)
@click.argument("study", required=False)
@storage_option
@folder_option
@selection_options
@click.option("--front", is_flag=True, help="Every network of the front.")
@click.option(
    "--network", metavar="NAME", help="A reference network instead of a study's, see nas describe."
)
@click.option(
    "--format", "formats", type=click.Choice(FORMATS), multiple=True,
    help="A format beside code; may be repeated.",
)  # fmt: skip
@click.option(
    "--opset",
    type=click.IntRange(min=1),
    metavar="N",
    help="Version of ONNX's operators for the formats of ONNX, from 13 up.  [20]",
)
@click.option(
    "--precision", type=click.Choice(["int8", "float32"]),
    help="Of the numbers in --format tflite.  [int8]",
)  # fmt: skip
@click.option(
    "--weights/--no-weights", default=None,
    help="Trained weights: there must be some, or none wanted.  [where there are any]",
)  # fmt: skip
@click.option("--note", help="A line for the file's header.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@json_option
def command(
    study: str | None,
    storage: str,
    folder: Path,
    selection: Selection,
    front: bool,
    network: str | None,
    formats: tuple[str, ...],
    opset: int | None,
    precision: str | None,
    weights: bool | None,
    note: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write a network as one Python file that needs only PyTorch, its trained weights beside it."""
    from nas.export import Wishes

    if (study is None) == (network is None):
        raise click.UsageError("give the name of a study, or a reference network by --network")
    if opset is not None and not {"onnx", "onnx_int8"}.intersection(formats):
        raise click.UsageError("--opset is for --format onnx and onnx_int8")
    if precision is not None and "tflite" not in formats:
        raise click.UsageError("--precision is for --format tflite")
    wishes = Wishes(formats, weights, note, opset=opset, precision=precision or "int8")
    if network is not None:
        if front or weights or selection.is_given:
            raise click.UsageError("--network takes no option that is for a study's networks")
        place = out or folder / "reference_networks"
        _export_reference(network, place, wishes, as_json)
        return
    if front and selection.is_given:
        raise click.UsageError("--front means all of its networks; it goes without a choice of one")
    assert study is not None
    _export_study(study, storage, folder, None if front else selection, out, wishes, as_json)


def _export_reference(name: str, out: Path, wishes: Wishes, as_json: bool) -> None:
    from nas.cli.tables.proofs import print_exported
    from nas.cli.tables.tables import print_json
    from nas.cli.targets import network_of_literature
    from nas.export import export_subjects, subject_of_reference

    subject = subject_of_reference(name, network_of_literature(name), wishes.note)
    (exported,) = export_subjects(
        [subject], out, wishes.formats, opset=wishes.opset, precision=wishes.precision
    )
    if as_json:
        print_json({**exported.as_json(), "network": name})
        return
    print_exported([exported], in_database=False)
    _say_next(exported)


def _export_study(
    study: str,
    storage: str,
    folder: Path,
    selection: Selection | None,
    out: Path | None,
    wishes: Wishes,
    as_json: bool,
) -> None:
    """Exports the chosen network, or without a choice the whole front."""
    from dashboards.for_optuna import attach_files
    from nas.cli.tables.proofs import print_exported
    from nas.cli.tables.tables import print_json
    from nas.export import export_trials, last_training, missing_weights
    from nas.store import Store, default_url, storage_words
    from nas.store.results import with_measured_latency
    from nas.store.selection import front_trials
    from nas.store.workspace import Workspace
    from search_spaces.errors import ExportError

    with Store(storage, create=False) as store:
        record = store.study(study)
        trials = store.trials(record)
        if selection is None:
            chosen = front_trials(record, trials)
        else:
            chosen = [selected(record, trials, selection)]
        workspace = Workspace(folder, study)
        target, say = out or workspace.export, partial(click.echo, err=True)
        try:
            exported = export_trials(store, workspace, record, chosen, target, wishes, say)
        except ExportError as error:
            # Only where the study's folder is to blame does another one help.
            if out is not None or not isinstance(error.__cause__, OSError):
                raise
            raise ExportError(f"{error}; --out FOLDER writes elsewhere") from error
        if store.is_read_only:
            click.echo("the database may only be read: it keeps no note of this export", err=True)
        else:
            attach_files(store, study, [found.code for found in exported], folder)
        missing = None
        if wishes.weights is not False:
            missing = missing_weights(store, workspace, record, chosen[0])
        is_trained = last_training(store.trainings(record), chosen[0]) is not None
    if as_json:
        described = [
            {**found.as_json(), **with_measured_latency(trial, record.limits, trials)}
            for found, trial in zip(exported, chosen, strict=True)
        ]
        print_json(described if selection is None else described[0])
        return
    print_exported(exported, in_database=True, missing=missing)
    if is_trained:
        _say_next(exported[0])
        return
    suffix = storage_words(storage, default_url())
    train = f"nas train {shlex.quote(study)} --trial {chosen[0].number}{suffix}"
    _say_next(exported[0], f"{train}    (trains it fully; the next export has those weights)")


def _say_next(exported: Exported, *others: str) -> None:
    check = f"python {shlex.quote(str(exported.code))}    (prints its layers and checks itself)"
    click.echo("next:\n" + "\n".join(f"  {line}" for line in (check, *others)), err=True)
