"""The data sets that can be named, and what of `dataset:` each of them takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import NamedTuple, Protocol

from search_spaces.errors import DataError, DataOptionError, NoTestImagesError
from search_spaces.measures import TaskName
from workers.datasets.base import (
    Dataset,
    DatasetInfo,
    DatasetOptions,
    FreshImages,
    PartName,
    Report,
    Split,
)
from workers.datasets.contents import PARTS, Contents, PartLabels, contents_of
from workers.datasets.splitting import (
    Part,
    checked,
    gather,
    require_different,
    split_in_two,
)


class LoadPart(Protocol):
    """Reads one part of a data set; None where it has no such part."""

    def __call__(
        self, options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
    ) -> Part | None: ...


class LookAtPart(Protocol):
    """The labels of one part, its images not decoded; None where it has no such part."""

    def __call__(
        self, options: DatasetOptions, info: DatasetInfo, part: PartName
    ) -> PartLabels | None: ...


def _of_images(options: DatasetOptions) -> TaskName:
    return "classification"


def _of_pixels(options: DatasetOptions) -> TaskName:
    return "segmentation"


class Loader(NamedTuple):
    """How one data set is described and loaded.

    Attributes:
        takes: The keys of `dataset:` that have a meaning for it, beside the sizes and the seed.
        info: What it is like; cheap, since every check of a space asks it.
        contents: What it holds; all labels are read, no image need be.
        load: What a search sees of it.
        load_test: Its test images.
        fresh: What makes ever new training images of it, where that can be done.
        task: What its labels are for; cheap, since every experiment file that is read asks it.
    """

    takes: frozenset[str]
    info: Callable[[DatasetOptions], DatasetInfo]
    contents: Callable[[DatasetOptions, DatasetInfo], Contents]
    load: Callable[[DatasetOptions, DatasetInfo, Report], Dataset]
    load_test: Callable[[DatasetOptions, DatasetInfo, Report], Split]
    fresh: Callable[[DatasetOptions], FreshImages] | None = None
    task: Callable[[DatasetOptions], TaskName] = _of_images


def from_parts(
    takes: set[str],
    info: Callable[[DatasetOptions], DatasetInfo],
    look: LookAtPart,
    load_part: LoadPart,
    task: Callable[[DatasetOptions], TaskName] = _of_images,
) -> Loader:
    """A loader of parts that are read from somewhere; splits are made here, the same for all."""

    def contents(options: DatasetOptions, info: DatasetInfo) -> Contents:
        parts = {part: look(options, info, part) for part in PARTS}
        return contents_of(options, info, {n: found for n, found in parts.items() if found})

    def load(options: DatasetOptions, info: DatasetInfo, report: Report) -> Dataset:
        train = load_part(options, info, "train", report)
        assert train is not None, "every data set has a training part"
        validation = load_part(options, info, "validation", report)
        dataset = split_in_two(options.name, info, options, train, validation)
        # After the split, since few images of many may be left, and these all alike.
        require_different(dataset.train, f"{train.where}: training part")
        require_different(dataset.validation, f"{(validation or train).where}: validation part")
        _tell_dark(dataset.train, report)
        return dataset

    def load_test(options: DatasetOptions, info: DatasetInfo, report: Report) -> Split:
        part = load_part(options, info, "test", report)
        if part is None:
            raise NoTestImagesError(f"{options.name}: has no test images ({options.root})")
        test = gather(checked(part, info))
        require_different(test, f"{part.where}: test part")
        return test

    return Loader(frozenset(takes), info, contents, load, load_test, task=task)


def _tell_dark(train: Split, report: Report) -> None:
    """Images of few brightnesses are most often ones whose range was lost on the way here."""
    low, high = int(train.images.min()), int(train.images.max())
    if high - low < FEW_BYTES:
        report(f"all pixels to train on are from {low} to {high} of 0 to 255: is their range lost?")


FEW_BYTES = 32

OPTIONAL_KEYS = ("root", "variant", "size", "channels", "flip", "classes", "ignore")
"""Keys of `dataset:` that not every data set takes."""


@cache
def loaders() -> dict[str, Loader]:
    """All that have a name of their own; `module:function` names any other."""
    from workers.datasets import (
        arrays,
        cifar,
        cluttered_digits,
        digit_scenes,
        fresh_clutter,
        hugging_face,
        image_folder,
        masks,
        mnist,
    )

    digits, scenes = cluttered_digits, digit_scenes
    of_arrays = {"root", "flip", "classes", "ignore"}
    of_files = (arrays.info, arrays.look, arrays.load_part, arrays.task)
    return {
        "cluttered_digits": Loader(
            frozenset(),
            digits.info,
            digits.contents,
            digits.load,
            digits.load_test,
            fresh_clutter.FreshClutter,
        ),
        "digit_scenes": Loader(
            frozenset(),
            scenes.info,
            scenes.contents,
            scenes.load,
            scenes.load_test,
            scenes.FreshScenes,
            _of_pixels,
        ),
        **{
            name: from_parts({"root", "flip"}, source.info, source.look, source.load_part)
            for name, source in cifar.SOURCES.items()
        },
        **{
            name: from_parts(source.takes, source.info, source.look, source.load_part)
            for name, source in mnist.SOURCES.items()
        },
        "image_folder": from_parts(
            {"root", "size", "channels", "flip"},
            image_folder.info,
            image_folder.look,
            image_folder.load_part,
        ),
        **{name: _of_mask_files(name) for name in masks.LAYOUTS},
        "npz": from_parts(of_arrays, *of_files),
        "npy": from_parts(of_arrays, *of_files),
        "hugging_face": from_parts(
            {"root", "size", "channels", "flip"},
            hugging_face.info,
            hugging_face.look,
            hugging_face.load_part,
        ),
    }


def _of_mask_files(name: str) -> Loader:
    from workers.datasets.masks import LAYOUTS, WITH_OWN_CLASSES, MaskFiles

    files = MaskFiles(LAYOUTS[name])
    takes = {"root", "size", "channels", "flip"}
    if name not in WITH_OWN_CLASSES:
        takes |= {"classes", "ignore"}
    return from_parts(takes, files.info, files.look, files.load_part, _of_pixels)


def _loader(options: DatasetOptions) -> Loader:
    from workers.datasets import user_function

    if ":" in options.name:
        loader = from_parts(
            {"root", "flip", "classes", "ignore"},
            user_function.info,
            user_function.look,
            user_function.load_part,
            user_function.task,
        )
    elif options.name in loaders():
        loader = loaders()[options.name]
    else:
        known = ", ".join(loaders())
        rule = f"must be one of {known}, or `module:function`; got {options.name!r}"
        raise DataOptionError("name", rule)
    # Refused and not ignored: who gives CIFAR a `size` expects images that nobody would make.
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


def dataset_task(options: DatasetOptions) -> TaskName:
    """What the labels of a data set are for: whole images, where it cannot be read now."""
    try:
        return _loader(options).task(options)
    except DataError:  # told by whoever needs it
        return "classification"


def dataset_contents(options: DatasetOptions) -> Contents:
    """What a data set holds in each part, the test part included; no image is decoded.

    Raises:
        DataError: It is not there, or its labels, folders or shapes are not as they should be.
    """
    loader = _loader(options)
    with _within_memory(options):
        return loader.contents(options, _info(options, loader))


def load_dataset(options: DatasetOptions, report: Report = lambda line: None) -> Dataset:
    """What a search sees of a data set, in memory; its test part is not touched.

    Raises:
        DataError: It is not there, or not as it should be, or too large for this machine.
    """
    loader = _loader(options)
    with _within_memory(options):
        return loader.load(options, _info(options, loader), report)


def load_test(options: DatasetOptions, report: Report = lambda line: None) -> Split:
    """The test images of a data set, for the end of it all. Raises DataError likewise."""
    loader = _loader(options)
    with _within_memory(options):
        return loader.load_test(options, _info(options, loader), report)


def check_test(options: DatasetOptions, report: Report = lambda line: None) -> None:
    """Reads the test images through and forgets them, so that none is found damaged at the end.

    Raises:
        DataError: There are some and they cannot be read, or are not as they should be.
    """
    with suppress(NoTestImagesError):
        load_test(options, report)


@contextmanager
def _within_memory(options: DatasetOptions) -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise DataError(f"{options.name}: is too large for the memory of this machine") from error


def fresh_images(options: DatasetOptions) -> FreshImages | None:
    """What makes ever new training images of a data set; None where it has those it has."""
    loader = _loader(options)
    return None if loader.fresh is None else loader.fresh(options)
