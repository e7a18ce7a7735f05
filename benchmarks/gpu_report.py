"""What `benchmarks/gpu.py` found, for people."""

from __future__ import annotations

from collections import Counter
from typing import Any

Row = dict[str, Any]


def print_report(result: dict[str, Any]) -> None:
    """Checks, then what was measured, then what was left out."""
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    print(f"{result['device']}; {versions}; {result['seconds']:.0f} s")
    _checks(result["checks"])
    if result["is_pretended"]:
        print("\nnothing was measured: sizes are cut, and the CPU stood in for a card")
        ran = {kind: len(result[kind]) for kind in ("peaks", "rates", "sharing", "latency")}
        print("ran: " + ", ".join(f"{count} {kind}" for kind, count in ran.items()))
    else:
        _rates(result["rates"], result["peaks"])
        _sharing(result["sharing"])
        _latency(result["latency"])
    for line in result["broken"]:
        print(f"broken: {line}")
    if result["dropped"]:
        counted = Counter(kind for kind, _ in result["dropped"])
        shown = ", ".join(f"{count} of {kind}" for kind, count in counted.items())
        print(f"\nno time for {shown}; --json names them, --minutes gives more")
    if result["failed"]:
        print(f"\nFAILED: {'; '.join(result['failed'])}")


def _checks(checks: list[Row]) -> None:
    print()
    for row in checks:
        print(f"{'ok' if row['passed'] else 'FAILED':8}{row['check']:26}{row['said']}")


def _rates(rates: list[Row], peaks: list[Row]) -> None:
    if not rates:
        return
    print(f"\n{'images/s':12}{'px':>5}{'batch':>7}{'type':>10}", end="")
    print(f"{'plain':>9}{'eager':>9}{'captured':>10}{'ratio':>7}{'arithmetic':>12}{'memory':>8}")
    keys = ("family", "side", "batch_size", "low")
    for key in dict.fromkeys(tuple(row[k] for k in keys) for row in rates):
        found = {row["loop"]: row for row in rates if tuple(row[k] for k in keys) == key}
        family, side, batch_size, low = key
        kind = "bfloat16" if low else "float32"
        print(f"{family:12}{side:5}{batch_size:7}{kind:>10}", end="")
        for loop, width in (("plain", 9), ("eager", 9), ("captured", 10)):
            print(f"{_number(found.get(loop)):>{width}}", end="")
        print(f"{_ratio(found):>7}", end="")
        arithmetic, memory = shares(found.get("captured"), peaks)
        print(f"{arithmetic:>12}{memory:>8}")


def _number(row: Row | None) -> str:
    if row is None:
        return "-"
    return "no room" if row["images_per_s"] is None else f"{row['images_per_s']:,.0f}"


def _ratio(found: dict[str, Row]) -> str:
    """Of the captured step to the plain loop."""
    rates = [found.get(loop, {}).get("images_per_s") for loop in ("captured", "plain")]
    return f"{rates[0] / rates[1]:.1f}" if all(rates) else "-"


def shares(row: Row | None, peaks: list[Row]) -> tuple[str, str]:
    """What part of the card's arithmetic and of its memory rate a loop uses."""
    if row is None or row["images_per_s"] is None or not peaks:
        return "-", "-"
    limits, kind = peaks[0], "bfloat16" if row["low"] else "float32"
    arithmetic = row["images_per_s"] * row["flops_per_image"] / limits[f"{kind}_flops_per_s"]
    memory = row["images_per_s"] * row["bytes_per_image"] / limits["bytes_per_s"]
    return f"{arithmetic:.1%}", f"{memory:.1%}"


def _sharing(rows: list[Row]) -> None:
    if not rows:
        return
    print(f"\n{'trials':8}{'MPS':6}{'images/s of all':>16}{'over one':>10}")
    alone = next((r["images_per_s"] for r in rows if r["num_trials"] == 1), None)
    for row in rows:
        over = f"{row['images_per_s'] / alone:.1f}" if alone and row["images_per_s"] else "-"
        rate = "-" if row["images_per_s"] is None else f"{row['images_per_s']:,.0f}"
        mps = "yes" if row["mps"] else "no"
        print(f"{row['num_trials']:<8}{mps:6}{rate:>16}{over:>10}  {row.get('why') or ''}")


def _latency(rows: list[Row]) -> None:
    for row in rows:
        noted = "" if row["is_quiet"] else " (the card was not quiet)"
        print(
            f"\nlatency: {row['num_networks']} whole networks by {row['num_blocks']} blocks: "
            f"Kendall's tau {row['kendall_tau']:.3f}, mean error {row['mean_error']:.1%}{noted}"
        )
