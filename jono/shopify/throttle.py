"""The store's cost bucket as we know it: how long to wait before the next query.

Shopify gives an app a leaky bucket of points at each store. A query must find its whole requested cost in it before
it runs; what it did not need is given back. Every answer tells what the bucket holds, so a guess never lives longer
than one call.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Protocol

Pause = Callable[[float], None]
"""A way to wait some seconds; one that may be told to stop raises instead."""


class Priority(IntEnum):
    """Who goes first when points are scarce. The number is the head start, in seconds of waiting, over the next."""

    INTERACTIVE = 60
    """A person waits."""
    SCHEDULED = 0
    BACKFILL = -60
    """Whatever is read for the first time, in bulk."""


@dataclass(frozen=True)
class ThrottleStatus:
    """The bucket as an answer tells it: points at most, points now, points a second."""

    maximum: float
    available: float
    restore_rate: float


@dataclass
class Lease:
    """Points set aside for one query. What its answer tells is noted here: the charge, the bucket."""

    cost: int
    charged: int | None = None
    told: ThrottleStatus | None = None


class Bucket(Protocol):
    """Where the points of one store are shared out: within this process, or between machines."""

    def lease(self, cost: int, pause: Pause) -> AbstractContextManager[Lease]:
        """Set `cost` points aside for the query that is sent inside the block; wait for them with `pause`."""


class LocalBucket:
    """The bucket shared by the threads of this process, for who has no database at hand.

    Until the first answer it is taken for full, at the lowest rate of any plan.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._status = ThrottleStatus(maximum=1000, available=1000, restore_rate=50)
        self._told_at = clock()
        self._taken = 0  # by queries that have not ended

    @contextmanager
    def lease(self, cost: int, pause: Pause) -> Iterator[Lease]:
        lease, wait = Lease(cost), self._take(cost)
        try:
            if wait:
                pause(wait)
            yield lease
        finally:
            self._settle(lease)

    def _take(self, cost: int) -> float:
        with self._lock:
            self._taken += cost
            return max(0.0, (self._taken - self._available()) / self._status.restore_rate)

    def _settle(self, lease: Lease) -> None:
        with self._lock:
            self._taken -= lease.cost
            if lease.told:
                self._status, self._told_at = lease.told, self._clock()

    def _available(self) -> float:
        restored = (self._clock() - self._told_at) * self._status.restore_rate
        return min(self._status.maximum, self._status.available + restored)


@cache
def local_bucket(address: str) -> LocalBucket:
    """Return this process's bucket of the store at `address`, the same for all who talk to it."""
    return LocalBucket()
