"""What time does: starts what is due, finds runs whose worker is gone, wakes what a hand-over passed by."""

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Coalesce, Now

from jono.jobs import engine
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.pulse import living_processes
from jono.jobs.queue.starting import give_up, offer_forgotten, start
from jono.jobs.queue.steps import Status
from jono.jobs.rows import read

log = logging.getLogger(__name__)

DEAD_AFTER = timedelta(seconds=20)
OVERDUE_GRACE = timedelta(minutes=1)
AT_ONCE = 20

STARTS_BY_ITSELF = (Status.READY, Status.ERROR, Status.INACTIVE)
"""A recurring entry in Error is tried again at its next slot; one at rest when its period has passed."""

_DUE = """
    SELECT {columns} FROM jobs_jobqueueentry
    WHERE status IN ('ready', 'error', 'on hold with inactivity timeout') AND earliest_start_at <= %s
    ORDER BY earliest_start_at LIMIT %s FOR UPDATE SKIP LOCKED
"""


def start_due(at: datetime, most: int = 100) -> int:
    """Start the entries that are due, some at a time in a transaction; return how many were dealt with.

    Any number of workers may do this at once: what one of them has in hand the others pass over.
    """
    dealt_with = 0
    while dealt_with < most:
        with transaction.atomic():
            entries = read(JobQueueEntry, _DUE, [at, AT_ONCE])
            if entries:
                _start(entries, at)
        dealt_with += len(entries)
        if len(entries) < AT_ONCE:
            break
    return dealt_with


def _start(entries: list[JobQueueEntry], at: datetime) -> None:
    """Start locked entries together; one that breaks the start of all is found, and fails alone."""
    try:
        with transaction.atomic():
            start(entries, at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        for entry in entries:
            entry.refresh_from_db()
        if len(entries) == 1:
            log.exception("entry %s cannot be started", entries[0].pk)
            give_up(entries[0], error)
        else:
            for entry in entries:
                _start([entry], at)


def next_due_at() -> datetime | None:
    """Return when the next entry is due, if any is."""
    waiting = JobQueueEntry.objects.filter(status__in=STARTS_BY_ITSELF, earliest_start_at__isnull=False)
    return waiting.order_by("earliest_start_at").values_list("earliest_start_at", flat=True).first()


def find_dead(at: datetime | None = None) -> list[Run]:
    """Return the runs in process whose process is gone or gives no sign of life, or that no worker will ever take.

    `at`: when that is asked; None: now, by the database's clock, which is that of the signs of life.
    """
    last_heard_of = at - DEAD_AFTER if at else ExpressionWrapper(Now() - DEAD_AFTER, DateTimeField())
    begun = Run.objects.filter(ended_at=None).exclude(begun_at=None)
    held = list(begun.exclude(process_no=None))
    living = living_processes()  # asked last: who began a run of these has held its lock since before
    orphaned = [run for run in held if run.process_no not in living]
    last_sign = Coalesce("beat__beat_at", "begun_at")
    silent = begun.annotate(last_sign_at=last_sign).filter(last_sign_at__lt=last_heard_of)
    unbegun = Run.objects.filter(ended_at=None, begun_at=None, started_at__lt=last_heard_of)
    untaken = [*unbegun.filter(foreground=True), *engine.lost(unbegun.filter(foreground=False))]
    return list({run.pk: run for run in (*orphaned, *silent, *untaken)}.values())


def find_overdue(at: datetime) -> list[Run]:
    """Return the runs that have gone on past their timeout without noticing it themselves."""
    return list(Run.objects.filter(ended_at=None, timeout_at__lt=at - OVERDUE_GRACE))


@transaction.atomic
def wake_forgotten() -> None:
    """Offer again what waits for nothing any more."""
    offer_forgotten()
