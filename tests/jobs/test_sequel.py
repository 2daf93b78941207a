"""What an entry does after a run is what Business Central does, where it is not better on purpose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jono.jobs.schedule import Recurrence
from jono.jobs.sequel import (
    AfterLastFailure,
    CountFrom,
    Ending,
    MissedSlots,
    Policy,
    Sequel,
    Then,
    is_missed,
    rerun_wait,
    sequel,
)

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ONCE = Policy(None, UTC)
QUARTERLY = Policy(Recurrence(frozenset(range(1, 8)), 15), UTC)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_an_entry_that_runs_once_is_finished() -> None:
    assert sequel(ONCE, Ending.SUCCESS, NINE, NINE + minutes(3)) == Sequel(Then.FINISHED)


def test_the_interval_counts_from_the_slot_and_if_asked_from_completion() -> None:
    ended = NINE + minutes(4)
    assert sequel(QUARTERLY, Ending.SUCCESS, NINE, ended).earliest_start_at == NINE + minutes(15)
    from_completion = replace(QUARTERLY, count_from=CountFrom.COMPLETION)
    assert sequel(from_completion, Ending.SUCCESS, NINE, ended).earliest_start_at == ended + minutes(15)


@pytest.mark.parametrize(
    ("missed_slots", "expected"),
    [(MissedSlots.SKIP, 60), (MissedSlots.RUN_ONCE, 45), (MissedSlots.CATCH_UP, 15)],
)
def test_slots_that_passed_during_a_long_run_are_treated_as_the_entry_says(
    missed_slots: MissedSlots, expected: int
) -> None:
    policy = replace(QUARTERLY, missed_slots=missed_slots)
    assert sequel(policy, Ending.SUCCESS, NINE, NINE + minutes(50)).earliest_start_at == NINE + minutes(
        expected
    )


def test_a_slot_found_late_is_passed_over_only_when_its_successor_is_due_too() -> None:
    assert not is_missed(QUARTERLY, NINE, NINE + minutes(14))
    assert is_missed(QUARTERLY, NINE, NINE + minutes(15))
    assert not is_missed(replace(QUARTERLY, missed_slots=MissedSlots.RUN_ONCE), NINE, NINE + minutes(500))
    assert not is_missed(ONCE, NINE, NINE + minutes(500))


def test_a_failure_is_tried_again_with_growing_waits() -> None:
    policy = replace(ONCE, maximum_attempts=2, rerun_delay=timedelta(seconds=30))
    first = sequel(policy, Ending.FAILURE, NINE, NINE)
    assert first == Sequel(Then.READY, NINE + timedelta(seconds=30, milliseconds=10), 1)
    second = sequel(replace(policy, attempts=1), Ending.FAILURE, NINE, NINE)
    assert second == Sequel(Then.READY, NINE + timedelta(seconds=30, milliseconds=100), 2)
    last = sequel(replace(policy, attempts=2), Ending.FAILURE, NINE, NINE)
    assert (last.then, last.final, last.earliest_start_at) == (Then.ERROR, True, None)


def test_the_waits_are_business_centrals() -> None:
    assert [rerun_wait(n).total_seconds() for n in range(1, 10)] == [
        0.01,
        0.1,
        1,
        10,
        100,
        1000,
        10000,
        21600,
        21600,
    ]


def test_never_more_than_ten_reruns_whatever_is_asked() -> None:
    greedy = replace(ONCE, maximum_attempts=99, attempts=10)
    assert sequel(greedy, Ending.FAILURE, NINE, NINE).then == Then.ERROR


def test_a_recurring_entry_out_of_attempts_shows_its_error_and_tries_its_next_slot() -> None:
    after = sequel(QUARTERLY, Ending.FAILURE, NINE, NINE + minutes(1))
    assert after == Sequel(Then.ERROR, NINE + minutes(15), final=True)
    stopping = replace(QUARTERLY, after_last_failure=AfterLastFailure.STOP)
    assert sequel(stopping, Ending.FAILURE, NINE, NINE + minutes(1)).earliest_start_at is None


def test_a_success_gives_the_attempts_back() -> None:
    assert sequel(replace(QUARTERLY, attempts=3), Ending.SUCCESS, NINE, NINE).attempts == 0


def test_an_entry_that_found_nothing_rests_if_it_may() -> None:
    resting = replace(QUARTERLY, rests_when_idle=True, inactivity=minutes(720))
    assert sequel(resting, Ending.NOTHING_TO_DO, NINE, NINE) == Sequel(Then.REST, NINE + minutes(720))
    until_woken = replace(resting, inactivity=minutes(0))
    assert sequel(until_woken, Ending.NOTHING_TO_DO, NINE, NINE) == Sequel(Then.REST, None)
    assert sequel(QUARTERLY, Ending.NOTHING_TO_DO, NINE, NINE).then == Then.READY


def test_what_is_put_off_goes_on_at_its_time_and_uses_up_no_attempt() -> None:
    assert sequel(replace(ONCE, attempts=1), Ending.PUT_OFF, NINE, NINE, NINE + minutes(2)) == Sequel(
        Then.READY, NINE + minutes(2), 1
    )


def test_stopped_waits_for_its_next_slot_and_paused_for_a_person() -> None:
    assert sequel(QUARTERLY, Ending.STOPPED, NINE, NINE).earliest_start_at == NINE + minutes(15)
    assert sequel(ONCE, Ending.STOPPED, NINE, NINE).then == Then.ON_HOLD
    assert sequel(QUARTERLY, Ending.PAUSED, NINE, NINE).then == Then.ON_HOLD


policies = st.builds(
    Policy,
    st.none() | st.builds(Recurrence, st.frozensets(st.integers(1, 7), min_size=1), st.integers(1, 2000)),
    st.just(UTC),
    st.sampled_from(CountFrom),
    st.sampled_from(MissedSlots),
    st.sampled_from(AfterLastFailure),
    st.integers(0, 20),
    st.integers(0, 10),
    st.integers(0, 3600).map(lambda seconds: timedelta(seconds=seconds)),
    st.booleans(),
    st.integers(0, 600).map(minutes),
)


@given(policies, st.sampled_from(Ending), st.integers(0, 5000).map(minutes))
def test_nothing_ready_lacks_a_time_and_nothing_counted_from_now_lies_behind(
    policy: Policy, ending: Ending, took: timedelta
) -> None:
    ended = NINE + took
    after = sequel(policy, ending, NINE, ended, ended)
    if after.then == Then.READY:
        assert after.earliest_start_at is not None
        if policy.missed_slots == MissedSlots.SKIP:
            assert after.earliest_start_at >= ended
