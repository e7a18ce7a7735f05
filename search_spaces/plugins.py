"""Blocks from outside this package: a module that registers them, or an installed entry point."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from search_spaces.errors import NasError, SpaceError

GROUP = "conv_nas.blocks"


def load_plugin(name: str) -> None:
    """Imports a module that registers blocks: a dotted name, or the path of a `.py` file.

    Raises:
        SpaceError: It is not there, or it fails while it is imported.
    """
    try:
        if name.endswith(".py"):
            _load_file(Path(name))
        else:
            _load_module(name)
    except NasError:
        raise
    except Exception as error:
        raise SpaceError(f"plugin {name!r} cannot be loaded: {_one_line(error)}") from error


def _load_file(path: Path) -> None:
    name = path.stem
    if name in sys.modules:
        known = getattr(sys.modules[name], "__file__", None)
        if known is not None and Path(known).resolve() == path.resolve():
            return
        name = f"conv_nas_plugin_{name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SpaceError(f"plugin {str(path)!r} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise


def _load_module(name: str) -> None:
    """Imports a module; the working folder counts, as it does for `python -m`."""
    sys.path.insert(0, "")
    try:
        importlib.import_module(name)
    finally:
        sys.path.remove("")


@cache
def load_entry_points() -> None:
    """Imports every installed plugin once. Raises SpaceError where one fails."""
    for point in entry_points(group=GROUP):
        try:
            point.load()
        except NasError:
            raise
        except Exception as error:
            of = f" of {point.dist.name}" if point.dist else ""
            raise SpaceError(
                f"plugin {point.value!r}{of} cannot be loaded: {_one_line(error)}"
            ) from error


def _one_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
