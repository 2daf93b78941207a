"""The store's cost bucket as we know it: how long to wait before the next query.

Shopify gives an app a leaky bucket of points at each store. A query must find its whole requested cost in it before
it runs. Every answer tells what the bucket holds, so a guess never lives longer than one call.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol


@dataclass(frozen=True)
class ThrottleStatus:
    """The bucket as an answer tells it: points at most, points now, points a second."""

    maximum: float
    available: float
    restore_rate: float


class Bucket(Protocol):
    """Where the points of one store are shared out: within this process, or between machines."""

    def take(self, cost: int) -> float:
        """Set `cost` points aside for a query; return the seconds to wait before it may be sent."""

    def settle(self, cost: int, status: ThrottleStatus | None) -> None:
        """Say that the query for which `cost` was taken has ended, and what the store then told, if it did."""


class LocalBucket:
    """The bucket shared by the threads of this process.

    Until the first answer it is taken for full, at the lowest rate of any plan.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._status = ThrottleStatus(maximum=1000, available=1000, restore_rate=50)
        self._told_at = clock()
        self._taken = 0  # by queries that have not ended

    def take(self, cost: int) -> float:
        with self._lock:
            self._taken += cost
            return max(0.0, (self._taken - self._available()) / self._status.restore_rate)

    def settle(self, cost: int, status: ThrottleStatus | None) -> None:
        with self._lock:
            self._taken -= cost
            if status:
                self._status, self._told_at = status, self._clock()

    def _available(self) -> float:
        restored = (self._clock() - self._told_at) * self._status.restore_rate
        return min(self._status.maximum, self._status.available + restored)


@cache
def local_bucket(address: str) -> LocalBucket:
    """Return this process's bucket of the store at `address`, the same for all who talk to it."""
    return LocalBucket()
