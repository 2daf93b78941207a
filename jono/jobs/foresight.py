"""What is coming: where the runs of two entries will get in each other's way, and when a run takes too long.

Arithmetic alone: how long a run takes is judged by how long its like have taken.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jono.jobs.conflicts import Touch, collide

AHEAD = timedelta(hours=24)
RUNS_AHEAD = 10

UNKNOWN_DURATION = timedelta(minutes=1)
"""How long a run is taken to last when no other of its kind has ended well."""

SLOW_FACTOR = 3
KNOWN_ENOUGH = 10
"""How many runs must be known before one is called slow beside them."""


@dataclass(frozen=True)
class Course:
    """The coming runs of an entry: what each touches and how long it usually takes.

    `starts` ascend; when they are `cut_off`, more may follow the last.
    """

    entry_no: int
    touches: tuple[Touch, ...]
    takes: timedelta
    starts: Sequence[datetime]
    cut_off: bool = False


@dataclass(frozen=True)
class Collision:
    """Another entry that will be at work on the same: on what, when first, and how often in the time looked at."""

    entry_no: int
    resource: str
    at: datetime
    times: int


def collisions(mine: Course, others: Iterable[Course]) -> list[Collision]:
    """Return the entries that will want something of ours while we are at it, soonest first."""
    found = []
    for other in others:
        resource = bone_of_contention(mine.touches, other.touches)
        if resource is not None:
            met = list(meetings(mine, other))
            if met:
                found.append(Collision(other.entry_no, resource, met[0], len(met)))
    return sorted(found, key=lambda one: (one.at, one.entry_no))


def bone_of_contention(one: Iterable[Touch], other: Iterable[Touch]) -> str | None:
    """Return the first resource that keeps two jobs from running side by side, if there is any."""
    theirs = {touch.resource: touch for touch in other}
    fought_over = (
        touch.resource for touch in one if touch.resource in theirs and collide(touch, theirs[touch.resource])
    )
    return min(fought_over, default=None)


def meetings(mine: Course, other: Course) -> Iterator[datetime]:
    """Yield each of our starts at which, or during whose run, the other entry is at work; in order.

    A run is at work from its start up to, and not at, its start plus what it usually takes.
    """
    for start in mine.starts:
        # Theirs that began after `start - takes` are not over by then; those from our end on come later.
        first = bisect_right(other.starts, start - other.takes)
        end = bisect_left(other.starts, start + mine.takes)
        if first < end:
            yield start


def horizon(starts: Sequence[datetime], at: datetime) -> datetime:
    """Return how far to look for collisions: a day, or the tenth run if that is later."""
    last = starts[:RUNS_AHEAD][-1:]
    return max([at + AHEAD, *last])


def usual(durations: Sequence[timedelta]) -> timedelta | None:
    """Return how long a run usually takes: the median; None when nothing is known."""
    ordered, half = sorted(durations), len(durations) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2 if ordered else None


def is_slow(took: timedelta, durations: Sequence[timedelta]) -> bool:
    """Whether a run that has taken so long is slow beside its like: over three times the usual, of ten at least."""
    usually = usual(durations)
    return usually is not None and len(durations) >= KNOWN_ENOUGH and took > SLOW_FACTOR * usually
