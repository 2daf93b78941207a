"""The one cost bucket of a store, shared by all workers on all machines: a row, and a statement to take from it.

Points are taken by one UPDATE of the row, which computes what has been restored meanwhile; nothing is held while a
worker waits. Times are the database's, so that the machines' clocks need not agree.

Who goes first:

- An eighth of the bucket is a reserve for those a person waits for. It refills with a quarter of what is restored,
  so that a small call of theirs goes at once however long the queue is, and they cannot take everything either.
- For the rest there is one turn. It belongs to whoever has waited longest, counting their priority's head start:
  nobody who comes later takes points while the turn's holder saves up for a dear query. Waiting lasts, a head start
  does not grow: so nobody starves.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

from jono.shopify.models.bucket import CostBucket
from jono.shopify.throttle import Lease, Pause, Priority

LONGEST_PAUSE = 0.5
SHORTEST_PAUSE = 0.02

# The row is read under its lock, so that what is decided is decided on what is true; then written, all in one.
_BUCKET = """
    SELECT address, maximum, restore_rate, leases, spent, turn_of, turn_rank, turn_until, at, second,
        LEAST(maximum, level + gained) AS level, LEAST(maximum / 8, reserve + gained / 4) AS reserve
    FROM (
        SELECT *, restore_rate * GREATEST(0, EXTRACT(EPOCH FROM at - counted_at)::float8) AS gained,
            EXTRACT(EPOCH FROM at)::float8 AS second
        FROM (
            SELECT *, clock_timestamp() AS at FROM shopify_costbucket WHERE address = %(address)s FOR UPDATE
        ) locked
    ) aged
"""

_TAKE = f"""
UPDATE shopify_costbucket bucket SET
    counted_at = at,
    level = known.level - CASE WHEN granted THEN cost ELSE 0 END,
    reserve = CASE
        WHEN privileged THEN known.reserve - cost
        WHEN granted THEN LEAST(known.reserve, known.level - cost)
        ELSE known.reserve END,
    leases = CASE
        WHEN granted THEN known.leases || jsonb_build_object(%(lease)s, jsonb_build_array(cost, second))
        ELSE known.leases END,
    turn_of = CASE
        WHEN granted THEN NULLIF(known.turn_of, %(lease)s::uuid)
        WHEN behind THEN known.turn_of
        ELSE %(lease)s::uuid END,
    turn_rank = CASE WHEN granted OR behind THEN known.turn_rank ELSE rank END,
    turn_until = CASE WHEN granted OR behind THEN known.turn_until ELSE at + interval '3 seconds' END
FROM (
    SELECT *, privileged OR (NOT behind AND level - kept >= cost) AS granted FROM (
        SELECT *, first AND reserve >= cost AND level >= cost AS privileged,
            COALESCE(turn_of <> %(lease)s::uuid AND turn_until > at AND turn_rank <= rank, false) AS behind,
            -- A query dearer than all but the reserve could never run beside it.
            CASE WHEN first THEN 0 ELSE LEAST(reserve, maximum - cost) END AS kept
        FROM (
            SELECT *, %(first)s AS first, LEAST(%(cost)s, maximum) AS cost,
                second - %(waited)s::float8 - %(head_start)s AS rank
            FROM ({_BUCKET}) counted
        ) asked
    ) judged
) known
WHERE bucket.address = known.address
RETURNING granted, CASE WHEN behind THEN NULL ELSE (cost + kept - known.level) / known.restore_rate END
"""  # noqa: S608 - put together from our own words alone

# What the store said may hold points for calls still on their way to it, or be less theirs already: between the two
# our own count knows best; beyond, the store does. Where it said nothing: LEAST and GREATEST pass over what is NULL.
_SETTLE = f"""
UPDATE shopify_costbucket bucket SET
    counted_at = at,
    maximum = COALESCE(%(maximum)s, known.maximum),
    restore_rate = COALESCE(%(restore_rate)s, known.restore_rate),
    level = LEAST(%(available)s::float8, GREATEST(%(available)s::float8 - on_their_way, sum)),
    reserve = LEAST(known.reserve, COALESCE(%(maximum)s, known.maximum) / 8),
    leases = others,
    spent = known.spent + %(charged)s
FROM (
    SELECT *, LEAST(maximum, level + %(returned)s) AS sum,
        (SELECT COALESCE(SUM((value->>0)::float8), 0) FROM jsonb_each(others)) AS on_their_way
    FROM (
        SELECT *, (
            SELECT COALESCE(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(leases)
            WHERE key <> %(lease)s AND (value->>1)::float8 > second - 60
        ) AS others
        FROM ({_BUCKET}) counted
    ) counted
) known
WHERE bucket.address = known.address
"""  # noqa: S608 - put together from our own words alone

_LEAVE = """
UPDATE shopify_costbucket SET turn_of = NULL WHERE address = %(address)s AND turn_of = %(lease)s::uuid
"""


class SharedBucket:
    """The bucket of the store at `address`, for calls of one priority.

    Take leases outside of transactions: the row is everybody's.
    """

    def __init__(self, address: str, priority: Priority = Priority.SCHEDULED) -> None:
        self.address = address
        self.priority = priority

    @contextmanager
    def lease(self, cost: int, pause: Pause) -> Iterator[Lease]:
        lease, number = Lease(cost), str(uuid.uuid4())
        self._wait(cost, number, pause)
        try:
            yield lease
        finally:
            self._settle(number, lease)

    def _wait(self, cost: int, number: str, pause: Pause) -> None:
        """Take points, and where there are too few ask again, until it is our turn and there are enough."""
        began = time.monotonic()
        try:
            while not (answer := self._take(cost, number, time.monotonic() - began))[0]:
                seconds = LONGEST_PAUSE if answer[1] is None else answer[1]
                pause(min(LONGEST_PAUSE, max(SHORTEST_PAUSE, seconds)))
        except BaseException:
            with suppress(Error):  # without the database, the turn runs out
                self._execute(_LEAVE, lease=number)
            raise

    def _take(self, cost: int, number: str, waited: float) -> tuple[bool, float | None]:
        """Set points aside, or say after how many seconds there may be enough; None: it is another's turn."""
        asked: dict[str, str | float] = {
            "cost": cost,
            "lease": number,
            "waited": waited,
            "head_start": int(self.priority),
            "first": self.priority is Priority.INTERACTIVE,
        }
        answer = self._execute(_TAKE, **asked)
        if answer is None:
            CostBucket.objects.bulk_create([CostBucket(address=self.address)], ignore_conflicts=True)
            answer = self._execute(_TAKE, **asked)
        return answer or (False, None)

    def _settle(self, number: str, lease: Lease) -> None:
        told = lease.told
        self._execute(
            _SETTLE,
            lease=number,
            charged=lease.charged or 0,
            returned=0 if lease.charged is None else lease.cost - lease.charged,
            maximum=told.maximum if told else None,
            restore_rate=told.restore_rate if told else None,
            available=told.available if told else None,
        )

    def _execute(self, statement: str, **values: str | float | None) -> tuple[bool, float | None] | None:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"address": self.address, **values})
            return cursor.fetchone() if cursor.description else None
