"""Python from outside: blocks that a module or an entry point registers, functions by name."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from search_spaces.errors import NasError, SpaceError, UserCodeError


def load_module(name: str, folder: Path | None = None) -> ModuleType:
    """Imports a module: a dotted name, or the path of a `.py` file.

    Args:
        folder: Where it, and the modules that it imports, are looked for first; the working folder
            by default.

    Raises:
        UserCodeError: It is not there, or it fails while it is imported.
        NasError: What it raised of ours.
    """
    try:
        return _import(name, folder or Path())
    # Its own message says more than a wrapped one: blocks raise it while their module is imported.
    except NasError:
        raise
    except Exception as error:
        raise UserCodeError(f"{name!r} cannot be loaded: {one_line(error)}") from error


def load_function(reference: str, folder: Path | None = None) -> Callable[..., Any]:
    """A function or class: `package.module:function`, or `path/to/file.py:function`.

    Args:
        folder: Where the module is looked for first; the working folder by default.

    Raises:
        UserCodeError: Its module cannot be loaded, or has no such thing, or it cannot be called.
    """
    module_name, _, name = reference.rpartition(":")
    if not module_name or not name:
        raise UserCodeError(f"{reference!r} must be written as `module:function`")
    found: Any = load_module(module_name, folder)
    for part in name.split("."):
        if not hasattr(found, part):
            raise UserCodeError(f"{module_name!r} has no {name!r}")
        found = getattr(found, part)
    if not callable(found):
        came = f"it is of type {type(found).__name__}"
        raise UserCodeError(f"{reference!r} must be a function; {came}")
    function: Callable[..., Any] = found
    return function


def one_line(error: Exception) -> str:
    """Type and first line of an error that someone else's code raised."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _import(name: str, folder: Path) -> ModuleType:
    """A file of the folder is that file, whatever else has been imported under its name."""
    is_file = name.endswith(".py")
    path = folder / (name if is_file else f"{name}.py")
    place = str(folder.resolve())
    sys.path.insert(0, place)
    try:
        return _from_file(path) if is_file or path.is_file() else importlib.import_module(name)
    finally:
        # By its name and not the first: what was imported may have added others.
        sys.path.remove(place)


def _from_file(path: Path) -> ModuleType:
    name = path.stem
    if name in sys.modules:
        known = getattr(sys.modules[name], "__file__", None)
        if known is not None and Path(known).resolve() == path.resolve():
            return sys.modules[name]
        # A user's `json.py` must not stand in for a module of that name that others have imported.
        name = f"conv_nas_plugin_{name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UserCodeError(f"{str(path)!r} is no Python file")
    module = importlib.util.module_from_spec(spec)
    # Before it runs, as the import system does: dataclasses look up their module there.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        # Else the next import would find half of it, also after Ctrl-C.
        del sys.modules[name]
        raise
    return module


GROUPS = ("conv_nas.blocks", "conv_nas.measures")


def load_plugin(name: str) -> None:
    """Imports a module that registers blocks: a dotted name, or the path of a `.py` file.

    Raises:
        SpaceError: It is not there, or it fails while it is imported.
    """
    try:
        load_module(name)
    except UserCodeError as error:
        raise SpaceError(f"plugin {error}") from error


@cache
def load_entry_points() -> None:
    """Imports every installed plugin once. Raises SpaceError where one fails."""
    for point in (point for group in GROUPS for point in entry_points(group=group)):
        try:
            point.load()
        except NasError:
            raise
        except Exception as error:
            of = f" of {point.dist.name}" if point.dist else ""
            raise SpaceError(
                f"plugin {point.value!r}{of} cannot be loaded: {one_line(error)}"
            ) from error
