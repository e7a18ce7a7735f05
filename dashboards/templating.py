"""Templates whose every value is shown as text; a page is written in one step."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboards.sections.words import visible
from search_spaces.errors import ReportError
from search_spaces.whole_file import replacing


def fill(template: str, **values: Any) -> str:
    """A template of `dashboards/templates` with values; every string is escaped.

    Markup that is ours comes in as `markupsafe.Markup`.
    """
    text: str = environment().get_template(template).render(**values)
    return text


@lru_cache(maxsize=1)
def environment() -> Any:
    """Jinja's, which raises where a template names a value that it was not given."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    # Jinja calls this before it escapes: Markup must pass, or it would be escaped as well.
    def shown(value: Any) -> Any:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=PackageLoader("dashboards"), autoescape=True, undefined=StrictUndefined,
        finalize=shown, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def replace_file(path: Path, text: str) -> None:
    """Writes a file, or keeps what was there. Raises ReportError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as partial:
            partial.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}") from error
