"""Who waits: for which run, behind whom, and until when."""

from datetime import datetime, time, timedelta
from typing import Any

import psycopg
import pytest

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run, Want
from jono.jobs.perform import perform
from jono.kit.clock import now
from tests.jobs import books
from tests.jobs.conftest import COUNT, SHEAR, Hooks
from tests.jobs.test_entries import EVERY_DAY

pytestmark = pytest.mark.django_db
Status = JobQueueEntry.Status


def shear(pasture: str, **fields: Any) -> JobQueueEntry:
    return queue.start_now(SHEAR, "NORDIC", {"pasture": pasture, "pages": [["dolly"]]}, **fields)


def run_of(entry: JobQueueEntry) -> Run:
    return entry.runs.latest("id")


def end_run_of(entry: JobQueueEntry) -> None:
    perform(run_of(entry).pk, run_of(entry).token)


@pytest.fixture
def queueing(hooks: Hooks) -> tuple[JobQueueEntry, ...]:
    """One that runs; one that waits for it; two of the other's category, which stand behind that one."""
    first = shear("north")
    second = shear("north", category_code="WOOL")
    behind = shear("south", category_code="WOOL"), shear("west", category_code="WOOL")
    assert {entry.waits_for for entry in (second, *behind)} == {run_of(first)}
    return first, second, *behind


def refresh(*entries: JobQueueEntry) -> None:
    for entry in entries:
        entry.refresh_from_db()
    assert books.broken(books.ALWAYS) == {}


def shut_window(entry: JobQueueEntry) -> datetime:
    """Let the entry recur in a window that opens in an hour or two; return when."""
    opens_at = (now() + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    clock = opens_at.astimezone(entry.zone)
    until = (clock + timedelta(hours=1)).time()
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        starting_time=clock.time(), ending_time=max(until, time(0, 30)), **EVERY_DAY
    )
    return opens_at


def test_when_one_that_others_stood_behind_is_held_they_wait_for_the_first_of_them(
    queueing: tuple[JobQueueEntry, ...],
) -> None:
    _, second, third, fourth = queueing
    queue.set_on_hold(second)
    refresh(third, fourth)
    assert third.status == Status.IN_PROCESS
    assert fourth.waits_for == run_of(third)
    end_run_of(third)
    refresh(fourth)
    assert fourth.status == Status.IN_PROCESS


def test_one_that_is_restarted_while_it_waits_keeps_its_place(queueing: tuple[JobQueueEntry, ...]) -> None:
    first, second, third, _ = queueing
    queue.restart(second)
    refresh(second, third)
    assert (second.status, third.status) == (Status.WAITING, Status.WAITING)
    end_run_of(first)
    refresh(second, third)
    assert second.status == Status.IN_PROCESS
    assert third.waits_for == run_of(second)


def test_one_that_is_restarted_for_later_lets_those_behind_it_go(
    queueing: tuple[JobQueueEntry, ...],
) -> None:
    _, second, third, _ = queueing
    opens_at = shut_window(second)
    queue.restart(second)
    refresh(second, third)
    assert (second.status, second.earliest_start_at) == (Status.READY, opens_at)
    assert third.status == Status.IN_PROCESS


def test_one_whose_window_shut_while_it_waited_starts_when_it_opens(
    queueing: tuple[JobQueueEntry, ...],
) -> None:
    first, second, third, _ = queueing
    opens_at = shut_window(second)
    end_run_of(first)
    refresh(second, third)
    assert (second.status, second.earliest_start_at) == (Status.READY, opens_at)
    assert third.status == Status.IN_PROCESS


def test_one_that_expired_while_it_waited_wants_nothing_any_more(queueing: tuple[JobQueueEntry, ...]) -> None:
    first, second, third, _ = queueing
    JobQueueEntry.objects.filter(pk=second.pk).update(expiration_at=now() - timedelta(minutes=1))
    end_run_of(first)
    refresh(second, third)
    assert (second.status, second.waits_for) == (Status.FINISHED, None)
    assert not Want.objects.filter(entry=second).exists()
    assert third.status == Status.IN_PROCESS


def test_who_stands_behind_somebody_who_is_gone_is_found(queueing: tuple[JobQueueEntry, ...]) -> None:
    _, second, third, fourth = queueing
    queue.wake_forgotten()
    refresh(second, third, fourth)
    assert {entry.status for entry in (second, third, fourth)} == {Status.WAITING}
    second.delete()
    queue.wake_forgotten()
    refresh(third, fourth)
    assert third.status == Status.IN_PROCESS
    assert fourth.waits_for == run_of(third)


def test_who_reads_beside_a_reader_does_not_wait_for_it(hooks: Hooks) -> None:
    queue.start_now(COUNT, "NORDIC", {})
    writer = shear("north")
    reader = queue.start_now(COUNT, "NORDIC", {})
    assert reader.status == Status.WAITING
    writer.delete()
    queue.wake_forgotten()
    refresh(reader)
    assert reader.status == Status.IN_PROCESS


@pytest.mark.django_db(transaction=True)
def test_who_was_busy_when_the_run_it_waits_for_ended_is_found(hooks: Hooks, database_url: str) -> None:
    first, second = shear("north"), shear("north")
    with psycopg.connect(database_url) as somebody:
        somebody.execute("SELECT FROM jobs_jobqueueentry WHERE id = %s FOR UPDATE", [second.pk])
        end_run_of(first)
        queue.wake_forgotten()
        second.refresh_from_db()
        assert (second.status, second.waits_for) == (Status.WAITING, run_of(first))
    queue.wake_forgotten()
    refresh(second)
    assert second.status == Status.IN_PROCESS


def test_one_that_cannot_be_started_keeps_no_other_from_it(hooks: Hooks) -> None:
    at = now() + timedelta(hours=1)
    entries = [
        queue.set_ready(
            queue.create_entry(SHEAR, "NORDIC", {"pasture": pasture}, earliest_start_at=at, **EVERY_DAY)
        )
        for pasture in ("north", "south", "west")
    ]
    JobQueueEntry.objects.filter(pk=entries[1].pk).update(time_zone="Moon/Tranquility")
    assert queue.start_due(at) == 3
    refresh(*entries)
    assert [entry.status for entry in entries] == [Status.IN_PROCESS, Status.ERROR, Status.IN_PROCESS]
    assert "Moon/Tranquility" in entries[1].error
    assert entries[1].alerts.get().message == entries[1].error_message
    assert queue.start_due(at) == 0


@pytest.mark.parametrize(
    "spoilt", [{"object_id_to_run": 99999}, {"parameters": {"meadow": "north"}}], ids=["report", "parameters"]
)
def test_one_at_rest_that_can_no_longer_run_keeps_no_run_from_ending(
    spoilt: dict[str, Any], hooks: Hooks
) -> None:
    resting = queue.start_now(
        COUNT, "NORDIC", {}, rests_when_idle=True, inactivity_timeout_period=0, **EVERY_DAY
    )
    end_run_of(resting)
    JobQueueEntry.objects.filter(pk=resting.pk).update(**spoilt)
    entry = shear("north")
    end_run_of(entry)
    refresh(entry, resting)
    assert (entry.status, resting.status) == (Status.FINISHED, Status.INACTIVE)
