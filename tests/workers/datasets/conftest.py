"""What the tests of data sets share: options, and a cache of each test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from formats_kit import MakeOptions

from nas.config.dataset import DatasetSpec


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of this test alone."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("NAS_CACHE", str(folder))
    return folder


@pytest.fixture
def options(tmp_path: Path) -> MakeOptions:
    """Options of a data set whose root is the test's folder."""

    def make(name: str, **values: Any) -> DatasetSpec:
        values.setdefault("root", str(tmp_path))
        return DatasetSpec(name=name, **values)

    return make
