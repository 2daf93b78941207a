"""Steps of a transition, in the transaction of their caller."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from jono.jobs import alerts, claims, engine
from jono.jobs.conflicts import Access, Touch, collide
from jono.jobs.models import EntryChange, JobQueueEntry, Run, Want
from jono.jobs.news import tell
from jono.jobs.registry import job_of
from jono.jobs.schedule import next_run, opening
from jono.jobs.sequel import Ending, Then, is_missed, sequel
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, call_stack_of, gettext_noop, words_of

Status = JobQueueEntry.Status

_THEN = {
    Then.READY: Status.READY,
    Then.REST: Status.INACTIVE,
    Then.ERROR: Status.ERROR,
    Then.ON_HOLD: Status.ON_HOLD,
    Then.FINISHED: Status.FINISHED,
}


class _Refused(Exception):  # noqa: N818
    """Another run holds what was wanted, or somebody who waits longer wants it."""

    def __init__(self, holder_id: int) -> None:
        super().__init__(holder_id)
        self.holder_id = holder_id


def lock(entry: JobQueueEntry) -> JobQueueEntry:
    """Return the entry as it stands, locked; raise UserError when it is gone."""
    locked = JobQueueEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if locked is None:
        raise UserError(gettext_noop("Job queue entry %(no)s has been deleted."), no=entry.pk)
    return locked


def lock_run(run: Run, skip_locked: bool = False) -> tuple[JobQueueEntry | None, Run] | None:
    """Return the run in process and its entry, locked, entry first; None when it has ended or is busy."""
    entry = (
        JobQueueEntry.objects.select_for_update().filter(pk=run.entry_id).first() if run.entry_id else None
    )
    locked = Run.objects.select_for_update(skip_locked=skip_locked).filter(pk=run.pk, ended_at=None).first()
    return (entry, locked) if locked else None


def remember(
    entry: JobQueueEntry,
    user: User | None,
    action: EntryChange.Action,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Write into the entry's history who did what."""
    EntryChange.objects.create(entry_no=entry.pk, user=user, action=action, changes=changes or {})


def start(entry: JobQueueEntry, at: datetime) -> None:
    """Run a locked entry that is due, or say what it waits for."""
    recurrence, slot = entry.recurrence, entry.earliest_start_at or at
    if entry.expiration_at and entry.expiration_at < at:
        entry.status = Status.FINISHED
    elif recurrence and not recurrence.allows(at.astimezone(entry.zone).time()):
        entry.earliest_start_at = opening(recurrence, at, entry.zone)
    elif recurrence and entry.status in (Status.READY, Status.ERROR) and is_missed(entry.policy, slot, at):
        entry.earliest_start_at = next_run(recurrence, at, slot, entry.zone)
    else:
        _claim_and_defer(entry, slot, at)
    entry.save()
    tell(entry)


def open_run(entry: JobQueueEntry, slot_at: datetime, **fields: Any) -> Run:
    """Make a run of the entry, with a copy of what it asks."""
    run = Run.objects.create(
        entry=entry,
        object_id_to_run=entry.object_id_to_run,
        company_code=entry.company_code,
        description=entry.description,
        parameters=entry.parameters,
        user=entry.user,
        attempt=entry.no_of_attempts_to_run,
        slot_at=slot_at,
        timeout_at=now() + entry.job_timeout,
        **fields,
    )
    tell(run)
    return run


def end(run: Run, status: Run.Status, error: Exception | None = None) -> None:
    """Close the run's row."""
    run.ended_at = now()
    run.status = status
    if error:
        run.error_message, run.error_values = words_of(error)
        run.error_call_stack = call_stack_of(error)
    run.save()
    tell(run)


def go_on(entry: JobQueueEntry, run: Run, ending: Ending, error: Exception | None) -> bool:
    """Put the entry into the state that follows its run; return whether it failed for the last time."""
    put_off_to = error.at if isinstance(error, RetryLater) else None
    after = sequel(entry.policy, ending, run.slot_at, run.ended_at or now(), put_off_to)
    entry.status = _THEN[after.then]
    entry.earliest_start_at = after.earliest_start_at
    entry.no_of_attempts_to_run = after.attempts
    entry.error_message, entry.error_values = run.error_message, run.error_values
    entry.save()
    tell(entry)
    return after.final


def offer_to_waiting(holder_id: int | None) -> None:
    """Offer what a run gave up to those who wait for it, by priority, then age."""
    waiting = JobQueueEntry.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        status=Status.WAITING, waits_for=holder_id
    )
    for entry in waiting.order_by("priority_within_category", "waiting_since_at", "id"):
        start(entry, now())


def stop_waiting(entry: JobQueueEntry) -> int | None:
    """Take a locked entry out of the queue of the waiting; return the run it waited for.

    Who waits behind it may be free to start: offer that run's waiters again when the entry is saved.
    """
    holder_id = entry.waits_for_id if entry.status == Status.WAITING else None
    entry.waits_for = entry.waiting_since_at = None
    Want.objects.filter(entry=entry).delete()
    return holder_id


def touches(entry: JobQueueEntry) -> tuple[Touch, ...]:
    """Return what a run of the entry would touch, its category among it."""
    job = job_of(entry.object_id_to_run)
    wanted = job.touches(entry.company_code, job.read_parameters(entry.parameters))
    if not entry.category_code:
        return wanted
    return tuple(sorted((*wanted, claims.category(entry.company_code, entry.category_code))))


def wake_resting(run: Run) -> None:
    """Wake the entries at rest that work on what the run has changed, once their minutes between runs have passed."""
    written = set(run.claims.filter(access=Access.WRITE.value).values_list("resource", flat=True))
    resting = JobQueueEntry.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        status=Status.INACTIVE, company_code=run.company_code
    )
    for entry in resting:
        if written & {touch.resource for touch in touches(entry)}:
            _wake(entry)


def _wake(entry: JobQueueEntry) -> None:
    recurrence, at = entry.recurrence, now()
    earliest = max(at, entry.last_ready_at + timedelta(minutes=entry.no_of_minutes_between_runs))
    entry.status = Status.READY
    entry.last_ready_at = at
    entry.earliest_start_at = opening(recurrence, earliest, entry.zone) if recurrence else earliest
    entry.save()
    tell(entry)


def _claim_and_defer(entry: JobQueueEntry, slot: datetime, at: datetime) -> None:
    try:
        with transaction.atomic():
            wanted = touches(entry)
            run = open_run(entry, slot)
            holder_id = _ahead(entry, wanted) or claims.take(run, wanted)
            if holder_id:
                raise _Refused(holder_id)
            engine.defer(run)
    except UserError as error:
        _fail(entry, slot, at, error)
    except _Refused as refused:
        _wait(entry, wanted, refused.holder_id, at)
    else:
        Want.objects.filter(entry=entry).delete()
        entry.status = Status.IN_PROCESS
        entry.waits_for = entry.waiting_since_at = None


def _fail(entry: JobQueueEntry, slot: datetime, at: datetime, error: UserError) -> None:
    """Let an entry that cannot be started at all do as after a last failure: stop, or wait for its next slot."""
    stop_waiting(entry)
    after = sequel(replace(entry.policy, maximum_attempts=0), Ending.FAILURE, slot, at)
    entry.status, entry.earliest_start_at = _THEN[after.then], after.earliest_start_at
    entry.error_message, entry.error_values = words_of(error)
    alerts.raise_alert(entry, alerts.Kind.FAILED, entry.error_message, entry.error_values)


def _wait(entry: JobQueueEntry, wanted: tuple[Touch, ...], holder_id: int, at: datetime) -> None:
    entry.status = Status.WAITING
    entry.waits_for_id = holder_id
    if entry.waiting_since_at is None:
        entry.waiting_since_at = at
        Want.objects.bulk_create(
            Want(entry=entry, resource=touch.resource, access=touch.access.value) for touch in wanted
        )


def _ahead(entry: JobQueueEntry, wanted: tuple[Touch, ...]) -> int | None:
    """The run that somebody waits for who wants the same and has waited longer, or matters more."""
    rivals = Want.objects.filter(resource__in=[touch.resource for touch in wanted]).exclude(entry=entry)
    longer = Q(entry__priority_within_category=entry.priority_within_category)
    if entry.waiting_since_at:
        longer &= Q(entry__waiting_since_at__lt=entry.waiting_since_at)
    before = longer | Q(entry__priority_within_category__lt=entry.priority_within_category)
    for rival in rivals.filter(before, entry__waits_for__ended_at=None).select_related("entry"):
        theirs = Touch(rival.resource, Access(rival.access))
        holder_id = rival.entry.waits_for_id
        if holder_id and any(collide(mine, theirs) for mine in wanted) and claims.keep(holder_id):
            return holder_id
    return None
