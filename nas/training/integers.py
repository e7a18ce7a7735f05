"""Training on in eight bit integers: what it begins with, and what it is compared with."""

from __future__ import annotations

from dataclasses import replace

from nas.statistics.intervals import proportion_interval
from nas.training.source import Source
from search_spaces.errors import TrainingError, on_one_line
from search_spaces.graphs.modules import build_module
from search_spaces.measures import interval_of
from workers.datasets import Dataset, input_format
from workers.datasets.base import Split
from workers.proxy.batches import ProxyData
from workers.quantisation import calibration_images, map_ranges
from workers.tasks import Score
from workers.training import Int8Subject, NetworkSubject
from workers.training.checkpoint import read_weights
from workers.training.deployed import Deployed


def in_integers(source: Source, dataset: Dataset) -> Source:
    """A source whose subject is its network in eight bit integers, with ranges of its maps.

    Raises:
        TrainingError: Its weights cannot be read, or do not fit it.
    """
    assert source.network is not None and source.begun is not None
    module = build_module(source.network).eval()
    try:
        module.load_state_dict(read_weights(source.begun.path))
    except (RuntimeError, TypeError) as error:
        rule = f"the weights of {source.begun.path} do not fit it"
        raise TrainingError(f"{source.name}: {rule}: {on_one_line(str(error))}") from error
    given = input_format(dataset)
    ranges = map_ranges(source.network, module, calibration_images(dataset.train.images), given)
    return replace(source, subject=Int8Subject(source.network, module.state_dict(), ranges, given))


def compared(source: Source, score: Score, data: ProxyData, test: Split) -> Score:
    """A score on the test images beside those of the weights that the training began with.

    Each has its 95% interval: the same as it is in float32, and quantised after its training.
    """
    subject, quality = source.subject, source.quality
    assert isinstance(subject, Int8Subject)
    before = {
        f"{quality}_float32": Deployed.of(NetworkSubject(subject.network), subject.state, data),
        f"{quality}_post_training": Deployed.of(subject, subject.begun_state, data),
    }
    readings = {**score.readings, **_interval(quality, quality, score, len(test.labels))}
    for name, deployed in before.items():
        found = deployed.score(test)
        readings |= {name: found.value, **_interval(name, quality, found, len(test.labels))}
    return score._replace(readings=readings)


def _interval(name: str, quality: str, score: Score, num_images: int) -> dict[str, float]:
    ends = [score.readings.get(end) for end in interval_of(quality)]
    if None in ends:
        # A share of images that are right.
        _, *ends = proportion_interval(round(score.value * num_images), num_images)
    return dict(zip(interval_of(name), ends, strict=True))  # type: ignore[arg-type]
