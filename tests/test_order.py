"""The order in which several processes run the tests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import order_kit
import pytest
from order_kit import LONG, ROOT, Long, in_parts


def _tests(**numbers: int) -> list[Any]:
    """So many tests of files of these names."""
    return [
        SimpleNamespace(path=ROOT / name.replace("__", "/"), number=number)
        for name, most in numbers.items()
        for number in range(most)
    ]


def _names(tests: list[Any]) -> str:
    return "".join(test.path.name for test in tests)


@pytest.mark.parametrize(
    ("num_parts", "ordered"),
    [
        (1, "ddbbeaaaccff"),
        (2, "ddaaac bbecff"),  # 40 s; 30 s and 10 s: what takes longest goes where least is
        (3, "ddaa bbac ecff"),
    ],
)
def test_each_part_begins_with_as_much_that_takes_long(num_parts: int, ordered: str) -> None:
    tests = _tests(a=3, b=2, c=2, d=2, e=1, f=2)
    long = [Long(99, ("absent",)), Long(40, ("d",)), Long(30, ("b",)), Long(10, ("e",))]
    found = in_parts(tests, num_parts, long)
    assert _names(found) == ordered.replace(" ", "")
    assert sorted(map(id, found)) == sorted(map(id, tests))


def test_files_may_stay_together() -> None:
    """Those of a folder as they come, files that are named in the order of their names."""
    tests = _tests(x__a=2, b=3, x__y__c=2, d=1)
    assert _names(in_parts(tests, 2, [Long(50, ("x",)), Long(20, ("d",))])) == "aaccdbbb"
    assert _names(in_parts(tests, 2, [Long(50, ("d", "x"))])) == "daaccbbb"


def test_more_long_tests_than_a_part_has_are_all_there() -> None:
    assert _names(in_parts(_tests(a=5, b=1), 2, [Long(50, ("a",))])) == "aaaaab"


def test_what_is_said_to_take_long_is_there() -> None:
    named = [name for group in LONG for name in group.names]
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert len(set(named)) == len(named)
    assert [group.seconds for group in LONG] == sorted((g.seconds for g in LONG), reverse=True)


def test_each_process_orders_for_itself_and_one_alone_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order_kit, "LONG", (Long(30, ("b",)),))
    alone, worker = SimpleNamespace(), SimpleNamespace(workerinput={"workercount": 2})
    tests = _tests(a=2, b=2)
    order_kit.pytest_collection_modifyitems(alone, tests)  # type: ignore[arg-type]
    assert _names(tests) == "aabb"
    order_kit.pytest_collection_modifyitems(worker, tests)  # type: ignore[arg-type]
    assert _names(tests) == "bbaa"
