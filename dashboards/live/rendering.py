"""Pages and their parts as HTML, and answers that several pages give."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboards.live.assets import address
from dashboards.plots.palette import DARK, LIGHT
from dashboards.sections.words import time_element
from dashboards.templating import environment

Trail = Sequence[tuple[str, str]]
"""Names and addresses of the pages above one."""


def page(
    template: str,
    title: str,
    trail: Trail = (),
    *,
    poll: str = "",
    optuna: str = "/dashboard",
    has_figures: bool = False,
    **values: Any,
) -> str:
    """A whole page.

    Args:
        template: Its name in `dashboards/templates/live`.
        poll: Where the page asks for what has changed; empty where nothing does.
        optuna: Where Optuna's dashboard shows the same.
    """
    html: str = _filled(
        f"live/{template}", title=title, trail=trail, poll=poll, optuna=optuna,
        has_figures=has_figures, asset=address, to_dark=json.dumps(LIGHT.to(DARK)), **values,
    )  # fmt: skip
    return html


def part(name: str, **values: Any) -> str:
    """A part of a page, which its script puts in place of the one before."""
    html: str = _filled(f"live/parts/{name}.html.j2", **values)
    return html


def _filled(template: str, **values: Any) -> Any:
    return environment().get_template(template).render(time_element=time_element, **values)


MAX_COMPARED = 6
NUMBER = "[0-9]{1,9}"
_PIECE = 1 << 16


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    """Of a large answer, which is not copied for each who asks: each when the last one is taken."""
    for at in range(0, len(content), _PIECE):
        yield content[at : at + _PIECE]


def unless_known(request: Request, version: str, content: Callable[[], dict[str, Any]]) -> Response:
    """304 where the asker has this version already."""
    # A page asks every second, mostly when nothing has changed: then nothing is made or sent.
    tag = f'"{version}"'
    headers = {"ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return JSONResponse(content(), headers=headers)


def chosen(request: Request, name: str, least: int = 1) -> Sequence[int]:
    """Numbers in the query, each once. Raises 404 where one is none, or there are too many."""
    texts = list(dict.fromkeys(request.query_params.getlist(name)))
    if not least <= len(texts) <= MAX_COMPARED:
        raise HTTPException(404, f"Choose {least} to {MAX_COMPARED} of them.")
    if not all(re.fullmatch(NUMBER, text, re.ASCII) for text in texts):
        raise HTTPException(404)
    return [int(text) for text in texts]
