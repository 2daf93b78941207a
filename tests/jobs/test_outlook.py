"""An entry's outlook: its next ten runs, and those of others that will be in their way."""

import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from itertools import product
from typing import Any

import pytest

from jono.jobs import outlook, queue
from jono.jobs.conflicts import Access, Touch, may_run_beside
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.neighbours import neighbours
from jono.jobs.outlook import coming_runs, foresee, is_slow, usual_duration
from jono.jobs.queue.starting import touches
from tests.jobs.conftest import COUNT, SHEAR, Hooks

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY_DAY: dict[str, Any] = {
    f"run_on_{day}": True
    for day in ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
}


def ready(first: datetime, report_id: int = SHEAR, pasture: str = "north", **fields: Any) -> JobQueueEntry:
    entry = queue.create_entry(
        report_id, "NORDIC", {"pasture": pasture}, time_zone="UTC", **{**EVERY_DAY, **fields}
    )
    JobQueueEntry.objects.filter(pk=entry.pk).update(status="ready", earliest_start_at=first)
    entry.refresh_from_db()
    return entry


def ran(entry: JobQueueEntry | None, took: timedelta, **fields: Any) -> Run:
    return Run.objects.create(
        **{
            "entry": entry,
            "object_id_to_run": SHEAR,
            "company_code": "NORDIC",
            "status": "success",
            "slot_at": AT,
            "started_at": AT,
            "ended_at": AT + took,
        }
        | fields
    )


def test_the_next_ten_runs_are_those_of_the_schedule(hooks: Hooks) -> None:
    entry = ready(AT + HOUR, no_of_minutes_between_runs=15)
    assert foresee(entry, AT).runs == [AT + HOUR + n * 15 * MINUTE for n in range(10)]


def test_an_entry_on_hold_is_foreseen_as_if_it_were_set_to_ready_now(hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", {}, time_zone="UTC", starting_time=clock(9), **EVERY_DAY)
    assert foresee(entry, AT).runs[:2] == [AT + HOUR, AT + HOUR + DAY]


def test_one_in_process_is_foreseen_from_its_next_slot(hooks: Hooks) -> None:
    entry = ready(AT - MINUTE, no_of_minutes_between_runs=15)
    JobQueueEntry.objects.update(status="in process")
    entry.refresh_from_db()
    assert next(coming_runs(entry, AT)) == AT + 14 * MINUTE


def test_nothing_is_foreseen_past_the_expiration(hooks: Hooks) -> None:
    entry = ready(AT, no_of_minutes_between_runs=15, expiration_at=AT + 30 * MINUTE)
    assert foresee(entry, AT).runs == [AT, AT + 15 * MINUTE, AT + 30 * MINUTE]


def test_one_that_runs_once_has_one_coming_run(hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", {}, earliest_start_at=AT + DAY)
    assert foresee(entry, AT).runs == [AT + DAY]


def test_a_writer_at_the_same_time_is_foreseen_with_what_and_when(hooks: Hooks) -> None:
    mine = ready(AT, no_of_minutes_between_runs=60)
    other = ready(AT + 2 * HOUR)
    (collision,) = foresee(mine, AT).collisions
    assert (collision.entry_no, collision.at) == (other.pk, AT + 2 * HOUR)
    assert (collision.resource, collision.times) == ("NORDIC/north/sheep", 1)
    (same,) = foresee(other, AT).collisions
    assert (same.entry_no, same.at) == (mine.pk, AT + 2 * HOUR)


def test_how_long_both_usually_take_decides(hooks: Hooks) -> None:
    mine, other = ready(AT), ready(AT + HOUR)
    assert not foresee(mine, AT).collisions
    for took in (MINUTE, 70 * MINUTE, 80 * MINUTE):
        ran(mine, took)
    assert [one.entry_no for one in foresee(mine, AT).collisions] == [other.pk]
    for _ in range(20):
        ran(mine, MINUTE)
    assert not foresee(mine, AT).collisions


@pytest.mark.parametrize(
    "fields",
    [
        {"pasture": "south"},
        {"report_id": COUNT, "pasture": "south"},
    ],
)
def test_who_touches_something_else_is_not_in_the_way(hooks: Hooks, fields: dict[str, Any]) -> None:
    mine = ready(AT)
    ready(AT, **fields)
    assert not foresee(mine, AT).collisions
    assert foresee(mine, AT).neighbours == 0


def test_two_readers_are_not_in_each_others_way_but_a_writer_is(hooks: Hooks) -> None:
    reader, writer = ready(AT, COUNT), ready(AT)
    ready(AT, COUNT)
    assert [one.entry_no for one in foresee(reader, AT).collisions] == [writer.pk]


def test_the_same_category_is_in_the_way_whatever_is_touched(hooks: Hooks) -> None:
    mine = ready(AT, category_code="WOOL")
    other = ready(AT, COUNT, "south", category_code="WOOL")
    assert [one.entry_no for one in foresee(mine, AT).collisions] == [other.pk]


@pytest.mark.parametrize("status", ["on hold", "finished"])
def test_who_will_not_run_is_not_in_the_way(hooks: Hooks, status: str) -> None:
    mine, other = ready(AT), ready(AT)
    JobQueueEntry.objects.filter(pk=other.pk).update(status=status)
    assert not foresee(mine, AT).collisions


def test_what_is_asked_wrongly_collides_with_nobody(hooks: Hooks) -> None:
    ready(AT)
    draft = JobQueueEntry(
        object_id_to_run=SHEAR, company_code="NORDIC", parameters={"hedge": 1}, time_zone="UTC"
    )
    assert foresee(draft, AT).collisions == ()


def test_a_draft_that_is_not_stored_is_foreseen_too(hooks: Hooks) -> None:
    other = ready(AT)
    draft = JobQueueEntry(
        object_id_to_run=SHEAR,
        company_code="NORDIC",
        parameters={},
        time_zone="UTC",
        earliest_start_at=AT,
        **EVERY_DAY,
    )
    assert [one.entry_no for one in foresee(draft, AT).collisions] == [other.pk]


def test_neighbours_leave_out_nobody_who_collides(hooks: Hooks) -> None:
    """Beside brute force over all entries, slashes in names and defaults left out included."""
    pastures = [{}, {"pasture": "north"}, {"pasture": "south"}, {"pasture": "a/b"}, {"pasture": ""}]
    made = JobQueueEntry.objects.bulk_create(
        JobQueueEntry(
            object_id_to_run=report,
            company_code=company,
            parameters=parameters,
            category_code=category,
            status="ready",
            earliest_start_at=AT,
            **EVERY_DAY,
        )
        for company, report, parameters, category in product(
            ("NORDIC", "NORDIC/a", "SUOMI"), (SHEAR, COUNT), pastures, ("", "WOOL")
        )
    )
    for mine in made:
        wanted = touches(mine)
        colliding = {one for one in made if one != mine and not may_run_beside(wanted, touches(one))}
        assert colliding <= set(neighbours(mine, wanted))


def test_a_pattern_reads_a_name_with_a_slash_from_either_side(hooks: Hooks) -> None:
    inside = JobQueueEntry(
        object_id_to_run=SHEAR,
        company_code="A",
        parameters={"pasture": "B/C"},
        status="ready",
        earliest_start_at=AT,
        **EVERY_DAY,
    )
    inside.save()
    mine = JobQueueEntry(object_id_to_run=SHEAR, company_code="A/B", parameters={"pasture": "C"})
    assert list(neighbours(mine, [Touch("A/B/C/sheep", Access.WRITE)])) == [inside]


def test_it_stays_quick_beside_thousands_that_want_the_same(hooks: Hooks) -> None:
    JobQueueEntry.objects.bulk_create(
        [
            JobQueueEntry(
                object_id_to_run=SHEAR,
                company_code="NORDIC",
                parameters={"pasture": "north" if number % 2 else f"pasture {number}"},
                status="ready",
                earliest_start_at=AT + number % 900 * timedelta(seconds=1),
                no_of_minutes_between_runs=15,
                time_zone="UTC",
                **EVERY_DAY,
            )
            for number in range(6000)
        ]
    )
    mine = ready(AT, no_of_minutes_between_runs=15)
    began = time.perf_counter()
    seen = foresee(mine, AT)
    took = time.perf_counter() - began
    assert (seen.looked_at, seen.neighbours) == (outlook.MOST_NEIGHBOURS, 3000)
    assert seen.collisions
    assert took < 3


def test_with_many_busy_neighbours_it_says_how_far_it_looked(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlook, "MOST_STARTS", 20)
    mine = ready(AT, no_of_minutes_between_runs=60)
    for _ in range(2):
        ready(AT, no_of_minutes_between_runs=15)
    seen = foresee(mine, AT)
    assert seen.until == AT + 9 * 15 * MINUTE
    assert {one.times for one in seen.collisions} == {3}


def test_the_usual_is_the_median_of_the_last_twenty_that_ended_well(hooks: Hooks) -> None:
    entry = ready(AT)
    assert usual_duration(entry) is None
    ran(entry, 50 * HOUR, status="error")
    for _ in range(10):
        ran(entry, 9 * HOUR)
    for minutes in range(1, 21):
        ran(entry, minutes * MINUTE)
    assert usual_duration(entry) == timedelta(minutes=10, seconds=30)


def test_one_that_runs_once_is_judged_by_runs_asked_for_the_same(hooks: Hooks) -> None:
    for _ in range(3):
        ran(None, 5 * MINUTE, parameters={"pasture": "south"})
        ran(None, 9 * MINUTE, parameters={"pasture": "west"})
    entry = queue.create_entry(SHEAR, "NORDIC", {"pasture": "south"})
    assert usual_duration(entry) == 5 * MINUTE


def test_a_run_is_slow_beside_the_ten_before_it(hooks: Hooks) -> None:
    entry = ready(AT)
    for _ in range(9):
        ran(entry, MINUTE)
    assert not is_slow(ran(entry, 10 * MINUTE))
    slow = ran(entry, 10 * MINUTE)
    for _ in range(20):
        ran(entry, 30 * MINUTE)
    assert is_slow(slow)
    assert not is_slow(ran(entry, 30 * MINUTE))


def test_a_run_in_process_is_slow_as_soon_as_it_takes_too_long(hooks: Hooks) -> None:
    entry = ready(AT)
    for _ in range(10):
        ran(entry, MINUTE)
    going_on = ran(entry, MINUTE, status="in process", ended_at=None)
    assert is_slow(going_on)
