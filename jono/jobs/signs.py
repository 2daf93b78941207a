"""Workers sign that they live; and who asks is told which of them do."""

import os
import socket
import uuid
from datetime import timedelta

from django.db.models import DateTimeField as Moment
from django.db.models import ExpressionWrapper, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from jono.jobs.models import Run, WorkerSign
from jono.jobs.pulse import living_processes, pulse

LIVES_FOR = timedelta(seconds=30)
"""A worker that has not signed for so long is not counted on."""
FORGOTTEN_AFTER = timedelta(hours=1)

_this_worker = uuid.uuid4()


def sign(concurrency: int) -> None:
    """Sign that this worker lives, and forget those that have not for long."""
    me = WorkerSign(
        id=_this_worker,
        host=socket.gethostname(),
        process_id=os.getpid(),
        process_no=pulse.held_no,
        concurrency=concurrency,
    )
    WorkerSign.objects.bulk_create(
        [me], update_conflicts=True, unique_fields=["id"], update_fields=["process_no", "seen_at"]
    )
    WorkerSign.objects.filter(seen_at__lt=_ago(FORGOTTEN_AFTER)).delete()


def sign_off() -> None:
    """Take this worker off the list: it ends in good order."""
    WorkerSign.objects.filter(pk=_this_worker).delete()


def living_workers() -> QuerySet[WorkerSign]:
    """The workers that live: they signed of late, and hold the lock that they signed with, if any."""
    locked = Q(process_no=None) | Q(process_no__in=living_processes())
    return WorkerSign.objects.filter(locked, seen_at__gte=_ago(LIVES_FOR))


def runs_of(worker: WorkerSign) -> QuerySet[Run]:
    """Return the runs that a worker has in hand."""
    return Run.objects.filter(ended_at=None, process_no=worker.process_no).exclude(process_no=None)


def _ago(time: timedelta) -> Combinable:
    return ExpressionWrapper(Now() - time, output_field=Moment())
