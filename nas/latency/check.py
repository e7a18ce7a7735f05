"""How well a latency table predicts whole networks, measured end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nas.latency.end_to_end import measure_networks
from nas.latency.networks import random_networks
from nas.latency.profile import NETWORK_S, ProfileObserver
from nas.latency.table import LatencyTable
from search_spaces.errors import LatencyError
from search_spaces.graphs.network import Network
from search_spaces.quantities import format_duration, plural
from search_spaces.spaces.space import Space
from workers.latency import LatencySetting, setting_here


@dataclass(frozen=True)
class Check:
    """Predicted beside measured latencies of networks that no correction was fitted on.

    Attributes:
        kendall_tau: Rank correlation (tau-b).
        mean_error: Mean of `abs(predicted / measured - 1)`.
        max_error: Its largest.
        is_quiet: Whether the device was quiet while all of them were measured.
    """

    predicted_ms: tuple[float, ...]
    measured_ms: tuple[float, ...]
    is_quiet: bool

    @property
    def kendall_tau(self) -> float:
        from scipy.stats import kendalltau

        return float(kendalltau(self.predicted_ms, self.measured_ms).statistic)

    @property
    def mean_error(self) -> float:
        return sum(self._errors()) / len(self.measured_ms)

    @property
    def max_error(self) -> float:
        return max(self._errors())

    def _errors(self) -> list[float]:
        pairs = zip(self.predicted_ms, self.measured_ms, strict=True)
        return [abs(predicted / measured - 1) for predicted, measured in pairs]

    def as_json(self) -> dict[str, object]:
        """As `nas profile --check --json` prints it."""
        return {
            "networks": len(self.predicted_ms),
            "kendall_tau": self.kendall_tau,
            "mean_error": self.mean_error,
            "is_quiet": self.is_quiet,
        }


def check_table(table: LatencyTable, space: Space, count: int, observer: ProfileObserver) -> Check:
    """Measures random whole networks, other than those of the correction, end to end.

    Raises:
        LatencyError: The table was measured on another device.
    """
    require_here(table.setting)
    # Another draw than that of the correction, and none of its networks: it is judged by others.
    networks = random_networks(space, count, seed=1, without=table.networks)
    told = plural(len(networks), "whole network")
    if table.setting.is_estimated:
        observer.message(f"compiling {told}")
        return compare(table, networks)
    limit = NETWORK_S * (len(networks) + len(table.anchors))
    observer.message(f"measuring {told}: {format_duration(limit)} at most")
    return compare(table, networks, limit)


def require_here(setting: LatencySetting) -> None:
    """Raises LatencyError where networks cannot be measured here in the setting of a table."""
    here = _here_as(setting)
    if here != setting:
        raise LatencyError(
            f"networks can be measured on the table's device alone ({setting.device_name}, "
            f"{setting.versions}); this is {here.device_name}, {here.versions}"
        )


def _here_as(setting: LatencySetting) -> LatencySetting:
    """The setting of this machine under the conditions of another one."""
    if setting.is_estimated:
        from workers.latency.vela import Npu, vela_setting

        return vela_setting(Npu.named(setting.device_name))
    own: dict[str, Any] = asdict(setting)
    del own["device_name"], own["versions"]
    return setting_here(**own)


def compare(
    table: LatencyTable, networks: Sequence[Network], max_seconds: float | None = None
) -> Check:
    """Measures networks and sets the table's predictions beside them."""
    found = measure_networks(networks, table, max_seconds=max_seconds)
    measured = [(n, found[n.id].measurement) for n in networks if n.id in found]
    return Check(
        tuple(table.predict(network) for network, _ in measured),
        tuple(measurement.latency_ms for _, measurement in measured),
        all(measurement.is_quiet for _, measurement in measured),
    )
