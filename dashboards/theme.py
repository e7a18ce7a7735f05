"""The look that all pages share, as one style sheet."""

from __future__ import annotations

from functools import lru_cache

from dashboards.diagram_colors import DARK_DIAGRAM, LIGHT_DIAGRAM
from dashboards.palette import DARK, LIGHT
from dashboards.templating import fill

SHEETS = ("base.css", "card.css")


@lru_cache(maxsize=1)
def theme_css() -> str:
    """Colours by role as CSS variables, light and dark, then type, tables, plots and cards.

    Dark is what the system asks for, unless `data-theme` of the root element says otherwise.
    """
    light = LIGHT.roles() | LIGHT_DIAGRAM.variables()
    dark = DARK.roles() | DARK_DIAGRAM.variables()
    return "\n".join([fill("colors.css.j2", light=light, dark=dark), *map(fill, SHEETS)])
