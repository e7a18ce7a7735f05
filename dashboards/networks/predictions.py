"""What networks of the front make of a few validation images, beside the truth."""

from __future__ import annotations

import base64
import colorsys
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dashboards.sections.findings import Findings
from dashboards.sections.words import accuracy_in_words, quantity
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.sample import keep_sample, kept_sample, most_telling
from search_spaces.errors import NasError
from search_spaces.measures import TaskName
from workers.tasks import TASKS

if TYPE_CHECKING:
    from nas.store.workspace import Workspace
    from workers.datasets import Split

MAX_NETWORKS = 5
SHOWN_WIDTH = 160
"""Of a picture on a wide screen, as `report.css` has it."""

Masks = NDArray[Any]


@dataclass(frozen=True)
class Predictions:
    """Pictures as addresses that hold them, `data:image/png;...`.

    Attributes:
        headings: Of the networks: number, mIoU, FLOPs; the cheapest first.
        rows: For each image itself, its truth, and what each network makes of it.
        classes: Those that are to be seen, and their colours.
        is_coarse: Whether the page shows them enlarged, so that each pixel is to be seen.
    """

    headings: tuple[tuple[int, str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    classes: tuple[tuple[str, str], ...]
    is_coarse: bool


def predictions(store: Store, findings: Findings, workspace: Workspace) -> Predictions | str | None:
    """The pictures of a study; why there are none, in one line; None where its task has none."""
    study = findings.study
    if study.task not in _PAINTED or not findings.front:
        return None
    if study.own_evaluator is not None:
        return f"how {study.own_evaluator} prepares images is not known"
    trials = [t for t in _spread(findings) if workspace.weights(study, t.number).exists()]
    if not trials or study.input_format is None:
        return f"there are no trained weights in {workspace.folder}"
    shown = _sample(study, workspace)
    if isinstance(shown, str):
        return shown
    try:
        found = [_predicted(store, findings, workspace, trial, shown) for trial in trials]
    except NasError as error:
        return str(error)
    masks = [np.asarray(shown.labels), *found]
    paint = _PAINTED[study.task]
    return Predictions(
        tuple((t.number, _quality(findings, t), f"{quantity(t, 'flops')} FLOPs") for t in trials),
        tuple(
            (_picture(image), *(paint(each[number]) for each in masks))
            for number, image in enumerate(shown.images)
        ),
        _legend(study.class_names or (), masks),
        shown.images.shape[-1] < SHOWN_WIDTH,
    )


def _sample(study: StudyRecord, workspace: Workspace) -> Split | str:
    """The images that are shown; why there are none, in one line.

    Those that the search kept; where an earlier program kept none, all are read once.
    """
    from nas.export.images import StudyImages

    path = workspace.sample(study)
    kept = kept_sample(path)
    if kept is not None:
        return kept
    images = StudyImages.of(study, lambda line: None)
    if images.dataset is None:
        return str(images.missing)
    found = most_telling(images.dataset.validation, TASKS[study.task])
    if found is None:
        return "no label of the images that were looked at shows anything"
    keep_sample(path, found)
    return found


def _spread(findings: Findings) -> list[TrialRecord]:
    """Networks of the front, evenly from the cheapest to the dearest."""
    front = findings.front
    places = np.linspace(0, len(front) - 1, min(MAX_NETWORKS, len(front))).round().astype(int)
    return [front[place] for place in places]


def _quality(findings: Findings, trial: TrialRecord) -> str:
    return accuracy_in_words(trial, findings.accuracy_interval(trial))


def _predicted(
    store: Store, findings: Findings, workspace: Workspace, trial: TrialRecord, shown: Split
) -> Masks:
    """The classes that a network gives the pixels, `(num_images, height, width)`."""
    import torch

    from nas.export import load_weights
    from search_spaces.graphs.modules import build_module
    from workers.proxy.augmentation import resized

    network = store.network(trial.architecture)
    module = build_module(network).eval()
    module.load_state_dict(load_weights(workspace.weights(findings.study, trial.number)))
    given = findings.study.input_format
    assert given is not None
    mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (given.mean, given.std))
    images = (torch.tensor(shown.images).float() - mean) / std
    with torch.inference_mode():
        logits = module(resized(images, *network.in_shape[1:]))
        answers = TASKS[findings.study.task].answers(logits, shown.labels.shape[1:])
    return np.asarray(answers)


def _legend(names: Sequence[str], masks: Sequence[Masks]) -> tuple[tuple[str, str], ...]:
    there = np.unique(np.concatenate([mask.ravel() for mask in masks]))
    shown = [label for label in there.tolist() if label < len(names)]
    return tuple((names[label], "#{:02x}{:02x}{:02x}".format(*_color(label))) for label in shown)


def _color(label: int) -> tuple[int, int, int]:
    """Neighbours far apart in hue, by the golden ratio; the first, mostly background, is dark."""
    if label == 0:
        return 44, 52, 64
    lightness = (0.45, 0.65, 0.55)[label % 3]
    red, green, blue = colorsys.hls_to_rgb(label * 0.618034 % 1, lightness, 0.62)
    return round(255 * red), round(255 * green), round(255 * blue)


def _colored(mask: Masks) -> str:
    """A mask as a picture; pixels of no class are let through."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(mask, np.uint8), "P")
    picture.putpalette([part for label in range(256) for part in _color(label)])
    return _address(picture, transparency=255)


def _picture(image: NDArray[np.uint8]) -> str:
    from PIL import Image

    # Of other channels than red, green and blue, which no picture shows, the first.
    pixels = np.moveaxis(image, 0, 2) if len(image) == 3 else image[0]
    return _address(Image.fromarray(np.ascontiguousarray(pixels)))


def _address(picture: Any, **options: Any) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True, **options)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


_PAINTED: dict[TaskName, Callable[[Masks], str]] = {"segmentation": _colored}
"""How labels and answers of a task are painted; others have no pictures."""
