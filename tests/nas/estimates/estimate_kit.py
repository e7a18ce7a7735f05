"""What the tests of estimates share."""

import numpy as np

from nas.statistics import Estimate

NUM_STUDIES = 1_000


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def share_covered(truth: float, found: list[Estimate]) -> float:
    return float(np.mean([estimate.low <= truth <= estimate.high for estimate in found]))
