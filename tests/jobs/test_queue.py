"""Entries become runs, runs never collide, and what waits is woken."""

import select
import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from jono.jobs import queue
from jono.jobs.models import Claim, JobQueueEntry, Run
from jono.jobs.perform import perform
from jono.jobs.queue.runs import MAX_FRUITLESS_TAKEOVERS
from jono.jobs.work import Work
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from tests.jobs.conftest import COUNT, SHEAR, Hooks

pytestmark = pytest.mark.django_db
Status = JobQueueEntry.Status


def start(report_id: int = SHEAR, pasture: str = "north", **fields: Any) -> JobQueueEntry:
    entry = queue.create_entry(report_id, "NORDIC", {"pasture": pasture, "pages": [["dolly"]]}, **fields)
    return queue.set_ready(entry)


def run_of(entry: JobQueueEntry) -> Run:
    return entry.runs.order_by("-id")[0]


def perform_all() -> None:
    """Perform what the engine holds, as a worker would."""
    for job in ProcrastinateJob.objects.order_by("id"):
        perform(job.args["run_id"], UUID(job.args["token"]))


def test_an_entry_set_to_ready_starts_at_once_and_ends_with_its_counts(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly", "black"], ["wild", "molly"]]})
    assert entry.status == Status.IN_PROCESS
    perform_all()
    entry.refresh_from_db()
    run = run_of(entry)
    assert entry.status == Status.FINISHED
    assert run.status == Run.Status.SUCCESS
    assert (run.done, run.skipped, run.failed, run.expected) == (2, 1, 1, 4)
    assert [str(record) for record in run.records.exclude(outcome="done")] == [
        "Its wool is not wanted.",
        "wild cannot be caught.",
    ]


def test_what_was_started_is_undone_with_the_transaction_that_started_it(hooks: Hooks) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        start()
        raise RuntimeError
    assert not Run.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_second_writer_waits_for_the_first_and_is_woken_when_it_ends(hooks: Hooks) -> None:
    first, second = start(), start()
    assert second.status == Status.WAITING
    assert second.waits_for == run_of(first)
    perform_all()
    second.refresh_from_db()
    assert second.status == Status.IN_PROCESS
    assert second.waits_for is None


def test_readers_of_one_pasture_and_writers_of_two_run_side_by_side(hooks: Hooks) -> None:
    entries = [start(COUNT), start(COUNT), start(SHEAR, pasture="south"), start(SHEAR, pasture="west")]
    assert {entry.status for entry in entries} == {Status.IN_PROCESS}


def test_entries_of_one_category_run_one_at_a_time(hooks: Hooks) -> None:
    first = start(COUNT, category_code="WOOL")
    second = start(COUNT, pasture="south", category_code="WOOL")
    assert (first.status, second.status) == (Status.IN_PROCESS, Status.WAITING)


def test_the_waiting_are_woken_by_priority_then_age(hooks: Hooks) -> None:
    start()
    low, normal, high = (start(priority_within_category=priority) for priority in (3000, 2000, 1000))
    perform_all()
    for entry in (low, normal, high):
        entry.refresh_from_db()
    assert high.status == Status.IN_PROCESS
    assert (normal.waits_for, low.waits_for) == (run_of(high), run_of(high))


def test_an_error_ends_the_run_and_stops_the_entry_with_the_reason(hooks: Hooks) -> None:
    def break_down(_: object) -> None:
        raise UserError("The shears are blunt. Sharpen them.")

    hooks.before_page = break_down
    entry = start()
    perform_all()
    entry.refresh_from_db()
    assert (entry.status, entry.error) == (Status.ERROR, "The shears are blunt. Sharpen them.")
    assert not Claim.objects.exists()


def test_a_bug_keeps_its_call_stack(hooks: Hooks) -> None:
    def stumble(_: object) -> None:
        raise KeyError("gate")

    hooks.before_page = stumble
    entry = start()
    perform_all()
    assert "KeyError: 'gate'" in run_of(entry).error
    assert "in stumble" in run_of(entry).error_call_stack


def test_work_put_off_is_ready_again_at_the_time_named(hooks: Hooks) -> None:
    later = now() + timedelta(minutes=7)

    def put_off(_: object) -> None:
        raise RetryLater(later, "The store is closed.")

    hooks.before_page = put_off
    entry = start()
    perform_all()
    entry.refresh_from_db()
    assert (entry.status, entry.earliest_start_at) == (Status.READY, later)
    assert (entry.runs.get().status, entry.runs.get().error) == (Run.Status.PUT_OFF, "The store is closed.")


def test_a_recurring_entry_is_ready_again_at_its_next_slot(hooks: Hooks) -> None:
    every_day: dict[str, Any] = {
        f"run_on_{day}s": True for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    }
    weekend: dict[str, Any] = {"run_on_saturdays": True, "run_on_sundays": True}
    entry = start(no_of_minutes_between_runs=15, **every_day, **weekend)
    slot = run_of(entry).slot_at
    perform_all()
    entry.refresh_from_db()
    assert entry.status == Status.READY
    assert entry.earliest_start_at == slot + timedelta(minutes=15)


def test_an_entry_not_yet_due_starts_when_its_time_has_come(hooks: Hooks) -> None:
    soon = now() + timedelta(hours=1)
    entry = start(earliest_start_at=soon)
    assert entry.status == Status.READY
    assert queue.start_due(now()) == 0
    assert queue.start_due(soon) == 1
    entry.refresh_from_db()
    assert entry.status == Status.IN_PROCESS


def test_an_entry_outside_its_window_is_put_off_to_the_next_opening(hooks: Hooks) -> None:
    at = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    entry = queue.create_entry(
        SHEAR,
        "NORDIC",
        {},
        run_on_tuesdays=True,
        starting_time=time(8),
        ending_time=time(10),
        time_zone="UTC",
    )
    queue.set_ready(entry, at=at)
    entry.refresh_from_db()
    assert (entry.status, entry.earliest_start_at) == (Status.READY, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))


def test_an_entry_put_on_hold_in_mid_run_stays_on_hold(hooks: Hooks) -> None:
    entry = start()
    queue.set_on_hold(entry)
    perform_all()
    entry.refresh_from_db()
    assert entry.status == Status.ON_HOLD
    assert run_of(entry).status == Run.Status.SUCCESS


def test_an_entry_in_process_is_neither_deleted_nor_readied_again(hooks: Hooks) -> None:
    entry = start()
    with pytest.raises(UserError, match="cannot delete"):
        queue.delete(entry)
    with pytest.raises(UserError, match="in process"):
        queue.set_ready(entry)


def test_the_log_outlives_the_entry(hooks: Hooks) -> None:
    entry = start()
    perform_all()
    queue.delete(entry)
    assert Run.objects.get().entry is None


def test_the_user_who_set_ready_is_who_it_runs_as(hooks: Hooks) -> None:
    maija = User.objects.create_user("maija")
    entry = queue.start_now(SHEAR, "NORDIC", {}, maija)
    assert (entry.user, run_of(entry).user) == (maija, maija)


def test_a_retry_takes_just_the_records_chosen(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly", "wild"]]})
    perform_all()
    run = run_of(entry)
    again = queue.retry(run, run.records.filter(outcome="failed"))
    assert again.parameters["only"] == ["wild"]


def test_parameters_that_do_not_fit_are_refused_by_name(hooks: Hooks) -> None:
    with pytest.raises(UserError, match=r"parameter hedge of report 50000"):
        queue.create_entry(SHEAR, "NORDIC", {"hedge": "high"})


def test_an_unknown_report_is_refused_with_those_that_exist(hooks: Hooks) -> None:
    with pytest.raises(UserError, match=r"no report 4711.*50000, 50001"):
        queue.create_entry(4711, "NORDIC", {})


def test_in_the_foreground_a_conflict_is_said_at_once(hooks: Hooks) -> None:
    entry = start()
    with pytest.raises(UserError, match=rf"Shear Sheep \(run {run_of(entry).pk}\) is working"):
        queue.open_in_foreground(SHEAR, "NORDIC", {})


def test_a_run_in_the_foreground_holds_its_claims_like_any_other(hooks: Hooks) -> None:
    run = queue.open_in_foreground(SHEAR, "NORDIC", {"pages": [["dolly"]]})
    waiting = start()
    assert waiting.waits_for == run
    perform(run.pk, run.token)
    run.refresh_from_db()
    waiting.refresh_from_db()
    assert (run.status, run.done, waiting.status) == (Run.Status.SUCCESS, 1, Status.IN_PROCESS)


def test_a_run_whose_worker_died_is_taken_over_under_a_new_token(hooks: Hooks) -> None:
    entry = start()
    dead = queue.begin(run_of(entry).pk, run_of(entry).token)
    assert dead is not None
    assert queue.find_dead(now()) == []
    assert queue.find_dead(now() + timedelta(minutes=1)) == [dead]
    heir = queue.take_over(dead, UserError("The worker is gone."))
    assert heir is not None
    assert heir.follows == dead
    assert heir.token != dead.token
    assert set(Claim.objects.values_list("run", flat=True)) == {heir.pk}
    assert queue.finish(dead) is False
    entry.refresh_from_db()
    assert entry.status == Status.IN_PROCESS


def test_a_run_that_takes_over_does_what_was_asked_whatever_the_entry_asks_by_now(hooks: Hooks) -> None:
    entry = start()
    queue.set_on_hold(entry)
    queue.change_entry(entry, company_code="SOUTHERN", parameters={"pasture": "south"}, description="Another")
    dead = run_of(entry)
    heir = queue.take_over(dead, UserError("The worker is gone."))
    assert heir is not None
    assert (heir.company_code, heir.parameters, heir.description) == ("NORDIC", dead.parameters, "")
    assert [claim.resource for claim in heir.claims.all()] == ["NORDIC/north/sheep"]


def test_who_waits_for_a_run_that_is_taken_over_waits_for_its_heir(hooks: Hooks) -> None:
    first, second = start(), start()
    heir = queue.take_over(run_of(first), UserError("The worker is gone."))
    second.refresh_from_db()
    assert (second.status, second.waits_for) == (Status.WAITING, heir)


def test_a_run_that_keeps_killing_its_workers_is_given_up(hooks: Hooks) -> None:
    entry = start()
    for _ in range(MAX_FRUITLESS_TAKEOVERS + 1):
        queue.take_over(run_of(entry), UserError("The worker is gone."))
    entry.refresh_from_db()
    assert (entry.status, entry.error) == (Status.ERROR, "The worker is gone.")
    assert not Claim.objects.exists()


def test_a_run_that_was_handed_out_but_never_begun_is_found(hooks: Hooks) -> None:
    run = run_of(start())
    in_a_minute = now() + timedelta(minutes=1)
    assert queue.find_dead(in_a_minute) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    assert queue.find_dead(in_a_minute) == [run]


def test_an_old_worker_that_wakes_up_commits_nothing(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly"], ["molly"]]})
    pages = []

    def lose_the_token(work: object) -> None:
        pages.append(work)
        if len(pages) == 2:
            queue.take_over(run_of(entry), UserError("The worker is gone."))

    hooks.before_page = lose_the_token
    old = run_of(entry)
    perform(old.pk, old.token)
    old.refresh_from_db()
    assert (old.done, old.status) == (1, Run.Status.ERROR)
    assert run_of(entry).active


@pytest.mark.django_db(transaction=True)
def test_a_run_that_stood_still_in_a_transaction_is_handed_on(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly"]]})

    def stand_still(work: Work) -> None:
        with work.page():
            connection.cursor().execute("SET idle_in_transaction_session_timeout = '10ms'")
            select.select([connection.connection], [], [], 10)  # the server hangs up
            Run.objects.count()

    hooks.before_page = stand_still
    stuck = run_of(entry)
    perform(stuck.pk, stuck.token)
    stuck.refresh_from_db()
    assert stuck.status == Run.Status.ERROR
    assert run_of(entry).follows == stuck
    assert run_of(entry).active


@pytest.mark.django_db(transaction=True)
def test_of_many_that_start_at_once_one_runs_and_all_get_their_turn(hooks: Hooks) -> None:
    entries = [queue.create_entry(SHEAR, "NORDIC", {}) for _ in range(8)]
    barrier = threading.Barrier(len(entries))

    def set_ready(entry: JobQueueEntry) -> None:
        barrier.wait(10)
        queue.set_ready(entry)
        connection.close()

    threads = [threading.Thread(target=set_ready, args=[entry]) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = 0
    while running := list(Run.objects.filter(ended_at=None)):
        assert len(running) == 1
        perform(running[0].pk, running[0].token)
        turns += 1
    assert turns == len(entries)
    assert set(JobQueueEntry.objects.values_list("status", flat=True)) == {Status.FINISHED}
