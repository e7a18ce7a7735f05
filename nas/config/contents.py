"""What of an experiment depends on its images, checked before anything is trained."""

from __future__ import annotations

from typing import Protocol

from nas.config import ExperimentFile
from nas.config.search import PROXY
from search_spaces.errors import DataError
from search_spaces.graphs.primitives import Shape
from workers.datasets import Contents, dataset_contents


class ChangesImages(Protocol):
    """The part of a recipe that can leave nothing of an image."""

    @property
    def crop(self) -> int | None: ...
    @property
    def cutout(self) -> int: ...


def checked_contents(file: ExperimentFile) -> Contents:
    """What the data set of a file holds, its test part included.

    Raises:
        NasError: A part is not as it should be; with file, line and key where a key is at fault.
    """
    try:
        return dataset_contents(file.experiment.dataset)
    except DataError as error:
        raise file.data_error(error) from error


def require_trainable(file: ExperimentFile, in_shape: Shape) -> None:
    """Raises ExperimentFileError where the short training could not learn, whatever the network.

    An evaluator of one's own may read the recipe in another way.
    """
    experiment = file.experiment
    if experiment.evaluator != PROXY:
        return
    proxy, longest = experiment.proxy, experiment.fidelity.max_epochs
    erased = erasing(proxy.augmentation, in_shape)
    if erased is not None:
        key, rule = erased
        raise file.error(("proxy", "augmentation", key), rule)
    if proxy.schedule == "cosine" and proxy.warmup_epochs > longest:
        rule = f"must not be longer than a training, `fidelity.max_epochs` (={longest})"
        raise file.error(("proxy", "warmup_epochs"), f"(={proxy.warmup_epochs:g}) {rule}")


def erasing(recipe: ChangesImages, in_shape: Shape) -> tuple[str, str] | None:
    """The key of a value that can erase or shift out a whole image, and the rule; None if none."""
    side = min(in_shape[1:])
    for key, value in (("crop", recipe.crop), ("cutout", recipe.cutout)):
        if value is not None and value >= side:
            return key, f"(={value}) must be below {side}, the shorter side of the images"
    return None
