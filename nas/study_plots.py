"""The figures of a study for notebooks: Plotly's, made by the code of the report."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from search_spaces.errors import SearchError

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from dashboards import Findings


class StudyPlots(ABC):
    """The part of a study that draws."""

    name: str

    @abstractmethod
    def _findings(self) -> Findings:
        """What the study has found by now."""

    def plot_front(self, cost: str | None = None) -> Figure:
        """Accuracy against a cost as a Plotly figure, as the report draws it.

        Args:
            cost: For example `flops` or `latency_ms`; by default all that are known, to choose from
                by buttons.

        Raises:
            SearchError: `cost` is none, or no finished trial has it.
        """
        from dashboards import front_figure, switchable_front

        findings = self._findings()
        if cost is None:
            return switchable_front(findings)
        if cost not in findings.figure_costs:
            known = ", ".join(findings.figure_costs) or "none: no trial is COMPLETE yet"
            raise SearchError(f"`cost` must be one of {known}; got {cost!r}")
        return front_figure(findings, cost)

    def plot_curves(self) -> Figure:
        """The learning curves of all trials as a Plotly figure."""
        from dashboards import curves_figure

        return curves_figure(self._findings())

    def plot_effects(self, cost: str = "flops") -> Figure:
        """What block type, kernel size, dilation, groups and width do to accuracy at equal cost.

        A Plotly figure of `nas.trust.effects`, with 95% intervals.

        Args:
            cost: What is held equal: `flops`, `latency_ms` or `params`.

        Raises:
            SearchError: `cost` is none of these, or too few trials are trained to tell.
        """
        from dashboards import EQUAL_COSTS, Lessons, effects_figure

        if cost not in EQUAL_COSTS:
            raise SearchError(f"`cost` must be one of {', '.join(EQUAL_COSTS)}; got {cost!r}")
        findings = self._findings()
        effects = Lessons.of(findings).effects.get(cost)
        if not effects:
            raise SearchError(f"study {self.name!r} has too few trained trials with {cost} to tell")
        return effects_figure(effects, quality=findings.quality)

    def plot_importances(self) -> Figure:
        """How much each choice tells about accuracy, its cost included, as a Plotly figure.

        Choices that tell no more than chance does are not in it.

        Raises:
            SearchError: Too few trials are trained to tell.
        """
        from dashboards import Lessons, importance_figure

        lessons = Lessons.of(self._findings())
        if not lessons.clear_importances:
            raise SearchError(f"study {self.name!r} has too few trained trials to tell")
        return importance_figure(lessons.importances)

    def plot_progress(self, axis: str = "epochs") -> Figure:
        """The hypervolume of the front as the search went on.

        What random search is expected to reach stands beside it, where the trials tell it.

        Args:
            axis: `epochs` or `time`.

        Raises:
            SearchError: `axis` is neither, or the finished trials do not differ in every objective.
        """
        from dashboards import Lessons, progress_axes, progress_figure

        lessons = Lessons.of(self._findings())
        if not lessons.steps:
            rule = "the finished trials must differ in every objective"
            raise SearchError(f"study {self.name!r} has no hypervolume yet: {rule}")
        known = progress_axes(lessons)
        if axis not in known:
            raise SearchError(f"`axis` must be one of {', '.join(known)}; got {axis!r}")
        return progress_figure(lessons, axis)
