"""The Ray that a search runs on: one of its own, or a cluster that is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nas.runner.node_watch import watching_node

_TOLD_BY_US = (
    "A worker died or was killed", "killed due to memory pressure", "Raylet is terminated",
    "has been marked dead",
)  # fmt: skip
"""What Ray would say on standard output of failures that the session tells in one line."""

RAY_SETTINGS = {
    "RAY_AIR_NEW_OUTPUT": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": "|".join(_TOLD_BY_US),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_TRAIN_ENABLE_V2_MIGRATION_WARNINGS": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
    "TUNE_DISABLE_STRICT_METRIC_CHECKING": "1",
    "TUNE_GLOBAL_CHECKPOINT_S": "3600",
    "TUNE_MAX_PENDING_TRIALS_PG": "1000",
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
}
"""Tune's own files, prints and signal handling are off: database and session have that part.

Ray reads which messages it leaves out when it is imported: who has done so before sees them all.

How many trials wait for a worker is up to `SessionSearcher`, so that all workers start at once.
"""


@contextmanager
def ray_cluster(address: str | None, on_lost: Callable[[], None]) -> Iterator[None]:
    """A Ray to run on; one that this process had started before is used and left running.

    Args:
        on_lost: Called, from a thread, when the node process of a Ray that was started here ends.
    """
    import ray

    if ray.is_initialized():
        yield
        return
    # Ray's memory monitor ends a worker shortly before memory runs out, with an error on which Tune
    # ends the whole search. Without it the kernel kills a worker (Ray marks them as the first to
    # go), and that trial is tried again.
    os.environ.setdefault("RAY_memory_monitor_refresh_ms", "0")
    ray.init(
        address=address or "local", include_dashboard=False, log_to_driver=False,
        logging_level="ERROR",
    )  # fmt: skip
    try:
        with watching_node(on_lost):
            yield
    finally:
        ray.shutdown()
