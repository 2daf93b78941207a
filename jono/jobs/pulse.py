"""The sign of life of a process that performs runs.

While it has a run in hand, the process holds an advisory lock of PostgreSQL's on a connection of its own: when the
process dies, however it dies, its connection closes and the lock is free, so that others know at once. A process
that is frozen or cut off keeps its lock and its connection; that is what the beats are for. Their time is the
database's: the machines' clocks need not agree.
"""

import logging
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection
from django.db.models.functions import Now

from jono.jobs.models import Beat, Run

log = logging.getLogger(__name__)

BEAT_SECONDS = 4.0
LOCKS = 0x4A6F6E6F  # "Jono": the class of our advisory locks


class Pulse:
    """One thread a process that holds its lock and beats for all the runs the process has in hand.

    It ends with the last of them, unless it resides, as in a worker.
    """

    def __init__(self) -> None:
        self._resident = False
        self._runs: set[int] = set()
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._held = threading.Event()
        self._thread: threading.Thread | None = None
        self._process_no = 0
        self._beats_at = 0.0

    @property
    def held_no(self) -> int | None:
        """The number under which this process holds its lock; None while it holds none."""
        return self._process_no if self._held.is_set() else None

    def reside(self) -> None:
        """Hold the lock from now until the process ends, with runs in hand or without."""
        with self._lock:
            self._resident = True
            self._begin()

    @contextmanager
    def of(self, run_id: int) -> Iterator[int]:
        """Keep the run alive inside the block; yield the number under which this process holds its lock."""
        with self._lock:
            self._runs.add(run_id)
            thread = self._begin()
        while not self._held.wait(0.1) and thread.is_alive():
            pass
        try:
            yield self._process_no
        finally:
            with self._lock:
                self._runs.discard(run_id)
                if not self._resident:
                    self._changed.set()  # the thread looks whether that was the last

    def _begin(self) -> threading.Thread:
        if self._thread is None or not self._thread.is_alive():
            self._held.clear()
            self._thread = threading.Thread(target=self._live, name="pulse", daemon=True)
            self._thread.start()
            self._beats_at = time.monotonic() + BEAT_SECONDS
        return self._thread

    def _live(self) -> None:
        try:
            while self._goes_on():
                self._hold_and_beat()
        finally:
            connection.close()

    def _goes_on(self) -> bool:
        with self._lock:
            if not self._runs and not self._resident:
                self._thread = None
                return False
            return True

    def _hold_and_beat(self) -> None:
        """Hold the lock and beat until there is nothing to beat for, or the connection is lost."""
        try:
            if not self._held.is_set():
                self._process_no = random.getrandbits(31)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, self._process_no])
                self._held.set()
            self._changed.wait(max(0.0, self._beats_at - time.monotonic()))
            self._changed.clear()
            if time.monotonic() >= self._beats_at:
                self._beats_at = time.monotonic() + BEAT_SECONDS
                self._beat()
        except Error:
            # What no beat gets through for is taken over after a while: that is what beats are for.
            log.exception("no sign of life could be given; trying again")
            self._held.clear()
            connection.close()
            self._changed.wait(1.0)

    def _beat(self) -> None:
        with self._lock:
            runs = list(self._runs)
        if not runs:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")  # fails when the lock was lost, and so it is taken again
        in_process = Run.objects.filter(pk__in=runs, ended_at=None).values_list("pk", flat=True)
        Beat.objects.bulk_create(
            [Beat(run_id=run_id, beat_at=Now()) for run_id in in_process],
            update_conflicts=True,
            unique_fields=["run"],
            update_fields=["beat_at"],
        )


def living_processes() -> set[int]:
    """Return the numbers of the processes that hold their lock now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCKS],
        )
        return {number for (number,) in cursor.fetchall()}


pulse = Pulse()
"""The pulse of this process."""
