"""Steps of a transition, in the transaction of their caller."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from jono.jobs import claims
from jono.jobs.models import EntryChange, JobQueueEntry, Run
from jono.jobs.rows import read, write
from jono.jobs.sequel import Ending, Then, sequel
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, call_stack_of, gettext_noop, words_of

Status = JobQueueEntry.Status

THEN = {
    Then.READY: Status.READY,
    Then.REST: Status.INACTIVE,
    Then.ERROR: Status.ERROR,
    Then.ON_HOLD: Status.ON_HOLD,
    Then.FINISHED: Status.FINISHED,
}


STATE_FIELDS = (
    "status",
    "earliest_start_at",
    "no_of_attempts_to_run",
    "error_message",
    "error_values",
    "last_success_at",
)
"""What the end of a run changes in its entry."""


_LOCK_ENTRY = "SELECT {columns} FROM jobs_jobqueueentry WHERE id = %s FOR UPDATE"
_LOCK_RUN = "SELECT {columns} FROM jobs_run WHERE id = %s AND ended_at IS NULL FOR UPDATE"


def lock(entry: JobQueueEntry) -> JobQueueEntry:
    """Return the entry as it stands, locked; raise UserError when it is gone."""
    locked = _lock_entry(entry.pk)
    if locked is None:
        raise UserError(gettext_noop("Job queue entry %(no)s has been deleted."), no=entry.pk)
    return locked


def lock_run(
    run: Run, *, skip_locked: bool = False, turn: bool = True
) -> tuple[JobQueueEntry | None, Run] | None:
    """Return the run in process and its entry, locked, entry first; None when it has ended or is busy.

    With `turn`, claims may be released. Whoever waits for a page of the run to end must not have the turn: nobody
    else would start meanwhile.
    """
    entry = _lock_entry(run.entry_id) if run.entry_id else None
    if turn:
        claims.take_turn([run.company_code])
    lock = _LOCK_RUN + " SKIP LOCKED" if skip_locked else _LOCK_RUN
    return next(((entry, locked) for locked in read(Run, lock, [run.pk])), None)


def _lock_entry(entry_id: int) -> JobQueueEntry | None:
    return next(iter(read(JobQueueEntry, _LOCK_ENTRY, [entry_id])), None)


def remember(
    entry: JobQueueEntry,
    user: User | None,
    action: EntryChange.Action,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Write into the entry's history who did what."""
    EntryChange.objects.create(entry_no=entry.pk, user=user, action=action, changes=changes or {})


def make_run(entry: JobQueueEntry, slot_at: datetime) -> Run:
    """Return a run of the entry, not yet saved, with a copy of what it asks."""
    return Run(
        entry=entry,
        object_id_to_run=entry.object_id_to_run,
        company_code=entry.company_code,
        description=entry.description,
        parameters=entry.parameters,
        user_id=entry.user_id,
        attempt=entry.no_of_attempts_to_run,
        slot_at=slot_at,
        timeout_at=now() + entry.job_timeout,
    )


def end(run: Run, status: Run.Status, error: Exception | None = None) -> None:
    """Close the run's row; tell of it."""
    run.ended_at = now()
    run.status = status
    if error:
        run.error_message, run.error_values = words_of(error)
        run.error_call_stack = call_stack_of(error)
    write(run, "ended_at", "status", "error_message", "error_values", "error_call_stack")


def go_on(entry: JobQueueEntry, run: Run, ending: Ending, error: Exception | None) -> bool:
    """Put the entry into the state that follows its run, and return whether it failed for the last time; tell of it."""
    put_off_to = error.at if isinstance(error, RetryLater) else None
    after = sequel(entry.policy, ending, run.slot_at, run.ended_at or now(), put_off_to)
    entry.status = THEN[after.then]
    entry.earliest_start_at = after.earliest_start_at
    entry.no_of_attempts_to_run = after.attempts
    entry.error_message, entry.error_values = run.error_message, run.error_values
    write(entry, *STATE_FIELDS)
    return after.final
