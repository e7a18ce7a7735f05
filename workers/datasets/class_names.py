"""What the published data sets call their classes, by label."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

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
