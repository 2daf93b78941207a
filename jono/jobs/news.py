"""Tells whoever listens that a row of the job queue has changed: a PostgreSQL notification, sent with the commit."""

from jono.jobs.models import Alert, AlertChannel, JobQueueEntry, Run
from jono.jobs.rows import ask

CHANNEL = "jono_jobs"

KINDS = {JobQueueEntry: "entry", Run: "run", Alert: "alert", AlertChannel: "channel"}


def tell(*changed: JobQueueEntry | Run | Alert | AlertChannel) -> None:
    """Send `entry:<id>` (run, alert, channel) with the present transaction, once however often it is told."""
    told = [f"{KINDS[type(row)]}:{row.pk}" for row in changed]
    ask("SELECT pg_notify(%s, told) FROM unnest(%s::text[]) told", [CHANNEL, told])
