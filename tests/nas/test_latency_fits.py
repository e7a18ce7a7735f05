"""The correction from sums to networks, and the prediction of blocks that were not measured."""

from __future__ import annotations

import numpy as np
import pytest

from nas.latency.prediction import (
    COUNTS,
    KINDS,
    MIN_MEASURED,
    block_features,
    kind,
    predict_blocks,
    spread_order,
)
from nas.statistics.correction import (
    LEAST_NETWORKS,
    MIN_NETWORKS,
    Correction,
    WholeNetwork,
    fit_correction,
)
from search_spaces.errors import LatencyError
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.primitives import Conv, Linear
from search_spaces.registry import lower


def _networks(
    count: int = 24, scale: float = 1.0, of_size: float = 0.0, of_density: float = 0.0,
    of_blocks: float = 0.0, noise: float = 0.0,
) -> list[WholeNetwork]:  # fmt: skip
    """Factors are power laws of size, from 2 ms, density, from 1e6 a ms, and blocks, 10 a ms."""
    rng = np.random.default_rng(0)
    networks = []
    for sum_ms in np.geomspace(0.07, 9, count):
        density, num_blocks = float(rng.uniform(2e5, 5e6)), int(rng.integers(5, 20))
        factor = scale * (sum_ms / 2) ** of_size * (density / 1e6) ** of_density
        factor *= (num_blocks / sum_ms / 10) ** of_blocks
        measured = factor * sum_ms * (1 + noise * rng.standard_normal())
        networks.append(WholeNetwork(float(sum_ms), density * sum_ms, num_blocks, float(measured)))
    return networks


def test_a_constant_factor_is_found() -> None:
    fit = fit_correction(_networks(scale=1.2))
    assert (fit.feature, fit.scale) == ("constant", pytest.approx(1.2))
    assert (fit.error, fit.num_networks) == (pytest.approx(0, abs=1e-9), 24)
    assert fit(2.0, 1e6, 8) == pytest.approx(2.4)


def test_a_factor_that_grows_with_size_is_found() -> None:
    """Half as long again as its sum at 2 ms, twice that at 8 ms."""
    fit = fit_correction(_networks(scale=1.5, of_size=0.5))
    assert (fit.feature, fit.exponent) == ("size", pytest.approx(0.5))
    assert fit(2.0, 0.0, 8) == pytest.approx(1.5 * 2)
    assert fit(8.0, 0.0, 8) == pytest.approx(1.5 * 2 * 8)


def test_a_factor_that_grows_with_density_is_found() -> None:
    fit = fit_correction(_networks(scale=1.1, of_density=0.2))
    assert (fit.feature, fit.exponent) == ("density", pytest.approx(0.2))
    assert fit(3.0, 3e6, 8) == pytest.approx(1.1 * 3)
    assert fit(3.0, 9e6, 8) == pytest.approx(1.1 * 3 * 3**0.2)


def test_a_factor_that_falls_with_the_blocks_a_millisecond_is_found() -> None:
    """Ten blocks a millisecond take as long as their sum, forty half as long."""
    fit = fit_correction(_networks(of_blocks=-0.5))
    assert (fit.feature, fit.exponent) == ("blocks", pytest.approx(-0.5))
    assert fit(0.8, 0.0, 8) == pytest.approx(0.8)
    assert fit(0.2, 0.0, 8) == pytest.approx(0.5 * 0.2)


def test_what_needs_no_correction_gets_none() -> None:
    """With noise only, a fitted slope would make networks that are left out worse."""
    fit = fit_correction(_networks(noise=0.02))
    assert fit.feature in ("none", "constant")
    assert fit.scale == pytest.approx(1.0, abs=0.01)
    assert fit.error == pytest.approx(0.02 * (2 / np.pi) ** 0.5, rel=0.4)  # mean of |normal|


@pytest.mark.parametrize("wrong", [0.3, 3.0])
@pytest.mark.parametrize("which", [0, 11, 23])
def test_one_network_that_was_measured_wrong_moves_nothing(which: int, wrong: float) -> None:
    """Wherever it stands, and however wrong it is: the others' factors stay within 2%."""
    good = _networks(scale=1.1, of_size=0.1, noise=0.01)
    bad = good[which]._replace(latency_ms=wrong * good[which].latency_ms)
    fits = [fit_correction(n) for n in (good, [*good[:which], bad, *good[which + 1 :]])]
    for network in good:
        one, other = (fit(*network[:-1]) for fit in fits)
        assert other == pytest.approx(one, rel=0.02)


def test_no_network_is_predicted_impossibly_fast() -> None:
    """Fitted on networks of 0.5 to 2 ms that lose a constant a block, asked for a tiny one.

    A sum corrected by a constant a block, 32 us less for each of four, would say that it takes less
    than nothing. What is beyond the fitted networks has the factor of the nearest of them.
    """
    sums = np.linspace(0.5, 2.0, 16)
    networks = [WholeNetwork(float(s), 1e6 * float(s), 4, float(s) - 0.128) for s in sums]
    fit = fit_correction(networks)
    assert fit.feature == "blocks"
    assert fit(0.5, 5e5, 4) == pytest.approx(0.5 - 0.128, rel=0.07)
    assert fit(0.1, 1e5, 4) == pytest.approx(0.1 * fit(0.5, 5e5, 4) / 0.5)
    assert fit(0.001, 1e3, 4) > 0


def test_a_handful_is_needed() -> None:
    networks = _networks(scale=2.0)
    assert fit_correction(networks[: LEAST_NETWORKS - 1]) == Correction()
    assert fit_correction(networks[:LEAST_NETWORKS]).scale == pytest.approx(2.0)
    growing = _networks(scale=2.0, of_size=0.3)
    assert fit_correction(growing[: MIN_NETWORKS - 1]).feature == "constant"
    assert fit_correction(growing[:MIN_NETWORKS]).feature == "size"


def test_error_is_that_of_networks_left_out() -> None:
    """By hand: five networks twice as slow as their sums, one as fast: predicted 2, it took 1."""
    fit = fit_correction([WholeNetwork(1.0, 1.0, 5, 2.0)] * 5 + [WholeNetwork(1.0, 1.0, 5, 1.0)])
    assert (fit.feature, fit.scale) == ("constant", 2.0)
    assert fit.error == pytest.approx((5 * 0.0 + 1.0) / 6)


def test_the_correction_in_words() -> None:
    assert Correction().in_words == "1.000 of the sum"
    size = Correction("size", 1.0, 0.5, middle=1.0, low=0.25, high=4.0)
    assert size.in_words == "0.500 of the sum of small networks, 2.000 of large ones"
    dense = Correction("density", 1.0, 0.5, middle=1.0, low=0.25, high=4.0)
    blocks = Correction("blocks", 1.0, -0.5, middle=1.0, low=0.25, high=4.0)
    assert blocks.in_words == (
        "2.000 of the sum of networks of heavy blocks, 0.500 of those of light blocks"
    )
    assert dense.in_words == "0.500 of the sum of light networks, 2.000 of dense ones"


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
    from search_spaces.graphs.cost import graph_cost
    from search_spaces.graphs.inference import inference_graph

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
