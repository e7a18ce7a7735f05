"""What people look at: the report of a study, and the figures and cards in it."""

from dashboards.networks.network_card import CardContent, card_html
from dashboards.plots.axis_switch import switchable_front
from dashboards.plots.curves import curves_figure
from dashboards.plots.effects import effects_figure
from dashboards.plots.figures import front_figure
from dashboards.plots.importance import importance_figure
from dashboards.plots.palette import theme_css
from dashboards.plots.progress import progress_axes, progress_figure
from dashboards.sections.findings import Findings
from dashboards.sections.lessons import EQUAL_COSTS, Lessons
from dashboards.sections.report import write_report

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
