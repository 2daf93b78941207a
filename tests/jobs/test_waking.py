"""News are never lost: an entry woken while it is in process runs once more."""

from datetime import timedelta
from typing import Any

import pytest

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry
from jono.jobs.perform import perform
from jono.kit.clock import now
from tests.jobs.conftest import SHEAR, Hooks
from tests.jobs.test_entries import EVERY_DAY

pytestmark = pytest.mark.django_db
Status = JobQueueEntry.Status


@pytest.fixture
def entry(hooks: Hooks) -> JobQueueEntry:
    """An entry in process."""
    return queue.start_now(SHEAR, "NORDIC", {}, no_of_minutes_between_runs=60, **EVERY_DAY)


def end_run_of(entry: JobQueueEntry) -> None:
    run = entry.runs.get(ended_at=None)
    perform(run.pk, run.token)
    entry.refresh_from_db()


@pytest.mark.parametrize(
    "ago", [timedelta(0), timedelta(minutes=1)], ids=["now", "by a clock that is behind"]
)
def test_news_that_come_during_a_run_make_another(entry: JobQueueEntry, ago: timedelta) -> None:
    """The news may also be older than the run, and be written after it has looked: they waited for it to start."""
    queue.wake(entry.pk, now() - ago)
    end_run_of(entry)
    assert entry.status == Status.READY
    assert queue.start_due(now()) == 1
    end_run_of(entry)
    assert entry.earliest_start_at is not None
    assert entry.earliest_start_at > now()


def test_news_that_come_in_a_flood_make_one_run_after_a_rest(entry: JobQueueEntry) -> None:
    for _ in range(3):
        queue.wake(entry.pk, now(), rest=timedelta(seconds=5))
    end_run_of(entry)
    assert queue.start_due(now()) == 0
    assert queue.start_due(now() + timedelta(seconds=5)) == 1
    assert entry.runs.count() == 2


@pytest.mark.parametrize("status", [Status.ON_HOLD, Status.WAITING])
def test_who_is_on_hold_stays_so_and_who_waits_will_run_anyway(
    hooks: Hooks, entry: JobQueueEntry, status: Any
) -> None:
    other = queue.start_now(SHEAR, "NORDIC", {})
    if status == Status.ON_HOLD:
        queue.set_on_hold(other)
    assert queue.wake(other.pk, now())
    other.refresh_from_db()
    assert other.status == status


def test_who_is_not_there_is_not_woken() -> None:
    assert not queue.wake(4711, now())
