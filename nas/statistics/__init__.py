"""Estimates with their intervals: what a figure says, and how sure that is.

Pure functions of arrays. Chance comes in as a generator, so that equal seeds give equal intervals.
"""

from nas.statistics.agreement import (
    ReliabilityBin,
    brier_score,
    correlation,
    kendall_tau,
    kept_of_best,
    number_to_show,
    reliability,
    spearman_rho,
)
from nas.statistics.belief import Beliefs, Believed, beliefs
from nas.statistics.comparison import (
    Comparison,
    Verdict,
    compare,
    compare_accuracies,
)
from nas.statistics.front import front_probability, hypervolume_difference
from nas.statistics.intervals import (
    CONFIDENCE,
    Estimate,
    Spread,
    accuracy_interval,
    bootstrap,
    image_variance,
    mean_interval,
    pooled_spread,
    proportion_interval,
)

__all__ = [
    "CONFIDENCE",
    "Beliefs",
    "Believed",
    "Comparison",
    "Estimate",
    "ReliabilityBin",
    "Spread",
    "Verdict",
    "accuracy_interval",
    "beliefs",
    "bootstrap",
    "brier_score",
    "compare",
    "compare_accuracies",
    "correlation",
    "front_probability",
    "hypervolume_difference",
    "image_variance",
    "kendall_tau",
    "kept_of_best",
    "mean_interval",
    "number_to_show",
    "pooled_spread",
    "proportion_interval",
    "reliability",
    "spearman_rho",
]
