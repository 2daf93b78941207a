"""Performs a run in the thread that calls it, and keeps its sign of life going meanwhile."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import Error, close_old_connections

from jono.jobs import queue
from jono.jobs.models import Beat, Run
from jono.jobs.registry import job_of
from jono.jobs.work import TakenOver, Work, WorkerStops
from jono.kit.clock import now
from jono.kit.errors import gettext_noop

log = logging.getLogger(__name__)

BEAT_SECONDS = 4.0

stopping = threading.Event()
"""Set when this process has been asked to stop: its runs are handed on at their next page."""


def perform(run_id: int, token: UUID, on_progress: Callable[[Run], None] | None = None) -> None:
    """Do the work of a run that was claimed before; nothing when somebody else has it or it has ended.

    `on_progress` is called with the run after each page.
    """
    run = queue.begin(run_id, token)
    if run is not None:
        with _pulse.of(run):
            _perform(run, on_progress)


def _perform(run: Run, on_progress: Callable[[Run], None] | None) -> None:
    work = Work(run, stopping, on_progress)
    try:
        job = job_of(run.object_id_to_run)
        job.flow(work, job.read_parameters(run.parameters))
    except TakenOver:
        log.warning("run %s was taken over; this worker leaves it", run.pk)
    except WorkerStops:
        queue.take_over(run, gettext_noop("The worker was stopped; another run goes on from here."))
    except Exception as error:  # noqa: BLE001 - the run ends with it and shows it
        queue.finish(run, error)
    else:
        queue.finish(run)


class _Pulse:
    """One thread a process that beats for all the runs the process has in hand."""

    def __init__(self) -> None:
        self._runs: set[int] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def of(self, run: Run) -> Iterator[None]:
        with self._lock:
            self._runs.add(run.pk)
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._runs.discard(run.pk)

    def _beat(self) -> None:
        while True:
            self._wake.wait(BEAT_SECONDS)
            with self._lock:
                runs = list(self._runs)
                if not runs:
                    self._thread = None
                    close_old_connections()
                    return
            try:
                Beat.objects.filter(run__in=runs).update(beat_at=now())
            except Error:
                # No beat gets through: after a while the run is taken over, which is what it is for.
                log.exception("no sign of life could be written for runs %s", runs)
                close_old_connections()


_pulse = _Pulse()
