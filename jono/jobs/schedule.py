"""When a recurring entry runs next, by Business Central's rules.

A recurrence is weekdays and the minutes between runs, or a date formula; and an optional window of clock time. Its
times are wall-clock times of its zone; answers are instants. At the clock changes a time that does not exist runs at
the next instant that does, and a time that exists twice runs once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from jono.kit.date_formula import later

DAY = timedelta(days=1)
MIDNIGHT = time()


@dataclass(frozen=True)
class Recurrence:
    """Weekdays (ISO: Monday = 1 … Sunday = 7), a window of clock time, and minutes between runs; or a date formula.

    A window whose start is later than its end crosses midnight; its end is inclusive. No minutes: the next run
    is on the next day. With a `formula` (Next Run Date Formula) runs are on the dates it leads to, at the starting
    time; weekdays and minutes play no part.
    """

    weekdays: frozenset[int]
    minutes: int
    starting_time: time | None = None
    ending_time: time | None = None
    formula: str = ""

    @property
    def crosses_midnight(self) -> bool:
        start, end = self.starting_time, self.ending_time
        return start is not None and end is not None and start > end

    def allows(self, clock: time) -> bool:
        """Whether a run may start at this clock time. Weekdays are not asked: they decide dates, not starts."""
        start, end = self.starting_time, self.ending_time
        if start is None or end is None:
            return (start is None or clock >= start) and (end is None or clock <= end)
        if start == end:
            return clock >= start
        if start > end:
            return clock >= start or clock <= end
        return start <= clock <= end


def first_run(
    recurrence: Recurrence | None, at: datetime, earliest: datetime | None, zone: tzinfo
) -> datetime:
    """Return when an entry set to Ready at `at` starts: at once or at its earliest start, fitted to its window.

    An entry with a date formula and no earliest start begins on the date its formula leads to.
    """
    if recurrence and recurrence.formula and earliest is None:
        return next_run(recurrence, at, at, zone)
    base = max(at, earliest) if earliest else at
    if recurrence is None or recurrence.formula:
        return base
    return opening(recurrence, base, zone)


def opening(recurrence: Recurrence, at: datetime, zone: tzinfo) -> datetime:
    """Return the first instant from `at` on that lies in the recurrence's window, and on a weekday of its own."""
    local = _local(at, zone)
    if recurrence.formula:
        fitted = local if recurrence.allows(local.time()) else _at_opening(recurrence, local)
    else:
        fitted = fit(recurrence, local)
    return at if fitted == local else _instant(fitted, zone)


def next_run(recurrence: Recurrence, at: datetime, slot: datetime, zone: tzinfo) -> datetime:
    """Return the first run after `at` on the schedule that `slot` stands on: start times do not drift.

    Slots that have passed by are left out.
    """
    if recurrence.formula:
        return _next_by_formula(recurrence, at, _local(slot, zone), zone)
    anchor, step = _local(slot, zone), _step(recurrence)
    missed = max(0, (_local(at, zone) - anchor) // step)
    while True:
        missed += 1
        found = _instant(fit(recurrence, anchor + missed * step), zone)
        if found > at:
            return found


def next_runs(
    recurrence: Recurrence, at: datetime, earliest: datetime | None, zone: tzinfo
) -> Iterator[datetime]:
    """Yield the coming runs of an entry that is set to Ready at `at`."""
    run = first_run(recurrence, at, earliest, zone)
    while True:
        yield run
        run = next_run(recurrence, run, run, zone)


def next_from_completion(recurrence: Recurrence, completed: datetime, zone: tzinfo) -> datetime:
    """Return the next run as Business Central counts it: from the completion of the last; minutes are elapsed ones."""
    local = _local(completed, zone)
    if recurrence.formula:
        return _next_by_formula(recurrence, completed, local, zone)
    if recurrence.minutes:
        wanted = _local(completed + timedelta(minutes=recurrence.minutes), zone)
    else:
        wanted = datetime.combine(local.date() + DAY, MIDNIGHT)
    return max(_instant(fit(recurrence, wanted), zone), completed + timedelta(seconds=1))


def _next_by_formula(recurrence: Recurrence, at: datetime, day: datetime, zone: tzinfo) -> datetime:
    """The first date after `at` that the formula leads to, starting from `day` and going on from each it reaches.

    A formula that stays where it is, such as CM on a month's last day, is asked again from the day after.
    """
    date = day.date()
    while True:
        reached = later(recurrence.formula, date)
        found = _instant(datetime.combine(reached, recurrence.starting_time or MIDNIGHT), zone)
        if found > at:
            return found
        date = reached if reached > date else date + DAY


def _at_opening(recurrence: Recurrence, local: datetime) -> datetime:
    today = datetime.combine(local.date(), recurrence.starting_time or MIDNIGHT)
    return today if today > local else today + DAY


def fit(recurrence: Recurrence, wanted: datetime) -> datetime:
    """Return `wanted` moved into the window and onto a weekday, on the wall clock (reference: codeunit 448)."""
    start, end = recurrence.starting_time, recurrence.ending_time
    clock, crosses = wanted.time(), recurrence.crosses_midnight
    opening = start or MIDNIGHT
    fitted, days = wanted, 0
    if crosses and end is not None and end < clock < opening:
        fitted = datetime.combine(wanted.date(), opening)
    elif not crosses and end is not None and clock > end:
        fitted, days = datetime.combine(wanted.date(), opening), 1
    ahead = _days_to_weekday(recurrence, wanted + days * DAY)
    if ahead is None:
        return fitted
    days += ahead
    if not crosses and fitted.time() < opening:
        fitted = datetime.combine(fitted.date(), opening)
    if days and fitted.time() > opening:
        fitted = datetime.combine(fitted.date(), opening)
    return fitted + days * DAY


def _days_to_weekday(recurrence: Recurrence, day: datetime) -> int | None:
    return next((n for n in range(8) if (day + n * DAY).isoweekday() in recurrence.weekdays), None)


def _step(recurrence: Recurrence) -> timedelta:
    return timedelta(minutes=recurrence.minutes) if recurrence.minutes else DAY


def _local(instant: datetime, zone: tzinfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _instant(local: datetime, zone: tzinfo) -> datetime:
    """The instant of a wall-clock time: the first of two, or the end of the gap that swallowed it."""
    before = local.replace(tzinfo=zone).astimezone(UTC)
    if _local(before, zone) == local:
        return before
    # In a gap the two readings lie on either side of the change: halve the way between them until it is found.
    low, high = local.replace(tzinfo=zone, fold=1).astimezone(UTC), before
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
    return high.replace(microsecond=0)
