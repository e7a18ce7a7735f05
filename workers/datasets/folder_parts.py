"""Which folders are the parts of a data set, however they are spelt, and which are no classes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from workers.datasets.base import PartName

EXACT: dict[PartName, tuple[str, ...]] = {
    "train": ("train",), "validation": ("val", "valid", "validation"), "test": ("test",),
}  # fmt: skip
"""The usual names, which come before any other spelling."""

_FILLER = "(?:sets?|data|images?|imgs?|pictures?|pics?|photos?|splits?|parts?|folder|seg|samples?)*"
_WORDS: dict[PartName, str] = {
    "train": "train(?:ing)?s?|trn",
    "validation": "val(?:id(?:at(?:e|ion|ing))?)?s?|vld|dev(?:el(?:opment)?)?",
    "test": "test(?:ing)?s?|tst|holdout",
}
_SPELLINGS = {p: re.compile(f"{_FILLER}(?:{words}){_FILLER}") for p, words in _WORDS.items()}
_HALVES = re.compile("(train|val|test).{1,2}")
"""As `trainA` and `testB` of two kinds of images that are translated into each other."""

_FOLD = re.compile("(?:fold|split)s?")
_IMAGES = re.compile("(?:jpeg|jpg|png|raw|rgb)?(?:images?|imgs?|pictures?|photos?|frames?|inputs?)")
_MASKS = re.compile(
    "masks?|labels?|annotations?|segmentations?(?:class|object)?|groundtruths?|gt|b?box(?:es)?|"
    "targets?|xmls?|depths?|outputs?|(?:image|img)(?:masks?|labels?|sets)"
)
_CLASS_MASKS = re.compile(
    "(?:png|gt)?(?:masks?|labels?|annotations?|segmentations?(?:class)?|groundtruths?|gt|targets?)"
)
"""Of those, what may hold a class for each pixel."""


def parts_named(names: Iterable[str]) -> dict[PartName, list[str]]:
    """The names that mean a part, by part; those with the usual spelling first.

    Case, digits, and what stands between letters do not matter: `Training_set`, `VAL`, `train2017`.
    """
    known = list(names)
    found: dict[PartName, list[str]] = {}
    for part, spelling in _SPELLINGS.items():
        named = [name for name in known if spelling.fullmatch(_letters(name))]
        if named:
            found[part] = sorted(named, key=lambda name: (_rank(part, name), name))
    return found


def _rank(part: PartName, name: str) -> int:
    usual = EXACT[part]
    return usual.index(name) if name in usual else len(usual)


def why_no_classes(names: list[str]) -> str | None:
    """Why folders of these names are plainly no classes; None where they may be."""
    if len(names) < 2:
        return None
    parts = parts_named(names)
    several = [named[0] for named in parts.values()]
    # A name alone says little: `train` beside `car` and `bus`, or `test` beside other kinds, is a
    # class.
    if len(parts) > 1 and ("train" in parts or sum(map(len, parts.values())) == len(names)):
        return f"{_listed(several)} are parts of a data set and no classes"
    letters = [_letters(name) for name in names]
    halves = [_HALVES.fullmatch(text) for text in letters]
    if all(halves) and len({match[1] for match in halves if match}) > 1:
        return f"{_listed(names)} are parts of a data set and no classes"
    if all(map(_FOLD.fullmatch, letters)):
        return f"{_listed(names)} are parts of a data set and no classes"
    images = [name for name, text in zip(names, letters, strict=True) if _IMAGES.fullmatch(text)]
    masks = [name for name, text in zip(names, letters, strict=True) if _MASKS.fullmatch(text)]
    # Among many classes, `frames` and `labels` may well be two of them.
    if images and masks and 2 * len(images + masks) >= len(names):
        return f"{_listed(images + masks)} are images and what belongs to them, and no classes"
    return None


def images_and_masks(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The names that mean images, and those that mean their masks; the usual spelling alone first.

    `images`, `imgs`, `JPEGImages`; `masks`, `labels`, `annotations`, `SegmentationClass`.
    """
    known = sorted(names)
    found = []
    for usual, spelling in (("images", _IMAGES), ("masks", _CLASS_MASKS)):
        named = [name for name in known if spelling.fullmatch(_letters(name))]
        found.append([usual] if usual in named else named)
    return found[0], found[1]


def _letters(name: str) -> str:
    """The letters of a name alone, lower case."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in text if character.isalpha())


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[:4]]
    if len(names) > len(shown):
        return f"{', '.join(shown)} and {len(names) - len(shown)} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
