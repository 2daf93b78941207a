"""Starting entries: several at once where several are due, all of each or nothing; and what waits meanwhile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from jono.jobs import alerts, claims, engine
from jono.jobs.conflicts import Access, Touch, collide
from jono.jobs.models import JobQueueEntry, Run, Want
from jono.jobs.news import tell
from jono.jobs.queue.steps import THEN, Status, make_run
from jono.jobs.registry import job_of
from jono.jobs.schedule import next_run, opening
from jono.jobs.sequel import Ending, is_missed, sequel
from jono.kit.clock import now
from jono.kit.errors import UserError, words_of

Wanted = tuple[Touch, ...]


def start(entries: Sequence[JobQueueEntry], at: datetime) -> None:
    """Run locked entries that are due, the first named first; or say what each waits for."""
    due = [entry for entry in entries if not _is_put_off(entry, at)]
    wanted = {entry: touched for entry in due if (touched := _touches_or_fail(entry, at)) is not None}
    claims.take_turn(entry.company_code for entry in entries)
    behind = _behind_others(wanted)
    runs = {entry: make_run(entry, _slot(entry, at)) for entry in wanted if entry not in behind}
    Run.objects.bulk_create(runs.values())
    got = claims.take({run.pk: wanted[entry] for entry, run in runs.items()})
    started = {entry: run for entry, run in runs.items() if run.pk in got}
    Run.objects.filter(pk__in={run.pk for run in runs.values()} - got).delete()
    for entry in wanted.keys() - started.keys():
        _wait(entry, wanted[entry], behind.get(entry) or claims.holder(wanted[entry]), at)
    _mark_started(started)
    tell(*entries, *started.values())


def touches(entry: JobQueueEntry) -> Wanted:
    """Return what a run of the entry would touch, its category among it."""
    job = job_of(entry.object_id_to_run)
    wanted = job.touches(entry.company_code, job.read_parameters(entry.parameters))
    if not entry.category_code:
        return wanted
    return tuple(sorted((*wanted, claims.category(entry.company_code, entry.category_code))))


def hand_on(run: Run, written: Iterable[str] = ()) -> None:
    """Offer what a run gave up to those who wait for it, by priority, then age; wake those at rest whose
    resources it has written."""
    waiting = Q(status=Status.WAITING, waits_for=run)
    resting = Q(status=Status.INACTIVE, company_code=run.company_code)
    entries = (
        JobQueueEntry.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(waiting | resting if written else waiting)
        .order_by("priority_within_category", "waiting_since_at", "id")
    )
    found = list(entries)
    for entry in found:
        if entry.status == Status.INACTIVE and not {touch.resource for touch in touches(entry)}.isdisjoint(
            written
        ):
            wake(entry)
    if offered := [entry for entry in found if entry.status == Status.WAITING]:
        start(offered, now())


def stop_waiting(entry: JobQueueEntry) -> Run | None:
    """Take a locked entry out of the queue of the waiting; return the run it waited for.

    Who waits behind it may be free to start: hand that run's place on when the entry is saved.
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


def _is_put_off(entry: JobQueueEntry, at: datetime) -> bool:
    """Whether the entry does not run now: it has expired, its window is shut, or its slot is to be passed over."""
    recurrence, slot = entry.recurrence, _slot(entry, at)
    if entry.expiration_at and entry.expiration_at < at:
        entry.status = Status.FINISHED
    elif recurrence and not recurrence.allows(at.astimezone(entry.zone).time()):
        entry.earliest_start_at = opening(recurrence, at, entry.zone)
    elif recurrence and entry.status in (Status.READY, Status.ERROR) and is_missed(entry.policy, slot, at):
        entry.earliest_start_at = next_run(recurrence, at, slot, entry.zone)
    else:
        return False
    entry.save()
    return True


def _slot(entry: JobQueueEntry, at: datetime) -> datetime:
    return entry.earliest_start_at or at


def _touches_or_fail(entry: JobQueueEntry, at: datetime) -> Wanted | None:
    """What the entry touches; None when it cannot be started at all: it does as after a last failure."""
    try:
        return touches(entry)
    except UserError as error:
        stop_waiting(entry)
        after = sequel(replace(entry.policy, maximum_attempts=0), Ending.FAILURE, _slot(entry, at), at)
        entry.status, entry.earliest_start_at = THEN[after.then], after.earliest_start_at
        entry.error_message, entry.error_values = words_of(error)
        entry.save()
        alerts.raise_alert(entry, alerts.Kind.FAILED, entry.error_message, entry.error_values)
        return None


def _mark_started(started: Mapping[JobQueueEntry, Run]) -> None:
    if not started:
        return
    Want.objects.filter(entry__in=[entry for entry in started if entry.waiting_since_at]).delete()
    for entry in started:
        entry.status = Status.IN_PROCESS
        entry.waits_for = entry.waiting_since_at = None
    state = {"status": Status.IN_PROCESS, "waits_for": None, "waiting_since_at": None}
    JobQueueEntry.objects.filter(pk__in=[entry.pk for entry in started]).update(**state)
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


def _behind_others(wanted: Mapping[JobQueueEntry, Wanted]) -> dict[JobQueueEntry, int]:
    """The entries that must let somebody go first who waits for the same, by the run that one waits for."""
    resources = {touch.resource for touched in wanted.values() for touch in touched}
    rivals = Want.objects.filter(resource__in=resources, entry__waits_for__ended_at=None).select_related(
        "entry"
    )
    behind = dict[JobQueueEntry, int | None]()
    for rival in rivals.order_by("id"):
        theirs = Touch(rival.resource, Access(rival.access))
        for entry, touched in wanted.items():
            if _goes_before(rival.entry, entry) and any(collide(mine, theirs) for mine in touched):
                behind.setdefault(entry, rival.entry.waits_for_id)
    return {entry: run_id for entry, run_id in behind.items() if run_id}


def _goes_before(one: JobQueueEntry, other: JobQueueEntry) -> bool:
    if one.pk == other.pk or one.waiting_since_at is None:
        return False
    if one.priority_within_category != other.priority_within_category:
        return one.priority_within_category < other.priority_within_category
    return other.waiting_since_at is None or one.waiting_since_at < other.waiting_since_at
