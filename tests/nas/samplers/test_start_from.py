"""Which architectures of a space are nearest to networks of the literature."""

from __future__ import annotations

import pytest
from sampler_kit import Run, architectures, space_problem
from search_kit import SIX, Search, experiment_file

from nas.samplers.start_from import Likeness, likeness, nearest
from nas.store import Store
from search_spaces.errors import ExperimentFileError
from search_spaces.networks import reference_network
from search_spaces.spaces.problem import violations

KINDS = """
  width_mult: [0.5, 1.0, 2.0]
  stages:
    - &stage
      out_channels: [16, 32]
      num_blocks: [1, 2]
      stride: [1, 2]
      block: [standard, separable: {kernel_size: [3, 5]}, fire: {squeeze_ratio: [0.125, 0.25]}]
    - *stage
    - *stage
"""


def test_distance_by_hand() -> None:
    """Half of the FLOPs in another kind of block, ten times the FLOPs, a tenth of the params."""
    one = Likeness({"separable": 1.0}, 1e6, 1e4)
    other = Likeness({"separable": 0.5, "fire": 0.5}, 1e7, 1e3)
    assert one.distance(one) == 0
    assert one.distance(other) == other.distance(one) == pytest.approx(10 * 0.5 + 1 + 1)


def test_likeness_of_mobilenet() -> None:
    """Its body is separable blocks only; 569 million multiply-adds, 4.2 million parameters."""
    found = likeness(reference_network("mobilenet_v1"))
    assert found.shares == {"separable": 1.0}
    assert round(found.flops / 1e6) == 569
    assert round(found.params / 1e6, 1) == 4.2


@pytest.mark.parametrize(
    ("name", "block"),
    [("mobilenet_v1", "separable"), ("squeezenet", "fire"), ("vgg16", "standard")],
)
def test_the_nearest_has_the_blocks_of_the_reference(name: str, block: str) -> None:
    problem = space_problem(KINDS)
    (values,) = nearest(problem, [name], seed=0)
    assert [values[f"stage{n}.block"] for n in (1, 2, 3)] == [block] * 3


def test_each_reference_has_another_architecture_within_the_budgets() -> None:
    problem = space_problem(KINDS, limits={"flops": 100_000})
    names = ["mobilenet_v1", "mobilenet_v1", "squeezenet"]
    found = [problem.candidate(values) for values in nearest(problem, names, seed=0)]
    assert len(set(architectures(found))) == 3
    assert not any(violations(candidate, problem.limits) for candidate in found)
    blocks = [found[index].values["stage1.block"] for index in (0, 2)]
    assert blocks == ["separable", "fire"]


def test_no_reference_is_no_start() -> None:
    assert nearest(space_problem(KINDS), [], seed=0) == []


def test_the_first_trials_of_a_search_are_the_nearest() -> None:
    problem = space_problem(KINDS)
    starts = nearest(problem, ["mobilenet_v1", "squeezenet"], seed=0)
    found = Run("cost_aware", problem, starts=starts).run(4)
    assert [candidate.values for candidate in found[:2]] == starts


def test_an_unknown_network_is_one_line_with_what_there_is() -> None:
    text = SIX.replace("search: {", "search: {start_from: [vgg16, mobilenet_v9], ")
    with pytest.raises(
        ExperimentFileError,
        match=r"^space\.yaml:8: `search\.start_from\[1\]` must be one of alexnet, .*, yolov3_tiny "
        r"\(near: mobilenet_v2\), got 'mobilenet_v9'$",
    ):
        experiment_file(text)


def test_a_grid_too_large_to_list_is_one_line(store: Store) -> None:
    widths = ", ".join(f"{width / 1000}" for width in range(1000, 6001))
    text = SIX.replace("1.0, 2.0, 3.0", widths).replace("sampler: random", "sampler: grid")
    with pytest.raises(
        ExperimentFileError,
        match=r"^space\.yaml:8: `search\.sampler` \(=grid\) takes spaces of at most 10,000 sets of "
        r"values; this one has 10,002$",
    ):
        Search(store, experiment_file(text))
