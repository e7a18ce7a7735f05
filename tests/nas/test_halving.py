"""Who is promoted at a rung, by hand."""

from nas.schedulers.halving import ParetoHalving

ONE = ("accuracy",)
TWO = ("accuracy", "flops")


def _values(accuracy: float, flops: float = 1.0) -> dict[str, float]:
    return {"accuracy": accuracy, "flops": flops}


def test_one_objective_is_ordinary_halving() -> None:
    """Of those that arrived, the best third rounded up goes on (arXiv:1810.05934)."""
    halving = ParetoHalving((1, 3, 9), 3, ONE)
    arrivals = [
        (0.50, True),  # the first, ceil(1/3) = 1 place
        (0.40, False),  # second of two
        (0.60, True),  # first of three
        (0.55, True),  # second of four, ceil(4/3) = 2 places
        (0.52, False),  # third of five
        (0.51, False),  # fourth of six
        (0.56, True),  # second of seven, three places
    ]
    for number, (accuracy, goes_on) in enumerate(arrivals):
        assert halving.promotes(number, 1, _values(accuracy)) is goes_on


def test_nobody_stops_between_rungs() -> None:
    halving = ParetoHalving((2, 6), 3, ONE)
    halving.record(0, 2, _values(0.9))
    assert halving.promotes(1, 1, _values(0.0))
    assert not halving.promotes(1, 2, _values(0.0))
    assert halving.promotes(2, 5, _values(0.0))


def test_nobody_goes_beyond_the_last_rung() -> None:
    halving = ParetoHalving((1, 3), 3, ONE)
    assert not halving.promotes(0, 3, _values(1.0))
    assert not halving.promotes(0, 4, _values(1.0))


def test_only_equal_epochs_are_compared() -> None:
    """A trial with 0.9 after three epochs takes no place from one with 0.5 after one."""
    halving = ParetoHalving((1, 3, 9), 2, ONE)
    halving.record(0, 3, _values(0.9))
    halving.record(1, 3, _values(0.8))
    assert halving.promotes(2, 1, _values(0.5))


def test_cheap_is_not_stopped_by_dear() -> None:
    """Less accurate and cheaper is as good a rank; the two extremes stand alone on their front."""
    halving = ParetoHalving((1, 9), 2, TWO)
    assert halving.promotes(0, 1, _values(0.9, 100.0))
    halving.record(1, 1, _values(0.8, 90.0))
    halving.record(2, 1, _values(0.7, 95.0))  # dominated by trial 1
    assert halving.promotes(3, 1, _values(0.3, 10.0))  # two of four places


def test_the_most_accurate_goes_on_whatever_it_costs() -> None:
    """Of eleven on one front the dearest covers least: four places went to others."""
    front = [_values(0.50 + 0.04 * n, 2.0**n) for n in range(10)]
    dearest = _values(0.913, 10_000.0)
    halving = ParetoHalving((6, 12), 3, TWO)
    for number, other in enumerate(front):
        halving.record(number, 6, other)
    assert halving.promotes(10, 6, dearest)
    halving.record(11, 6, _values(0.914, 20_000.0))  # more accurate: one place is not two
    assert not halving.promotes(10, 6, dearest)
    assert halving.promotes(11, 6, _values(0.914, 20_000.0))


def test_of_equally_accurate_ones_one_that_is_not_dominated_goes_on() -> None:
    halving = ParetoHalving((1, 9), 3, TWO)
    halving.record(0, 1, _values(0.9, 50.0))
    halving.record(1, 1, _values(0.9, 40.0))
    assert not halving.promotes(0, 1, _values(0.9, 50.0))
    assert halving.promotes(1, 1, _values(0.9, 40.0))


def test_what_is_compared_at_a_rung() -> None:
    halving = ParetoHalving((1, 9), 3, TWO)
    halving.record(3, 1, _values(0.5, 5.0))
    halving.record(1, 1, _values(0.6, 7.0))
    assert dict(halving.compared(1, 1)) == {3: _values(0.5, 5.0), 1: _values(0.6, 7.0)}
    assert not halving.compared(1, 2)


def test_one_that_failed_does_not_set_the_scale_of_the_others() -> None:
    """Nine on one front, and one that is worse than all of them at a middling cost.

    Were accuracy scaled by it, the nine would seem equally accurate and the cheapest would cover
    almost all. Without it: errors scaled are 0, 1/8, ..., 1 and logarithms of FLOPs 1, 7/8, ..., 0,
    and beside the most accurate the middle one adds most, (1.1 - 1/2)^2 - 0.1 * (1.1 - 1/2).
    """
    front = [_values(0.80 + 0.01 * n, 2.0**n) for n in range(9)]
    halving = ParetoHalving((1, 9), 5, TWO)
    for number, other in enumerate(front):
        halving.record(number, 1, other)
    failed = _values(0.1, 2.0**4.5)
    assert not halving.promotes(9, 1, failed)
    assert [n for n in range(9) if halving.promotes(n, 1, front[n])] == [4, 8]


def test_dominated_is_stopped() -> None:
    halving = ParetoHalving((1, 9), 2, TWO)
    halving.record(0, 1, _values(0.9, 100.0))
    assert not halving.promotes(1, 1, _values(0.8, 100.0))


def test_ties_in_rank_go_to_those_that_cover_most() -> None:
    """Three on one front, by hand: the most accurate first, then the middle one, then the cheap.

    Errors scaled by 0.9 to 0.5 are 0, 0.2, 1; logarithms of FLOPs scaled are 1, 0.5, 0. Up to the
    reference 1.1 they dominate 0.11, 0.54 and 0.11; beside the dear one, which goes first as the
    most accurate, the middle one adds 0.54 - 0.09 = 0.45 and the cheap one 0.11 - 0.01 = 0.10.
    """
    dear, middle, cheap = _values(0.9, 100.0), _values(0.82, 10.0), _values(0.5, 1.0)
    for reduction_factor, going_on in ((3, [dear]), (2, [dear, middle])):
        for judged in (dear, middle, cheap):
            halving = ParetoHalving((1, 9), reduction_factor, TWO)
            for number, other in enumerate(v for v in (dear, middle, cheap) if v is not judged):
                halving.record(number, 1, other)
            assert halving.promotes(2, 1, judged) is (judged in going_on)


def test_equal_trials_go_on_in_the_order_of_their_numbers() -> None:
    halving = ParetoHalving((1, 9), 2, TWO)
    halving.record(0, 1, _values(0.5, 5.0))
    assert not halving.promotes(1, 1, _values(0.5, 5.0))


def test_judged_twice_counts_once() -> None:
    """A trial that is trained again after an interruption takes its own place."""
    halving = ParetoHalving((1, 9), 2, ONE)
    assert halving.promotes(0, 1, _values(0.5))
    assert halving.promotes(0, 1, _values(0.4))
    assert not halving.promotes(1, 1, _values(0.3))
