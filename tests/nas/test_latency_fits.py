"""The correction from sums to networks, and the prediction of blocks that were not measured."""

from __future__ import annotations

import numpy as np
import pytest

from nas.latency.correction import MIN_NETWORKS, Correction, WholeNetwork, fit_correction
from nas.latency.features import COUNTS, KINDS, block_features, kind, spread_order
from nas.latency.prediction import MIN_MEASURED, predict_blocks
from search_spaces.errors import LatencyError
from search_spaces.graph import Graph
from search_spaces.primitives import Conv, Linear
from search_spaces.registry import lower


def _networks(scale: float, per_block_ms: float, noise: float = 0.0) -> list[WholeNetwork]:
    rng = np.random.default_rng(0)
    networks = []
    for sum_ms, num_blocks in zip(rng.uniform(1, 9, 24), rng.integers(4, 12, 24), strict=True):
        exact = scale * sum_ms + per_block_ms * num_blocks
        measured = exact * (1 + noise * rng.standard_normal())
        networks.append(WholeNetwork(float(sum_ms), int(num_blocks), float(measured)))
    return networks


def test_exact_corrections_are_found() -> None:
    fit = fit_correction(_networks(1.2, 0.05))
    assert (fit.scale, fit.per_block_ms) == (pytest.approx(1.2), pytest.approx(0.05))
    assert fit.error == pytest.approx(0, abs=1e-9)
    assert fit.num_networks == 24
    assert fit(2.0, 10) == pytest.approx(1.2 * 2 + 0.05 * 10)


def test_what_needs_no_correction_gets_none() -> None:
    """With noise only, a fitted constant would make networks that are left out worse."""
    fit = fit_correction(_networks(1.0, 0.0, noise=0.02))
    assert fit.scale == pytest.approx(1.0, abs=0.01)
    assert fit.error == pytest.approx(0.02 * (2 / np.pi) ** 0.5, rel=0.4)  # mean of |normal|


def test_a_handful_is_needed() -> None:
    networks = _networks(2.0, 0.0)
    assert fit_correction(networks[: MIN_NETWORKS - 1]) == Correction()
    assert fit_correction(networks[:MIN_NETWORKS]).scale == pytest.approx(2.0)


def test_error_is_that_of_networks_left_out() -> None:
    """By hand: five networks twice as slow as their sums, one as fast: its error alone is 100%."""
    odd = WholeNetwork(1.0, 1, 1.0)
    fit = fit_correction([WholeNetwork(1.0, 1, 2.0)] * 5 + [odd])
    inside = (1 * 1.0 + 4 * 0.5) / (1 * 1.0 + 4 * 0.25)  # least squares of relative errors
    by_hand = (5 * abs(inside / 2 - 1) + 1.0) / 6
    assert fit.error == pytest.approx(min(by_hand, 5 * 0.5 / 6))


def _blocks() -> list[Graph]:
    return [
        lower(name, (channels, size, size), out, stride, "relu", ())
        for name in ("standard", "separable", "shuffle", "fire")
        for channels in (8, 16, 32)
        for size in (8, 16)
        for out in (16, 32)
        for stride in (1, 2)
    ]


def test_features_by_hand() -> None:
    """A separable block: depthwise 3x3 of 8 channels, pointwise to 16, two activations."""
    (row,) = block_features([lower("separable", (8, 6, 6), 16, 1, "relu", ())])
    table = {
        name: dict(zip(COUNTS, part, strict=True))
        for name, part in zip(KINDS, row.reshape(len(KINDS), -1), strict=True)
    }
    assert table["depthwise"]["flops"] == 9 * 8 * 36
    assert table["depthwise"]["vector_flops"] == 16 * 9 * 8 * 36  # one channel fills 16 lanes
    assert table["depthwise"]["unfolded"] == 9 * 8 * 36
    assert table["pointwise"]["flops"] == table["pointwise"]["vector_flops"] == 8 * 16 * 36
    assert table["pointwise"]["unfolded"] == 8 * 36
    assert table["pointwise"]["weight_bytes"] == 4 * (8 * 16 + 16)  # the norm became a bias
    assert table["pointwise"]["moved_bytes"] == 4 * 36 * (8 + 16)
    assert table["other"]["layers"] == 2
    assert table["conv"]["layers"] == table["linear"]["layers"] == 0


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (Conv(8, 8, (3, 3)), "conv"),
        (Conv(8, 8, (1, 1)), "pointwise"),
        (Conv(8, 8, (1, 1), groups=2), "grouped"),
        (Conv(8, 8, (3, 3), groups=8), "depthwise"),
        (Conv(8, 8, (3, 3), dilation=(2, 2)), "dilated"),
        (Linear(8, 8), "linear"),
    ],
)
def test_kinds(op: Conv | Linear, expected: str) -> None:
    assert kind(op) == expected


def test_every_beginning_is_well_spread() -> None:
    """On a line from 0 to 100 in logarithms: the middle, then the ends, then what lies between."""
    points = np.expm1(np.arange(101.0) / 10)[:, None]
    order = spread_order(points)
    assert sorted(order) == list(range(101))
    assert order[0] == 50
    assert set(order[1:3]) == {0, 100}
    assert {25, 75} <= set(order[3:5])


def test_behind_the_spread_ones_all_others_follow() -> None:
    points = np.random.default_rng(0).uniform(size=(50, 3))
    order = spread_order(points, 10)
    assert sorted(order) == list(range(50))
    assert order[:10] == spread_order(points)[:10]


def _made_up_ms(graph: Graph) -> float:
    """2 us a layer, 1 ns for 20 multiply-adds, whatever the layer."""
    from search_spaces.cost import graph_cost
    from search_spaces.inference import inference_graph

    return 2e-3 * len(inference_graph(graph).nodes) + graph_cost(graph).flops * 5e-8


def test_costs_that_add_up_are_predicted() -> None:
    blocks = _blocks()
    order = spread_order(block_features(blocks))
    measured = [blocks[index] for index in order[:48]]
    rest = [blocks[index] for index in order[48:]]
    found = predict_blocks(measured, [_made_up_ms(graph) for graph in measured], rest)
    assert found.latencies_ms == pytest.approx([_made_up_ms(graph) for graph in rest], rel=0.02)
    assert found.error < 0.02
    assert found.num_measured == 48


def test_held_out_error_tells_noise() -> None:
    """Where times are random the error says so: half of them are twice the others."""
    blocks = _blocks()
    times = np.random.default_rng(0).choice([1.0, 2.0], size=len(blocks))
    assert predict_blocks(blocks[:64], list(times[:64]), blocks[64:]).error > 0.25


def test_too_few_blocks_predict_nothing() -> None:
    blocks = _blocks()[: MIN_MEASURED + 5]
    with pytest.raises(LatencyError, match=r"19 blocks were measured .* the other 6 can be"):
        predict_blocks(blocks[:19], [1.0] * 19, blocks[19:])
