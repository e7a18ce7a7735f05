"""Is all that runs on a GPU right, and how fast is it? One script, at most eight minutes, one card.

It first checks what only a card can tell (`workers/gpu_checks/`, which `nas doctor --gpu` runs as
well), then measures: images a second of a plain loop, of our step launched operation by operation
and of the captured one; of one to sixteen trials on the card at once, with and without MPS; what
part of the card's arithmetic and memory rate that is; and how well a latency table predicts whole
networks. What there is no time for is left out, the least telling first, and said.

    python -m benchmarks.gpu [--json] [--minutes 8] [--only NAME ...] [--list]
    python -m benchmarks.gpu --pretend      # all of it on the CPU: proves the script and no card

It exits with 1 where a check fails. It needs a checkout, torch 2.4 or newer, numpy and pydantic;
none of Ray, Optuna or a database. Where pydantic is missing and nothing can be installed, its
wheels may be carried (here for Python 3.12 on Linux):

    pip download --only-binary=:all: --python-version 3.12 --platform manylinux_2_28_x86_64 \\
        --platform manylinux2014_x86_64 --dest wheels 'pydantic>=2.10'
    python -m benchmarks.gpu --wheels wheels
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workers.gpu_checks import Card


@dataclass(frozen=True)
class Item:
    """A check or a measurement.

    Attributes:
        kind: Under which its result stands: `checks`, `peaks`, `rates`, `sharing` or `latency`.
        seconds: What it takes, about.
        importance: Items of 0 always run; of the others the lowest first.
        run: Returns its result as JSON values.
    """

    kind: str
    name: str
    seconds: float
    importance: int
    run: Callable[[], dict[str, Any]]


@dataclass
class Outcome:
    """What has run so far.

    Attributes:
        dropped: What there was no time for.
        broken: What raised an error where nothing was judged, each in one line.
    """

    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    dropped: list[Item] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def failed(self) -> list[str]:
        """Checks that found something wrong."""
        return [check["check"] for check in self.results.get("checks", []) if not check["passed"]]


def all_items(card: Card) -> list[Item]:
    """Every check and every measurement for a card."""
    from benchmarks.gpu_latency import table_against_networks
    from benchmarks.gpu_rates import cells, peaks, rate
    from benchmarks.gpu_sharing import counts, together
    from workers.gpu_checks import CHECKS

    pace = 0.3 if card.is_pretended else 1.0
    items = [
        Item("checks", check.name, pace * check.seconds, 0,
             lambda check=check: check.run(card)._asdict())
        for check in CHECKS.values()
    ]  # fmt: skip
    items.append(Item("peaks", "peaks", 3, 1, lambda: peaks(card)))
    items += [
        Item(
            "rates",
            str(cell),
            cell.seconds(card),
            cell.importance,
            lambda cell=cell: rate(card, cell),
        )
        for cell in cells(card)
    ]
    items += [
        Item("sharing", str(wish), wish.seconds(card), wish.importance,
             lambda wish=wish: together(card, wish))
        for wish in counts(card)
    ]  # fmt: skip
    items.append(
        Item(
            "latency",
            "latency",
            10 if card.is_pretended else 60,
            3,
            lambda: table_against_networks(card),
        )
    )
    return items


def planned(items: list[Item], seconds: float) -> tuple[list[Item], list[Item]]:
    """What there is time for, the most important first, and what there is none for."""
    kept: list[Item] = []
    dropped: list[Item] = []
    for item in sorted(items, key=lambda item: item.importance):
        fits = sum(other.seconds for other in kept) + item.seconds <= seconds
        (kept if fits or item.importance == 0 else dropped).append(item)
    return kept, dropped


def run_items(
    items: list[Item],
    seconds: float,
    say: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Runs what fits into the time, looking at the clock before each."""
    end = clock() + seconds
    kept, dropped = planned(items, seconds)
    outcome = Outcome(dropped=dropped)
    for item in kept:
        if item.importance > 0 and clock() + item.seconds > end:
            outcome.dropped.append(item)
            continue
        say(f"{item.kind}: {item.name}")
        try:
            outcome.results.setdefault(item.kind, []).append(item.run())
        except Exception as error:  # one measurement that breaks leaves the others their say
            reason = " ".join(str(error).split())
            outcome.broken.append(f"{item.name}: {type(error).__name__}: {reason}")
    return outcome


def chosen(items: list[Item], names: list[str]) -> list[Item]:
    """The items of these names or kinds; all where there are none."""
    known = {item.name for item in items} | {item.kind for item in items}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"no check or measurement {unknown[0]!r}; --list shows them all")
    return [item for item in items if not names or item.name in names or item.kind in names]


# Wheels that are carried along


@contextmanager
def carried(folder: Path | None) -> Iterator[None]:
    """What lies as wheels in a folder can be imported while this is open."""
    if folder is None:
        yield
        return
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        sys.exit(f"{folder}: no wheels (*.whl) here")
    with tempfile.TemporaryDirectory(prefix="conv-nas-wheels-") as place:
        for wheel in wheels:
            # Unpacked, since what is compiled cannot be loaded from within an archive.
            zipfile.ZipFile(wheel).extractall(place)
        sys.path.append(place)
        try:
            yield
        finally:
            sys.path.remove(place)


def card_to_use(pretend: bool) -> Card:
    """The card, or the CPU in its place; ends the program where there is none to use."""
    try:
        from workers.gpu_checks import PretendedCard, this_card
    except ModuleNotFoundError as error:
        sys.exit(f"the package {error.name} is missing: see --wheels")
    card = PretendedCard() if pretend else this_card()
    if card is None:
        sys.exit("PyTorch sees no GPU here: `nas doctor` says why; --pretend runs on the CPU")
    return card


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--minutes", type=float, help="[8; 4.5 with --pretend]")
    parser.add_argument(
        "--pretend", action="store_true", help="on the CPU, which proves the script"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="checks, kinds")
    parser.add_argument("--list", action="store_true", help="show what there is, and end")
    parser.add_argument("--wheels", type=Path, help="a folder of packages to import")
    options = parser.parse_args(arguments)
    with carried(options.wheels):
        card = card_to_use(options.pretend)
        items = chosen(all_items(card), options.only)
        if options.list:
            for item in items:
                print(f"{item.kind:8} {item.seconds:4.0f} s  {item.name}")
            return
        sys.exit(_run(card, items, options))


def _run(card: Card, items: list[Item], options: argparse.Namespace) -> int:
    import torch

    from benchmarks.gpu_report import print_report

    gc.freeze()  # what is loaded stays: looking through it after each item takes its time

    if card.is_pretended:
        torch.set_num_threads(1)  # its networks are tiny
    start = time.monotonic()
    minutes = options.minutes or (4.5 if options.pretend else 8)
    outcome = run_items(items, 60 * minutes, lambda line: print(line, file=sys.stderr))
    result = _result(card, outcome, time.monotonic() - start)
    if options.json:
        print(json.dumps(result))
    else:
        print_report(result)
    return 1 if outcome.failed or outcome.broken else 0


def _result(card: Card, outcome: Outcome, seconds: float) -> dict[str, Any]:
    import torch

    kinds = ("checks", "peaks", "rates", "sharing", "latency")
    return {
        "device": card.name,
        "is_pretended": card.is_pretended,
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        **{kind: outcome.results.get(kind, []) for kind in kinds},
        "dropped": [[item.kind, item.name] for item in outcome.dropped],
        "broken": outcome.broken,
        "failed": outcome.failed,
        "seconds": seconds,
    }


if __name__ == "__main__":
    main()
