"""The colours of a network's drawing: of a file by itself, and of a page that may be dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def kind_class(kind: str) -> str:
    """The CSS class of a kind of layer."""
    return f"kind-{kind.replace(' ', '-')}"


@dataclass(frozen=True)
class DiagramColors:
    """Colours as CSS values.

    Attributes:
        ink: Names.
        muted: Text of less weight.
        page: Behind everything.
        card: Behind a block.
        rim: Around a block.
        edge: Between layers.
        flow: Between blocks.
        flops: The bar of FLOPs.
        params: The bar of parameters.
        kinds: Fill and rim of each kind of layer.
    """

    ink: str
    muted: str
    page: str
    card: str
    rim: str
    edge: str
    flow: str
    flops: str
    params: str
    kinds: Mapping[str, tuple[str, str]]

    def variables(self) -> dict[str, str]:
        """Each colour by the name of its CSS variable, without the dashes before it."""
        roles = {f"diagram-{role}": str(getattr(self, role)) for role in _ROLES}
        for kind, (fill, rim) in self.kinds.items():
            roles |= {f"diagram-{kind_class(kind)}": fill, f"diagram-{kind_class(kind)}-rim": rim}
        return roles


_ROLES = ("ink", "muted", "page", "card", "rim", "edge", "flow", "flops", "params")

LIGHT_DIAGRAM = DiagramColors(
    ink="#191d23",
    muted="#5a6370",
    page="#f4f6f8",
    card="#ffffff",
    rim="#cfd6de",
    edge="#8a94a3",
    flow="#4a5563",
    flops="#3f7bd0",
    params="#d88a21",
    kinds={
        "convolution": ("#dbe8fb", "#3f7bd0"),
        "1x1 convolution": ("#eef4fd", "#8fb3e6"),
        "depthwise": ("#d6f1ea", "#2c9a82"),
        "grouped": ("#e5dff9", "#7a60d0"),
        "pooling": ("#fdecd5", "#d88a21"),
        "shuffle": ("#fbe1dd", "#c94f3b"),
        "linear": ("#f8dfec", "#bd4079"),
        "join": ("#e9edf2", "#7f8a99"),
        "other": ("#f6f7f9", "#b3bcc8"),
    },
)
"""Also those of a file, which programs read that know no CSS variables."""

DARK_DIAGRAM = DiagramColors(
    ink="#e7eaee",
    muted="#9ba6b3",
    page="#11151a",
    card="#1b2027",
    rim="#39424d",
    edge="#6d7885",
    flow="#8f9aa7",
    flops="#6da3ec",
    params="#e5a447",
    kinds={
        "convolution": ("#1d3352", "#5b93e0"),
        "1x1 convolution": ("#1b2a3f", "#48698f"),
        "depthwise": ("#143a33", "#38ab91"),
        "grouped": ("#2c2650", "#8d76e0"),
        "pooling": ("#3e2d13", "#d99a3c"),
        "shuffle": ("#43211c", "#d96b57"),
        "linear": ("#3f1d2e", "#d0608f"),
        "join": ("#262d36", "#7d8997"),
        "other": ("#20262d", "#56616d"),
    },
)


def _variables() -> DiagramColors:
    roles = {role: f"var(--diagram-{role})" for role in _ROLES}
    slugs = {kind: f"--diagram-{kind_class(kind)}" for kind in LIGHT_DIAGRAM.kinds}
    kinds = {kind: (f"var({slug})", f"var({slug}-rim)") for kind, slug in slugs.items()}
    return DiagramColors(**roles, kinds=kinds)


ON_PAGE = _variables()
"""Named by CSS variables, so that a drawing within a page follows its theme."""
