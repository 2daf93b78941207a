"""The clock: now, in UTC, with its zone."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant; every stored time of Jono is in UTC and knows it."""
    return datetime.now(UTC)
