"""Makes the pictures of pages and terminal in docs/ from a study of a real search.

    nas launch search_spaces/quickstart.yaml
    python docs/make_pictures.py quickstart

Needs what the tests of pages need: Playwright, and Chromium or Chrome.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.text import Text

from dashboards import Findings, write_report
from dashboards.for_optuna import closed, optuna_storage, refresh
from dashboards.live import Access, Server, bound, make_app
from nas.store import Store

FOLDER = Path(__file__).parent / "pictures"
SETTLED_MS = 2500
NARROW = 390


class Picture(NamedTuple):
    """One picture: its file, the page's path with `{study}`, and how it is looked at."""

    name: str
    path: str
    width: int
    height: int
    dark: bool = False


PICTURES = (
    Picture("live", "/studies/{study}", 1440, 1000),
    Picture("live-dark", "/studies/{study}", 1440, 1000, dark=True),
    Picture("live-narrow", "/studies/{study}", NARROW, 1400),
    Picture("optuna", "/dashboard/studies/{optuna}", 1440, 1000),
    Picture("optuna-note", "/dashboard/studies/{optuna}/trials?numbers=0", 1440, 1000),
)


REPORT = (
    Picture("report", "", 1440, 1400),
    Picture("report-dark", "", 1440, 1400, dark=True),
    Picture("report-narrow", "", NARROW, 1400),
    Picture("card", "#trial-{knee}", 1440, 1000),
    Picture("card-narrow", "#trial-{knee}", NARROW, 1400),
)
"""Of the file that `nas report` writes; its path goes before these."""

TERMINAL_COLUMNS = 118


@click.command()
@click.argument("study")
@click.option("--storage", default="sqlite:///nas.db", show_default=True)
@click.option("--folder", default="nas_studies", type=click.Path(path_type=Path), show_default=True)
def main(study: str, storage: str, folder: Path) -> None:
    """Write docs/pictures/*.png."""
    FOLDER.mkdir(exist_ok=True)
    warnings.filterwarnings("ignore", module=r"optuna\.")
    refresh(storage, lambda store: [study])
    with Store(storage, create=False) as store, closed(optuna_storage(store)) as optuna:
        ids = {"study": store.study(study).id, "optuna": optuna.get_study_id_from_name(study)}
        app = make_app(store, optuna, folder, Access(None, "", None))
        with _served(app) as url, sync_playwright() as playwright:
            found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
            for picture in PICTURES:
                address = f"{url}{picture.path.format(**ids)}"
                _write(picture.name, _shot(browser, address, picture))
            _report_pictures(store, study, browser)
            _terminal_picture(storage, study, browser)
            browser.close()


def _report_pictures(store: Store, study: str, browser: Browser) -> None:
    knee = Findings.read(store, study).knee
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "report.html"
        write_report(store, study, file)
        for picture in REPORT:
            address = file.as_uri() + picture.path.format(knee=knee.number if knee else 0)
            _write(picture.name, _shot(browser, address, picture))


def _terminal_picture(storage: str, study: str, browser: Browser) -> None:
    """What `nas pareto` prints, in colours."""
    command = [sys.executable, "-m", "nas", "pareto", study, "--storage", storage, "--plot"]
    colored = {
        "COLUMNS": str(TERMINAL_COLUMNS),
        "FORCE_COLOR": "1",
        "COLORTERM": "truecolor",
        "PYTHONIOENCODING": "utf-8",
    }
    printed = subprocess.run(
        command, env={**os.environ, **colored}, capture_output=True, check=True, text=True
    ).stdout
    console = Console(record=True, file=io.StringIO(), width=TERMINAL_COLUMNS)
    console.print(Text.from_ansi(printed))
    drawing = console.export_svg(title=f"nas pareto {study}")
    drawing = re.sub(r"@font-face \{.*?\}", "", drawing, flags=re.DOTALL)  # no font from elsewhere
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_content(f'<body style="margin: 0; width: 1200px">{drawing}</body>')
    _write("terminal", page.locator("svg").screenshot())


@contextmanager
def _served(app: object) -> Iterator[str]:
    ready = threading.Event()
    with bound("127.0.0.1", 0) as listening:
        server = Server(app, ready.set)  # type: ignore[arg-type]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        ready.wait(30)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def _shot(browser: Browser, url: str, picture: Picture) -> bytes:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
        device_scale_factor=2 if picture.width == NARROW else 1,
    )
    page = context.new_page()
    page.goto(url)
    if url.startswith("file:"):
        page.wait_for_selector("html[data-ready]")
    page.wait_for_timeout(SETTLED_MS)
    shot = page.screenshot()
    context.close()
    return shot


def _write(name: str, shot: bytes) -> None:
    """With 256 colours, which is all that such a page has."""
    target = FOLDER / f"{name}.png"
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    click.echo(f"{target}: {os.path.getsize(target) // 1000} kB")


if __name__ == "__main__":
    main()
