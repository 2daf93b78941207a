"""Which way to read a store's records: one file, nested pages, or each by its id. By points and by time.

The unit is a second. A way takes the seconds that its calls take, or those that its points take to be restored beyond
what the bucket holds, whichever are more; and the points it takes keep everybody else waiting for as long as they
take to be restored. The sum of both decides.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

CALL_SECONDS = 0.2
"""What a call takes by itself, there and back."""
RECORD_SECONDS = 0.01
"""What the store needs to answer one record with all its lines."""
FILE_BEGINS_SECONDS = 20.0
"""Until a store has begun a bulk operation, and until we have noticed that it has ended."""
FILE_RECORD_SECONDS = 0.005
"""What a bulk operation, and the transfer of its file, takes for a record."""


class Way(StrEnum):
    """How records are read."""

    BULK = "bulk"
    PAGES = "pages"
    SINGLE = "single"


@dataclass(frozen=True)
class Points:
    """The store's bucket: points that are there, points restored a second."""

    available: float
    restore_rate: float


@dataclass(frozen=True)
class Prices:
    """What calls cost, in points, and how many records they hold at most."""

    page: int
    page_size: int
    ids: int
    by_id: int
    ids_size: int
    file: int
    """All that a bulk operation costs, however much it reads."""


@dataclass(frozen=True)
class Estimate:
    """What a way would take: calls, points, seconds until it is done, seconds until its points are restored."""

    calls: int
    points: int
    seconds: float
    restored_in: float

    @property
    def weight(self) -> float:
        """What decides: our seconds and everybody else's."""
        return self.seconds + self.restored_in


def estimate(records: int, points: Points, prices: Prices) -> dict[Way, Estimate]:
    """Return what each way would take for so many records."""
    pages, lists = math.ceil(records / prices.page_size), math.ceil(records / prices.ids_size)
    by_calls = {
        Way.PAGES: (pages, pages * prices.page),
        Way.SINGLE: (2 * lists, lists * (prices.ids + prices.by_id)),
    }
    found = {
        way: _estimate(calls, cost, calls * CALL_SECONDS + records * RECORD_SECONDS, points)
        for way, (calls, cost) in by_calls.items()
    }
    return found | {
        Way.BULK: _estimate(3, prices.file, FILE_BEGINS_SECONDS + records * FILE_RECORD_SECONDS, points)
    }


def choose(estimates: Mapping[Way, Estimate], allowed: Collection[Way] = tuple(Way)) -> Way:
    """Return the lightest of the ways that are allowed; of several, the one with fewer calls."""
    return min(allowed, key=lambda way: (estimates[way].weight, estimates[way].calls))


def _estimate(calls: int, cost: int, seconds: float, points: Points) -> Estimate:
    short = max(0.0, cost - points.available) / points.restore_rate
    return Estimate(calls, cost, max(seconds, short), cost / points.restore_rate)
