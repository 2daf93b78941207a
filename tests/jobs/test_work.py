"""A page of work is whole or not at all; a bad record is found and the others are kept."""

import threading
from collections.abc import Sequence

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from jono.jobs import queue
from jono.jobs.models import Run, RunRecord
from jono.jobs.perform import perform
from jono.jobs.work import TakenOver, Work, WorkerStops
from jono.kit.errors import RetryLater
from jono.shopify.models import CostBucket
from jono.shopify.shared_bucket import SharedBucket
from tests.jobs.conftest import SHEAR, Hooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(hooks: Hooks) -> Work:
    run = queue.open_in_foreground(SHEAR, "NORDIC", {})
    return Work(run, threading.Event())


def name(record: str) -> tuple[str, str]:
    return record, record


def put_groups(names: Sequence[str]) -> None:
    """Write groups together, as PostgreSQL lets us: a name that is too long refuses them all."""
    Group.objects.bulk_create(Group(name=each) for each in names)


def test_a_page_that_breaks_leaves_nothing_behind(work: Work) -> None:
    with pytest.raises(RuntimeError), work.page() as page:
        put_groups(["shepherds"])
        page.done("dolly", "dolly")
        raise RuntimeError
    assert not Group.objects.exists()
    assert not RunRecord.objects.exists()


def test_the_outage_of_the_store_or_the_database_is_no_records_fault(work: Work) -> None:
    def fail(_: Sequence[str]) -> None:
        raise OperationalError("the connection is gone")

    with pytest.raises(OperationalError), work.page() as page:
        page.write(["dolly"], fail, name)
    assert not RunRecord.objects.exists()


def test_a_stopping_worker_opens_no_further_page(work: Work) -> None:
    work._stopping.set()
    with pytest.raises(WorkerStops), work.page():
        pass


def test_waiting_ends_as_soon_as_a_stop_is_asked_for(work: Work) -> None:
    queue.request_stop(work.run)
    with pytest.raises((queue.Stopped, TakenOver)):
        work.sleep(3600)


class Wait(threading.Event):
    """How a job waits: in stretches, in the first of which a person asks its run to stop or to pause."""

    def __init__(self, pause: bool) -> None:
        super().__init__()
        self.stretches: list[float] = []
        self.run: Run | None = None
        self._pause = pause

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.stretches.append(timeout)
        if self.run:
            queue.request_stop(self.run, pause=self._pause)
        return super().wait(timeout)


@pytest.mark.parametrize("pause", [False, True], ids=["stop", "pause"])
def test_a_job_that_waits_for_the_stores_points_stops_within_half_a_second(hooks: Hooks, pause: bool) -> None:
    """It notices when the stretch is over that it just waits."""
    wait = Wait(pause)
    CostBucket.objects.create(address="https://kahvila.myshopify.com", maximum=800, level=0, restore_rate=0.1)

    def call_the_store(work: Work) -> None:
        work._stopping, wait.run = wait, work.run
        with SharedBucket("https://kahvila.myshopify.com").lease(800, work.sleep):
            pytest.fail("there are points")

    hooks.before_page = call_the_store
    run = queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly"]]}).runs.get()
    perform(run.pk, run.token)
    run.refresh_from_db()
    assert run.status == Run.Status.STOPPED
    (stretch,) = wait.stretches
    assert stretch <= 0.5


def test_progress_is_shown_after_each_page(hooks: Hooks) -> None:
    seen: list[tuple[int, int | None]] = []
    run = queue.open_in_foreground(SHEAR, "NORDIC", {})
    work = Work(run, threading.Event(), lambda now: seen.append((now.tally.total, now.expected)))
    work.expect(2)
    for sheep in ("dolly", "molly"):
        with work.page() as page:
            page.done(sheep, sheep)
    assert seen == [(0, 2), (1, 2), (2, 2)]


class PageWrites(TestCase):
    """hypothesis.extra.django rolls each example back."""

    @settings(max_examples=15)
    @given(
        st.lists(st.tuples(st.integers(0, 10**6), st.booleans()), unique_by=lambda each: each[0], max_size=20)
    )
    def test_just_the_bad_ones_fail_wherever_they_stand(self, sheep: list[tuple[int, bool]]) -> None:
        run = Run.objects.create(company_code="NORDIC", object_id_to_run=SHEAR, slot_at="2026-11-23T08:00Z")
        names = [f"{number}" if good else f"{number}".rjust(200, "x") for number, good in sheep]
        with Work(run, threading.Event()).page() as page:
            written = page.write(names, put_groups, lambda each: (each[-20:], each[-20:]))
        run.refresh_from_db()
        assert written == [each for each in names if len(each) < 200]
        assert run.failed == len(names) - len(written)
        assert Group.objects.count() == len(written)


def test_put_off_ends_the_run_not_the_record(work: Work) -> None:
    def full(_: Sequence[str]) -> None:
        raise RetryLater(work.run.slot_at, "The bucket is empty.")

    with pytest.raises(RetryLater), work.page() as page:
        page.write(["dolly"], full, name)
