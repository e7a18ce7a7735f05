"""What people look at: the report of a study, and the figures and cards in it."""

from dashboards.axis_switch import switchable_front
from dashboards.curves import curves_figure
from dashboards.effects_figure import effects_figure
from dashboards.figures import front_figure
from dashboards.findings import Findings
from dashboards.importance_figure import importance_figure
from dashboards.lessons import EQUAL_COSTS, Lessons
from dashboards.network_card import CardContent, card_html
from dashboards.progress_figure import progress_axes, progress_figure
from dashboards.report import write_report
from dashboards.theme import theme_css

__all__ = [
    "EQUAL_COSTS",
    "CardContent",
    "Findings",
    "Lessons",
    "card_html",
    "curves_figure",
    "effects_figure",
    "front_figure",
    "importance_figure",
    "progress_axes",
    "progress_figure",
    "switchable_front",
    "theme_css",
    "write_report",
]
