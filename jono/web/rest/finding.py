"""Entries, runs and records by what a program asks for."""

from typing import Any, Literal

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from jono.jobs import failures
from jono.jobs.models import Category, FailureGroup, JobQueueEntry, Run, RunRecord
from jono.jobs.models.entry import RECURS
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.web.rest.values import Moment, Text

EntryStatus = Literal[
    "ready", "in process", "waiting", "error", "on hold", "on hold with inactivity timeout", "finished"
]
RunStatus = Literal["in process", "success", "error", "stopped"]
RecordOutcome = Literal["done", "skipped", "failed"]


MOST_ROWS = 500


class NotFound(UserError):  # noqa: N818
    """There is no such entry, run or category."""


class Paging(BaseModel):
    """Which page of a list. A list's own filters extend it."""

    limit: int = Field(50, ge=1, le=MOST_ROWS, description="How many at the most")
    after: int | None = Field(None, ge=0, lt=2**63, description="Go on after this one; `next` says it")


class EntryQuery(Paging):
    """Which entries."""

    status: list[EntryStatus] = []
    report: list[int] = []
    company: Text | None = None
    category: Text | None = None
    recurring: bool | None = None


class RunQuery(Paging):
    """Which runs."""

    status: list[RunStatus] = []
    report: list[int] = []
    company: Text | None = None
    entry: int | None = Field(None, ge=0, lt=2**63)
    started_from: Moment | None = None
    started_before: Moment | None = None


class RecordQuery(Paging):
    """Which records of a run."""

    outcome: list[RecordOutcome] = []


def find_entries(query: EntryQuery) -> QuerySet[JobQueueEntry]:
    """Return the entries that match."""
    entries = JobQueueEntry.objects.select_related("user", "service_user")
    if query.recurring is not None:
        entries = entries.filter(RECURS) if query.recurring else entries.exclude(RECURS)
    return entries.filter(
        **_given(
            status__in=query.status,
            object_id_to_run__in=query.report,
            company_code=query.company,
            category_code=query.category,
        )
    )


def find_runs(query: RunQuery) -> QuerySet[Run]:
    """Return the runs that match."""
    return Run.objects.select_related("user").filter(
        **_given(
            status__in=query.status,
            object_id_to_run__in=query.report,
            company_code=query.company,
            entry=query.entry,
            started_at__gte=query.started_from,
            started_at__lt=query.started_before,
        )
    )


def find_records(run: Run, query: RecordQuery) -> QuerySet[RunRecord]:
    """Return the records of a run that match."""
    return run.records.filter(**_given(outcome__in=query.outcome))


def entry_numbered(no: int) -> JobQueueEntry:
    """Return the entry with this number; raise NotFound."""
    entry = JobQueueEntry.objects.select_related("user", "service_user").filter(pk=no).first()
    if entry is None:
        raise NotFound(gettext_noop("There is no job queue entry %(no)s."), no=no)
    return entry


def run_numbered(no: int) -> Run:
    """Return the run with this number; raise NotFound."""
    run = Run.objects.select_related("user").filter(pk=no).first()
    if run is None:
        raise NotFound(gettext_noop("There is no run %(no)s."), no=no)
    return run


def run_in_process(entry: JobQueueEntry) -> Run:
    """Return the run that the entry has in process; raise UserError when it has none."""
    run = entry.runs.filter(ended_at=None, foreground=False).first()
    if run is None:
        raise UserError(gettext_noop("Job queue entry %(no)s is not in process."), no=entry.pk)
    return run


def failure_numbered(no: int) -> FailureGroup:
    """Return the group of failed records with this number; raise NotFound."""
    group = failures.groups(failures.standing(now())).filter(pk=no).first()
    if group is None:
        raise NotFound(gettext_noop("There is no group of failed records %(no)s."), no=no)
    return group


def category_coded(code: str) -> Category:
    """Return the category with this code; raise NotFound."""
    category = Category.objects.filter(pk=code).first()
    if category is None:
        raise NotFound(gettext_noop("There is no job queue category %(code)s."), code=code)
    return category


def _given(**conditions: Any) -> dict[str, Any]:
    """Those of the conditions that were asked for."""
    return {name: wanted for name, wanted in conditions.items() if wanted is not None and wanted != []}
