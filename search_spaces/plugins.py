"""Blocks from outside this package: a module that registers them, or an installed entry point."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from search_spaces.errors import NasError, SpaceError, UserCodeError
from search_spaces.user_code import load_module, one_line

GROUP = "conv_nas.blocks"


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
    for point in entry_points(group=GROUP):
        try:
            point.load()
        except NasError:
            raise
        except Exception as error:
            of = f" of {point.dist.name}" if point.dist else ""
            raise SpaceError(
                f"plugin {point.value!r}{of} cannot be loaded: {one_line(error)}"
            ) from error
