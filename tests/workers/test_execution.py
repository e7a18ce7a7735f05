"""The choice of arithmetic: a pure function of timings, here of made-up ones."""

import json
from dataclasses import replace
from itertools import count

import pytest

from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Conv
from workers.proxy import Execution, conv_layers, measure_execution
from workers.proxy.execution import BFloat16Passes, ConvLayer, ElementTimes, FamilyTimes, PassTimes
from workers.proxy.timing import largest_members

DENSE = "dense 3x3, stride 1x1, dilation 1x1"
FAST = FamilyTimes(1000, 36_864, PassTimes(2, 2, 2), PassTimes(1, 1, 1))
"""Times of a 3x3 convolution from 4 to 4 channels at 16 x 16, twice as fast in bfloat16."""


def _network(side: int = 16) -> Network:
    """A stem and two dense convolutions, all 4 channels wide: 4 norms, 4 activations."""
    chain = Chain((4, side, side))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 4))
    chain.block("stage1.0", "standard", 4)
    chain.block("stage1.1", "standard", 4)
    chain.write("head", "head", lambda net, x: head(net, x, 2))
    return chain.network()


def _execution(times: FamilyTimes, cast: float = 0.0) -> Execution:
    return Execution("made up", "none", 10, 1, ElementTimes(1.0, 1.0, cast), {DENSE: times})


def _layer(**fields: object) -> ConvLayer:
    shape = {"in_channels": 4, "out_channels": 4, "kernel_size": (3, 3), "padding": (1, 1)}
    op = Conv(**{**shape, **fields})  # type: ignore[arg-type]
    return ConvLayer(op, (op.in_channels, 16, 16), op.out_shape((op.in_channels, 16, 16)))


@pytest.mark.parametrize(
    ("fields", "family"),
    [
        ({}, DENSE),
        ({"out_channels": 64, "in_channels": 8}, DENSE),
        ({"groups": 4}, "depthwise 3x3, stride 1x1, dilation 1x1"),
        ({"groups": 4, "out_channels": 8}, "depthwise 3x3, stride 1x1, dilation 1x1"),
        ({"groups": 2}, "grouped by 2 3x3, stride 1x1, dilation 1x1"),
        ({"in_channels": 1}, DENSE),
        (
            {"kernel_size": (1, 7), "stride": (2, 2), "dilation": (1, 2)},
            "dense 1x7, stride 2x2, dilation 1x2",
        ),
    ],
)
def test_families(fields: dict[str, object], family: str) -> None:
    assert _layer(**fields).family == family


def test_the_largest_member_stands_for_a_family() -> None:
    small, large, grouped = _layer(), _layer(out_channels=8), _layer(groups=2)
    found = largest_members([small, grouped, large, small])
    assert found == {DENSE: large, grouped.family: grouped}


def test_each_pass_takes_the_faster_type() -> None:
    times = FamilyTimes(1000, 1000, PassTimes(10, 10, 10), PassTimes(5, 50, 9.5))
    assert _execution(times).passes(_layer()) == BFloat16Passes(True, False, False)


def test_a_pass_in_float32_also_pays_for_its_cast() -> None:
    """1000 numbers of 10 images are 0.01 million: at 100 ms a million the cast takes 1 ms."""
    times = FamilyTimes(1000, 1000, PassTimes(10, 10, 10), PassTimes(9.5, 9.95, 10.5))
    assert _execution(times, cast=100.0).passes(_layer()) == BFloat16Passes(True, False, False)


def test_unknown_families_stay_in_float32() -> None:
    assert _execution(FAST).passes(_layer(groups=2)) == BFloat16Passes(False, False, False)
    assert Execution().passes(_layer()) == BFloat16Passes(False, False, False)


def test_expected_time_by_hand() -> None:
    """Three convolutions of 36,864 multiply-adds at 16 x 16, 6 ms each or 3 ms.

    Three norms and three activations of 1,024 numbers, 10 images: 0.03072 million, 1 ms each.
    """
    float32, bfloat16 = _execution(FAST).expected_ms(_network())
    assert float32 == pytest.approx(3 * 6 + 0.03072)
    assert bfloat16 == pytest.approx(3 * 3 + 0.03072)
    quarter = _execution(FAST).expected_ms(_network(side=8))  # a quarter of all
    assert quarter == pytest.approx((float32 / 4, bfloat16 / 4))


def test_networks_take_bfloat16_where_it_pays() -> None:
    slow = replace(FAST, bfloat16=PassTimes(1, 1, 30))  # one pass stays in float32
    never = replace(FAST, bfloat16=PassTimes(2, 2, 2))
    assert _execution(FAST).uses_bfloat16(_network())
    assert _execution(slow).uses_bfloat16(_network())
    small = replace(FAST, bfloat16=PassTimes(1.7, 1.7, 1.7))  # too little
    assert not _execution(small).uses_bfloat16(_network())
    assert not _execution(never).uses_bfloat16(_network())
    assert not Execution().uses_bfloat16(_network())


@pytest.mark.parametrize("execution", [Execution(), _execution(FAST, cast=0.25)])
def test_executions_survive_json(execution: Execution) -> None:
    assert Execution.from_dict(json.loads(json.dumps(execution.to_dict()))) == execution


def _layers() -> list[ConvLayer]:
    return list(conv_layers(block.graph for block in _network().blocks))


def test_each_family_is_timed_in_each_pass() -> None:
    """A clock that ticks once a call: every action seems to take a second."""
    ticks = count()
    execution = measure_execution(_layers(), 2, 1, clock=lambda: float(next(ticks)))
    assert execution.families[DENSE].float32 == PassTimes(1000, 1000, 1000)
    assert execution.families[DENSE].bfloat16 == PassTimes(1000, 1000, 1000)
    assert list(execution.families) == [DENSE]


def test_known_families_of_the_same_setting_are_not_timed_again() -> None:
    first = measure_execution(_layers(), 2, 1)
    assert measure_execution(_layers(), 2, 1, [first]) == first
    grouped = _layer(groups=2)
    more = measure_execution([*_layers(), grouped], 2, 1, [first])
    assert more.families[DENSE] == first.families[DENSE]
    assert set(more.families) == {DENSE, grouped.family}
    other = replace(first, versions="another", families={DENSE: FAST})
    assert measure_execution(_layers(), 2, 1, [other]).families[DENSE] != FAST
