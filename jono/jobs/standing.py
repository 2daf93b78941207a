"""How the queue stands now, in two looks at the database: what is there, what is late, what runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, Value
from django.db.models.functions import Coalesce

from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.queue.clockwork import STARTS_BY_ITSELF


@dataclass(frozen=True)
class Standing:
    """Entries of one category, report and status: how many, and since when the oldest is due, or waits."""

    category_code: str
    report_id: int
    status: str
    entries: int
    due_since: datetime | None
    waiting_since: datetime | None


def standings(at: datetime) -> Iterator[Standing]:
    """Yield how the entries stand at that time; a status that no entry has is left out."""
    due = Q(status__in=STARTS_BY_ITSELF, earliest_start_at__lte=at)
    groups = JobQueueEntry.objects.order_by().values_list("category_code", "object_id_to_run", "status")
    counted = groups.annotate(
        entries=Count("pk"),
        due_since=Min("earliest_start_at", filter=due),
        waiting_since=Min("waiting_since_at", filter=Q(status=JobQueueEntry.Status.WAITING)),
    )
    yield from (Standing(*row) for row in counted)


def running() -> Iterator[tuple[str, int, int]]:
    """Yield category code, report id and number of the runs in process, those in the foreground among them."""
    runs = Run.objects.filter(status=Run.Status.IN_PROCESS).order_by()
    category = Coalesce("entry__category_code", Value(""))
    yield from runs.values_list(category, "object_id_to_run").annotate(runs=Count("pk"))
