"""Templates whose every value is shown as text, with control characters made visible."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dashboards.words import visible


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

    def shown(value: Any) -> Any:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=PackageLoader("dashboards"), autoescape=True, undefined=StrictUndefined,
        finalize=shown, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
