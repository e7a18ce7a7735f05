"""What Optuna's dashboard cannot be asked: it takes such requests for faults of its own (500)."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from optuna.storages import BaseStorage

_MAX_ID = 2**31 - 1
_OF_STUDY = re.compile(r"/(?:api/studies|csv|artifacts)/([^/]+)(?:/([0-9]+)(?=/))?(?:/.*)?")
_INTEGER = re.compile(r"-?[0-9]{1,9}", re.ASCII)


class Fault(NamedTuple):
    """Why a request is not passed on."""

    status: str
    reason: str


def fault(storage: BaseStorage, environ: dict[str, Any]) -> Fault | None:
    """What is wrong with a request as WSGI has it; its body is there to be read again."""
    of_study = _OF_STUDY.fullmatch(environ["PATH_INFO"])
    if of_study and not _is_known(storage, *of_study.groups()):
        return Fault("404 Not Found", "there is no such study or trial")
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    trials = [
        number for given in query.get("trial_ids", ()) for number in given.split(",") if given
    ]
    if not all(map(_INTEGER.fullmatch, [*query.get("after", ()), *trials])):
        return Fault("400 Bad Request", "`after` and `trial_ids` must be numbers")
    if environ["REQUEST_METHOD"] == "PUT" and not _is_note(environ):
        return Fault("400 Bad Request", "a note must be JSON with a text `body`, a whole `version`")
    return None


def _is_known(storage: BaseStorage, study: str, trial: str | None) -> bool:
    if not _INTEGER.fullmatch(study) or (trial is not None and int(trial) > _MAX_ID):
        return False
    try:
        storage.get_study_name_from_id(int(study))
        if trial is not None:
            storage.get_trial(int(trial))
    except KeyError:
        return False
    return True


def _is_note(environ: dict[str, Any]) -> bool:
    body = environ["wsgi.input"].read()
    environ["wsgi.input"] = BytesIO(body)
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        return False
    try:
        note = json.loads(body)
        version, text = note["version"], note["body"]
        text.encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return type(version) is int and 0 <= version <= _MAX_ID and "\0" not in text
