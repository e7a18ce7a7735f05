"""The space of an experiment file, to be looked at and not yet searched."""

from __future__ import annotations

from typing import NamedTuple

from nas.config import ExperimentFile
from search_spaces.errors import DataError, DataOptionError
from search_spaces.space import Space
from workers.datasets import dataset_info


class SpaceToLookAt(NamedTuple):
    """A space whose data set may not be there yet.

    Attributes:
        missing_data: What is wrong with the data set, where the file says what it is like.
    """

    space: Space
    missing_data: str | None


def space_to_look_at(file: ExperimentFile) -> SpaceToLookAt:
    """The space of a file. Its data set may be absent where `space.input` says what it is like.

    Raises:
        ExperimentFileError: With file, line and key; also where no images could make them right.
        DataError: The data set is not there and there is no `space.input`.
    """
    declared = file.experiment.space.input
    try:
        info = dataset_info(file.experiment.dataset)
        return SpaceToLookAt(file.space(info.in_shape, info.num_classes), None)
    except DataError as error:
        if declared is None or not _may_come(error, file):
            raise file.data_error(error) from error
        return SpaceToLookAt(file.space(declared.in_shape, declared.num_classes), str(error))


def _may_come(error: DataError, file: ExperimentFile) -> bool:
    """Whether it may be only that the data are not here yet: files, a package, a function's own."""
    if isinstance(error, DataOptionError):
        return error.key in ("root", "name")
    return ":" in file.experiment.dataset.name
