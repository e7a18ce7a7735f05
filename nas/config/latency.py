"""The section `latency`: how a network is timed."""

from __future__ import annotations

from typing import Literal

from nas.config.values import PositiveInt
from search_spaces.space_spec import Spec


class LatencySpec(Spec):
    """How latency is measured: on which device, for which batch, with how many threads."""

    device: Literal["cpu", "cuda"] = "cpu"
    batch_size: PositiveInt = 1
    num_threads: PositiveInt = 1
