"""What all tests share."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from order_kit import pytest_collection_modifyitems as pytest_collection_modifyitems
from postgres_kit import Postgres


def pytest_collection(session: pytest.Session) -> None:
    """Lets no garbage be looked for while what is imported and collected is there to stay."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Spares the process what makes it slow beside others like it, or after so many imports."""
    gc.collect()
    gc.freeze()  # so that it is not looked at time and again
    gc.enable()
    if hasattr(session.config, "workerinput") and "torch" in sys.modules:
        import torch
        from threadpoolctl import threadpool_limits

        # As many processes as cores, each with as many threads, would wait for one another.
        torch.set_num_threads(1)
        threadpool_limits(1)


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Made data sets go to one folder of this test run, not to the user's cache."""
    patch = pytest.MonkeyPatch()
    patch.setenv("NAS_CACHE", str(tmp_path_factory.mktemp("cache")))
    patch.delenv("NAS_STORAGE", raising=False)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started once for all tests that need one."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="module")
def one_ray() -> Iterator[None]:
    """One Ray for all searches of a file: a launch uses one that is there, and leaves it running.

    Starting it takes seconds; how a launch starts its own is what `test_end_to_end` and others see.
    """
    import ray

    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    assert ray.is_initialized()
    ray.shutdown()


@pytest.fixture
def ready_spaces() -> Path:
    """The folder of the spaces that come with the package."""
    import search_spaces

    return Path(next(iter(search_spaces.__path__)))
