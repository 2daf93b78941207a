"""Which entries could get in an entry's way: those whose jobs may touch the same, found without reading them all.

A job names what it touches by patterns such as `{company}/{shop}/orders`. Read backwards, a resource and a pattern
say which company and which parameters an entry of that job must have to touch it; the database looks for those.
"""

import re
from collections.abc import Sequence
from functools import cache
from string import Formatter

from django.db.models import Q, QuerySet

from jono.jobs.conflicts import Access, Touch
from jono.jobs.models import JobQueueEntry
from jono.jobs.models.entry import RECURS
from jono.jobs.registry import Job, jobs

Status = JobQueueEntry.Status
_WILL_RUN = (Status.READY, Status.IN_PROCESS, Status.WAITING, Status.ERROR, Status.INACTIVE)


def neighbours(entry: JobQueueEntry, touched: Sequence[Touch]) -> QuerySet[JobQueueEntry]:
    """Return the recurring entries that will run and could touch what `entry` touches; a few that do not, too."""
    could = Q(pk__in=[])
    if entry.category_code:
        could |= Q(company_code=entry.company_code, category_code=entry.category_code)
    for job in jobs():
        for touch in touched:
            patterns = (*job.writes, *(job.reads if touch.access == Access.WRITE else ()))
            for pattern in patterns:
                could |= _who_touches(job, pattern, touch.resource)
    coming = JobQueueEntry.objects.filter(RECURS, status__in=_WILL_RUN, earliest_start_at__isnull=False)
    return coming.filter(could).exclude(pk=entry.pk)


def _who_touches(job: Job, pattern: str, resource: str) -> Q:
    """The condition that an entry of this job may touch the resource by this pattern."""
    nobody, of_job = Q(pk__in=[]), Q(object_id_to_run=job.report_id)
    if resource.count("/") > pattern.count("/"):
        # A value with a slash in it: what belongs to which place cannot be told apart.
        return of_job if _reader(pattern, ".*").fullmatch(resource) else nobody
    read = _reader(pattern, "[^/]*").fullmatch(resource)
    if read is None:
        return nobody
    for group, value in read.groupdict().items():
        name = group.rpartition("_")[0]
        of_job &= Q(company_code=value) if name == "company" else _has(job, name, value)
    return of_job


def _has(job: Job, name: str, value: str) -> Q:
    """The condition that an entry's parameter has this value; one that is not text may be anything."""
    field = job.parameters.model_fields.get(name)
    if field is None or field.annotation is not str:
        return Q()
    given = Q((f"parameters__{name}", value))
    return given | ~Q(parameters__has_key=name) if field.default == value else given


@cache
def _reader(pattern: str, value: str) -> re.Pattern[str]:
    """The expression that reads values out of a resource; a group is named by its place and its number."""
    parts = []
    for number, (text, name, _format, _conversion) in enumerate(Formatter().parse(pattern)):
        parts.append(re.escape(text))
        if name is not None:
            parts.append(f"(?P<{name}_{number}>{value})")
    return re.compile("".join(parts), re.DOTALL)
