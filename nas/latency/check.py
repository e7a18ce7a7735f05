"""How well a latency table predicts whole networks, measured end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

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
        pairs = zip(self.predicted_ms, self.measured_ms, strict=True)
        errors = [abs(predicted / measured - 1) for predicted, measured in pairs]
        return sum(errors) / len(errors)

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
    limit = NETWORK_S * (len(networks) + len(table.anchors))
    observer.message(
        f"measuring {plural(len(networks), 'whole network')}: {format_duration(limit)} at most"
    )
    return compare(table, networks, limit)


def require_here(setting: LatencySetting) -> None:
    """Raises LatencyError where networks cannot be measured here in the setting of a table."""
    own = asdict(setting)
    device_name, versions = own.pop("device_name"), own.pop("versions")
    here = setting_here(**own)
    if here != setting:
        raise LatencyError(
            f"networks can be measured on the table's device alone ({device_name}, {versions}); "
            f"this is {here.device_name}, {here.versions}"
        )


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
