"""Ends a search from the browser, as `nas stop` does from a terminal."""

from __future__ import annotations

import os
from datetime import UTC

from starlette.responses import JSONResponse, Response

from nas.store import Store, StudyRecord
from search_spaces.errors import StoreError


def may_write(store: Store) -> bool:
    """Whether this process may change the database; a server's says so itself."""
    database = store.url.database
    is_file = store.url.get_backend_name() == "sqlite" and bool(database)
    return not is_file or os.access(database or "", os.W_OK)


def stop(store: Store, study: StudyRecord) -> Response:
    """Asks who runs a study to finish the reports under way and end; does not wait for that."""
    from nas.runner.lease import described
    from nas.runner.stopping import ask_to_stop

    try:
        holder = ask_to_stop(store, study)
    except StoreError as error:
        return JSONResponse({"reason": str(error)}, 409)
    if holder is None:
        return JSONResponse({"reason": "nobody runs this study"}, 409)
    assert holder.stop_requested_at is not None
    asked = holder.stop_requested_at.astimezone(UTC).isoformat(timespec="seconds")
    return JSONResponse({"asked": described(holder), "stop_requested_at": asked}, 202)
