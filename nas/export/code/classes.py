"""The block classes of a network: which class each block is, and with which arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from nas.export.code.block_class import block_class
from nas.export.code.columns import ApartError
from nas.export.code.fitting import fit
from nas.export.code.helpers import functions, worthwhile
from nas.export.code.layout import NARROW
from nas.export.code.loops import Rolled, rolled
from nas.export.code.names import NETWORK, class_name, variant_names
from nas.export.code.template import Structure, Template, structure
from nas.export.code.units import Fusion
from nas.export.code.variants import Part, chained, missing_parts, together
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Block, Network


class BlockClasses:
    """The block classes of a network.

    Attributes:
        helpers: The functions that make its usual convolutions.
    """

    def __init__(self, network: Network) -> None:
        self._fusion = Fusion(network.blocks)
        self._rolled = {(block.type, block.graph): self._roll(block) for block in network.blocks}
        blocks: dict[Structure, list[Rolled]] = {}
        for block in network.blocks:
            if block.name:
                found = self._rolled[block.type, block.graph]
                known = blocks.setdefault(structure(block.type, found), [])
                if found not in known:
                    known.append(found)
        self.helpers = worthwhile((key[0], known[0]) for key, known in blocks.items())
        self._key = {key: key for key in blocks}
        self._blocks: dict[Structure, list[Rolled]] = {}
        self._templates: dict[Structure, Template] = {}
        for key in sorted(blocks, key=lambda key: -len(key[1])):
            self._place(key, blocks[key])
        # In the order of the network again, in which a reader meets the classes.
        self._templates = {self._key[key]: self._templates[self._key[key]] for key in blocks}
        self._names = _class_names({key: t.graph for key, t in self._templates.items()})
        self._with_names = {key: self._fit(key) for key in self._templates}

    def _roll(self, block: Block) -> Rolled:
        return rolled(self._fusion.graph(block))

    def of_network(self, block: Block) -> Template:
        """The layers of a block without a name, which are the network's own."""
        return fit([Rolled(self._fusion.graph(block))], helpers=self.helpers)

    def _place(self, key: Structure, blocks: list[Rolled]) -> None:
        """Finds the class of blocks of one structure: with others whose parts it lacks, or its own.

        Those that have more are placed before.
        """
        for other, template in self._templates.items():
            # Type and loop must agree in any case; only the layers between may be more or fewer.
            if (other[0], *other[2:]) != (key[0], *key[2:]):
                continue
            joined = [*self._blocks[other], *blocks]
            for full in (template.graph, chained(template.graph, blocks[0].graph)):
                found = None if full is None else self._joined(full, joined)
                if found is not None:
                    self._templates[other], self._blocks[other] = found, joined
                    self._key[key] = other
                    return
        self._templates[key] = fit(blocks, helpers=self.helpers)
        self._blocks[key] = blocks

    def _joined(self, full: Graph, blocks: list[Rolled]) -> Template | None:
        """One class for blocks that are the full graph without some parts; None where none is."""
        parts: tuple[Part, ...] | None = ()
        for block in blocks:
            missing = missing_parts(full, block.graph)
            parts = None if missing is None or parts is None else together(full, parts, missing)
        if parts is None:
            return None
        try:
            return fit(blocks, helpers=self.helpers, full=full, parts=parts)
        except ApartError:
            return None

    def _fit(self, key: Structure) -> bool:
        """Whether every block of a class can be made in one line where each argument is named."""
        template, name = self._templates[key], self._names[key]
        calls = (template.block_arguments(index) for index in range(len(self._blocks[key])))
        # Within the brackets of a `Sequential` they are indented by twelve.
        return all(len(f"{name}({', '.join(call)}),") <= NARROW - 12 for call in calls)

    def functions(self) -> Iterator[str]:
        """The functions of the usual convolutions, with the arguments that some block takes."""
        calls = (
            (call.target, template.arguments(index))
            for template in self._templates.values()
            for index, call in enumerate(template.calls)
        )
        yield from functions(calls, self._fusion.act)

    def sources(self) -> Iterator[str]:
        """One class a template."""
        for key, template in self._templates.items():
            yield block_class(self._names[key], key[0], template)

    def call(self, block: Block) -> tuple[str, list[str]]:
        """The call that makes a block: its class, and the arguments."""
        found = self._rolled[block.type, block.graph]
        key = self._key[structure(block.type, found)]
        number = self._blocks[key].index(found)
        arguments = self._templates[key].block_arguments(number, with_names=self._with_names[key])
        return self._names[key], arguments


def _class_names(graphs: Mapping[Structure, Graph]) -> dict[Structure, str]:
    """A name for each class, different from all others."""
    names: dict[Structure, str] = {}
    taken = Counter({NETWORK: 1})
    for block_type in dict.fromkeys(key[0] for key in graphs):
        variants = {key: graph for key, graph in graphs.items() if key[0] == block_type}
        for key, variant in variant_names(variants).items():
            name = f"{class_name(block_type)}{variant}"
            taken[name] += 1
            names[key] = name if taken[name] == 1 else f"{name}{taken[name]}"
    return names
