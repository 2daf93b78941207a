"""Shopify's quarterly API versions: which are accessible when, and which one answers a request."""

import re
from datetime import UTC, datetime, timedelta

_MONTHS = (1, 4, 7, 10)
_FORM = re.compile(r"(\d{4})-(\d{2})")
IDEMPOTENCY_REQUIRED = "2026-04"


def released_at(version: str) -> datetime:
    """When a version came out."""
    year, month = map(int, version.split("-"))
    return datetime(year, month, 1, 17, tzinfo=UTC)


def accessible_until(version: str) -> datetime:
    """When a version ceases to be accessible: a year after its quarter began, and two weeks of grace."""
    year, month = map(int, version.split("-"))
    return datetime(year + 1, month, 16, 15, tzinfo=UTC)


def answering_version(asked: str, at: datetime) -> str | None:
    """Return the version that answers a request for `asked`: a retired one falls forward, an unheard-of one is None."""
    if asked == "unstable":
        return asked
    found = _FORM.fullmatch(asked)
    if not found or int(found[2]) not in _MONTHS or released_at(asked) > at:
        return None
    return max(asked, oldest_accessible(at))


def oldest_accessible(at: datetime) -> str:
    """Return the oldest version that is accessible at a time."""
    day = at - timedelta(days=366 + 15)
    versions = (f"{year}-{month:02}" for year in range(day.year, at.year + 1) for month in _MONTHS)
    return next(each for each in versions if accessible_until(each) > at)
