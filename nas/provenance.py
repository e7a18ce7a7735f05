"""What a study ran on: versions of packages, and the machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGES = ("conv-nas", "torch", "optuna", "ray", "sqlalchemy", "numpy")


def package_versions() -> dict[str, Any]:
    """Versions of Python and of the packages that results may depend on."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def hardware() -> dict[str, Any]:
    """The machine that launches: system, processor architecture, number of cores."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "num_cpus": os.cpu_count(),
    }
