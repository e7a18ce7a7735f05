"""The colours of pages and figures, by role, and the look that all pages share.

Blue, orange and grey stay apart for every common kind of colour blindness, and each mark also has a
shape of its own. A figure is made in one palette; the page swaps its values for those of the other,
so each role has a colour that no other role of the same palette has.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache

from dashboards.networks.diagram_colors import DARK_DIAGRAM, LIGHT_DIAGRAM
from dashboards.templating import fill


@dataclass(frozen=True)
class Palette:
    """Colours as CSS values.

    Attributes:
        page: Behind everything.
        surface: Behind figures and tables.
        raised: Behind what lies on a surface: code, buttons.
        ink: Text.
        muted: Text of less weight, axes.
        line: Rules and grids.
        front: The Pareto front, links.
        tint: Behind what is marked with the front's colour.
        knee: The best compromise.
        faint: Trials that are not on the front.
        limit: Budgets.
        bad: Failures.
        low: The least of a quantity that is told by colour.
        middle: Between them; the three rise evenly in contrast to the surface.
        high: The most.
    """

    page: str
    surface: str
    raised: str
    ink: str
    muted: str
    line: str
    front: str
    tint: str
    knee: str
    faint: str
    limit: str
    bad: str
    low: str
    middle: str
    high: str

    def roles(self) -> dict[str, str]:
        """Colours by role."""
        return asdict(self)

    def scale(self) -> list[tuple[float, str]]:
        """From the least to the most of a quantity, as Plotly takes it."""
        return [(0.0, self.low), (0.5, self.middle), (1.0, self.high)]

    def to(self, other: Palette) -> dict[str, str]:
        """Each colour with the one that has its role in another palette."""
        return {color: other.roles()[role] for role, color in self.roles().items()}


LIGHT = Palette(
    page="#f6f7f9",
    surface="#ffffff",
    raised="#f1f3f5",
    ink="#191d23",
    muted="#5a6370",
    line="#e1e5ea",
    front="#0a5fb4",
    tint="#eaf2fb",
    knee="#c44900",
    faint="#a3acb8",
    limit="#7b4a9e",
    bad="#b3261e",
    low="#e8a33d",
    middle="#c2456b",
    high="#3f1d6b",
)

DARK = Palette(
    page="#0e1115",
    surface="#161a20",
    raised="#20262e",
    ink="#e7eaee",
    muted="#9ba6b3",
    line="#2a313a",
    front="#6db3f8",
    tint="#16283b",
    knee="#ff9b54",
    faint="#64707d",
    limit="#c79be6",
    bad="#ff8a80",
    low="#7d5bd0",
    middle="#e8658a",
    high="#ffd873",
)


SHEETS = ("base.css", "card.css")


@lru_cache(maxsize=1)
def theme_css() -> str:
    """Colours by role as CSS variables, light and dark, then type, tables, plots and cards.

    Dark is what the system asks for, unless `data-theme` of the root element says otherwise.
    """
    light = LIGHT.roles() | LIGHT_DIAGRAM.variables()
    dark = DARK.roles() | DARK_DIAGRAM.variables()
    return "\n".join([fill("colors.css.j2", light=light, dark=dark), *map(fill, SHEETS)])
