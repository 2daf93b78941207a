"""What a worker does with a run: begins it, ends it, hands it on; and a person's wish that it stop."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from jono.jobs import alerts, claims, engine
from jono.jobs.models import EntryChange, JobQueueEntry, Run
from jono.jobs.news import tell
from jono.jobs.queue import waking
from jono.jobs.queue.starting import hand_on
from jono.jobs.queue.steps import Status, end, go_on, lock_run, remember
from jono.jobs.rows import read, write
from jono.jobs.sequel import Ending
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, Value, gettext_noop

MAX_FRUITLESS_TAKEOVERS = 3

ASKED = (
    "object_id_to_run",
    "company_code",
    "description",
    "parameters",
    "user_id",
    "attempt",
    "slot_at",
    "expected",
)
"""What a run takes over from the one it follows."""

_ENDINGS = {Run.Request.STOP: Ending.STOPPED, Run.Request.PAUSE: Ending.PAUSED}


_BEGIN = """
    UPDATE jobs_run SET begun_at = statement_timestamp(), process_no = %s
    WHERE id = %s AND token = %s AND ended_at IS NULL AND begun_at IS NULL RETURNING {columns}
"""


class Stopped(Exception):  # noqa: N818
    """A person asked the run to stop or to pause."""


def begin(run_id: int, token: UUID, process_no: int | None = None) -> Run | None:
    """Return the run to perform, marked as begun; None when it has ended or was taken over.

    `process_no` is the number of the pulse of the process that performs it.
    """
    return next(iter(read(Run, _BEGIN, [process_no, run_id, token])), None)


def expect(run: Run, records: int) -> None:
    """Note how many records are foreseen in all, those already dealt with included."""
    if Run.objects.filter(pk=run.pk, token=run.token, ended_at=None).update(expected=records):
        tell(run)


def note(run: Run, message: str, values: Mapping[str, Value]) -> None:
    """Write down what the run has decided, and why."""
    run.notes = [*run.notes, [message, dict(values)]]
    if Run.objects.filter(pk=run.pk, token=run.token, ended_at=None).update(notes=run.notes):
        tell(run)


@transaction.atomic
def finish(run: Run, error: Exception | None = None, *, skip_locked: bool = False) -> bool:
    """End the run, well or with an error; return False when it was no longer ours to end, or is busy with a page.

    Its claims are free with this: the entries that waited for it are offered again, by priority, then age, and
    those at rest that work on what it changed are woken.
    """
    locked = lock_run(run, skip_locked=skip_locked)
    if locked is None or locked[1].token != run.token:
        return False
    entry, run = locked
    ending, status = _ending(run, error)
    end(run, status, None if status == Run.Status.STOPPED else error)
    if entry:
        _go_on(entry, run, ending, error)
    written = claims.release(run)
    tell(run, *([entry] if entry else []))
    hand_on(run, written if run.done else ())
    return True


@transaction.atomic
def take_over(run: Run, why: Exception) -> Run | None:
    """End a run that cannot go on, with what kept it from that, and start another from its cursor, under a new token.

    A run in the foreground has nobody to go on with it: it just ends. So does one whose takeovers bring nothing.
    """
    locked = lock_run(run, skip_locked=True)
    if locked is None:
        return None
    entry, run = locked
    fruitless = 0 if run.tally.total else run.fruitless_takeovers + 1
    if entry is None or run.foreground or run.requested or fruitless > MAX_FRUITLESS_TAKEOVERS:
        finish(run, why)
        return None
    end(run, Run.Status.ERROR, why)
    heir = _heir_of(run, entry, fruitless_takeovers=fruitless)
    heir.save()
    claims.hand_over(run, heir)
    engine.defer(heir)
    tell(run, heir)
    hand_on(run)  # they find the claims taken, and wait for the heir
    return heir


@transaction.atomic
def request_stop(run: Run, user: User | None = None, *, pause: bool = False) -> Run:
    """Ask a run to stop at its next page or call; what it has done stays, and its cursor too.

    A paused one leaves its entry On Hold, to be continued; a stopped one lets a recurring entry wait for its slot.
    """
    locked = lock_run(run, turn=run.begun_at is None)
    if locked is None:
        raise UserError(gettext_noop("Run %(run)s has ended already."), run=run.pk)
    entry, run = locked
    run.requested = Run.Request.PAUSE if pause else Run.Request.STOP
    run.save(update_fields=["requested"])
    if entry:
        remember(entry, user, EntryChange.Action.PAUSED if pause else EntryChange.Action.STOPPED)
    tell(run)
    if run.begun_at is None:
        finish(run, Stopped())
        run.refresh_from_db()
    return run


def _heir_of(run: Run, entry: JobQueueEntry, **fields: int) -> Run:
    """Return a run, not yet saved, of what this one was asked: the entry may ask for something else by now."""
    asked = {name: getattr(run, name) for name in ASKED}
    return Run(entry=entry, follows=run, timeout_at=now() + entry.job_timeout, **asked, **fields)


def _go_on(entry: JobQueueEntry, run: Run, ending: Ending, error: Exception | None) -> None:
    """Put the entry into its next state; one that was put On Hold, or ran in the foreground, stays as it is."""
    final = False
    if run.status == Run.Status.SUCCESS:
        entry.last_success_at = run.ended_at
    if entry.status == Status.IN_PROCESS and not run.foreground:
        woken_at = waking.woken_during(entry, run)
        final = go_on(entry, run, ending, error)
        waking.run_again(entry, ending, woken_at)
    else:
        write(entry, "last_success_at")
    alerts.note(entry, run, final=final)


def _ending(run: Run, error: Exception | None) -> tuple[Ending, Run.Status]:
    if run.requested and error is not None:
        return _ENDINGS[Run.Request(run.requested)], Run.Status.STOPPED
    if isinstance(error, RetryLater):
        return Ending.PUT_OFF, Run.Status.PUT_OFF
    if error:
        return Ending.FAILURE, Run.Status.ERROR
    return (Ending.SUCCESS if run.tally.total else Ending.NOTHING_TO_DO), Run.Status.SUCCESS
