"""Entries, runs and records as programs read them: one form for REST and for `--json` in the terminal."""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, WithJsonSchema

from jono.jobs.mend import outcome_of
from jono.jobs.models import Category, FailureGroup, JobQueueEntry, Retry, Run, RunRecord, WorkerSign
from jono.jobs.outlook import Outlook
from jono.jobs.registry import Job, caption_of
from jono.jobs.signs import runs_of
from jono.kit.language import say_in_general

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
ClockTime = Annotated[
    time,
    WithJsonSchema(
        {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$", "examples": ["08:00"]}
    ),
]
"""A time on the clock of the entry's zone. (JSON Schema's own `time` has an offset.)"""
Priority = Literal["high", "normal", "low"]
PRIORITIES: dict[Priority, int] = {
    "high": JobQueueEntry.Priority.HIGH.value,
    "normal": JobQueueEntry.Priority.NORMAL.value,
    "low": JobQueueEntry.Priority.LOW.value,
}

SAME = (
    "parameters", "status", "recurring", "earliest_start_at", "expiration_at", "no_of_minutes_between_runs",
    "starting_time", "ending_time", "time_zone", "next_run_date_formula", "count_from", "missed_slots",
    "maximum_no_of_attempts_to_run", "no_of_attempts_to_run", "rerun_delay_sec", "after_last_failure",
    "rests_when_idle", "inactivity_timeout_period", "job_timeout", "notify_on_success", "report_output_type",
    "expected_within", "alert_when_waiting", "last_ready_at", "waiting_since_at", "created_at", "error",
)  # fmt: skip
"""What an entry's document calls what the entry does."""


class EntryDocument(BaseModel):
    """A job queue entry."""

    no: int = Field(description="Entry No.")
    company: str
    report: int = Field(description="Object ID to Run")
    description: str = Field(description="The entry's own, or that of its report")
    parameters: dict[str, Any]
    status: str
    recurring: bool
    earliest_start_at: datetime | None
    expiration_at: datetime | None
    run_on: list[Weekday]
    no_of_minutes_between_runs: int
    starting_time: ClockTime | None
    ending_time: ClockTime | None
    time_zone: str
    next_run_date_formula: str
    count_from: str
    missed_slots: str
    maximum_no_of_attempts_to_run: int
    no_of_attempts_to_run: int
    rerun_delay_sec: int
    after_last_failure: str
    rests_when_idle: bool
    inactivity_timeout_period: int = Field(description="Minutes")
    job_timeout: timedelta
    notify_on_success: bool
    report_output_type: str
    expected_within: timedelta | None
    alert_when_waiting: int | None = Field(description="Minutes")
    category: str
    priority: Priority
    user: str | None
    service_user: str | None
    last_ready_at: datetime
    waits_for_run: int | None
    waiting_since_at: datetime | None
    created_at: datetime
    error: str = Field(description="The last error, in the reader's language")

    @classmethod
    def of(cls, entry: JobQueueEntry) -> Self:
        """Return an entry's document."""
        return cls(
            no=entry.pk,
            company=entry.company_code,
            report=entry.object_id_to_run,
            description=entry.caption,
            run_on=[WEEKDAYS[number - 1] for number in sorted(entry.weekdays)],
            category=entry.category_code,
            priority=_priority(entry),
            user=entry.user.get_username() if entry.user else None,
            service_user=entry.service_user.get_username() if entry.service_user else None,
            waits_for_run=entry.waits_for_id,
            **{name: getattr(entry, name) for name in SAME},
        )


class RunDocument(BaseModel):
    """A run: one attempt at an entry, or a run in the foreground."""

    run: int
    entry: int | None = Field(description="Entry No.; null when it has been deleted, or there was none")
    company: str
    report: int
    description: str
    parameters: dict[str, Any]
    status: str
    user: str | None
    foreground: bool
    attempt: int
    requested: str = Field(description="stop or pause, when somebody has asked for it")
    takes_over_from_run: int | None
    slot_at: datetime = Field(description="When it was to start")
    started_at: datetime
    ended_at: datetime | None
    expected: int | None = Field(description="How many records are foreseen")
    total: int = Field(description="done + skipped + failed")
    done: int
    skipped: int
    failed: int
    notes: list[str] = Field(description="What it has decided and why, in the reader's language")
    error: str
    error_call_stack: str

    @classmethod
    def of(cls, run: Run) -> Self:
        """Return a run's document."""
        same = (
            "parameters", "status", "foreground", "attempt", "requested", "slot_at", "started_at", "ended_at",
            "expected", "done", "skipped", "failed", "error", "error_call_stack",
        )  # fmt: skip
        return cls(
            run=run.pk,
            entry=run.entry_id,
            company=run.company_code,
            report=run.object_id_to_run,
            description=run.caption,
            user=run.user.get_username() if run.user else None,
            takes_over_from_run=run.follows_id,
            total=run.tally.total,
            notes=run.told_notes,
            **{name: getattr(run, name) for name in same},
        )


class RecordDocument(BaseModel):
    """What became of one record in a run, and why."""

    id: int
    key: str
    record: str
    outcome: str
    reason: str = Field(description="In the reader's language")
    call_stack: str
    at: datetime

    @classmethod
    def of(cls, record: RunRecord) -> Self:
        """Return a record's document."""
        same = {name: getattr(record, name) for name in ("key", "outcome", "call_stack", "at")}
        return cls(id=record.pk, record=record.label, reason=str(record), **same)


class FailureDocument(BaseModel):
    """Records of one report and company that failed for one reason and are still to be mended."""

    id: int
    company: str
    report: int
    description: str = Field(description="What the report is called")
    error: str = Field(description="What they have in common, in the reader's language")
    records: int
    being_tried: int = Field(description="How many of them are being tried again now")
    example: str = Field(description="One of the records")
    since: datetime

    @classmethod
    def of(cls, group: FailureGroup) -> Self:
        """Return a group's document."""
        return cls(
            id=group.pk,
            company=group.run.company_code,
            report=group.run.object_id_to_run,
            description=caption_of(group.run.object_id_to_run),
            error=str(group) if group.alike else say_in_general(group.message),
            records=group.failures,
            being_tried=group.trying,
            example=group.label,
            since=group.at,
        )


class RetryDocument(BaseModel):
    """What was tried again together, and what has become of it: asked = the sum of the others."""

    retry: int
    entries: list[int] = Field(description="The job queue entries made for it")
    at: datetime
    user: str | None
    asked: int
    done: int
    skipped: int
    failed: int
    to_come: int
    untouched: int = Field(description="Neither done nor to come: their entry has ended")

    @classmethod
    def of(cls, retry: Retry) -> Self:
        """Return a retry's document."""
        entries = list(retry.entries.order_by("id"))
        return cls(
            retry=retry.pk,
            entries=[entry.pk for entry in entries],
            at=retry.at,
            user=retry.user.get_username() if retry.user else None,
            **asdict(outcome_of(entries)),
        )


class CategoryDocument(BaseModel):
    """A job queue category."""

    code: str
    description: str

    @classmethod
    def of(cls, category: Category) -> Self:
        """Return a category's document."""
        return cls(code=category.code, description=category.description)


class ReportDocument(BaseModel):
    """A report that can be run, and what it wants to be told."""

    report: int
    description: str
    parameters: dict[str, Any] = Field(description="JSON Schema")

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return a job's document."""
        schema = job.parameters.model_json_schema()
        return cls(report=job.report_id, description=caption_of(job.report_id), parameters=schema)


class WorkerDocument(BaseModel):
    """A worker that lives."""

    host: str
    process_id: int
    concurrency: int = Field(description="How many runs it performs at once")
    runs: list[int] = Field(description="Those it has in hand")
    started_at: datetime
    seen_at: datetime

    @classmethod
    def of(cls, worker: WorkerSign) -> Self:
        """Return a worker's document."""
        same = {
            name: getattr(worker, name)
            for name in ("host", "process_id", "concurrency", "started_at", "seen_at")
        }
        return cls(runs=list(runs_of(worker).values_list("pk", flat=True)), **same)


class CollisionDocument(BaseModel):
    """Another entry that will be in the way: on what, when first, and how often."""

    entry: int
    resource: str
    at: datetime
    times: int


class PreviewDocument(BaseModel):
    """The coming runs of an entry, and who would be in their way."""

    runs: list[datetime]
    collisions: list[CollisionDocument]
    looked_ahead_until: datetime

    @classmethod
    def of(cls, outlook: Outlook) -> Self:
        """Return an outlook's document."""
        met = [
            CollisionDocument(entry=one.entry_no, resource=one.resource, at=one.at, times=one.times)
            for one in outlook.collisions
        ]
        return cls(runs=list(outlook.runs), collisions=met, looked_ahead_until=outlook.until)


def _priority(entry: JobQueueEntry) -> Priority:
    return next(name for name, number in PRIORITIES.items() if number == entry.priority_within_category)
