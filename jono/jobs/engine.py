"""Procrastinate, as far as Jono needs it: a run is deferred with our own transaction and performed by a worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import OperationalError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from procrastinate.types import JSONDict

from jono.jobs.models import Run

QUEUE = "jono"
TASK = "jono.perform"

LEFT_BEHIND_AFTER = timedelta(minutes=5)
"""A worker that lives tells the engine of a run's end sooner than that."""

_FORGET = """
    DELETE FROM procrastinate_jobs WHERE task_name = %s AND status = 'doing' AND NOT EXISTS (
        SELECT FROM jobs_run
        WHERE id = (args ->> 'run_id')::bigint AND (ended_at IS NULL OR ended_at > %s)
    )
"""


def defer(*runs: Run) -> None:
    """Hand runs to the workers, in the present transaction."""
    tasks: list[JSONDict] = [{"run_id": run.pk, "token": str(run.token)} for run in runs]
    try:
        app.configure_task(TASK, queue=QUEUE).batch_defer(*tasks)
    except ConnectorException as error:
        raise OperationalError(str(error.__cause__ or error)) from error


def lost(runs: Iterable[Run]) -> list[Run]:
    """Return those of the runs that no worker will take any more: the one that fetched it died before it began."""
    tokens = {str(run.token): run for run in runs}
    waiting = ProcrastinateJob.objects.filter(
        task_name=TASK, status="todo", args__run_id__in=[run.pk for run in tokens.values()]
    )
    alive = {job.args["token"] for job in waiting}
    return [run for token, run in tokens.items() if token not in alive]


def forget_left_behind(at: datetime) -> int:
    """Remove what workers had fetched when they died, once its run has ended; return how much it was.

    The engine keeps it for ever: it cannot know that another run went on from there.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [TASK, at - LEFT_BEHIND_AFTER])
        return int(cursor.rowcount)
