"""Collisions are foreseen just where they would be: the arithmetic beside a brute force that tries every second."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jono.jobs.conflicts import Access, Touch, may_run_beside
from jono.jobs.foresight import (
    AHEAD,
    Collision,
    Course,
    bone_of_contention,
    collisions,
    horizon,
    is_slow,
    meetings,
    usual,
)

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHEEP = (Touch("NORDIC/north/sheep", Access.WRITE),)

minutes = st.integers(1, 30).map(lambda number: number * MINUTE)
starts = st.lists(st.integers(0, 120), max_size=8, unique=True).map(
    lambda found: [AT + one * MINUTE for one in sorted(found)]
)
touched = st.lists(
    st.builds(Touch, st.sampled_from(["sheep", "wool", "grass"]), st.sampled_from(Access)),
    max_size=3,
    unique_by=lambda touch: touch.resource,
).map(tuple)
courses = st.builds(Course, st.integers(1, 3), touched, minutes, starts)


def course(*at: int, takes: int = 1, entry_no: int = 1, touches: tuple[Touch, ...] = SHEEP) -> Course:
    return Course(entry_no, touches, takes * MINUTE, [AT + minute * MINUTE for minute in at])


def at_work(one: Course, minute: datetime) -> bool:
    return any(start <= minute < start + one.takes for start in one.starts)


def brute_force(mine: Course, other: Course) -> list[datetime]:
    """Our starts in whose minutes the other is at work in at least one."""
    return [
        start
        for start in mine.starts
        if any(at_work(other, start + n * MINUTE) for n in range(mine.takes // MINUTE))
    ]


@given(mine=courses, other=courses)
def test_meetings_are_those_that_brute_force_finds(mine: Course, other: Course) -> None:
    assert list(meetings(mine, other)) == brute_force(mine, other)


@given(one=courses, other=courses)
def test_who_gets_in_whose_way_is_the_same_from_both_sides(one: Course, other: Course) -> None:
    assert bool(collisions(one, [other])) == bool(collisions(other, [one]))


@given(one=courses, other=courses)
def test_a_collision_is_foreseen_where_two_meet_who_may_not_run_side_by_side(
    one: Course, other: Course
) -> None:
    expected = bool(brute_force(one, other)) and not may_run_beside(one.touches, other.touches)
    assert bool(collisions(one, [other])) is expected


@given(one=touched, other=touched)
def test_what_is_fought_over_is_touched_by_both(one: tuple[Touch, ...], other: tuple[Touch, ...]) -> None:
    resource = bone_of_contention(one, other)
    assert (resource is None) == may_run_beside(one, other)
    if resource:
        assert resource in {touch.resource for touch in one} & {touch.resource for touch in other}


def test_a_run_that_ends_as_the_next_begins_is_in_nobodys_way() -> None:
    assert collisions(course(0, takes=10), [course(10, entry_no=2)]) == []
    assert collisions(course(10), [course(0, takes=10, entry_no=2)]) == []
    assert collisions(course(0, takes=10), [course(9, entry_no=2)]) != []


def test_a_long_run_of_the_other_is_met_by_each_of_our_starts_in_it() -> None:
    found = collisions(course(0, 15, 30, 45, 60), [course(10, takes=40, entry_no=7)])
    assert found == [Collision(7, "NORDIC/north/sheep", AT + 15 * MINUTE, 3)]


def test_the_soonest_collision_comes_first() -> None:
    found = collisions(course(0, 60), [course(60, entry_no=2), course(0, entry_no=3), course(30, entry_no=4)])
    assert [one.entry_no for one in found] == [3, 2]


def test_the_view_is_a_day_or_ten_runs_whichever_is_longer() -> None:
    assert horizon([], AT) == AT + AHEAD
    assert horizon([AT + n * 15 * MINUTE for n in range(200)], AT) == AT + AHEAD
    weekly = [AT + n * timedelta(days=7) for n in range(20)]
    assert horizon(weekly, AT) == weekly[9]
    assert horizon(weekly[:3], AT) == weekly[2]


@given(st.lists(minutes, max_size=21))
def test_the_usual_lies_in_the_middle(durations: list[timedelta]) -> None:
    middle = usual(durations)
    assert (middle is None) == (not durations)
    if middle is not None:
        assert 2 * sum(one < middle for one in durations) <= len(durations)
        assert 2 * sum(one > middle for one in durations) <= len(durations)


def test_slow_is_over_three_times_the_usual_of_ten_runs() -> None:
    ten = [MINUTE] * 6 + [10 * MINUTE] * 4
    assert is_slow(timedelta(minutes=3, seconds=1), ten)
    assert not is_slow(3 * MINUTE, ten)
    assert not is_slow(timedelta(hours=9), ten[:9])
    assert not is_slow(timedelta(hours=9), [])
