"""What a data set is, and what the published ones call their classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from search_spaces.graphs.primitives import Shape
from search_spaces.measures import TaskName

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int64]
"""The class of each image, `(n,)`."""

Masks = Bytes
"""The class of each pixel, `(n, height, width)`, `IGNORED` where it is of none."""

IGNORED = 255
"""What a pixel of a mask holds that is not learnt and not counted."""

Report = Callable[[str], None]
"""Who is told, in one line, what takes its time."""

PartName = Literal["train", "validation", "test"]

PixelValue = int | str
"""What a pixel of a stored mask holds: a number up to 255, or a colour as `#rrggbb`."""

Classes = int | tuple[str, ...] | Mapping[str, tuple[PixelValue, ...]]
"""How many classes masks have, or their names, or the values of each by its name."""


class Split(NamedTuple):
    """Images `(n, channels, height, width)` as bytes and their labels, or masks."""

    images: Bytes
    labels: Labels | Masks


class DatasetInfo(NamedTuple):
    """What a space must know of a data set before it is loaded.

    Attributes:
        in_shape: `(channels, height, width)` of one image.
        num_classes: Labels run from 0 to `num_classes - 1`.
        flip: Whether a mirrored image still has its label, so that training may mirror.
        names: What the data set calls its classes, by label; None where it has numbers alone.
        task: What is to be told: the class of an image, or that of each of its pixels.
    """

    in_shape: Shape
    num_classes: int
    flip: bool
    names: tuple[str, ...] | None = None
    task: TaskName = "classification"

    @property
    def class_names(self) -> tuple[str, ...]:
        """A name for each class, by label; its number where the data set has no name for it."""
        return self.names or tuple(map(str, range(self.num_classes)))

    @property
    def identity(self) -> str:
        """What of it belongs to a data set's fingerprint: never the names, which may be told later.

        The text is part of every fingerprint that is stored, and stays as it is.
        """
        shape, classes, flip = self.in_shape, self.num_classes, self.flip
        # That of classification is from before there was another task.
        task = "" if self.task == "classification" else f", task={self.task}"
        return f"DatasetInfo(in_shape={shape}, num_classes={classes}, flip={flip}{task})"


@dataclass(frozen=True, eq=False)
class Dataset:
    """What a search sees of a data set, in memory. Test images are no part of it (`load_test`).

    Two are equal where they are one object; `fingerprint` compares their content.
    """

    name: str
    info: DatasetInfo
    train: Split
    validation: Split

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits of all its bytes and labels, whatever files they were read from."""
        digest = sha256(self.info.identity.encode())
        for split in (self.train, self.validation):
            # How many there are is part of it: images that moved from one split to the other would
            # not show.
            digest.update(str(len(split.labels)).encode())
            digest.update(np.ascontiguousarray(split.images).data)
            # In one order of bytes, so that every machine gives the same fingerprint.
            stored = "u1" if self.info.task == "segmentation" else "<i8"
            digest.update(np.ascontiguousarray(split.labels, dtype=stored).data)
        return digest.hexdigest()[:16]


class FreshImages(Protocol):
    """Makes training images that were never seen, of what the training part is made of."""

    def __call__(self, num_images: int, rng: np.random.Generator) -> Split: ...


class DatasetOptions(Protocol):
    """The part of an experiment's `dataset:` section that loaders read."""

    @property
    def name(self) -> str: ...
    @property
    def root(self) -> str | None: ...
    @property
    def variant(self) -> str | None: ...
    @property
    def size(self) -> tuple[int, int] | None: ...
    @property
    def channels(self) -> int | None: ...
    @property
    def flip(self) -> bool | None: ...
    @property
    def classes(self) -> Classes | None: ...
    @property
    def ignore(self) -> tuple[PixelValue, ...] | None: ...
    @property
    def train_size(self) -> int | None: ...
    @property
    def validation_size(self) -> int | None: ...
    @property
    def seed(self) -> int: ...


Names = tuple[str, ...]


def _words(text: str) -> Names:
    return tuple(text.split())


CIFAR10 = _words("airplane automobile bird cat deer dog frog horse ship truck")

CIFAR100 = _words(
    "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus "
    "butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch "
    "crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo "
    "keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse "
    "mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy "
    "porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper "
    "snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television "
    "tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm"
)
"""The fine labels, which are in the order of the alphabet."""

DIGITS: Names = tuple(digits)

FASHION_MNIST: Names = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

KMNIST = _words("o ki su tsu na ha ma ya re wo")
"""A hiragana for each row of the syllabary."""

_BOTH_CASES: Names = (*digits, *ascii_uppercase, *ascii_lowercase)
_MERGED: Names = (*digits, *ascii_uppercase, *"abdefghnqrt")
"""Letters whose two cases look alike share a class (arXiv:1702.05373, section II)."""

EMNIST: dict[str, Names] = {
    "balanced": _MERGED, "byclass": _BOTH_CASES, "bymerge": _MERGED,
    "digits": DIGITS, "letters": tuple(ascii_uppercase), "mnist": DIGITS,
}  # fmt: skip
