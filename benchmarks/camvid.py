"""How good is a found network on photographs, beside U-Net and LR-ASPP at its cost?

The space of `camvid.yaml` is searched for street scenes of CamVid. Some networks of the front,
evenly spread over their FLOPs, and two networks of the literature, as narrow as they can be with at
least the FLOPs of the dearest of them, are then trained alike by what `nas train` does: same
images, epochs, recipe and seed. Each writes its predictions of the test images, and from these
files alone the figures are counted: mean intersection over union, its interval, and those of
differences, by a bootstrap over the same images.

U-Net has batch norm here, which the paper has not, and is scaled by its own width. What has been
done already (search, trainings) is taken from the folder; the same command goes on.

    python -m benchmarks.camvid ../shared/data/camvid_half.tar [--epochs 40] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image

import nas
from nas.config.training import TrainingSpec
from nas.store import Store, TrialRecord
from nas.store.results import pareto_front
from nas.store.workspace import Workspace
from nas.training import Settings, Source, TrainingResult, source_of_trial, train_source
from nas.training.progress import TrainingView
from search_spaces.graphs.cost import cost
from search_spaces.networks import reference_network
from workers.training import Budget, NetworkSubject

SPACE = Path(__file__).with_suffix(".yaml")
RECIPE = TrainingSpec(batch_size=8, learning_rate=0.1, scale=0.5)
"""Small batches, since 367 images make 45 steps an epoch; photographs show things at any size."""

SAME = {"padding": "same", "norm": True}
"""A U-Net with a score for every pixel, and one that trains from scratch."""

NUM_RESAMPLES = 2_000

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Trained:
    """One network after its training.

    Attributes:
        is_found: Whether the search found it; else it is of the literature.
        interval: 95%, of its mIoU, by images.
        counted_miou: From the written files, in the place of `test_miou`, which the training told.
        train_s: Seconds of training.
    """

    name: str
    is_found: bool
    flops: float
    params: float
    test_miou: float
    counted_miou: float
    interval: tuple[float, float]
    pixel_accuracy: float
    boundary_iou: float
    epochs: int
    train_s: float


@dataclass(frozen=True)
class Difference:
    """How much better a found network is than one of the literature, mIoU, with its interval."""

    found: str
    baseline: str
    value: float
    low: float
    high: float


def searched(folder: Path, space: Path, root: str, num_front: int) -> list[Source]:
    """Networks of the front, evenly from the cheapest to the dearest by the logarithm of FLOPs."""
    values = yaml.safe_load(space.read_text(encoding="utf-8"))
    values["dataset"]["root"] = root
    storage = f"sqlite:///{folder / 'nas.db'}"
    with Store(storage) as store:
        states = {each.study.name: each.study.state for each in store.studies()}
    # What ended at its time limit would go on for as long again.
    if states.get(values["name"]) != "COMPLETE":
        state = nas.search(values, storage=storage, folder=folder).state
        if state != "COMPLETE":
            sys.exit("the search was stopped; the same command goes on")
    with Store(storage, create=False) as store:
        study = store.study(values["name"])
        front = pareto_front(store.trials(study), study.objectives, study.limits)
        workspace = Workspace(folder, study.name)
        return [source_of_trial(store, study, each, workspace) for each in spread(front, num_front)]


def spread(front: list[TrialRecord], number: int) -> list[TrialRecord]:
    """Some of a front, its ends among them."""
    at = np.log([trial.values()["flops"] for trial in front])
    chosen = {int(np.abs(at - wanted).argmin()) for wanted in np.linspace(at[0], at[-1], number)}
    return [front[index] for index in sorted(chosen)]


def baselines(like: Source, folder: Path, least_flops: float) -> list[Source]:
    """The networks of the literature at the smallest width with at least so many FLOPs."""
    channels, height, width = like.subject.in_shape
    assert like.study is not None
    given = {
        "in_channels": channels,
        "resolution": (height, width),
        "num_classes": like.study.num_classes,
    }
    # By its own `width`: scaled by a factor it never has fewer than eight channels.
    unets = ((f"unet of width {n}", "unet", {"width": n, **SAME}) for n in range(1, 65))
    lraspps = (
        (f"lraspp x{n / 100:g}", "lraspp_mobilenet_v3_large", {"width_mult": n / 100})
        for n in range(4, 101)
    )
    sources = []
    for family in (unets, lraspps):
        made = ((label, reference_network(name, **given, **own)) for label, name, own in family)
        label, network = next(each for each in made if cost(each[1]).flops >= least_flops)
        weights = folder / "baselines" / f"{label.replace(' ', '-')}.pt"
        subject = NetworkSubject(network)
        sources.append(
            Source(label, subject, network.id, like.dataset, weights, quality=like.quality)
        )
    return sources


def trained(source: Source, epochs: int, folder: Path) -> tuple[Trained, Counts]:
    """Trains a network, or finds that it is trained, and counts what it wrote."""
    predictions = folder / "predictions" / source.name.replace(" ", "-")
    settings = Settings(
        RECIPE, Budget(epochs), device="cpu", num_threads=1, predictions=predictions
    )
    view = TrainingView()
    view.quality = source.quality
    view.message(source.name)
    with Store(f"sqlite:///{folder / 'nas.db'}") as store:
        result = train_source(source, settings, store, view)
    view.close()
    return _trained(source, result, predictions)


def _trained(source: Source, result: TrainingResult, predictions: Path) -> tuple[Trained, Counts]:
    assert source.network is not None and result.test_accuracy is not None
    counts, costs = confusions(predictions), cost(source.network)
    readings = result.readings or {}
    low, high = np.percentile(resampled(counts), (2.5, 97.5))
    return Trained(
        source.name, source.study is not None, costs.flops, costs.params, result.test_accuracy,
        float(mean_iou(counts.sum(0))), (float(low), float(high)), readings["pixel_accuracy"],
        readings["boundary_iou"], result.epochs, result.train_s,
    ), counts  # fmt: skip


# From files alone: nothing of ours is asked for what is counted here.


def confusions(folder: Path) -> Counts:
    """Pixels of each image by true class and by predicted one, `(num_images, classes, classes)`."""
    number = len((folder / "classes.txt").read_text(encoding="utf-8").splitlines())
    masks, found = folder / "masks", []
    for path in sorted(masks.rglob("*.png")):
        truth = np.asarray(Image.open(path)).astype(int)
        own = folder / "predictions" / path.relative_to(masks)
        predicted = np.asarray(Image.open(own)).astype(int)
        known = truth != 255
        pairs = number * truth[known] + predicted[known]
        found.append(np.bincount(pairs, minlength=number**2).reshape(number, number))
    return np.array(found)


def mean_iou(counts: Counts) -> NDArray[np.float64]:
    """Of confusion matrices `(..., classes, classes)`; classes in neither are left out."""
    right = np.diagonal(counts, axis1=-2, axis2=-1).astype(float)
    union = counts.sum(-1) + counts.sum(-2) - right
    each = np.divide(right, union, out=np.full(union.shape, np.nan), where=union > 0)
    return np.nanmean(each, -1)


def resampled(counts: Counts) -> NDArray[np.float64]:
    """mIoU of as many images drawn with replacement, the same images for every network."""
    rng, number = np.random.default_rng(0), len(counts)
    times = rng.multinomial(number, np.full(number, 1 / number), NUM_RESAMPLES)
    return mean_iou((times @ counts.reshape(number, -1)).reshape(-1, *counts.shape[1:]))


def differences(rows: list[tuple[Trained, Counts]]) -> Iterator[Difference]:
    """Each network of the literature, and the best found one that costs no more."""
    for baseline, counts in rows:
        cheaper = [row for row in rows if row[0].is_found and row[0].flops <= baseline.flops]
        if baseline.is_found or not cheaper:
            continue
        found, own = max(cheaper, key=lambda row: row[0].counted_miou)
        spread_of = resampled(own) - resampled(counts)
        low, high = np.percentile(spread_of, (2.5, 97.5))
        value = found.counted_miou - baseline.counted_miou
        yield Difference(found.name, baseline.name, value, float(low), float(high))


def show(rows: list[Trained], compared: list[Difference]) -> None:
    """Both as tables."""
    print("| network | FLOPs | params | test mIoU (95%) | pixels right | boundary IoU | trained |")
    print("|---|---|---|---|---|---|---|")
    for row in sorted(rows, key=lambda row: (not row.is_found, row.flops)):
        low, high = row.interval
        print(
            f"| {row.name} | {row.flops / 1e6:.1f}M | {row.params / 1e3:.0f}k "
            f"| {row.counted_miou:.4f} ({low:.3f} to {high:.3f}) | {row.pixel_accuracy:.3f} "
            f"| {row.boundary_iou:.3f} | {row.epochs} epochs, {row.train_s / 60:.0f} min |"
        )
    for each in compared:
        print(
            f"{each.found} against {each.baseline}: {each.value:+.4f} "
            f"({each.low:+.3f} to {each.high:+.3f})"
        )
    off = max(abs(row.test_miou - row.counted_miou) for row in rows)
    print(f"counted from the files and told by the training: {off:.1e} apart at most")


def main() -> None:
    """Reads the command line, searches, trains, counts, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path, help="camvid_half.tar")
    parser.add_argument("--space", type=Path, default=SPACE)
    parser.add_argument("--folder", type=Path, default=Path("nas_studies/camvid-benchmark"))
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--front", type=int, default=4, help="networks of it that are trained")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not given.archive.exists():
        parser.exit(0, f"skipped: {given.archive} is not there\n")
    given.folder.mkdir(parents=True, exist_ok=True)
    found = searched(given.folder, given.space, str(given.archive), given.front)
    most = max(cost(source.subject.network).flops for source in found)
    sources = [*found, *baselines(found[0], given.folder, most)]
    rows = [trained(source, given.epochs, given.folder) for source in sources]
    networks_found, compared = [row for row, _ in rows], list(differences(rows))
    if given.json:
        rows_json = [asdict(row) for row in networks_found]
        print(json.dumps({"networks": rows_json, "differences": [asdict(d) for d in compared]}))
    else:
        show(networks_found, compared)


if __name__ == "__main__":
    main()
