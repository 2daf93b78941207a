"""However long a page takes, whoever has to wait for its end keeps nobody else waiting meanwhile."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from jono.jobs import queue, worker
from jono.jobs.models import JobQueueEntry, Run
from jono.kit.clock import now
from tests.jobs.conftest import SHEAR, Hooks
from tests.jobs.news import PATIENCE, News, listening

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def news(database_url: str) -> Iterator[News]:
    with listening(database_url) as heard:
        yield heard


@pytest.fixture
def begun(hooks: Hooks) -> Run:
    """A run that some worker has begun."""
    run = queue.start_now(SHEAR, "NORDIC", {}).runs.get()
    begun = queue.begin(run.pk, run.token)
    assert begun
    return begun


@contextmanager
def page_of(run: Run, database_url: str) -> Iterator[None]:
    """Keep a page of the run open on a connection of its own."""
    with psycopg.connect(database_url) as page:
        page.execute("SELECT FROM jobs_run WHERE id = %s FOR NO KEY UPDATE", [run.pk])
        yield


def start_another() -> JobQueueEntry:
    """Start an entry that has nothing to do with the run; give up soon."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
    try:
        return queue.start_now(SHEAR, "NORDIC", {"pasture": "south"})
    finally:
        connection.close()


def is_waiting_for_the_page(future: Future[None]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
        return future.running() and cursor.rowcount > 0


def test_a_stop_that_waits_for_a_page_to_end_lets_others_start(
    begun: Run, database_url: str, news: News
) -> None:
    def ask_to_stop() -> None:
        queue.request_stop(begun)
        connection.close()

    with ThreadPoolExecutor() as threads:
        with page_of(begun, database_url):
            stop = threads.submit(ask_to_stop)
            news.wait_while(lambda: not is_waiting_for_the_page(stop))
            assert start_another().status == JobQueueEntry.Status.IN_PROCESS
            assert not stop.done()
        stop.result(PATIENCE)
    begun.refresh_from_db()
    assert begun.requested == Run.Request.STOP


def test_a_run_past_its_timeout_is_ended_when_its_page_has_ended(begun: Run, database_url: str) -> None:
    begun.timeout_at = now() - timedelta(hours=1)
    begun.save(update_fields=["timeout_at"])
    with page_of(begun, database_url):
        worker.sweep()
        begun.refresh_from_db()
        assert begun.active
    worker.sweep()
    begun.refresh_from_db()
    assert begun.error == "The run took longer than its job timeout and was ended."
