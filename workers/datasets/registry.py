"""The data sets that can be named, and what of `dataset:` each of them takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple, Protocol

from search_spaces.errors import DataError, DataOptionError, NoTestImagesError
from workers.datasets.base import (
    Dataset,
    DatasetInfo,
    DatasetOptions,
    FreshImages,
    PartName,
    Report,
    Split,
)
from workers.datasets.splitting import Part, checked, gather, split_in_two


class LoadPart(Protocol):
    """Reads one part of a data set; None where it has no such part."""

    def __call__(
        self, options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
    ) -> Part | None: ...


class Loader(NamedTuple):
    """How one data set is described and loaded.

    Attributes:
        takes: The keys of `dataset:` that have a meaning for it, beside the sizes and the seed.
        info: What it is like; cheap, since every check of a space asks it.
        load: What a search sees of it.
        load_test: Its test images.
        fresh: What makes ever new training images of it, where that can be done.
    """

    takes: frozenset[str]
    info: Callable[[DatasetOptions], DatasetInfo]
    load: Callable[[DatasetOptions, DatasetInfo, Report], Dataset]
    load_test: Callable[[DatasetOptions, DatasetInfo, Report], Split]
    fresh: Callable[[DatasetOptions], FreshImages] | None = None


def from_parts(
    takes: set[str], info: Callable[[DatasetOptions], DatasetInfo], load_part: LoadPart
) -> Loader:
    """A loader of parts that are read from somewhere; splits are made here, the same for all."""

    def load(options: DatasetOptions, info: DatasetInfo, report: Report) -> Dataset:
        train = load_part(options, info, "train", report)
        assert train is not None, "every data set has a training part"
        validation = load_part(options, info, "validation", report)
        return split_in_two(options.name, info, options, train, validation)

    def load_test(options: DatasetOptions, info: DatasetInfo, report: Report) -> Split:
        part = load_part(options, info, "test", report)
        if part is None:
            raise NoTestImagesError(f"{options.name}: has no test images ({options.root})")
        return gather(checked(part, info))

    return Loader(frozenset(takes), info, load, load_test)


OPTIONAL_KEYS = ("root", "variant", "size", "channels", "flip")
"""Keys of `dataset:` that not every data set takes."""


@cache
def loaders() -> dict[str, Loader]:
    """All that have a name of their own; `module:function` names any other."""
    from workers.datasets import (
        arrays,
        cifar,
        cluttered_digits,
        fresh_clutter,
        hugging_face,
        image_folder,
        mnist,
    )

    digits = cluttered_digits
    return {
        "cluttered_digits": Loader(
            frozenset(), digits.info, digits.load, digits.load_test, fresh_clutter.FreshClutter
        ),
        **{
            name: from_parts({"root", "flip"}, source.info, source.load_part)
            for name, source in cifar.SOURCES.items()
        },
        **{
            name: from_parts(source.takes, source.info, source.load_part)
            for name, source in mnist.SOURCES.items()
        },
        "image_folder": from_parts(
            {"root", "size", "channels", "flip"}, image_folder.info, image_folder.load_part
        ),
        "npz": from_parts({"root", "flip"}, arrays.info, arrays.load_part),
        "npy": from_parts({"root", "flip"}, arrays.info, arrays.load_part),
        "hugging_face": from_parts(
            {"root", "size", "channels", "flip"}, hugging_face.info, hugging_face.load_part
        ),
    }


def _loader(options: DatasetOptions) -> Loader:
    from workers.datasets import user_function

    if ":" in options.name:
        loader = from_parts({"root", "flip"}, user_function.info, user_function.load_part)
    elif options.name in loaders():
        loader = loaders()[options.name]
    else:
        known = ", ".join(loaders())
        rule = f"must be one of {known}, or `module:function`; got {options.name!r}"
        raise DataOptionError("name", rule)
    for key in OPTIONAL_KEYS:
        if getattr(options, key) is not None and key not in loader.takes:
            raise DataOptionError(key, f"has no meaning for {options.name}")
    return loader


def _info(options: DatasetOptions, loader: Loader) -> DatasetInfo:
    info = loader.info(options)
    return info if options.flip is None else info._replace(flip=options.flip)


def dataset_info(options: DatasetOptions) -> DatasetInfo:
    """Shape and classes of a data set. Raises DataError where it is not there."""
    return _info(options, _loader(options))


def load_dataset(options: DatasetOptions, report: Report = lambda line: None) -> Dataset:
    """What a search sees of a data set, in memory; its test part is not touched.

    Raises:
        DataError: It is not there, or not as it should be, or too large for this machine.
    """
    loader = _loader(options)
    try:
        return loader.load(options, _info(options, loader), report)
    except MemoryError as error:
        raise DataError(f"{options.name}: is too large for the memory of this machine") from error


def load_test(options: DatasetOptions, report: Report = lambda line: None) -> Split:
    """The test images of a data set, for the end of it all. Raises DataError likewise."""
    loader = _loader(options)
    try:
        return loader.load_test(options, _info(options, loader), report)
    except MemoryError as error:
        raise DataError(f"{options.name}: is too large for the memory of this machine") from error


def fresh_images(options: DatasetOptions) -> FreshImages | None:
    """What makes ever new training images of a data set; None where it has those it has."""
    loader = _loader(options)
    return None if loader.fresh is None else loader.fresh(options)
