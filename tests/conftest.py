"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_kit import Postgres


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


@pytest.fixture
def ready_spaces() -> Path:
    """The folder of the spaces that come with the package."""
    import search_spaces

    return Path(next(iter(search_spaces.__path__)))
