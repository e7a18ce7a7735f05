"""What people look at: the report of a study, and the figures in it."""

from dashboards.curves import curves_figure
from dashboards.figures import front_figure
from dashboards.findings import Findings
from dashboards.report import write_report

__all__ = ["Findings", "curves_figure", "front_figure", "write_report"]
