"""Facts about a whole space, without listing its architectures.

A network of a space is a path: a stem, then a way through each stage, then a head. What may follow
depends on the shape reached so far and on the choices for the whole network only, so that sums and
extremes over millions of architectures are a walk over a few hundred blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from search_spaces.errors import Location
from search_spaces.graphs.cost import BYTES_PER_VALUE, Cost, graph_cost
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.primitives import Conv, Linear, Shape
from search_spaces.measures import FLASH, RAM
from search_spaces.registry import Value
from search_spaces.spaces.dense import Placed, Taps
from search_spaces.spaces.problem import Limit, NetworkList
from search_spaces.spaces.space import End, GlobalChoices, Space, Way


def distinct_blocks(space: Space | NetworkList) -> Iterator[Graph]:
    """Each distinct block at each input shape that the space can contain, once.

    Raises:
        SpaceError: A block cannot be built from the space's values; its location is known.
    """
    yield from (graph for _, graph in located_blocks(space))


def located_blocks(space: Space | NetworkList) -> Iterator[tuple[Location, Graph]]:
    """The same, each with a place of the `space:` section that makes it."""
    seen: set[str] = set()
    for location, graph in _blocks(space):
        if graph.id not in seen:
            seen.add(graph.id)
            yield location, graph


def _blocks(space: Space | NetworkList) -> Iterator[tuple[Location, Graph]]:
    if isinstance(space, NetworkList):
        for network in space.networks.values():
            yield from (((), block.graph) for block in network.blocks)
        return
    for glob in space.global_choices():
        yield from _blocks_of_all(space, glob)


def _blocks_of_all(space: Space, glob: GlobalChoices) -> Iterator[tuple[Location, Graph]]:
    stems = [stem.blocks[0].graph for stem in space.stems(glob)]
    yield from ((("stem",), stem) for stem in stems)
    reached: set[_Reached] = {(stem.out_shape, ()) for stem in stems}
    for position, stage in enumerate(space.spec.stages):
        numbers = {block.name: number for number, block in enumerate(stage.block)}
        ways = [way for each in sorted(reached) for way in space.ways(position, glob, *each)]
        for way in ways:
            location = ("stages", position, "block", numbers[way.block], way.block)
            yield location, way.first.graph
            if max(stage.num_blocks) > 1:
                yield location, way.rest.graph
        reached = {(way.rest.graph.out_shape, way.taps) for way in ways}
    for each in sorted(reached):
        for head in space.ends(glob, *each):
            yield from ((("head",), block.graph) for block in head.blocks)


_Reached = tuple[Shape, Taps]
"""Behind what a network goes on: the shape, and what was tapped so far."""


class _Path(NamedTuple):
    """A cost so far, and the way there: the last step and the path before it."""

    value: float
    step: tuple[End | Way, int] | None = None
    # A chain and not a list: thousands of paths share their beginnings.
    before: _Path | None = None

    def steps(self) -> list[tuple[End | Way, int]]:
        """All steps, the first one first."""
        steps = []
        path: _Path | None = self
        while path is not None and path.step is not None:
            steps.append(path.step)
            path = path.before
        return steps[::-1]


Join = Callable[[float, float], float]


def _add(a: float, b: float) -> float:
    return a + b


def minimum(space: Space, cost_of: Callable[[Graph], float], join: Join = _add) -> float:
    """The least cost that any architecture of the space has.

    Args:
        cost_of: Cost of one block.
        join: How costs of blocks in a row combine: their sum, or their maximum.
    """
    return _least(space, lambda block: cost_of(block.graph), join)


def _least(space: Space, cost_of: Callable[[Placed], float], join: Join) -> float:
    return min(_cheapest(space, glob, cost_of, join).value for glob in space.global_choices())


def extreme_values(space: Space, name: str, *, largest: bool) -> dict[str, Value]:
    """The open choices of the architecture with the least, or most, `params` or `flops`."""
    sign = -1 if largest else 1
    return cheapest_values(space, lambda graph: float(sign * getattr(graph_cost(graph), name)))


def cheapest_values(space: Space, cost_of: Callable[[Graph], float]) -> dict[str, Value]:
    """The open choices of the architecture whose blocks cost least together."""
    paths = (
        (glob, _cheapest(space, glob, lambda block: cost_of(block.graph), _add))
        for glob in space.global_choices()
    )
    glob, best = min(paths, key=lambda found: found[1].value)
    values = _values(glob, best)
    return {
        choice.name: values[choice.name] for choice in space.choices if choice.is_active(values)
    }


def _cheapest(
    space: Space, glob: GlobalChoices, cost_of: Callable[[Placed], float], join: Join
) -> _Path:
    best: dict[_Reached, _Path] = {}
    for stem in space.stems(glob):
        (block,) = stem.blocks
        _keep(best, (block.graph.out_shape, ()), _Path(cost_of(block), (stem, 1)))
    for position in range(len(space.spec.stages)):
        best = _through(space, position, glob, best, cost_of, join)
    ends: dict[_Reached, _Path] = {}
    for (shape, taps), path in best.items():
        for head in space.ends(glob, shape, taps):
            value = path.value
            for block in head.blocks:
                value = join(value, cost_of(block))
            _keep(ends, (head.blocks[-1].graph.out_shape, ()), _Path(value, (head, 1), path))
    return min(ends.values(), key=lambda path: path.value)


def _through(
    space: Space,
    position: int,
    glob: GlobalChoices,
    best: dict[_Reached, _Path],
    cost_of: Callable[[Placed], float],
    join: Join,
) -> dict[_Reached, _Path]:
    """The cheapest path to each shape behind a stage."""
    reached: dict[_Reached, _Path] = {}
    depths = sorted(space.spec.stages[position].num_blocks)
    for (shape, taps), path in best.items():
        for way in space.ways(position, glob, shape, taps):
            value, done = join(path.value, cost_of(way.first)), 1
            each = cost_of(way.rest) if depths[-1] > 1 else 0.0  # else the space has no such block
            for depth in depths:
                for _ in range(depth - done):
                    value = join(value, each)
                done = depth
                behind = (way.rest.graph.out_shape, way.taps)
                _keep(reached, behind, _Path(value, (way, depth), path))
    return reached


def _keep(best: dict[_Reached, _Path], reached: _Reached, path: _Path) -> None:
    if reached not in best or path.value < best[reached].value:
        best[reached] = path


def _values(glob: GlobalChoices, path: _Path) -> dict[str, Value]:
    """Every choice on a path by its name."""
    whole = {name: value for name, value in glob._asdict().items() if name != "plan"}
    values: dict[str, Value] = {**whole, **(glob.plan.values() if glob.plan else {})}
    steps = path.steps()
    for number, (step, depth) in enumerate(steps):
        if isinstance(step, End):
            values |= step.values
        else:
            name = f"stage{number}"
            values |= {f"{name}.{step.block}.{choice}": value for choice, value in step.options}
            values |= {f"{name}.out_channels": step.out_channels, f"{name}.stride": step.stride}
            values |= {f"{name}.num_blocks": depth, f"{name}.block": step.block}
    return values


def extreme_cost(space: Space, name: str, *, most: bool = False) -> float:
    """The least, or the most, of a cost that an architecture of the space has.

    Args:
        name: An attribute of `Cost`.
    """
    read, sign = attrgetter(name), -1 if most else 1
    # A peak is the most of its blocks; with the sign turned, that is the least.
    if name == "peak_activation_bytes":
        join = min if most else max
        return sign * _least(space, lambda block: float(sign * block.peak_bytes), join)
    return sign * minimum(space, lambda graph: float(sign * read(graph_cost(graph))))


def least_size(space: Space, name: str) -> float:
    """A bound on the RAM or the flash of a device that every architecture of the space exceeds.

    What is alive at once has a byte for each value, and so has each weight; what the planner cannot
    fill and what the runtime and the file have besides is left out.
    """
    if name == RAM:
        return extreme_cost(space, "peak_activation_bytes") / BYTES_PER_VALUE
    return minimum(space, _num_weights)


def _num_weights(graph: Graph) -> float:
    return sum(node.op.params() for node in graph.nodes if isinstance(node.op, Conv | Linear))


def unreachable_limit(space: Space, limits: Iterable[Limit]) -> tuple[Limit, float] | None:
    """The first limit that no architecture meets, with the nearest there is; None if all can."""
    for limit in limits:
        if limit.quantity in Cost.__dataclass_fields__:
            nearest = extreme_cost(space, limit.quantity, most=limit.is_lower)
        elif limit.quantity in (RAM, FLASH) and not limit.is_lower:
            nearest = least_size(space, limit.quantity)
        else:
            continue
        if limit.is_exceeded(nearest):
            return limit, nearest
    return None
