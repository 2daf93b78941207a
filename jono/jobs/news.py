"""Tells whoever listens that a row of the job queue has changed: a PostgreSQL notification, sent with the commit."""

from django.db import connection

from jono.jobs.models import Alert, AlertChannel, JobQueueEntry, Run

CHANNEL = "jono_jobs"

KINDS = {JobQueueEntry: "entry", Run: "run", Alert: "alert", AlertChannel: "channel"}


def tell(changed: JobQueueEntry | Run | Alert | AlertChannel) -> None:
    """Send `entry:<id>` (run, alert, channel) with the present transaction, once however often it is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{KINDS[type(changed)]}:{changed.pk}"])
