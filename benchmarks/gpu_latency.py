"""How well the latency table of a card predicts whole networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from nas.statistics.agreement import kendall_tau
from nas.statistics.correction import WholeNetwork, fit_correction
from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from workers.gpu_checks import FAMILIES, Card
from workers.latency import OF_NETWORKS, Effort, Measurement, Subject, measure, usual

NUM_FITTED, NUM_JUDGED = 12, 20
BLOCKS_S, NETWORKS_S = 30.0, 25.0


def random_network(rng: np.random.Generator, side: int) -> Network:
    """Three stages of one to three blocks, each of a family and a width of its own."""
    chain = Chain((3, side, side))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 16))
    for stage in range(3):
        width = int(rng.choice([16, 32, 64])) * (1 if stage == 0 else 2)
        for block in range(int(rng.integers(1, 4))):
            family = str(rng.choice(sorted(FAMILIES)))
            stride = 2 if stage and not block else 1
            chain.block(f"stage{stage + 1}.{block}", family, width, stride, **FAMILIES[family])
    chain.write("head", "head", lambda net, x: head(net, x, 10))
    return chain.network()


def drawn(count: int, side: int, seed: int = 0) -> list[Network]:
    """Different networks, the same for the same seed."""
    rng = np.random.default_rng(seed)
    found: dict[str, Network] = {}
    while len(found) < count:
        network = random_network(rng, side)
        found.setdefault(network.id, network)
    return list(found.values())


def table_against_networks(card: Card) -> dict[str, Any]:
    """Networks that the correction was not fitted on: rank correlation and error of the sums."""
    fitted, judged = (2, 4) if card.is_pretended else (NUM_FITTED, NUM_JUDGED)
    networks = drawn(fitted + judged, 8 if card.is_pretended else 32)
    blocks = {block.graph.id: block.graph for network in networks for block in network.blocks}
    table = _measured(card, [Subject.of_block(graph) for graph in blocks.values()], BLOCKS_S)
    reference_ms = usual([found.reference_ms for found in table.values()])
    whole = _measured(
        card, [Subject.of_network(network) for network in networks], NETWORKS_S, OF_NETWORKS,
        reference_ms,
    )  # fmt: skip
    rows = [_row(n, table, whole) for n in networks if _is_known(n, table, whole)]
    if len(rows) < len(networks):
        raise TimeoutError(f"{len(rows)} of {len(networks)} networks were measured in time")
    correct = fit_correction(rows[:fitted])
    predicted = np.array([correct(*row[:3]) for row in rows[fitted:]])
    measured = np.array([row.latency_ms for row in rows[fitted:]])
    return {
        "num_blocks": len(table),
        "num_networks": len(measured),
        "kendall_tau": float(kendall_tau(predicted, measured)),
        "mean_error": float(np.abs(predicted / measured - 1).mean()),
        "is_quiet": all(found.is_quiet for found in (*table.values(), *whole.values())),
        "setting": card.setting().in_words,
    }


Found = dict[str, Measurement]


def _measured(
    card: Card,
    subjects: list[Subject],
    seconds: float,
    effort: Effort = Effort(),  # noqa: B008
    usual_ms: float | None = None,
) -> Found:
    with card.timing() as clock:
        found = measure(
            subjects, card.setting(), effort, usual_reference_ms=usual_ms, max_seconds=seconds,
            clock=clock,
        )  # fmt: skip
        return {measurement.id: measurement for measurement in found}


def _is_known(network: Network, table: Found, whole: Found) -> bool:
    return network.id in whole and all(block.graph.id in table for block in network.blocks)


def _row(network: Network, table: Found, whole: Found) -> WholeNetwork:
    sum_ms = sum(table[block.graph.id].latency_ms for block in network.blocks)
    flops, latency_ms = cost(network).flops, whole[network.id].latency_ms
    return WholeNetwork(sum_ms, flops, len(network.blocks), latency_ms)
