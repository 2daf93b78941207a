"""Tells whoever listens that an entry or a run has changed: a PostgreSQL notification, sent with the commit."""

from django.db import connection

from jono.jobs.models import JobQueueEntry, Run

CHANNEL = "jono_jobs"


def tell(changed: JobQueueEntry | Run) -> None:
    """Send `entry:<id>` or `run:<id>` when the present transaction commits, once however often it is told."""
    kind = "entry" if isinstance(changed, JobQueueEntry) else "run"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{kind}:{changed.pk}"])
