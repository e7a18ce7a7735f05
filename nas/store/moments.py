"""Moments as they go into a database and come out of it: in UTC, with their time zone."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """A moment in UTC; SQLite gives them back without the zone, which is always UTC."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
