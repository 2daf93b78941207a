"""What a person does with entries: refused with a reason or done, and written into the history."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob

from jono.jobs import queue
from jono.jobs.models import EntryChange, JobQueueEntry, Run
from jono.jobs.perform import perform
from jono.jobs.work import Work
from jono.kit.clock import now
from jono.kit.errors import UserError
from tests.jobs.conftest import COUNT, SHEAR, Hooks

pytestmark = pytest.mark.django_db
Status = JobQueueEntry.Status
EVERY_DAY: dict[str, Any] = {
    f"run_on_{day}": True
    for day in ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
}
ONE_PAGE = {"pages": [["dolly"]]}


def perform_all() -> None:
    for job in ProcrastinateJob.objects.order_by("id"):
        perform(job.args["run_id"], UUID(job.args["token"]))


def fail(_: Work) -> None:
    raise UserError("The shears are blunt.")


def test_a_failed_run_is_tried_again_as_often_as_asked_then_stops(hooks: Hooks) -> None:
    hooks.before_page = fail
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, maximum_no_of_attempts_to_run=1)
    perform_all()
    entry.refresh_from_db()
    assert (entry.status, entry.no_of_attempts_to_run) == (Status.READY, 1)
    queue.start_due(now() + timedelta(seconds=1))
    perform_all()
    entry.refresh_from_db()
    assert (entry.status, entry.error) == (Status.ERROR, "The shears are blunt.")
    assert [run.attempt for run in entry.runs.order_by("id")] == [0, 1]


def test_a_recurring_entry_in_error_is_tried_at_its_next_slot(hooks: Hooks) -> None:
    hooks.before_page = fail
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, no_of_minutes_between_runs=15, **EVERY_DAY)
    perform_all()
    entry.refresh_from_db()
    assert entry.status == Status.ERROR
    hooks.before_page = None
    queue.start_due(now() + timedelta(minutes=15))
    perform_all()
    entry.refresh_from_db()
    assert (entry.status, entry.error) == (Status.READY, "")


def test_one_that_shall_stop_after_its_last_failure_stays_in_error(hooks: Hooks) -> None:
    hooks.before_page = fail
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, after_last_failure="stop", **EVERY_DAY)
    perform_all()
    assert queue.start_due(now() + timedelta(days=2)) == 0
    entry.refresh_from_db()
    assert entry.status == Status.ERROR


def test_slots_missed_while_nothing_ran_are_passed_over(hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", {}, no_of_minutes_between_runs=15, **EVERY_DAY)
    slot = now() + timedelta(hours=1)
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start_at=slot)
    queue.set_ready(entry)
    queue.start_due(slot + timedelta(minutes=50))
    entry.refresh_from_db()
    assert (entry.status, entry.earliest_start_at) == (Status.READY, slot + timedelta(minutes=60))


def test_a_paused_run_keeps_its_records_and_is_continued(hooks: Hooks) -> None:
    asked: list[Work] = []

    def pause_before_the_second_page(work: Work) -> None:
        asked.append(work)
        if len(asked) == 2:
            queue.request_stop(work.run, pause=True)

    hooks.before_page = pause_before_the_second_page
    entry = queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly"], ["molly"]]})
    perform_all()
    entry.refresh_from_db()
    run = entry.runs.get()
    assert (entry.status, run.status, run.done) == (Status.ON_HOLD, Run.Status.STOPPED, 1)
    queue.resume(entry)
    perform_all()
    entry.refresh_from_db()
    assert entry.status == Status.FINISHED


def test_a_stopped_recurring_entry_waits_for_its_slot(hooks: Hooks) -> None:
    def stop(work: Work) -> None:
        queue.request_stop(work.run)

    hooks.before_page = stop
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, no_of_minutes_between_runs=15, **EVERY_DAY)
    slot = entry.runs.get().slot_at
    perform_all()
    entry.refresh_from_db()
    assert (entry.status, entry.earliest_start_at) == (Status.READY, slot + timedelta(minutes=15))


def test_a_run_no_worker_has_taken_yet_is_stopped_at_once(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE)
    run = queue.request_stop(entry.runs.get())
    assert run.status == Run.Status.STOPPED
    with pytest.raises(UserError, match="has ended already"):
        queue.request_stop(run)


def test_a_run_past_its_timeout_ends_at_its_next_page(hooks: Hooks) -> None:
    def let_time_pass(work: Work) -> None:
        Run.objects.filter(pk=work.run.pk).update(timeout_at=now() - timedelta(seconds=1))

    hooks.before_page = let_time_pass
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE)
    perform_all()
    entry.refresh_from_db()
    assert "took longer than its job timeout" in entry.error


def test_a_run_that_does_not_notice_its_timeout_is_found(hooks: Hooks) -> None:
    run = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, job_timeout=timedelta(minutes=10)).runs.get()
    assert queue.find_overdue(now() + timedelta(minutes=10)) == []
    assert queue.find_overdue(now() + timedelta(minutes=12)) == [run]


def test_an_entry_at_rest_is_woken_by_a_change_of_what_it_works_on(hooks: Hooks) -> None:
    resting = queue.start_now(
        COUNT, "NORDIC", {}, rests_when_idle=True, inactivity_timeout_period=0, **EVERY_DAY
    )
    perform_all()
    resting.refresh_from_db()
    assert (resting.status, resting.earliest_start_at) == (Status.INACTIVE, None)
    JobQueueEntry.objects.filter(pk=resting.pk).update(last_ready_at=now() - timedelta(days=2))
    queue.start_now(SHEAR, "NORDIC", {"pasture": "south", **ONE_PAGE})
    perform_all()
    resting.refresh_from_db()
    assert resting.status == Status.INACTIVE
    queue.start_now(SHEAR, "NORDIC", ONE_PAGE)
    perform_all()
    resting.refresh_from_db()
    assert resting.status == Status.READY


def test_nobody_overtakes_one_who_waits_longer_for_the_same(hooks: Hooks) -> None:
    queue.start_now(COUNT, "NORDIC", ONE_PAGE)
    writer = queue.start_now(SHEAR, "NORDIC", ONE_PAGE)
    reader = queue.start_now(COUNT, "NORDIC", ONE_PAGE)
    assert (writer.status, reader.status) == (Status.WAITING, Status.WAITING)
    queue.set_on_hold(writer)
    reader.refresh_from_db()
    assert reader.status == Status.IN_PROCESS


def test_run_once_leaves_status_and_schedule_as_they_are(hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", ONE_PAGE, **EVERY_DAY)
    run = queue.run_once(entry)
    perform(run.pk, run.token)
    entry.refresh_from_db()
    assert (entry.status, entry.earliest_start_at) == (Status.ON_HOLD, None)
    assert entry.runs.get().status == Run.Status.SUCCESS


def test_a_service_entry_runs_as_its_service_user_whoever_sets_it_ready(hooks: Hooks) -> None:
    robot, maija = User.objects.create_user("robot"), User.objects.create_user("maija")
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, maija, service_user=robot)
    assert entry.runs.get().user == robot


def test_every_change_is_in_the_history_with_its_user(hooks: Hooks) -> None:
    maija = User.objects.create_user("maija")
    entry = queue.create_entry(SHEAR, "NORDIC", ONE_PAGE, maija)
    queue.change_entry(entry, maija, description="Spring shearing", rerun_delay_sec=30)
    queue.set_ready(entry, maija)
    perform_all()
    number = entry.pk
    queue.delete(entry, maija)
    history = EntryChange.objects.filter(entry_no=number).order_by("id")
    assert [(change.action, change.user) for change in history] == [
        ("created", maija), ("changed", maija), ("ready", maija), ("deleted", maija),
    ]  # fmt: skip
    changed = EntryChange.objects.get(action="changed")
    assert changed.changes == {"description": ["", "Spring shearing"], "rerun_delay_sec": [0, 30]}


def test_a_copy_is_on_hold_and_asks_the_same(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, category_code="WOOL", **EVERY_DAY)
    copy = queue.copy_entry(entry)
    assert copy.status == Status.ON_HOLD
    assert (copy.parameters, copy.category_code, copy.weekdays) == (entry.parameters, "WOOL", entry.weekdays)


def test_only_an_entry_on_hold_is_changed(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE)
    with pytest.raises(UserError, match="Set it On Hold first"):
        queue.change_entry(entry, description="No")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"starting_time": "08:00"}, "Choose the days it runs on first"),
        ({"run_on_mondays": True, "next_run_date_formula": "1W"}, "not by both"),
        ({"next_run_date_formula": "now and then"}, "is not a date formula"),
        ({"next_run_date_formula": "8000Y"}, "8000Y is not a date formula"),
        ({"time_zone": "Moon/Tranquility"}, "no time zone Moon/Tranquility"),
        ({"maximum_no_of_attempts_to_run": 11}, "from 0 to 10"),
        ({"rerun_delay_sec": 4000}, "from 0 to 3600"),
    ],
)
def test_what_is_not_right_is_refused_with_what_to_do(
    hooks: Hooks, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(UserError, match=complaint):
        queue.create_entry(SHEAR, "NORDIC", {}, **fields)


def test_parameters_too_long_to_be_claimed_are_refused(hooks: Hooks) -> None:
    with pytest.raises(UserError, match="A parameter of report 50000 is too long"):
        queue.create_entry(SHEAR, "NORDIC", {"pasture": "n" * 200})


def test_a_formula_typed_in_finnish_is_kept_in_english(hooks: Hooks) -> None:
    assert (
        queue.create_entry(SHEAR, "NORDIC", {}, next_run_date_formula="kkk+1pv").next_run_date_formula
        == "CM+1D"
    )


def test_an_entry_with_a_date_formula_goes_on_by_it(hooks: Hooks) -> None:
    entry = queue.create_entry(
        SHEAR, "NORDIC", ONE_PAGE, next_run_date_formula="CM+1D", starting_time=time(6)
    )
    entry = queue.set_ready(entry)
    assert entry.earliest_start_at
    local = entry.earliest_start_at.astimezone(entry.zone)
    assert (entry.status, local.day, local.time()) == (Status.READY, 1, time(6))
