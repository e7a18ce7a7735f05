"""`nas dashboard`: live pages of studies, and Optuna's dashboard, in the browser."""

from __future__ import annotations

import warnings
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import folder_option, storage_option

if TYPE_CHECKING:
    from dashboards.live import Access

EPILOG = """
\b
Examples:
  nas dashboard                          all studies of nas.db
  nas dashboard quickstart --port 9000   one study, on this machine alone
  nas dashboard --host 0.0.0.0           for others too: prints an address with a token
"""


@click.command(epilog=EPILOG)
@click.argument("study", required=False)
@storage_option
@folder_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8400, show_default=True,
    help="Port to listen on; 0 takes a free one.",
)  # fmt: skip
@click.option(
    "--token", envvar="NAS_DASHBOARD_TOKEN", metavar="TEXT",
    help="What visitors must show (also NAS_DASHBOARD_TOKEN). Made where --host is not this "
    "machine alone.",
)  # fmt: skip
@click.option("--read-only", is_flag=True, help="Let visitors change no note and stop no search.")
@click.option("--open/--no-open", "is_opened", default=True, help="Whether to open a browser.")
def command(
    study: str | None,
    storage: str,
    folder: Path,
    host: str,
    port: int,
    token: str | None,
    read_only: bool,
    is_opened: bool,
) -> None:
    """Serve live pages of the studies, and Optuna's dashboard beside them, until Ctrl-C."""
    from dashboards.for_optuna import closed, kept_fresh, optuna_storage
    from dashboards.live import bound, make_app, serve
    from nas.store import Store

    warnings.filterwarnings("ignore", module=r"optuna\.")  # of its plots, with every few trials
    with Store(storage, create=False) as store, closed(optuna_storage(store)) as optuna:
        path = "/" if study is None else f"/studies/{store.study(study).id}"
        with bound(host, port) as listening:
            # The port of the socket, not that of the option: 0 has become another by now.
            access = _access(host, listening.getsockname()[1], token, may_change=not read_only)
            address = _address(host, listening.getsockname()[1], path, access.token)

            # When it listens: a browser that comes before finds nobody.
            def ready() -> None:
                click.echo(address)
                click.echo("Ctrl-C ends it; searches go on.", err=True)
                if is_opened:
                    webbrowser.open(address)

            app = make_app(store, optuna, folder, access)
            with kept_fresh(storage, _names, lambda text: click.echo(text, err=True)):
                serve(app, listening, ready)


def _access(host: str, port: int, token: str | None, *, may_change: bool) -> Access:
    from dashboards.live import Access

    try:
        return Access.of(host, port, token, may_change=may_change)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--token") from None


def _address(host: str, port: int, path: str, token: str | None) -> str:
    from urllib.parse import quote

    shown = f"http://{_shown(host)}:{port}{path}"
    return shown if token is None else f"{shown}?token={quote(token, safe='')}"


def _shown(host: str) -> str:
    """A host as addresses have it; one that stands for all is this machine's name."""
    import socket

    if host in ("0.0.0.0", "::"):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _names(store: object) -> list[str]:
    from nas.store import Store

    assert isinstance(store, Store)
    return [summary.study.name for summary in store.studies()]
