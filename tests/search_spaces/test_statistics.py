"""Counts, extremes and shares of small spaces against the list of all their networks."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nas.samplers.neighbours import all_values
from search_spaces.graphs.cost import Cost, cost
from search_spaces.spaces.automaton import Automaton
from search_spaces.spaces.counting import count_words
from search_spaces.spaces.enumeration import extreme_cost, extreme_values
from search_spaces.spaces.paths import Paths
from search_spaces.spaces.problem import Limit
from search_spaces.spaces.space import Space
from search_spaces.spaces.space_spec import SpaceSpec
from search_spaces.spaces.statistics import COSTS, Count, Survey, survey, wilson_interval

Data = dict[str, Any]


def _space(data: Data) -> Space:
    return Space(SpaceSpec.model_validate(data), (1, 12, 12), 10)


def _stage(*blocks: Any, **options: Any) -> Data:
    return {"out_channels": 16, "block": list(blocks), **options}


_DEPTHS = [1, 2, 3]
_TAIL = {"out_channels": 24, "stride": 2, "num_blocks": [1, 2], "block": "separable"}
SPACES: dict[str, Data] = {
    # which stages are tapped, and so what lives how long, depends on strides and on the head
    "heads over taps": {
        "stem": {"out_channels": 8, "stride": [1, 2]},
        "output_stride": [4, 8],
        "stages": [
            _stage("separable", "depthwise", "pointwise", out_channels=[8, 16], stride=2),
            _stage({"standard": {"dilation": [1, 2]}}, num_blocks=[1, 2], stride=[1, 2]),
            _TAIL,
        ],
        "head": [
            {
                "unet": {
                    "out_channels": 8,
                    "num_skips": [1, 8],
                    "block": ["separable", {"shuffle": {"groups": [2, 4]}}],
                }
            },
            {"lraspp": {"out_channels": 16, "low_stride": [2, 4]}},
            {"fcn": {"num_skips": [0, 1]}},
            {"aspp": {"out_channels": 16, "rate": [1, 2]}},
        ],
    },
    # what is tapped behind a stage of one block, and behind one that leaves no trace
    "taps where blocks leave no trace": {
        "stages": [
            _stage("depthwise", "separable", num_blocks=[1, 2], stride=2),
            _stage("depthwise", "separable", "pointwise", num_blocks=[1, 2], stride=[1, 2]),
        ],
        "resolution_mult": [0.5, 1.0],
        "head": {"fcn": {"num_skips": [0, 1, 2], "upsampling": ["bilinear", "transposed"]}},
    },
    # k=1 has one dilation; a grouped block of one group is a standard one; 1x1 is pointwise
    "choices that lower to the same graph": {
        "stages": [
            _stage(
                {"standard": {"kernel_size": [1, 3], "dilation": [1, 2], "groups": [1, 2]}},
                {"grouped": {"groups": [1, 2, 4]}},
                "pointwise",
                num_blocks=[1, 2],
            )
        ]
    },
    # where the first stage ends cannot be told from the layers
    "a boundary that leaves no trace": {
        "stages": [
            _stage({"standard": {"kernel_size": [3, 5]}}, num_blocks=_DEPTHS),
            _stage({"standard": {"kernel_size": [3, 5]}}, num_blocks=_DEPTHS),
            _stage({"standard": {"kernel_size": [3, 5]}}, num_blocks=_DEPTHS),
        ]
    },
    # a depthwise and a pointwise block in a row are a separable block
    "blocks that are two others": {
        "stages": [
            _stage("depthwise", "separable", "pointwise", num_blocks=_DEPTHS),
            _stage("depthwise", "separable", "pointwise", num_blocks=_DEPTHS),
        ]
    },
    "a stage that may be the stem's": {
        "stem": {"num_convs": [1, 2], "kernel_size": [1, 3], "pool": [False, True]},
        "stages": [_stage({"standard": {"kernel_size": [1, 3]}}, num_blocks=[1, 2])],
        "head": {"conv_channels": [0, 16], "dropout": [0.0, 0.1]},
    },
    "a head that may be a stage's": {
        "stages": [_stage("pointwise", "shuffle", num_blocks=[1, 2, 4])],
        "head": {"conv_channels": [0, 16]},
    },
    # 0.5 and 0.75 are the same channels after rounding, 0.98 and 1.0 the same resolution
    "multipliers that round to the same": {
        "width_mult": [0.5, 0.75, 1.0],
        "resolution_mult": [0.5, 0.98, 1.0],
        "activation": ["relu", "silu"],
        "stem": {"out_channels": 8},
        "stages": [_stage("inverted_residual", out_channels=8, num_blocks=[1, 2])],
    },
    "skips that fit only where shapes are equal": {
        "stages": [
            _stage(
                {"residual_basic": {"residual": ["none", "identity", "projection"]}},
                {"fire": {"bypass": ["none", "simple", "complex"]}},
                out_channels=[16, 32],
                num_blocks=[1, 2],
                stride=[1, 2],
            ),
            _stage({"fire": {"bypass": ["none", "simple"]}}, stride=[1, 2]),
        ]
    },
}


@cache
def _listed(name: str) -> dict[str, Cost]:
    return _costs_by_id(_space(SPACES[name]))


def _costs_by_id(space: Space) -> dict[str, Cost]:
    """Every network of a space, made one by one."""
    networks = (space.network(values) for values in all_values(space.choices))
    return {network.id: cost(network) for network in networks}


@pytest.mark.parametrize("name", SPACES)
def test_the_count_is_that_of_the_list(name: str) -> None:
    space = _space(SPACES[name])
    listed = _listed(name)
    assert len(listed) < space.num_combinations()  # else nothing is shown
    assert count_words(Automaton(space)) == len(listed)
    found = survey(Automaton(space), np.random.default_rng(0))
    assert found.exact
    assert found.count == Count(len(listed), 0.0)


def test_counts_by_hand() -> None:
    """Two stages of one or two equal blocks, with kernel A or B.

    Two blocks: AA AB BA BB. Three, as 1+2 or 2+1: AAA AAB ABB BBB BAA BBA. Four: AAAA AABB BBAA
    BBBB.
    """
    stage = _stage({"standard": {"kernel_size": [3, 5]}}, num_blocks=[1, 2])
    space = _space({"stages": [stage, stage]})
    assert space.num_combinations() == 16
    assert count_words(Automaton(space)) == 4 + 6 + 4


_BLOCKS = st.sampled_from(
    [
        "pointwise",
        "depthwise",
        "separable",
        {"separable": {"residual": ["none", "identity"]}},
        {"standard": {"kernel_size": [1, 3], "dilation": [1, 2]}},
        {"grouped": {"groups": [1, 2], "kernel_size": [1, 3]}},
        {"shuffle": {"groups": [1, 2], "kernel_size": 1}},
        {"xception": {"num_convs": [1, 2], "pre_activation": False}},
    ]
)


def _name(block: Any) -> str:
    return block if isinstance(block, str) else str(next(iter(block)))


_ANY_STAGE = st.builds(
    lambda blocks, num_blocks, stride: _stage(*blocks, num_blocks=num_blocks, stride=stride),
    st.lists(_BLOCKS, min_size=1, max_size=3, unique_by=_name),
    st.sampled_from([1, 2, [1, 2], [1, 3], [1, 2, 3], [2, 4]]),
    st.sampled_from([1, 1, [1, 2]]),
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    stages=st.lists(_ANY_STAGE, min_size=1, max_size=3),
    head=st.sampled_from([0, 16, [0, 16]]),
    width_mult=st.sampled_from([1.0, [0.75, 1.0]]),
)
def test_the_count_is_that_of_the_list_for_any_space(
    stages: list[Data], head: Any, width_mult: Any
) -> None:
    space = _space({"stages": stages, "head": {"conv_channels": head}, "width_mult": width_mult})
    if space.num_combinations() <= 4000:
        listed = _costs_by_id(space)
        automaton = Automaton(space)
        assert count_words(automaton) == len(listed)
        flops = [total.flops for total in listed.values()]
        assert _survey_of(space).extremes["flops"] == (min(flops), max(flops))


def _survey_of(space: Space, **options: Any) -> Survey:
    return survey(Automaton(space), np.random.default_rng(0), **options)


@pytest.mark.parametrize("name", SPACES)
def test_ranges_are_those_of_the_list(name: str) -> None:
    listed = _listed(name).values()
    space = _space(SPACES[name])
    found = _survey_of(space)
    for cost_name in COSTS:
        values = [getattr(total, cost_name) for total in listed]
        expected = (min(values), float(np.median(values)), max(values))
        assert found.range(cost_name) == expected
        assert extreme_cost(space, cost_name) == min(values)
        assert extreme_cost(space, cost_name, most=True) == max(values)


@pytest.mark.parametrize("name", SPACES)
def test_extreme_values_lead_to_the_extreme_networks(name: str) -> None:
    space = _space(SPACES[name])
    flops = [total.flops for total in _listed(name).values()]
    smallest = extreme_values(space, "flops", largest=False)
    largest = extreme_values(space, "flops", largest=True)
    assert cost(space.network(smallest)).flops == min(flops)
    assert cost(space.network(largest)).flops == max(flops)
    for values in (smallest, largest):
        assert set(values) == {c.name for c in space.choices if c.is_active(values)}


def test_a_sample_draws_each_network_as_often_as_any_other() -> None:
    """Also where one is reached by one path and another by many."""
    automaton = Automaton(_space(SPACES["blocks that are two others"]))
    paths = Paths(automaton)
    rng = np.random.default_rng(0)
    num_networks, num_draws = count_words(automaton), 40 * 60
    assert num_networks is not None
    assert paths.num_paths > num_networks
    drawn = Counter(paths.word(paths.draw_network(rng)) for _ in range(num_draws))
    assert len(drawn) == num_networks
    expected = num_draws / num_networks
    statistic = sum((count - expected) ** 2 / expected for count in drawn.values())
    freedom = num_networks - 1
    assert abs(statistic - freedom) < 4 * (2 * freedom) ** 0.5


@pytest.mark.parametrize("name", SPACES)
def test_the_spellings_of_all_networks_are_all_paths(name: str) -> None:
    paths = Paths(Automaton(_space(SPACES[name])))
    spelled = Counter((path.in_shape, paths.word(path)) for path in paths.all())
    assert spelled.total() == paths.num_paths
    for path in paths.all():
        assert paths.spellings(path) == spelled[path.in_shape, paths.word(path)]


def test_where_the_count_is_too_much_work_it_is_an_estimate_with_its_error() -> None:
    name = "a boundary that leaves no trace"
    space = _space(SPACES[name])
    assert count_words(Automaton(space), max_sets=3) is None
    found = _survey_of(space, max_sets=3, sample_size=200)
    assert 0 < found.count.error < 0.2 * len(_listed(name))
    assert abs(found.count.value - len(_listed(name))) < 4 * found.count.error


def test_spaces_too_large_to_list_are_counted() -> None:
    """20 stages of 1 to 8 equal blocks are 20 to 160 blocks in a row, whatever their stages."""
    stage = _stage("standard", num_blocks=list(range(1, 9)))
    space = _space({"stages": [stage] * 20})
    assert space.num_combinations() == 8**20
    assert count_words(Automaton(space)) == 160 - 20 + 1
    choice = _stage({"separable": {"kernel_size": [3, 5, 7]}}, stride=2, out_channels=[16, 32])
    assert count_words(Automaton(_space({"stages": [choice] * 20}))) == 6**20


def _survey(*rows: tuple[int, int], exact: bool = True) -> Survey:
    costs = np.array([(flops, params, 4 * params, 0) for flops, params in rows], np.float64)
    return Survey(Count(len(rows), 0.0), costs, {}, exact)


def test_what_each_budget_stops() -> None:
    rows = [(1, 1), (2, 9), (3, 2), (9, 3), (9, 9), (8, 4), (4, 4), (4, 5), (5, 5), (5, 6)]
    fit = _survey(*rows).fit([Limit("flops", 6), Limit("params", 8), Limit("latency_ms", 3)])
    assert fit.share == (0.6, 0.6, 0.6)
    assert [cut.limit.quantity for cut in fit.cuts] == ["flops", "params"]
    assert [cut.stops for cut in fit.cuts] == [0.3, 0.2]
    assert [cut.stops_alone for cut in fit.cuts] == [0.2, 0.1]
    assert fit.factor == 1


def test_what_would_leave_one_in_twenty() -> None:
    """Of 40 networks two must fit: the second smallest, among those within the other budget."""
    rows = [(100 + i, 5 if i % 2 else 50) for i in range(40)]
    fit = _survey(*rows).fit([Limit("flops", 10), Limit("params", 10)])
    assert fit.share.value == 0
    needed = {cut.limit.quantity: cut.needed for cut in fit.cuts}
    assert needed == {"flops": 103, "params": None}
    assert fit.factor == pytest.approx(10.1)


def test_what_limits_from_below_stop() -> None:
    """FLOPs 1 to 10, at least 4 and at most 8; params the other way round, at least 2."""
    rows = [(i, 11 - i) for i in range(1, 11)]
    limits = [
        Limit("flops", 4, is_lower=True),
        Limit("flops", 8),
        Limit("params", 2, is_lower=True),
    ]
    fit = _survey(*rows).fit(limits)
    assert fit.share.value == 0.5
    cuts = {cut.limit: cut for cut in fit.cuts}
    assert [cuts[limit].stops for limit in limits] == [0.3, 0.2, 0.1]
    assert [cuts[limit].stops_alone for limit in limits] == [0.3, 0.1, 0.0]  # 10 is outside both


def test_what_a_limit_from_below_must_be_for_one_in_twenty() -> None:
    """Of 40 networks two must fit: 139 and 137 of those with few parameters, else 139 and 138."""
    rows = [(100 + i, 5 if i % 2 else 50) for i in range(40)]
    limits = [Limit("flops", 1000, is_lower=True), Limit("params", 10)]
    fit = _survey(*rows).fit(limits)
    assert fit.share.value == 0
    assert {cut.limit: cut.needed for cut in fit.cuts} == {limits[0]: 137, limits[1]: None}
    assert fit.factor == pytest.approx(1000 / 138)


def test_shares_of_a_sample_have_an_interval() -> None:
    """Wilson's interval for 15 of 50: 0.191 to 0.438 (Agresti and Coull 1998's formula)."""
    low, high = wilson_interval(15, 50)
    assert (round(low, 3), round(high, 3)) == (0.191, 0.438)
    assert wilson_interval(0, 50)[0] == 0
    fit = _survey(*[(1, 1)] * 15, *[(9, 1)] * 35, exact=False).fit([Limit("flops", 5)])
    assert fit.share == (0.3, low, high)
