"""The key `checkpoints`: where the states of unfinished trials are kept."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError


def check_place(place: str) -> str:
    """A folder, or an address that fsspec knows. Raises an error for anything else.

    A password has no place in it: the experiment file is kept in the database, and shown.
    """
    import fsspec

    if not place.strip() or not place.isprintable():
        raise ValueError("must be a folder or an address such as s3://bucket/folder")
    protocol, has_protocol, rest = place.partition("://")
    if not has_protocol:
        return place
    if protocol not in fsspec.available_protocols():
        raise ValueError(f"must be a folder or an address that fsspec knows, not {protocol}://")
    if urlsplit(f"//{rest}").password or "password=" in rest or "secret=" in rest:
        rule = "must hold no password: file systems take theirs from the environment"
        raise PydanticCustomError("secret", rule)
    return place
