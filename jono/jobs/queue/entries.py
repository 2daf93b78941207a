"""What a person does with entries. Each leaves a line in the entry's history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from jono.jobs import claims
from jono.jobs.checks import check
from jono.jobs.models import EntryChange, JobQueueEntry, Run, RunRecord
from jono.jobs.news import tell
from jono.jobs.queue.starting import hand_on, start, stop_waiting
from jono.jobs.queue.steps import Status, lock, remember
from jono.jobs.registry import job_of
from jono.jobs.schedule import first_run
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop

Action = EntryChange.Action

OWN_FIELDS = (
    "object_id_to_run", "company_code", "description", "parameters", "service_user", "earliest_start_at",
    "expiration_at", "run_on_mondays", "run_on_tuesdays", "run_on_wednesdays", "run_on_thursdays", "run_on_fridays",
    "run_on_saturdays", "run_on_sundays", "no_of_minutes_between_runs", "starting_time", "ending_time", "time_zone",
    "next_run_date_formula", "count_from", "missed_slots", "maximum_no_of_attempts_to_run", "rerun_delay_sec",
    "after_last_failure", "rests_when_idle", "inactivity_timeout_period", "job_timeout", "notify_on_success",
    "report_output_type", "expected_within", "alert_when_waiting", "category_code", "priority_within_category",
)  # fmt: skip
"""What a person may fill in on an entry's card, and what a copy takes along."""


@transaction.atomic
def create_entry(
    report_id: int, company_code: str, parameters: Mapping[str, Any], user: User | None = None, **fields: Any
) -> JobQueueEntry:
    """Add an entry, On Hold; raise UserError when something about it is not right.

    `fields` are of OWN_FIELDS: description, recurrence, category and so on.
    """
    entry = JobQueueEntry(
        object_id_to_run=report_id,
        company_code=company_code,
        parameters=dict(parameters),
        user=user,
        **fields,
    )
    check(entry)
    entry.save()
    remember(entry, user, Action.CREATED)
    tell(entry)
    return entry


@transaction.atomic
def change_entry(entry: JobQueueEntry, user: User | None = None, **fields: Any) -> JobQueueEntry:
    """Change what an entry does and when; raise UserError unless it is On Hold and all of it right."""
    entry = lock(entry)
    if entry.status != Status.ON_HOLD:
        raise UserError(
            gettext_noop("Job queue entry %(no)s is not on hold. Set it On Hold first."), no=entry.pk
        )
    before = {name: _told(entry, name) for name in fields}
    for name, value in fields.items():
        if name not in OWN_FIELDS:
            raise ValueError(f"{name} is not for a person to change")
        setattr(entry, name, value)
    check(entry)
    entry.save()
    after = {name: _told(entry, name) for name in fields}
    changes = {name: [before[name], after[name]] for name in fields if before[name] != after[name]}
    if changes:
        remember(entry, user, Action.CHANGED, changes)
        tell(entry)
    return entry


@transaction.atomic
def set_ready(entry: JobQueueEntry, user: User | None = None, at: datetime | None = None) -> JobQueueEntry:
    """Let the entry run when it is due: at once if that is now. It will run as its service user, else as `user`."""
    return _make_ready(entry, user, at or now(), Action.READY, keep_earliest_start=True)


@transaction.atomic
def restart(entry: JobQueueEntry, user: User | None = None) -> JobQueueEntry:
    """Let the entry run now, or when its window next opens, whatever its status and earliest start were."""
    return _make_ready(entry, user, now(), Action.RESTARTED, keep_earliest_start=False)


@transaction.atomic
def resume(entry: JobQueueEntry, user: User | None = None) -> JobQueueEntry:
    """Go on with an entry whose run was paused: its cursor stayed where it was."""
    return _make_ready(entry, user, now(), Action.CONTINUED, keep_earliest_start=False)


@transaction.atomic
def set_on_hold(entry: JobQueueEntry, user: User | None = None) -> JobQueueEntry:
    """Keep the entry from starting. A run in process goes on to its end; the entry stays On Hold after it."""
    entry = lock(entry)
    held_by = stop_waiting(entry)
    entry.status = Status.ON_HOLD
    entry.save()
    remember(entry, user, Action.ON_HOLD)
    tell(entry)
    _hand_on(held_by)
    return entry


@transaction.atomic
def set_priority(entry: JobQueueEntry, priority: int, user: User | None = None) -> JobQueueEntry:
    """Change an entry's priority among the waiting; not while it is in process."""
    entry = lock(entry)
    if entry.status == Status.IN_PROCESS:
        raise UserError(
            gettext_noop("Job queue entry %(no)s is in process; wait until it has ended."), no=entry.pk
        )
    changes = {"priority_within_category": [entry.priority_within_category, priority]}
    entry.priority_within_category = priority
    check(entry)
    entry.save()
    remember(entry, user, Action.CHANGED, changes)
    tell(entry)
    return entry


@transaction.atomic
def copy_entry(entry: JobQueueEntry, user: User | None = None) -> JobQueueEntry:
    """Add an entry like this one, On Hold."""
    fields = {name: getattr(entry, name) for name in OWN_FIELDS[4:]}
    return create_entry(
        entry.object_id_to_run,
        entry.company_code,
        entry.parameters,
        user,
        description=entry.description,
        **fields,
    )


@transaction.atomic
def delete(entry: JobQueueEntry, user: User | None = None) -> None:
    """Remove the entry; the log of its runs and its history stay. Refused while it runs."""
    entry = lock(entry)
    if entry.runs.filter(ended_at=None).exists():
        raise UserError(
            gettext_noop("You cannot delete job queue entry %(no)s while it is in process."), no=entry.pk
        )
    held_by = stop_waiting(entry)
    remember(entry, user, Action.DELETED)
    tell(entry)
    entry.delete()
    _hand_on(held_by)


@transaction.atomic
def start_now(
    report_id: int, company_code: str, parameters: Mapping[str, Any], user: User | None = None, **fields: Any
) -> JobQueueEntry:
    """Make an entry that runs once and starts at once, in the background."""
    return set_ready(create_entry(report_id, company_code, parameters, user, **fields), user)


@transaction.atomic
def open_in_foreground(
    report_id: int,
    company_code: str,
    parameters: Mapping[str, Any],
    user: User | None = None,
    entry: JobQueueEntry | None = None,
) -> Run:
    """Begin a run that the caller performs itself; raise UserError when another run stands in the way."""
    if entry:
        entry = lock(entry)
    job = job_of(report_id)
    checked = job.read_parameters(parameters)
    run = Run.objects.create(
        entry=entry,
        object_id_to_run=report_id,
        company_code=company_code,
        description=entry.description if entry else "",
        parameters=checked.model_dump(mode="json", exclude_defaults=True),
        user=user,
        foreground=True,
        slot_at=now(),
    )
    wanted = job.touches(company_code, checked)
    claims.take_turn([company_code])
    holder_id = claims.holder(wanted)
    if holder_id:
        holder = Run.objects.get(pk=holder_id)
        raise UserError(
            gettext_noop(
                "%(job)s (run %(run)s) is working on the same records now. Try again when it has ended."
            ),
            job=holder.caption,
            run=holder.pk,
        )
    claims.take({run.pk: wanted})
    tell(run)
    return run


def run_once(entry: JobQueueEntry, user: User | None = None) -> Run:
    """Begin a run of the entry in the foreground; its status and schedule stay as they are."""
    return open_in_foreground(entry.object_id_to_run, entry.company_code, entry.parameters, user, entry)


def retry(run: Run, records: Iterable[RunRecord], user: User | None = None) -> JobQueueEntry:
    """Start the run's job again for just these of its records."""
    keys = list(dict.fromkeys(record.key for record in records))
    if not keys:
        raise UserError(gettext_noop("Choose at least one record to try again."))
    parameters = {**run.parameters, "only": keys}
    return start_now(run.object_id_to_run, run.company_code, parameters, user, description=run.description)


def _hand_on(held_by: Run | None) -> None:
    if held_by:
        hand_on(held_by)


def _make_ready(
    entry: JobQueueEntry,
    user: User | None,
    at: datetime,
    action: EntryChange.Action,
    *,
    keep_earliest_start: bool,
) -> JobQueueEntry:
    entry = lock(entry)
    if entry.runs.filter(ended_at=None, foreground=False).exists():
        raise UserError(
            gettext_noop("Job queue entry %(no)s is in process; wait until it has ended."), no=entry.pk
        )
    check(entry)
    waited_for = entry.waits_for
    entry.status = Status.READY
    entry.user = entry.service_user or user or entry.user
    entry.last_ready_at = at
    entry.no_of_attempts_to_run = 0
    entry.error_message, entry.error_values = "", {}
    earliest = entry.earliest_start_at if keep_earliest_start else at
    entry.earliest_start_at = first_run(entry.recurrence, at, earliest, entry.zone)
    is_due = entry.earliest_start_at <= at
    if not is_due:  # one that is due keeps its place among the waiting
        stop_waiting(entry)
    entry.save()
    remember(entry, user, action)
    tell(entry)
    if is_due:
        start([entry], at)
    else:
        _hand_on(waited_for)
    return entry


def _told(entry: JobQueueEntry, name: str) -> Any:
    """A field's value as the history keeps it."""
    value = getattr(entry, name)
    return value if isinstance(value, str | int | bool | dict | None) else str(value)
