"""Answers that several pages give, and what they read of an address."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

MAX_COMPARED = 6
NUMBER = "[0-9]{1,9}"
_PIECE = 1 << 16


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    """Of a large answer, which is not copied for each who asks: each when the last one is taken."""
    for at in range(0, len(content), _PIECE):
        yield content[at : at + _PIECE]


def unless_known(request: Request, version: str, content: Callable[[], dict[str, Any]]) -> Response:
    """304 where the asker has this version already."""
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
