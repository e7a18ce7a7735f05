"""Style sheet, scripts and icon, in memory: no path of a request reaches the file system."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

FOREVER = "private, max-age=31536000, immutable"
"""Their addresses change with their content."""

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file.

    Attributes:
        packed: The same, compressed.
    """

    content: bytes
    packed: bytes
    media_type: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:12]

    def response(self, request: Request) -> Response:
        """The file, compressed where the browser takes that."""
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        content = self.content
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"], content = "gzip", self.packed
        return Response(content, headers=headers, media_type=self.media_type)


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """All files by name."""
    from plotly.offline import get_plotlyjs

    from dashboards.plots.palette import theme_css

    folder = files("dashboards") / "templates"

    def read(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    texts = {
        "icon.svg": read("live/icon.svg"),
        "live.css": f"{theme_css()}\n{read('live/live.css')}",
        "live.js": f"{read('page.js')}\n{read('live/live.js')}",
        "plotly.js": get_plotlyjs(),
    }
    return {name: _asset(name, text.encode()) for name, text in texts.items()}


def _asset(name: str, content: bytes) -> Asset:
    media_type = _TYPES[name.rpartition(".")[2]]
    # Without the moment of packing in it, so that equal files are equal bytes.
    return Asset(content, gzip.compress(content, 6, mtime=0), media_type)


@lru_cache(maxsize=8)
def address(name: str) -> str:
    """Where a page finds a file."""
    return f"/assets/{name}?v={assets()[name].digest}"
