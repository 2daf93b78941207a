"""The only hand on the state of entries and runs: every transition of the job queue is a function here.

Locks are taken in one order, entry before run, so that no two transitions wait for each other in a circle. A
transition and the work it hands to the engine are one transaction: both happen or neither.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from jono.jobs import claims, engine
from jono.jobs.conflicts import Touch
from jono.jobs.models import Beat, JobQueueEntry, Run, RunRecord
from jono.jobs.news import tell
from jono.jobs.registry import job_of
from jono.jobs.schedule import first_run, next_run
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, call_stack_of, gettext_noop, words_of

Status = JobQueueEntry.Status

DEAD_AFTER = timedelta(seconds=20)
MAX_FRUITLESS_TAKEOVERS = 3


class _Refused(Exception):  # noqa: N818
    """Another run holds what was wanted."""

    def __init__(self, holder_id: int) -> None:
        super().__init__(holder_id)
        self.holder_id = holder_id


# What a person does


def create_entry(
    report_id: int, company_code: str, parameters: Mapping[str, Any], user: User | None = None, **fields: Any
) -> JobQueueEntry:
    """Add an entry, On Hold; raise UserError when there is no such report or its parameters are not right.

    `fields` are those of JobQueueEntry that a person may set: description, recurrence, category and so on.
    """
    checked = job_of(report_id).read_parameters(parameters)
    entry = JobQueueEntry.objects.create(
        object_id_to_run=report_id,
        company_code=company_code,
        parameters=checked.model_dump(mode="json", exclude_defaults=True),
        user=user,
        **fields,
    )
    tell(entry)
    return entry


@transaction.atomic
def set_ready(entry: JobQueueEntry, user: User | None = None, at: datetime | None = None) -> JobQueueEntry:
    """Let the entry run when it is due: at once if that is now. Its user becomes who did this."""
    at = at or now()
    entry = _lock(entry)
    if entry.status == Status.IN_PROCESS:
        raise UserError(
            gettext_noop("Job queue entry %(no)s is in process; wait until it has ended."), no=entry.pk
        )
    job_of(entry.object_id_to_run).read_parameters(entry.parameters)
    entry.status = Status.READY
    entry.user = user or entry.user
    entry.last_ready_at = at
    entry.error_message, entry.error_values = "", {}
    entry.waits_for = entry.waiting_since_at = None
    entry.earliest_start_at = first_run(entry.recurrence, at, entry.earliest_start_at, entry.zone)
    entry.save()
    tell(entry)
    if entry.earliest_start_at <= at:
        _start(entry, at)
    return entry


@transaction.atomic
def set_on_hold(entry: JobQueueEntry) -> JobQueueEntry:
    """Keep the entry from starting. A run in process goes on to its end; the entry stays On Hold after it."""
    entry = _lock(entry)
    entry.status = Status.ON_HOLD
    entry.waits_for = entry.waiting_since_at = None
    entry.save()
    tell(entry)
    return entry


@transaction.atomic
def delete(entry: JobQueueEntry) -> None:
    """Remove the entry; the log of its runs stays. Refused while it runs."""
    entry = _lock(entry)
    if entry.runs.filter(ended_at=None).exists():
        raise UserError(
            gettext_noop("You cannot delete job queue entry %(no)s while it is in process."), no=entry.pk
        )
    tell(entry)
    entry.delete()


@transaction.atomic
def start_now(
    report_id: int,
    company_code: str,
    parameters: Mapping[str, Any],
    user: User | None = None,
    description: str = "",
) -> JobQueueEntry:
    """Make an entry that runs once and starts at once, in the background."""
    entry = create_entry(report_id, company_code, parameters, user, description=description)
    return set_ready(entry, user)


@transaction.atomic
def open_in_foreground(
    report_id: int, company_code: str, parameters: Mapping[str, Any], user: User | None = None
) -> Run:
    """Begin a run that the caller performs itself; raise UserError when another run stands in the way."""
    job = job_of(report_id)
    checked = job.read_parameters(parameters)
    run = Run.objects.create(
        object_id_to_run=report_id,
        company_code=company_code,
        parameters=checked.model_dump(mode="json", exclude_defaults=True),
        user=user,
        foreground=True,
        slot_at=now(),
    )
    holder_id = claims.take(run, job.touches(company_code, checked))
    if holder_id:
        holder = Run.objects.get(pk=holder_id)
        raise UserError(
            gettext_noop(
                "%(job)s (run %(run)s) is working on the same records now. Try again when it has ended."
            ),
            job=holder.caption,
            run=holder.pk,
        )
    tell(run)
    return run


def retry(run: Run, records: Iterable[RunRecord], user: User | None = None) -> JobQueueEntry:
    """Start the run's job again for just these of its records."""
    keys = list(dict.fromkeys(record.key for record in records))
    if not keys:
        raise UserError(gettext_noop("Choose at least one record to try again."))
    return start_now(
        run.object_id_to_run, run.company_code, {**run.parameters, "only": keys}, user, run.description
    )


# What time and workers do


def start_due(at: datetime, most: int = 100) -> int:
    """Start the entries that are due, each in a transaction of its own; return how many were dealt with.

    Any number of workers may do this at once: what one of them has in hand the others pass over.
    """
    for dealt_with in range(most):
        with transaction.atomic():
            entry = (
                JobQueueEntry.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(status=Status.READY, earliest_start_at__lte=at)
                .order_by("earliest_start_at")
                .first()
            )
            if entry is None:
                return dealt_with
            _start(entry, at)
    return most


def next_due_at() -> datetime | None:
    """Return when the next entry is due, if any is."""
    first = JobQueueEntry.objects.filter(status=Status.READY).order_by("earliest_start_at").first()
    return first.earliest_start_at if first else None


@transaction.atomic
def begin(run_id: int, token: UUID) -> Run | None:
    """Return the run to perform, marked as begun; None when it has ended or was taken over."""
    run = (
        Run.objects.select_for_update(no_key=True)
        .filter(pk=run_id, token=token, ended_at=None, begun_at=None)
        .first()
    )
    if run is None:
        return None
    run.begun_at = now()
    run.save(update_fields=["begun_at"])
    Beat.objects.create(run=run, beat_at=run.begun_at)
    tell(run)
    return run


def expect(run: Run, records: int) -> None:
    """Note how many records are foreseen in all, those already dealt with included."""
    if Run.objects.filter(pk=run.pk, token=run.token, ended_at=None).update(expected=records):
        tell(run)


@transaction.atomic
def finish(run: Run, error: Exception | None = None) -> bool:
    """End the run, well or with an error; return False when it was no longer ours to end.

    Its claims are free with this, and the entries that waited for it are offered again, by priority, then age.
    """
    locked = _lock_run(run)
    if locked is None or locked[1].token != run.token:
        return False
    entry, run = locked
    _end(run, error)
    if entry and entry.status == Status.IN_PROCESS:
        _go_on(entry, run, error)
    claims.release(run)
    _offer_to_waiting(run)
    return True


@transaction.atomic
def take_over(run: Run, why: str) -> Run | None:
    """End a run whose worker is gone and start another from its cursor, under a new token.

    A run in the foreground has nobody to go on with it: it just ends. So does one whose takeovers bring nothing.
    """
    locked = _lock_run(run, skip_locked=True)
    if locked is None:
        return None
    entry, run = locked
    fruitless = 0 if run.tally.total else run.fruitless_takeovers + 1
    error = UserError(why)
    if entry is None or run.foreground or fruitless > MAX_FRUITLESS_TAKEOVERS:
        finish(run, error)
        return None
    _end(run, error)
    heir = _open(entry, run.slot_at, follows=run, fruitless_takeovers=fruitless, expected=run.expected)
    claims.hand_over(run, heir)
    JobQueueEntry.objects.filter(waits_for=run).update(waits_for=heir)
    engine.defer(heir)
    return heir


def find_dead(at: datetime) -> list[Run]:
    """Return the runs in process that show no sign of life, or that no worker will ever take."""
    silent = Run.objects.filter(ended_at=None, beat__beat_at__lt=at - DEAD_AFTER)
    unbegun = Run.objects.filter(ended_at=None, begun_at=None, started_at__lt=at - DEAD_AFTER)
    return [*silent, *unbegun.filter(foreground=True), *engine.lost(unbegun.filter(foreground=False))]


def wake_forgotten() -> None:
    """Offer again what waits for a run that has ended: a hand-over that found the entry busy passes it over."""
    for run in Run.objects.filter(waiting__status=Status.WAITING).exclude(ended_at=None).distinct():
        with transaction.atomic():
            _offer_to_waiting(run)


# Steps of a transition, in the transaction of their caller


def _lock(entry: JobQueueEntry) -> JobQueueEntry:
    locked = JobQueueEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if locked is None:
        raise UserError(gettext_noop("Job queue entry %(no)s has been deleted."), no=entry.pk)
    return locked


def _lock_run(run: Run, skip_locked: bool = False) -> tuple[JobQueueEntry | None, Run] | None:
    """The run in process and its entry, locked, entry first; None when the run has ended or is busy."""
    entry = (
        JobQueueEntry.objects.select_for_update().filter(pk=run.entry_id).first() if run.entry_id else None
    )
    locked = Run.objects.select_for_update(skip_locked=skip_locked).filter(pk=run.pk, ended_at=None).first()
    return (entry, locked) if locked else None


def _start(entry: JobQueueEntry, at: datetime) -> None:
    """Run the entry, or say what it waits for."""
    if entry.expiration_at and entry.expiration_at < at:
        entry.status = Status.FINISHED
    elif entry.recurrence and not entry.recurrence.allows(at.astimezone(entry.zone).time()):
        entry.earliest_start_at = first_run(entry.recurrence, at, None, entry.zone)
    else:
        _claim_and_defer(entry, at)
    entry.save()
    tell(entry)


def _claim_and_defer(entry: JobQueueEntry, at: datetime) -> None:
    try:
        with transaction.atomic():
            run = _open(entry, entry.earliest_start_at or at)
            holder_id = claims.take(run, _touches(entry))
            if holder_id:
                raise _Refused(holder_id)
            engine.defer(run)
    except UserError as error:
        entry.status = Status.ERROR
        entry.error_message, entry.error_values = words_of(error)
    except _Refused as refused:
        entry.status = Status.WAITING
        entry.waits_for_id = refused.holder_id
        entry.waiting_since_at = entry.waiting_since_at or at
    else:
        entry.status = Status.IN_PROCESS
        entry.waits_for = entry.waiting_since_at = None


def _open(entry: JobQueueEntry, slot_at: datetime, **fields: Any) -> Run:
    run = Run.objects.create(
        entry=entry,
        object_id_to_run=entry.object_id_to_run,
        company_code=entry.company_code,
        description=entry.description,
        parameters=entry.parameters,
        user=entry.user,
        slot_at=slot_at,
        **fields,
    )
    tell(run)
    return run


def _touches(entry: JobQueueEntry) -> tuple[Touch, ...]:
    job = job_of(entry.object_id_to_run)
    wanted = job.touches(entry.company_code, job.read_parameters(entry.parameters))
    if not entry.category_code:
        return wanted
    return tuple(sorted((*wanted, claims.category(entry.company_code, entry.category_code))))


def _end(run: Run, error: Exception | None) -> None:
    run.ended_at = now()
    run.status = Run.Status.ERROR if error else Run.Status.SUCCESS
    if error:
        run.error_message, run.error_values = words_of(error)
        run.error_call_stack = call_stack_of(error)
    run.save()
    Beat.objects.filter(run=run).delete()
    tell(run)


def _go_on(entry: JobQueueEntry, run: Run, error: Exception | None) -> None:
    """What becomes of an entry when its run has ended."""
    ended_at = run.ended_at or now()
    if isinstance(error, RetryLater):
        entry.status, entry.earliest_start_at = Status.READY, error.at
    elif error:
        entry.status = Status.ERROR
    elif entry.recurrence:
        entry.status = Status.READY
        entry.earliest_start_at = next_run(entry.recurrence, ended_at, run.slot_at, entry.zone)
    else:
        entry.status = Status.FINISHED
    entry.error_message, entry.error_values = run.error_message, run.error_values
    entry.save()
    tell(entry)


def _offer_to_waiting(run: Run) -> None:
    waiting = JobQueueEntry.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        status=Status.WAITING, waits_for=run
    )
    for entry in waiting.order_by("priority_within_category", "id"):
        _start(entry, now())
