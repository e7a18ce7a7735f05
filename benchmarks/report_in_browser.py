"""How long does a reader wait for the report of 10,000 trials?

Makes the database of `store_scale`, times `nas report` as a user waits for it, opens the page in
headless Chromium, and times what one does there. Without a GPU the browser draws by software.

    python -m benchmarks.report_in_browser [--num-trials 10000] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.store_scale import STUDY, fill
from nas.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Page

LIMITS = {"made_s": 10.0, "bytes": 6_000_000, "usable_s": 3.0}
"""What is promised for 10,000 trials."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--num-trials", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url, page = f"sqlite:///{Path(folder) / 'nas.db'}", Path(folder) / "report.html"
        with Store(url) as store:
            fill(store, arguments.num_trials)
        result = {"num_trials": arguments.num_trials, "made_s": _made_s(url, page)}
        result["bytes"] = page.stat().st_size
        result |= _in_browser(page, arguments.repeats)
    result["num_cpus"] = os.cpu_count()
    result["load"] = os.getloadavg()[0]
    print(json.dumps(result, indent=2) if arguments.json else _table(result))


def _made_s(url: str, page: Path) -> float:
    command = [sys.executable, "-m", "nas", "report", STUDY, "--storage", url, "--out", str(page)]
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def _in_browser(file: Path, repeats: int) -> dict[str, float]:
    """Medians of seconds until the page can be used, and of one change of axis and of budget."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    taken: dict[str, list[float]] = {"usable_s": [], "axis_s": [], "budget_s": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for _ in range(repeats):
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.goto(file.as_uri())
            page.wait_for_selector("html[data-ready]")
            taken["usable_s"].append(page.evaluate("performance.now()") / 1000)
            taken["axis_s"].append(_seconds(page, SWITCH_AXIS))
            taken["budget_s"].append(_seconds(page, SET_BUDGET))
            page.close()
        browser.close()
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _seconds(page: Page, action: str) -> float:
    """Until the action's work is done and the next picture is shown."""
    script = f"""async () => {{
      const start = performance.now();
      {action}
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return (performance.now() - start) / 1000;
    }}"""
    return float(page.evaluate(script))


SWITCH_AXIS = 'document.querySelector(\'input[name="axis"][value="params"]\').click();'
SET_BUDGET = """const field = document.getElementById("budget-flops");
      field.value = "4"; field.dispatchEvent(new Event("input"));"""


def _table(result: dict[str, float]) -> str:
    rows = [
        ("`nas report`", f"{result['made_s']:.1f} s", f"{LIMITS['made_s']:g} s"),
        ("the file", f"{result['bytes'] / 1e6:.1f} MB", f"{LIMITS['bytes'] / 1e6:g} MB"),
        ("until the page can be used", f"{result['usable_s']:.1f} s", f"{LIMITS['usable_s']:g} s"),
        ("another axis", f"{result['axis_s']:.2f} s", "-"),
        ("another budget", f"{result['budget_s']:.2f} s", "-"),
    ]
    lines = ["| what | taken | promised |", "|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    title = (
        f"{result['num_trials']:,} trials, {result['num_cpus']} cores, load {result['load']:.1f}"
    )
    return "\n".join([title, "", *lines])


if __name__ == "__main__":
    main()
