"""Starting entries: several at once where several are due, all of each or nothing; and what waits meanwhile."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from jono.jobs import alerts, claims, engine
from jono.jobs.conflicts import Access, Touch, collide
from jono.jobs.models import JobQueueEntry, Run, Want
from jono.jobs.news import tell
from jono.jobs.queue.steps import Status, make_run
from jono.jobs.registry import job_of
from jono.jobs.rows import execute, insert, read
from jono.jobs.schedule import next_run, opening
from jono.jobs.sequel import Ending, is_missed, sequel
from jono.kit.clock import now
from jono.kit.errors import UserError, words_of

Wanted = tuple[Touch, ...]

_WANTS = """
    SELECT {columns} FROM jobs_want JOIN jobs_jobqueueentry AS entry ON entry.id = entry_id
    JOIN jobs_run AS run ON run.id = entry.waits_for_id
    WHERE resource = ANY(%s) AND run.ended_at IS NULL ORDER BY jobs_want.id
"""
_MARK_STARTED = """
    UPDATE jobs_jobqueueentry SET status = 'in process', waits_for_id = NULL, waiting_since_at = NULL
    WHERE id = ANY(%s)
"""
_OFFERED = """
    SELECT {columns} FROM jobs_jobqueueentry WHERE status = 'waiting' AND waits_for_id = %(run)s
        OR status = 'on hold with inactivity timeout' AND company_code = %(company)s AND %(written)s
    ORDER BY priority_within_category, waiting_since_at, id FOR UPDATE SKIP LOCKED
"""
_FORGOTTEN = """
    SELECT {columns} FROM jobs_jobqueueentry WHERE status = 'waiting' AND id NOT IN (
        SELECT want.entry_id FROM jobs_claim AS claim JOIN jobs_want AS want USING (resource)
        JOIN jobs_jobqueueentry AS entry ON entry.id = want.entry_id AND entry.waits_for_id = claim.run_id
        WHERE 'write' IN (claim.access, want.access)
    ) ORDER BY priority_within_category, waiting_since_at, id FOR UPDATE SKIP LOCKED
"""


def start(entries: Sequence[JobQueueEntry], at: datetime) -> None:
    """Run locked entries that are due, the first named first; or say what each waits for."""
    due = [entry for entry in entries if not _is_put_off(entry, at)]
    wanted = {entry: touched for entry in due if (touched := _touches_or_fail(entry, at)) is not None}
    claims.take_turn(entry.company_code for entry in entries)
    behind = _behind_others(wanted)
    runs = {entry: make_run(entry, _slot(entry, at)) for entry in wanted if entry not in behind}
    insert([*runs.values()])
    got = claims.take({run.pk: wanted[entry] for entry, run in runs.items()})
    started = {entry: run for entry, run in runs.items() if run.pk in got}
    if refused := {run.pk for run in runs.values()} - got:
        Run.objects.filter(pk__in=refused).delete()
    for entry in wanted:
        if entry not in started:
            rival = behind.get(entry)
            in_the_way = _run_before(rival, started) if rival else claims.holder(wanted[entry])
            _wait(entry, wanted[entry], in_the_way, at)
    _mark_started(started)
    tell(*entries, *started.values())


def touches(entry: JobQueueEntry) -> Wanted:
    """Return what a run of the entry would touch, its category among it."""
    job = job_of(entry.object_id_to_run)
    wanted = job.touches(entry.company_code, job.read_parameters(entry.parameters))
    if not entry.category_code:
        return wanted
    return tuple(sorted((*wanted, claims.category(entry.company_code, entry.category_code))))


def hand_on(run: Run, written: Collection[str] = ()) -> None:
    """Offer what a run gave up to those who wait for it; wake those at rest whose resources it has written."""
    values = {"run": run.pk, "company": run.company_code, "written": bool(written)}
    found = read(JobQueueEntry, _OFFERED, values)
    for entry in found:
        if entry.status == Status.INACTIVE and _works_on(entry, written):
            wake(entry)
    if offered := [entry for entry in found if entry.status == Status.WAITING]:
        start(offered, now())


def offer_forgotten() -> None:
    """Offer again what waits for a run that holds nothing it wants.

    The run has ended, and its hand-over found the entry busy; or the entry stood behind another that has left.
    """
    if forgotten := read(JobQueueEntry, _FORGOTTEN, []):
        start(forgotten, now())


def stop_waiting(entry: JobQueueEntry) -> Run | None:
    """Take a locked entry out of the queue of the waiting; return the run it waited for.

    Who waits behind it may be free to start: call `hand_on` with that run when the entry is saved.
    """
    held_by = entry.waits_for if entry.status == Status.WAITING else None
    if entry.waiting_since_at:
        Want.objects.filter(entry=entry).delete()
    entry.waits_for = entry.waiting_since_at = None
    return held_by


def wake(entry: JobQueueEntry) -> None:
    """Let a locked entry at rest run once its minutes between runs have passed since it last did."""
    recurrence, at = entry.recurrence, now()
    earliest = max(at, entry.last_ready_at + timedelta(minutes=entry.no_of_minutes_between_runs))
    entry.status, entry.last_ready_at = Status.READY, at
    entry.earliest_start_at = opening(recurrence, earliest, entry.zone) if recurrence else earliest
    entry.save()
    tell(entry)


def give_up(entry: JobQueueEntry, error: Exception, again_at: datetime | None = None) -> None:
    """Put a locked entry that cannot be started into Error, with an alert; `again_at`: when to try it again."""
    stop_waiting(entry)
    entry.status, entry.earliest_start_at = Status.ERROR, again_at
    entry.error_message, entry.error_values = words_of(error)
    entry.save()
    alerts.raise_alert(entry, alerts.Kind.FAILED, entry.error_message, entry.error_values)
    tell(entry)


def _is_put_off(entry: JobQueueEntry, at: datetime) -> bool:
    """Whether the entry does not run now: it has expired, its window is shut, or its slot is to be passed over."""
    recurrence, slot = entry.recurrence, _slot(entry, at)
    then = Status.READY if entry.status == Status.WAITING else Status(entry.status)
    if entry.expiration_at and entry.expiration_at < at:
        then = Status.FINISHED
    elif recurrence and not recurrence.allows(at.astimezone(entry.zone).time()):
        entry.earliest_start_at = opening(recurrence, at, entry.zone)
    elif recurrence and entry.status in (Status.READY, Status.ERROR) and is_missed(entry.policy, slot, at):
        entry.earliest_start_at = next_run(recurrence, at, slot, entry.zone)
    else:
        return False
    stop_waiting(entry)
    entry.status = then
    entry.save()
    return True


def _works_on(entry: JobQueueEntry, resources: Collection[str]) -> bool:
    try:
        return any(touch.resource in resources for touch in touches(entry))
    except UserError:
        return False  # it cannot run; it is told so when its own time comes


def _slot(entry: JobQueueEntry, at: datetime) -> datetime:
    return entry.earliest_start_at or at


def _touches_or_fail(entry: JobQueueEntry, at: datetime) -> Wanted | None:
    """What the entry touches; None when it cannot be started at all: it does as after a last failure."""
    try:
        return touches(entry)
    except UserError as error:
        after = sequel(replace(entry.policy, maximum_attempts=0), Ending.FAILURE, _slot(entry, at), at)
        give_up(entry, error, after.earliest_start_at)
        return None


def _mark_started(started: Mapping[JobQueueEntry, Run]) -> None:
    if not started:
        return
    if waited := [entry for entry in started if entry.waiting_since_at]:
        Want.objects.filter(entry__in=waited).delete()
    for entry in started:
        entry.status = Status.IN_PROCESS
        entry.waits_for = entry.waiting_since_at = None
    execute(_MARK_STARTED, [[entry.pk for entry in started]])
    engine.defer(*started.values())


def _wait(entry: JobQueueEntry, wanted: Wanted, holder_id: int | None, at: datetime) -> None:
    """Let the entry wait for a run; when none is in its way any more, it is ready and tried again at once."""
    entry.status = Status.WAITING if holder_id else Status.READY
    entry.waits_for_id = holder_id
    if holder_id and entry.waiting_since_at is None:
        entry.waiting_since_at = at
        Want.objects.bulk_create(
            Want(entry=entry, resource=touch.resource, access=touch.access.value) for touch in wanted
        )
    entry.save()


def _behind_others(wanted: Mapping[JobQueueEntry, Wanted]) -> dict[JobQueueEntry, JobQueueEntry]:
    """The entries that must let somebody go first who waits for the same, and whom."""
    resources = {touch.resource for touched in wanted.values() for touch in touched}
    wants = read(Want, _WANTS, [list(resources)])
    waiting = JobQueueEntry.objects.in_bulk({want.entry_id for want in wants})
    waiting |= {entry.pk: entry for entry in wanted}
    behind = dict[JobQueueEntry, JobQueueEntry]()
    for want in wants:
        rival, theirs = waiting.get(want.entry_id), Touch(want.resource, Access(want.access))
        for entry, touched in wanted.items():
            if rival and _goes_before(rival, entry) and any(collide(mine, theirs) for mine in touched):
                behind.setdefault(entry, rival)
    return behind


def _run_before(rival: JobQueueEntry, started: Mapping[JobQueueEntry, Run]) -> int | None:
    """The run that whoever is behind the rival waits for: the rival's own, or the one that the rival waits for."""
    return started[rival].pk if rival in started else rival.waits_for_id


def _goes_before(one: JobQueueEntry, other: JobQueueEntry) -> bool:
    if one.pk == other.pk or one.waiting_since_at is None:
        return False
    if one.priority_within_category != other.priority_within_category:
        return one.priority_within_category < other.priority_within_category
    return other.waiting_since_at is None or one.waiting_since_at < other.waiting_since_at
