"""What only a card can tell: whether training and timing on it are right.

`nas doctor --gpu` and `benchmarks/gpu.py` run these checks. They need torch, numpy and pydantic,
and none of Ray, Optuna or a database. On a pretended card they run on the CPU, which proves them
and all that they call, and says nothing about a card.
"""

from workers.gpu_checks.card import Card, PretendedCard, this_card
from workers.gpu_checks.check import Check, CheckFailed, Found, Verdict
from workers.gpu_checks.checks import CHECKS
from workers.gpu_checks.subject import FAMILIES, PlainRecipe, family_network, noise

__all__ = [
    "CHECKS",
    "FAMILIES",
    "Card",
    "Check",
    "CheckFailed",
    "Found",
    "PlainRecipe",
    "PretendedCard",
    "Verdict",
    "family_network",
    "noise",
    "this_card",
]
