"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from nas.workspace import DEFAULT_ROOT

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_STORAGE = "sqlite:///nas.db"


def storage_option(function: F) -> F:
    """`--storage`, or the environment's NAS_STORAGE."""
    return click.option(
        "--storage", envvar="NAS_STORAGE", default=DEFAULT_STORAGE, show_default=True,
        metavar="URL", help="Database of the studies (also NAS_STORAGE).",
    )(function)  # fmt: skip


def folder_option(function: F) -> F:
    """`--folder`: where the files of all studies lie."""
    return click.option(
        "--folder", type=click.Path(file_okay=False, path_type=Path), default=DEFAULT_ROOT,
        show_default=True, help="Folder of weights, reports and exported code.",
    )(function)  # fmt: skip


def json_option(function: F) -> F:
    """`--json`: data for programs instead of a table."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def space_argument(function: F) -> F:
    """The experiment file."""
    return click.argument("file", type=click.Path(path_type=Path), metavar="SPACE.YAML")(function)


def plugin_option(function: F) -> F:
    """`--plugin`: modules that register further blocks, imported before anything is read."""

    def load(_ctx: click.Context, _option: click.Parameter, names: tuple[str, ...]) -> None:
        from search_spaces.plugins import load_plugin

        for name in names:
            load_plugin(name)

    return click.option(
        "--plugin", multiple=True, metavar="MODULE", callback=load, expose_value=False,
        is_eager=True, help="Module or .py file that adds blocks; may be repeated.",
    )(function)  # fmt: skip
