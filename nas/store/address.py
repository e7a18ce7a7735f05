"""Addresses of databases: reading them, and showing them without their secrets."""

from __future__ import annotations

import os
import shlex

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from search_spaces.errors import StoreError

DEFAULT_URL = "sqlite:///nas.db"
UNSHOWN = "the storage address"
"""What stands for an address that cannot be told apart from its password."""


def default_url() -> str:
    """The database where none is named: that of NAS_STORAGE, else `nas.db` in this folder."""
    return os.environ.get("NAS_STORAGE") or DEFAULT_URL


def storage_words(url: str | URL, default: str = DEFAULT_URL) -> str:
    """What a command needs to find a database that is not the default; no password shows."""
    shown = masked(url)
    return "" if shown == masked(default) else f" --storage {shlex.quote(shown)}"


def parsed(url: str) -> URL:
    """A database address. Raises StoreError where it is none; the message does not repeat it."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        address = None
    if address is None or "\0" in url:
        rule = "a storage address reads like sqlite:///nas.db or postgresql+psycopg://host/name"
        raise StoreError(f"{rule}; this one does not")
    if _may_hold_secrets(address):
        raise StoreError("a storage address has one @; in a password it is written as %40")
    return address


def _may_hold_secrets(address: URL) -> bool:
    """Whether a part of the password may stand where others stand, because of an @ in it."""
    if address.get_backend_name() == "sqlite":
        return False
    return "@" in (address.host or "") or "@" in (address.database or "")


def masked(url: str | URL) -> str:
    """A database address that may be shown: its password hidden, wherever in it that stands."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return UNSHOWN
    if _may_hold_secrets(address):
        return UNSHOWN
    secrets = {key: "hidden" for key in address.query if "password" in key.lower()}
    return address.update_query_dict(secrets).render_as_string(hide_password=True)
