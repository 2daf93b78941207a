"""The next run is what Business Central says it is, and right at both changes of the clock."""

import json
from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jono.jobs.schedule import Recurrence, first_run, fit, next_from_completion, next_run, next_runs

HELSINKI = ZoneInfo("Europe/Helsinki")
VECTORS = json.loads((Path(__file__).parent / "next_run_vectors.json").read_text())["vectors"]
EVERY_DAY = frozenset(range(1, 8))


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{n}-{v['name']}" for n, v in enumerate(VECTORS)])
def test_next_and_initial_are_as_in_business_central(vector: dict[str, Any]) -> None:
    job = vector["job"]
    recurrence = Recurrence(
        frozenset(int(day) for day in job["run_on_iso_weekdays"]),
        int(job["minutes_between_runs"]),
        _time(job["starting_time"]),
        _time(job["ending_time"]),
    )
    at = datetime.fromisoformat(str(vector["at"]))
    earliest = datetime.fromisoformat(job["earliest_start"]) if job["earliest_start"] else at
    completed = next_from_completion(recurrence, at.replace(tzinfo=UTC), UTC)
    assert str(completed.replace(tzinfo=None)) == vector["next"]
    assert str(fit(recurrence, max(at, earliest))) == vector["initial"]


def test_start_times_do_not_drift() -> None:
    quarter = Recurrence(EVERY_DAY, 15)
    slot = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert next_run(quarter, slot + timedelta(minutes=4), slot, HELSINKI) == slot + timedelta(minutes=15)


def test_slots_that_passed_by_are_left_out() -> None:
    quarter = Recurrence(EVERY_DAY, 15)
    slot = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert next_run(quarter, slot + timedelta(minutes=50), slot, HELSINKI) == slot + timedelta(minutes=60)


def test_a_morning_job_stays_at_its_clock_time_when_the_clocks_change() -> None:
    at_six = Recurrence(EVERY_DAY, 1440, starting_time=time(6))
    saturday = datetime(2026, 10, 24, 6, 0, tzinfo=HELSINKI)
    assert [
        run.astimezone(HELSINKI).time() for run in islice(next_runs(at_six, saturday, None, HELSINKI), 3)
    ] == [
        time(6),
        time(6),
        time(6),
    ]


def test_a_time_that_does_not_exist_runs_at_the_next_instant_that_does() -> None:
    at_half_past_three = Recurrence(EVERY_DAY, 1440, starting_time=time(3, 30))
    saturday = datetime(2026, 3, 28, 3, 30, tzinfo=HELSINKI)
    run = next_run(at_half_past_three, saturday, saturday, HELSINKI)
    assert run.astimezone(HELSINKI) == datetime(2026, 3, 29, 4, 0, tzinfo=HELSINKI)


def test_a_time_that_exists_twice_runs_once() -> None:
    half_hours = Recurrence(EVERY_DAY, 30, time(3), time(3, 30))
    saturday = datetime(2026, 10, 24, 3, 0, tzinfo=HELSINKI)
    runs = [run.astimezone(HELSINKI) for run in islice(next_runs(half_hours, saturday, None, HELSINKI), 6)]
    assert [(run.day, run.hour, run.minute) for run in runs] == [
        (24, 3, 0), (24, 3, 30), (25, 3, 0), (25, 3, 30), (26, 3, 0), (26, 3, 30),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "starting_time", "expected"),
    [
        ("CM", None, ["2026-01-31 00:00", "2026-02-28 00:00", "2026-03-31 00:00"]),
        ("1M-CM", time(5), ["2026-02-01 05:00", "2026-03-01 05:00", "2026-04-01 05:00"]),
        ("D15", time(11), ["2026-01-15 11:00", "2026-02-15 11:00", "2026-03-15 11:00"]),
        ("1W", time(8), ["2026-01-16 08:00", "2026-01-23 08:00", "2026-01-30 08:00"]),
    ],
)
def test_a_date_formula_leads_from_run_to_run(
    formula: str, starting_time: time | None, expected: list[str]
) -> None:
    monthly = Recurrence(frozenset(), 0, starting_time, formula=formula)
    set_ready_at = datetime(2026, 1, 9, 9, 0, tzinfo=HELSINKI)
    runs = islice(next_runs(monthly, set_ready_at, None, HELSINKI), 3)
    assert [f"{run.astimezone(HELSINKI):%Y-%m-%d %H:%M}" for run in runs] == expected


clock_times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
recurrences = st.builds(
    Recurrence,
    st.frozensets(st.integers(1, 7), min_size=1),
    st.integers(1, 3000),
    st.none() | clock_times,
    st.none() | clock_times,
)
formulas = st.builds(
    Recurrence,
    st.just(frozenset()),
    st.just(0),
    st.none() | clock_times,
    formula=st.sampled_from(["1D", "CM", "-CM", "1M-CM", "D15", "WD1", "CW", "-1D", "1Q", "CY"]),
)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(
    [HELSINKI, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
)


@given(recurrences, instants, instants, zones)
def test_the_next_run_is_in_the_future_and_on_a_weekday_asked_for(
    recurrence: Recurrence, at: datetime, slot: datetime, zone: ZoneInfo
) -> None:
    run = next_run(recurrence, at, min(at, slot), zone)
    assert run > at
    assert run.astimezone(zone).isoweekday() in recurrence.weekdays


@given(recurrences | formulas, instants, zones)
def test_the_next_run_is_in_the_future_counted_from_completion_too(
    recurrence: Recurrence, at: datetime, zone: ZoneInfo
) -> None:
    assert next_from_completion(recurrence, at, zone) > at


@given(recurrences | formulas, instants, zones)
def test_coming_runs_follow_one_another(recurrence: Recurrence, at: datetime, zone: ZoneInfo) -> None:
    runs = list(islice(next_runs(recurrence, at, None, zone), 6))
    assert runs[0] >= at
    assert all(earlier < later for earlier, later in pairwise(runs))


@given(instants, st.none() | instants)
def test_an_entry_without_recurrence_starts_at_once_or_at_its_earliest_start(
    at: datetime, earliest: datetime | None
) -> None:
    assert first_run(None, at, earliest, HELSINKI) == max(at, earliest or at)
