"""Facts about a whole space, without listing its architectures.

A network of a space is a path: a stem, then a segment for each stage, then a head. What may follow
depends on the shape reached so far and on the choices for the whole network only, so that sums and
minima over millions of architectures are a walk over a few hundred blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from search_spaces.graph import Graph
from search_spaces.primitives import Shape
from search_spaces.space import GlobalChoices, Space


def distinct_blocks(space: Space) -> Iterator[Graph]:
    """Each distinct block at each input shape that the space can contain, once.

    Raises:
        SpaceError: A block cannot be built from the space's values; its location is known.
    """
    seen: set[str] = set()
    for glob in space.global_choices():
        for graph in _blocks(space, glob):
            if graph.id not in seen:
                seen.add(graph.id)
                yield graph


def _blocks(space: Space, glob: GlobalChoices) -> Iterator[Graph]:
    stems = list(space.stems(glob))
    yield from stems
    shapes = {stem.out_shape for stem in stems}
    for position in range(len(space.spec.stages)):
        segments = [s for shape in sorted(shapes) for s in space.segments(position, glob, shape)]
        for segment in segments:
            yield from segment[:2]
        shapes = {segment[-1].out_shape for segment in segments}
    yield from (space.head(shape) for shape in sorted(shapes))


def minimum(
    space: Space,
    cost_of: Callable[[Graph], float],
    join: Callable[[float, float], float] = lambda a, b: a + b,
) -> float:
    """The least cost that any architecture of the space has.

    Args:
        cost_of: Cost of one block.
        join: How costs of blocks in a row combine: their sum, or their maximum.
    """
    return min(_minimum(space, glob, cost_of, join) for glob in space.global_choices())


def _minimum(
    space: Space,
    glob: GlobalChoices,
    cost_of: Callable[[Graph], float],
    join: Callable[[float, float], float],
) -> float:
    best: dict[Shape, float] = {}

    def keep(best: dict[Shape, float], shape: Shape, value: float) -> None:
        best[shape] = min(value, best.get(shape, value))

    for stem in space.stems(glob):
        keep(best, stem.out_shape, cost_of(stem))
    for position in range(len(space.spec.stages)):
        reached: dict[Shape, float] = {}
        for shape, so_far in best.items():
            for segment in space.segments(position, glob, shape):
                value = so_far
                for graph in segment:
                    value = join(value, cost_of(graph))
                keep(reached, segment[-1].out_shape, value)
        best = reached
    return min(join(value, cost_of(space.head(shape))) for shape, value in best.items())
