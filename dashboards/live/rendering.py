"""Pages and their parts as HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dashboards.live.assets import address
from dashboards.palette import DARK, LIGHT
from dashboards.templating import environment
from dashboards.words import time_element

Trail = Sequence[tuple[str, str]]
"""Names and addresses of the pages above one."""


def page(
    template: str,
    title: str,
    trail: Trail = (),
    *,
    poll: str = "",
    optuna: str = "/dashboard",
    has_figures: bool = False,
    **values: Any,
) -> str:
    """A whole page.

    Args:
        template: Its name in `dashboards/templates/live`.
        poll: Where the page asks for what has changed; empty where nothing does.
        optuna: Where Optuna's dashboard shows the same.
    """
    html: str = _filled(
        f"live/{template}", title=title, trail=trail, poll=poll, optuna=optuna,
        has_figures=has_figures, asset=address, to_dark=json.dumps(LIGHT.to(DARK)), **values,
    )  # fmt: skip
    return html


def part(name: str, **values: Any) -> str:
    """A part of a page, which its script puts in place of the one before."""
    html: str = _filled(f"live/parts/{name}.html.j2", **values)
    return html


def _filled(template: str, **values: Any) -> Any:
    return environment().get_template(template).render(time_element=time_element, **values)
