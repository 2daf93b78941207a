"""The log is cleared of what ended long ago, and of nothing else."""

import threading
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from jono.jobs import queue, retention
from jono.jobs.models import Alert, Beat, Claim, EntryChange, JobQueueEntry, RetentionPolicy, Run, RunRecord
from jono.jobs.perform import perform
from jono.jobs.retention import Doomed
from jono.kit.clock import now
from tests.jobs.conftest import SHEAR, Hooks

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
POLICY = RetentionPolicy(pk=1, keep_days=90, keep_failures_days=365)


def a_run(days: float, **fields: Any) -> Run:
    """A run that ended so many days ago."""
    at = now()
    ended = {"status": "success", "ended_at": at - days * DAY, "slot_at": at}
    return Run.objects.create(object_id_to_run=SHEAR, company_code="NORDIC", **ended | fields)


def left() -> set[Run]:
    return set(Run.objects.all())


def test_runs_go_when_the_days_of_their_kind_are_over() -> None:
    kept = {
        a_run(89),
        a_run(364, status="error"),
        a_run(364, failed=1, done=5),
        a_run(89, status="stopped"),
    }
    for run in (a_run(91), a_run(366, status="error"), a_run(366, failed=1), a_run(91, status="stopped")):
        RunRecord.objects.create(run=run, key="dolly", label="dolly", outcome="done")
    assert retention.clear(POLICY, now()) == Doomed(runs=4, records=4)
    assert left() == kept


def test_a_run_in_process_stays_however_old() -> None:
    run = a_run(1000, status="in process", ended_at=None, started_at=now() - 1000 * DAY)
    odd = a_run(1000, status="in process")
    Beat.objects.create(run=run)
    Claim.objects.create(run=run, resource="NORDIC/north/sheep", access="write")
    retention.clear(POLICY, now())
    assert left() == {run, odd}
    assert Claim.objects.count() == Beat.objects.count() == 1


def test_a_run_with_more_records_than_one_batch_goes_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(retention, "RUNS_AT_ONCE", 2)
    for _ in range(5):
        run = a_run(100)
        RunRecord.objects.bulk_create(
            RunRecord(run=run, key=str(n), label="", outcome="done") for n in range(25)
        )
    assert retention.clear(POLICY, now()) == Doomed(runs=5, records=125)
    assert not RunRecord.objects.exists()


def finished(days: float, **fields: Any) -> JobQueueEntry:
    entry = queue.create_entry(SHEAR, "NORDIC", {}, **fields)
    JobQueueEntry.objects.filter(pk=entry.pk).update(status="finished", last_ready_at=now() - days * DAY)
    entry.refresh_from_db()
    return entry


def test_entries_that_ran_once_go_when_nothing_happened_with_them_for_long(hooks: Hooks) -> None:
    recurring = finished(200, run_on_mondays=True)
    young, lately_run = finished(80), finished(200)
    a_run(10, entry=lately_run)
    on_hold = queue.create_entry(SHEAR, "NORDIC", {})
    old = finished(91)
    failed = a_run(91, entry=old, failed=1)
    assert retention.clear(POLICY, now()) == Doomed(entries=1)
    assert set(JobQueueEntry.objects.all()) == {recurring, young, lately_run, on_hold}
    failed.refresh_from_db()
    assert failed.entry is None
    assert EntryChange.objects.filter(entry_no=old.pk, action="deleted").exists()


def test_alerts_that_are_over_go_and_open_ones_stay() -> None:
    kept = Alert.objects.create(kind="test", raised_at=now() - 900 * DAY)
    Alert.objects.create(kind="test", resolved_at=now() - 366 * DAY)
    assert retention.clear(POLICY, now()).alerts == 1
    assert list(Alert.objects.all()) == [kept]


def test_the_history_goes_by_a_policy_of_its_own(hooks: Hooks) -> None:
    policy = RetentionPolicy.objects.get(table="history")
    entry = queue.create_entry(SHEAR, "NORDIC", {})
    kept = EntryChange.objects.create(entry_no=entry.pk, action="ready", at=now() - 729 * DAY)
    EntryChange.objects.create(entry_no=entry.pk, action="ready", at=now() - 731 * DAY)
    a_run(800)
    assert retention.foresee(policy, now()) == Doomed(changes=1)
    assert retention.clear(policy, now()) == Doomed(changes=1)
    assert set(EntryChange.objects.values_list("action", flat=True)) == {"created", "ready"}
    assert kept in EntryChange.objects.all()
    assert Run.objects.count() == 1
    retention.clear(POLICY, now())
    assert EntryChange.objects.count() == 2


def test_what_is_foreseen_is_what_goes(hooks: Hooks) -> None:
    finished(91)
    RunRecord.objects.create(run=a_run(91, done=1), key="dolly", label="dolly", outcome="done")
    a_run(5)
    Alert.objects.create(kind="test", resolved_at=now() - 366 * DAY)
    foreseen = retention.foresee(POLICY, now())
    assert foreseen == Doomed(runs=1, records=1, entries=1, alerts=1)
    assert retention.clear(POLICY, now()) == foreseen
    assert retention.foresee(POLICY, now()) == Doomed()


def test_it_is_done_once_an_hour_and_not_at_all_when_off() -> None:
    at = now()
    a_run(91)
    RetentionPolicy.objects.update(enabled=False)
    assert retention.clear_if_due(at) == []
    RetentionPolicy.objects.update(enabled=True)
    assert retention.clear_if_due(at) == [Doomed(runs=1), Doomed()]
    a_run(91)
    assert retention.clear_if_due(at + timedelta(minutes=59)) == []
    assert retention.clear_if_due(at + timedelta(minutes=61)) == [Doomed(runs=1), Doomed()]


def test_shorter_days_take_hold_of_what_was_kept_before() -> None:
    a_run(10)
    RetentionPolicy.objects.update(keep_days=7)
    assert retention.clear_if_due(now()) == [Doomed(runs=1), Doomed()]


@given(days=st.lists(st.floats(0.1, 800), max_size=6), keep=st.integers(1, 400), failures=st.integers(1, 400))
def test_nothing_younger_than_its_days_ever_goes(days: list[float], keep: int, failures: int) -> None:
    Run.objects.all().delete()
    at = now()
    policy = RetentionPolicy(pk=1, keep_days=keep, keep_failures_days=failures)
    made = [(a_run(age, failed=number % 2), number % 2, age) for number, age in enumerate(days)]
    retention.clear(policy, at)
    assert left() == {run for run, failed, age in made if age <= (failures if failed else keep)}


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_clears() -> None:
    RetentionPolicy.objects.get_or_create(table="log")
    RetentionPolicy.objects.update_or_create(table="history", defaults={"enabled": False})
    for _ in range(20):
        a_run(91)
    done: list[Doomed] = []
    barrier = threading.Barrier(4)

    def clear(at: datetime) -> None:
        barrier.wait(10)
        done.extend(retention.clear_if_due(at))
        connection.close()

    workers = [threading.Thread(target=clear, args=[now()]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert done == [Doomed(runs=20)]
    assert not Run.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_somebody_has_in_hand_stays(hooks: Hooks, database_url: str) -> None:
    entry = queue.start_now(SHEAR, "NORDIC", {})
    run = entry.runs.get()
    perform(run.pk, run.token)
    with psycopg.connect(database_url) as somebody:
        somebody.execute("SELECT FROM jobs_jobqueueentry WHERE id = %s FOR UPDATE", [entry.pk])
        assert retention.clear(POLICY, now() + 91 * DAY) == Doomed(runs=1)
    assert retention.clear(POLICY, now() + 91 * DAY) == Doomed(entries=1)
