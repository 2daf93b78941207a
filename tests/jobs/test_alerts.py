"""Alerts open with their cause and close with it; one an entry and kind, and a mute outlives them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from jono.jobs import alerts, causes, queue
from jono.jobs.models import Alert, AlertChannel, Delivery, JobQueueEntry, Run
from jono.jobs.models.alert import FOREVER
from jono.jobs.perform import perform
from jono.jobs.work import Work
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from tests.jobs.conftest import SHEAR, Hooks

pytestmark = pytest.mark.django_db
Kind = Alert.Kind
EVERY_DAY: dict[str, Any] = {
    f"run_on_{day}": True
    for day in ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
}
ONE_PAGE = {"pages": [["dolly"]]}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def perform_all() -> None:
    for job in ProcrastinateJob.objects.order_by("id"):
        perform(job.args["run_id"], UUID(job.args["token"]))


def fail(_: Work) -> None:
    raise UserError("The %(tool)s are blunt.", tool="shears")


def failed_entry(hooks: Hooks, **fields: Any) -> JobQueueEntry:
    hooks.before_page = fail
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, **fields)
    perform_all()
    hooks.before_page = None
    entry.refresh_from_db()
    return entry


def a_channel(**fields: Any) -> AlertChannel:
    return AlertChannel.objects.create(
        **{"kind": "email", "description": "The office", "addresses": "maija@example.fi", **fields}
    )


def open_alerts() -> list[tuple[str, str]]:
    return [(alert.kind, str(alert)) for alert in Alert.objects.filter(resolved_at=None).order_by("id")]


def outbox() -> list[tuple[str, str]]:
    return [(one.event, one.status) for one in Delivery.objects.order_by("created_at")]


def test_a_final_failure_opens_an_alert_in_the_words_of_the_error(hooks: Hooks) -> None:
    entry = failed_entry(hooks)
    alert = Alert.objects.get()
    assert (alert.kind, str(alert), alert.open) == (Kind.FAILED, "The shears are blunt.", True)
    assert (alert.entry, alert.entry_no, alert.run) == (entry, entry.pk, entry.runs.get())
    assert (alert.company_code, alert.caption) == ("NORDIC", "Shear Sheep")


def test_a_failure_that_is_tried_again_is_not_yet_one(hooks: Hooks) -> None:
    failed_entry(hooks, maximum_no_of_attempts_to_run=1)
    assert open_alerts() == []


def test_being_put_off_is_no_failure(hooks: Hooks) -> None:
    def put_off(_: Work) -> None:
        raise RetryLater(now() + HOUR, "The store is closed.")

    hooks.before_page = put_off
    queue.start_now(SHEAR, "NORDIC", ONE_PAGE)
    perform_all()
    assert open_alerts() == []


def test_an_alert_is_undone_with_the_transaction_that_raised_it(hooks: Hooks) -> None:
    a_channel()
    run = queue.start_now(SHEAR, "NORDIC", ONE_PAGE).runs.get()
    with pytest.raises(RuntimeError), transaction.atomic():
        queue.finish(run, UserError("Blunt."))
        assert (len(open_alerts()), len(outbox())) == (1, 1)
        raise RuntimeError
    assert (open_alerts(), outbox()) == ([], [])


def test_an_entry_that_fails_slot_after_slot_has_one_alert_that_counts(hooks: Hooks) -> None:
    a_channel()
    failed_entry(hooks, no_of_minutes_between_runs=15, **EVERY_DAY)
    hooks.before_page = fail
    queue.start_due(now() + timedelta(minutes=15))
    perform_all()
    alert = Alert.objects.get()
    assert (alert.times, alert.run) == (2, Run.objects.latest("id"))
    assert outbox() == [("raised", "due")]


def test_a_success_resolves_it_and_whoever_was_told_hears_so(hooks: Hooks) -> None:
    a_channel()
    failed_entry(hooks, no_of_minutes_between_runs=15, **EVERY_DAY)
    causes.look(now())
    assert len(open_alerts()) == 1
    queue.start_due(now() + timedelta(minutes=15))
    perform_all()
    causes.look(now())
    assert open_alerts() == []
    assert Alert.objects.get().resolved_by is None
    assert outbox() == [("raised", "due"), ("resolved", "due")]


def test_putting_the_entry_on_hold_or_deleting_it_resolves_it(hooks: Hooks) -> None:
    first, second = failed_entry(hooks), failed_entry(hooks)
    queue.set_on_hold(first)
    number = second.pk
    queue.delete(second)
    causes.look(now())
    assert open_alerts() == []
    assert Alert.objects.filter(entry=None).get().entry_no == number


def test_an_entry_that_cannot_even_start_raises_one_and_is_not_tried_without_end(hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", {}, no_of_minutes_between_runs=15, **EVERY_DAY)
    queue.set_ready(entry, at=now() - timedelta(minutes=16))
    perform_all()
    JobQueueEntry.objects.filter(pk=entry.pk).update(parameters={"hedge": "high"})
    later = now() + timedelta(minutes=15)
    assert queue.start_due(later) == 1
    entry.refresh_from_db()
    assert entry.status == JobQueueEntry.Status.ERROR
    assert entry.earliest_start_at is not None
    assert entry.earliest_start_at > later
    ((kind, told),) = open_alerts()
    assert (kind, "hedge" in told) == (Kind.FAILED, True)


def test_no_success_in_time_is_found_though_nothing_ever_ran(hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", {}, expected_within=timedelta(hours=2), **EVERY_DAY)
    JobQueueEntry.objects.filter(pk=entry.pk).update(status="ready", last_ready_at=now())
    causes.look(now() + timedelta(minutes=119))
    assert open_alerts() == []
    causes.look(now() + timedelta(minutes=121))
    causes.look(now() + timedelta(minutes=122))
    assert open_alerts() == [(Kind.OVERDUE, "It has not succeeded for longer than 2 h 0 min.")]


def test_a_success_ends_the_overdue_and_the_clock_starts_anew(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, expected_within=HOUR, **EVERY_DAY)
    JobQueueEntry.objects.filter(pk=entry.pk).update(last_ready_at=now() - DAY)
    causes.look(now())
    assert [kind for kind, _ in open_alerts()] == [Kind.OVERDUE]
    perform_all()
    causes.look(now())
    assert open_alerts() == []
    causes.look(now() + timedelta(minutes=61))
    assert [kind for kind, _ in open_alerts()] == [Kind.OVERDUE]


@pytest.mark.parametrize("status", ["on hold", "finished"])
def test_nobody_expects_success_of_an_entry_that_rests(hooks: Hooks, status: str) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", {}, expected_within=HOUR, **EVERY_DAY)
    JobQueueEntry.objects.filter(pk=entry.pk).update(status=status)
    causes.look(now() + DAY)
    assert open_alerts() == []


def test_an_overdue_that_a_person_closed_comes_back_after_as_long_again(hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", {}, expected_within=HOUR, **EVERY_DAY)
    JobQueueEntry.objects.filter(pk=entry.pk).update(status="ready", last_ready_at=now() - DAY)
    causes.look(now())
    maija = User.objects.create_user("maija")
    assert alerts.resolve(Alert.objects.get(), maija) is True
    assert alerts.resolve(Alert.objects.get(), maija) is False
    causes.look(now() + timedelta(minutes=59))
    assert open_alerts() == []
    causes.look(now() + timedelta(minutes=61))
    assert len(open_alerts()) == 1


def wait_behind(hooks: Hooks, since: datetime, **fields: Any) -> JobQueueEntry:
    queue.start_now(SHEAR, "NORDIC", ONE_PAGE, description="Shearing of spring")
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, **fields)
    JobQueueEntry.objects.filter(pk=entry.pk).update(waiting_since_at=since)
    return entry


def test_waiting_too_long_says_for_whom_and_ends_with_the_waiting(hooks: Hooks) -> None:
    at = now()
    wait_behind(hooks, at, alert_when_waiting=10)
    Run.objects.update(begun_at=at)
    causes.look(at + timedelta(minutes=9))
    assert open_alerts() == []
    causes.look(at + timedelta(minutes=11))
    holder = Run.objects.get()
    told = f"It has waited longer than 10 min for run {holder.pk}, Shearing of spring."
    assert open_alerts() == [(Kind.WAITING, told)]
    queue.finish(holder)
    causes.look(now())
    assert open_alerts() == []


def test_a_wait_that_a_person_closed_stays_closed(hooks: Hooks) -> None:
    at = now()
    wait_behind(hooks, at - DAY)
    Run.objects.update(begun_at=at)
    causes.look(at)
    alerts.resolve(Alert.objects.get())
    causes.look(at + DAY)
    assert open_alerts() == []


def test_an_entry_without_such_a_limit_may_wait_for_ever(hooks: Hooks) -> None:
    wait_behind(hooks, now() - DAY, alert_when_waiting=None)
    Run.objects.update(begun_at=now())
    causes.look(now())
    assert open_alerts() == []


def test_a_run_that_no_worker_takes_is_a_long_wait_too(hooks: Hooks) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", ONE_PAGE, alert_when_waiting=10)
    causes.look(now() + timedelta(minutes=11))
    ((kind, told),) = open_alerts()
    assert kind == Kind.WAITING
    assert "no worker has taken it" in told
    perform_all()
    causes.look(now())
    assert open_alerts() == []
    assert entry.alerts.count() == 1


def test_a_success_is_told_when_somebody_asked_for_it(hooks: Hooks) -> None:
    a_channel()
    queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly", "black", "wild"]]}, notify_on_success=True)
    queue.start_now(SHEAR, "NORDIC", {"pasture": "south", **ONE_PAGE})
    perform_all()
    alert = Alert.objects.get()
    assert (alert.kind, alert.open) == (Kind.SUCCEEDED, False)
    assert str(alert) == "Done: 1. Skipped: 1. Failed: 1."
    assert outbox() == [("raised", "due")]


def test_a_mute_holds_for_the_alerts_that_follow(hooks: Hooks) -> None:
    a_channel()
    entry = failed_entry(hooks)
    alerts.mute(Alert.objects.get(), FOREVER)
    alerts.resolve(Alert.objects.get())
    hooks.before_page = fail
    queue.restart(entry)
    perform_all()
    again = Alert.objects.latest("id")
    assert again.muted_until_at == FOREVER
    alerts.mute(again, None)
    assert again.muted is False


def test_a_channel_hears_what_it_is_for(hooks: Hooks) -> None:
    a_channel(tells_failed=False)
    a_channel(company_code="SUOMI")
    a_channel(enabled=False)
    mine = a_channel(company_code="NORDIC")
    failed_entry(hooks)
    assert Delivery.objects.get().channel == mine


def test_of_a_muted_alert_that_is_over_nothing_is_told(hooks: Hooks) -> None:
    a_channel()
    failed_entry(hooks)
    alerts.mute(Alert.objects.get(), now() + DAY)
    alerts.resolve(Alert.objects.get())
    assert outbox() == [("raised", "dropped")]


def test_a_muted_channel_does_not_hear_of_what_came_and_went(hooks: Hooks) -> None:
    quiet, loud = a_channel(), a_channel()
    alerts.mute(quiet, FOREVER)
    failed_entry(hooks)
    alerts.resolve(Alert.objects.get())
    told = Delivery.objects.order_by("created_at").values_list("channel", "event", "status")
    assert set(told) == {
        (quiet.pk, "raised", "dropped"), (loud.pk, "raised", "due"), (loud.pk, "resolved", "due"),
    }  # fmt: skip


def test_a_test_goes_out_though_all_is_muted_and_touches_nothing_else(hooks: Hooks) -> None:
    channel = a_channel(tells_failed=False)
    alerts.mute(channel, FOREVER)
    test = alerts.test_channel(channel)
    assert (test.open, Delivery.objects.get().event) == (False, "test")
    failed_entry(hooks)
    alert = Alert.objects.get(kind=Kind.FAILED)
    assert alerts.test_alert(alert) == 0
    a_channel()
    assert alerts.test_alert(alert) == 1
    assert alerts.test_alert(alert) == 1
    assert alert.deliveries.filter(event="test").count() == 2


def test_a_test_of_the_banner_stands_for_a_minute() -> None:
    banner = AlertChannel.objects.get(kind="banner")
    alerts.test_channel(banner)
    causes.look(now() + timedelta(seconds=50))
    assert len(open_alerts()) == 1
    causes.look(now() + timedelta(seconds=70))
    assert (open_alerts(), outbox()) == ([], [])


def test_even_a_test_can_be_sent_as_a_test() -> None:
    alert = alerts.test_channel(a_channel())
    a_channel(tells_failed=False)
    assert alerts.test_alert(alert) == 2
