"""What other seeds say of a front, beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nas.store import TrialRecord

if TYPE_CHECKING:
    from nas.confirmation.confirmed import Confirmation

CONFIRMED_HEADINGS = ("again", "on front")


def confirmed_cells(trial: TrialRecord, found: Confirmation | None) -> list[str]:
    """Its mean over other seeds, and the probability that it is on the true front.

    Dashes for a trial that was not trained again; nothing where the study was not confirmed.
    """
    from nas.confirmation.words import mean_in_words, probability_in_words

    if found is None:
        return []
    network = found.of(trial)
    if network is None:
        return ["-"] * len(CONFIRMED_HEADINGS)
    return [mean_in_words(network), probability_in_words(network.front_probability)]


def said_of_confirmed(found: Confirmation | None) -> Iterator[str]:
    """The lines below a front; none where the study was not confirmed."""
    from nas.confirmation.words import summary, trained_in_words

    if found is not None:
        yield f"Trained again: {trained_in_words(found)}."
        yield from summary(found)
