"""What the networks of a front are worth in eight bit integers, and how that is told."""

from nas.quantisation.front import asks_for_int8, measure_int8
from nas.quantisation.told import (
    as_json,
    beyond_max_drop,
    difference_in_words,
    is_guided_by_int8,
    reading_in_words,
    said,
)

__all__ = [
    "as_json", "asks_for_int8", "beyond_max_drop", "difference_in_words", "is_guided_by_int8",
    "measure_int8", "reading_in_words", "said",
]  # fmt: skip
