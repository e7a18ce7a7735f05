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


def test_dominated_is_stopped() -> None:
    halving = ParetoHalving((1, 9), 2, TWO)
    halving.record(0, 1, _values(0.9, 100.0))
    assert not halving.promotes(1, 1, _values(0.8, 100.0))


def test_ties_in_rank_go_to_those_that_cover_most() -> None:
    """Three on one front, by hand: the middle one first, then the cheap one, then the dear one.

    Errors scaled by 0.9 to 0.5 are 0, 0.2, 1; logarithms of FLOPs scaled are 1, 0.5, 0. Up to the
    reference 1.1 they dominate 0.11, 0.54 and 0.11; beside the middle one the dear one adds
    0.11 - 0.09 = 0.02 and the cheap one 0.11 - 0.06 = 0.05.
    """
    dear, middle, cheap = _values(0.9, 100.0), _values(0.82, 10.0), _values(0.5, 1.0)
    for reduction_factor, going_on in ((3, [middle]), (2, [middle, cheap])):
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
