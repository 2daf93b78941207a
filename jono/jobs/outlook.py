"""An entry's outlook: its coming runs, who will be in their way, and how long they usually take."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from django.db import connection
from django.db.models import QuerySet

from jono.jobs import foresight
from jono.jobs.conflicts import Touch
from jono.jobs.foresight import RUNS_AHEAD, UNKNOWN_DURATION, Collision, Course
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.neighbours import neighbours
from jono.jobs.queue.starting import touches
from jono.jobs.schedule import first_run, next_run
from jono.kit.errors import UserError

RUNS_JUDGED = 20
"""By how many of the last successful runs a duration is judged."""

RUNS_SEARCHED = 2000
MOST_NEIGHBOURS = 200
MOST_STARTS = 20_000

Status = JobQueueEntry.Status


@dataclass(frozen=True)
class Outlook:
    """What is foreseen: up to ten coming runs, and the collisions up to `until` with `looked_at` of all neighbours."""

    runs: Sequence[datetime]
    collisions: Sequence[Collision]
    until: datetime
    looked_at: int
    neighbours: int


def foresee(entry: JobQueueEntry, at: datetime) -> Outlook:
    """Return what is coming if the entry, which need not be stored, runs as it says.

    The time this takes is bounded: beside very many neighbours that run very often it looks less far ahead.
    """
    starts = list(islice(coming_runs(entry, at), RUNS_AHEAD))
    until = foresight.horizon(starts, at)
    try:
        touched = touches(entry)
    except UserError:
        # What it is asked is not right yet, so nobody knows what it will touch.
        return Outlook(starts, (), until, 0, 0)
    near = neighbours(entry, touched)
    looked_at = list(near.order_by("earliest_start_at", "pk")[:MOST_NEIGHBOURS])
    others = _courses(looked_at, at, until)
    reached = min((other.starts[-1] for other in others if other.cut_off), default=until)
    takes = usual_duration(entry) or UNKNOWN_DURATION
    mine = Course(entry.pk or 0, touched, takes, list(_until(coming_runs(entry, at), reached)))
    total = near.count() if len(looked_at) == MOST_NEIGHBOURS else len(looked_at)
    return Outlook(starts, foresight.collisions(mine, others), reached, len(looked_at), total)


def coming_runs(entry: JobQueueEntry, at: datetime) -> Iterator[datetime]:
    """Yield the coming starts of an entry, as if it were set to Ready at `at` unless it is; up to its expiration."""
    recurrence, slot = entry.recurrence, entry.earliest_start_at
    starts: Iterator[datetime]
    if recurrence is None:
        starts = iter([first_run(None, at, slot, entry.zone)])
    elif entry.status in (Status.IN_PROCESS, Status.WAITING) and slot:
        starts = _from(entry, next_run(recurrence, at, slot, entry.zone))
    else:
        starts = _from(entry, first_run(recurrence, at, slot, entry.zone))
    return _until(starts, entry.expiration_at) if entry.expiration_at else starts


def usual_duration(record: JobQueueEntry | Run) -> timedelta | None:
    """Return how long runs of this entry, or runs like this one before it, usually take; None when none is known."""
    return foresight.usual(_durations(record))


def is_slow(run: Run) -> bool:
    """Whether a run takes, or took, over three times as long as ten or more before it usually did."""
    return foresight.is_slow(run.duration, _durations(run))


def _durations(record: JobQueueEntry | Run) -> list[timedelta]:
    """How long the last successful ones took: of the same entry, or of the same report asked for the same."""
    successful = Run.objects.filter(status=Run.Status.SUCCESS).order_by("-id")
    if isinstance(record, Run):
        successful = successful.filter(pk__lt=record.pk)
    entry_id = record.entry_id if isinstance(record, Run) else record.pk
    of_entry = _took(successful.filter(entry=entry_id)) if entry_id else []
    if len(of_entry) >= foresight.KNOWN_ENOUGH:
        return of_entry
    of_report = successful.filter(object_id_to_run=record.object_id_to_run, company_code=record.company_code)
    recent = Run.objects.filter(pk__in=of_report.values("pk")[:RUNS_SEARCHED])
    like_it = _took(recent.filter(parameters=record.parameters).order_by("-id"))
    return max(of_entry, like_it, key=len)


def _took(runs: QuerySet[Run]) -> list[timedelta]:
    times = runs.values_list("started_at", "ended_at")[:RUNS_JUDGED]
    return [ended - started for started, ended in times if ended is not None]


def _courses(entries: Sequence[JobQueueEntry], at: datetime, until: datetime) -> list[Course]:
    """The courses of stored entries: no more starts of each than makes MOST_STARTS of all."""
    most = MOST_STARTS // max(len(entries), 1)
    takes = _usual_durations([entry.pk for entry in entries])
    courses, asked = [], dict[str, tuple[Touch, ...]]()
    for entry in entries:
        starts = list(islice(_until(coming_runs(entry, at), until), most))
        usually = takes.get(entry.pk, UNKNOWN_DURATION)
        courses.append(Course(entry.pk, _touches(entry, asked), usually, starts, cut_off=len(starts) == most))
    return courses


def _usual_durations(entries: Sequence[int]) -> dict[int, timedelta]:
    """The median of the last successful runs of each of many entries, in one question to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.id, percentile_cont(0.5) WITHIN GROUP (ORDER BY run.took)"
            " FROM unnest(%s::bigint[]) AS entry (id) CROSS JOIN LATERAL ("
            "   SELECT ended_at - started_at AS took FROM jobs_run"
            "   WHERE entry_id = entry.id AND status = 'success' ORDER BY id DESC LIMIT %s) AS run"
            " GROUP BY entry.id",
            [list(entries), RUNS_JUDGED],
        )
        return dict(cursor.fetchall())


def _touches(entry: JobQueueEntry, asked: dict[str, tuple[Touch, ...]]) -> tuple[Touch, ...]:
    """What an entry touches; of many that ask the same it is worked out once."""
    key = repr((entry.object_id_to_run, entry.company_code, entry.category_code, entry.parameters))
    if key not in asked:
        try:
            asked[key] = touches(entry)
        except UserError:
            asked[key] = ()
    return asked[key]


def _from(entry: JobQueueEntry, start: datetime) -> Iterator[datetime]:
    recurrence, zone = entry.recurrence, entry.zone
    while recurrence:
        yield start
        start = next_run(recurrence, start, start, zone)


def _until(starts: Iterable[datetime], end: datetime) -> Iterator[datetime]:
    return takewhile(lambda start: start <= end, starts)
