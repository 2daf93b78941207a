"""The bucket that workers share through its row: nobody overdraws it, nobody idles, nobody starves."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection

from jono.jobs.queue import Stopped
from jono.sandbox.bucket import Plan
from jono.sandbox.drafts import Line, OrderDraft
from jono.sandbox.orders import place
from jono.shopify.client import Store
from jono.shopify.models import CostBucket
from jono.shopify.shared_bucket import SharedBucket
from jono.shopify.throttle import Priority, ThrottleStatus
from tests.stores import TOKEN, empty_store, served

KAHVILA = "https://kahvila.myshopify.com"


@pytest.fixture
def row(transactional_db: None) -> CostBucket:
    """A bucket of 800 points, full, that restores so few that a test need not count them."""
    return put(level=800)


def put(level: float, reserve: float = 100, restore_rate: float = 0.001) -> CostBucket:
    return CostBucket.objects.create(
        address=KAHVILA, maximum=800, level=level, reserve=reserve, restore_rate=restore_rate
    )


class ImpatientError(Exception):
    """Raised instead of waiting."""


def no_waiting(_seconds: float) -> None:
    raise ImpatientError


def level(row: CostBucket) -> int:
    row.refresh_from_db()
    return round(row.level)


def take(cost: int, priority: Priority = Priority.SCHEDULED) -> None:
    with SharedBucket(KAHVILA, priority).lease(cost, no_waiting):
        pass


def test_points_are_taken_and_what_was_not_needed_is_given_back(row: CostBucket) -> None:
    with SharedBucket(KAHVILA).lease(500, no_waiting) as lease:
        assert level(row) == 300
        lease.charged = 120
    assert level(row) == 680
    assert row.leases == {}


def test_a_store_that_was_never_called_has_a_bucket_of_the_smallest_plan(transactional_db: None) -> None:
    take(500)
    assert level(CostBucket.objects.get()) == pytest.approx(500, abs=20)


def test_what_the_store_tells_is_believed(row: CostBucket) -> None:
    with SharedBucket(KAHVILA).lease(100, no_waiting) as lease:
        lease.charged, lease.told = 100, ThrottleStatus(2000, 1500, 100)
    row.refresh_from_db()
    assert (round(row.level), row.maximum, row.restore_rate) == (1500, 2000, 100)


def test_calls_on_their_way_are_not_forgotten_when_the_store_tells_a_level(row: CostBucket) -> None:
    """The store has not seen the other query yet: what it tells still holds those points."""
    with SharedBucket(KAHVILA).lease(300, no_waiting):
        with SharedBucket(KAHVILA).lease(100, no_waiting) as lease:
            lease.charged, lease.told = 100, ThrottleStatus(800, 700, 0.001)
        assert level(row) == 400


def test_points_of_a_worker_that_died_are_forgotten_after_a_minute(row: CostBucket) -> None:
    row.leases = {"dead": [300, time.time() - 61]}
    row.save()
    with SharedBucket(KAHVILA).lease(100, no_waiting) as lease:
        lease.charged, lease.told = 100, ThrottleStatus(800, 800, 0.001)
    assert level(row) == 800
    assert row.leases == {}


def test_a_person_who_waits_finds_points_where_the_scheduled_do_not(transactional_db: None) -> None:
    put(level=90)
    with pytest.raises(ImpatientError):
        take(50)
    take(50, Priority.INTERACTIVE)


def test_a_query_dearer_than_all_but_the_reserve_still_runs(row: CostBucket) -> None:
    take(780)


def test_who_saves_up_for_a_dear_query_is_not_overtaken_by_cheap_ones(transactional_db: None) -> None:
    row = put(level=300)
    with waiting(row, Priority.SCHEDULED):
        with pytest.raises(ImpatientError):
            take(10)
    take(10)


def test_the_scheduled_go_before_a_back_fill_that_waits(transactional_db: None) -> None:
    row = put(level=300)
    with waiting(row, Priority.BACKFILL):
        take(10)


def test_whoever_has_waited_longer_than_a_head_start_goes_first(transactional_db: None) -> None:
    row = put(level=300, reserve=0)
    with waiting(row, Priority.SCHEDULED):
        CostBucket.objects.update(turn_rank=time.time() - Priority.INTERACTIVE - 1)
        with pytest.raises(ImpatientError):
            take(10, Priority.INTERACTIVE)


def test_a_turn_whose_holder_died_passes_on(transactional_db: None) -> None:
    row = put(level=300)
    with waiting(row, Priority.SCHEDULED):
        row.refresh_from_db()
        CostBucket.objects.update(turn_until=row.counted_at)
        take(10)


def test_a_stop_ends_the_wait_and_leaves_nothing_behind(transactional_db: None) -> None:
    row = put(level=0)

    def stop(_seconds: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        with SharedBucket(KAHVILA).lease(10, stop):
            pass
    row.refresh_from_db()
    assert (row.turn_of, row.leases) == (None, {})


@contextmanager
def waiting(row: CostBucket, priority: Priority) -> Iterator[None]:
    """Inside the block, somebody waits for 700 points."""
    waits, over = threading.Event(), threading.Event()

    def wait(_seconds: float) -> None:
        waits.set()
        over.wait()
        raise ImpatientError

    def ask() -> None:
        with pytest.raises(ImpatientError), SharedBucket(KAHVILA, priority).lease(700, wait):
            pass
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    assert waits.wait(10)
    yield
    over.set()
    thread.join()


WORKER = """
import json, sys, time, django
django.setup()
from jono.shopify.client import Store
from jono.shopify.shared_bucket import SharedBucket
address, token, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
store = Store(address, token, bucket=SharedBucket(address))
print("ready", flush=True)
sys.stdin.readline()
ends = time.monotonic() + seconds
while time.monotonic() < ends:
    next(store.orders_updated_since(page_size=1))
print(json.dumps({"spent": store.points_spent, "throttled": store.times_throttled, "at": time.monotonic()}))
"""
SECONDS = float(os.environ.get("JONO_TEST_BUCKET_SECONDS", "6"))
RATE = 40


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_full_speed_use_the_whole_bucket_and_a_person_need_not_wait(
    database_url: str,
) -> None:
    state = empty_store()
    place(state, OrderDraft(lines=(Line(title="Mug", price=Decimal("12.55")),)))
    with (
        served(state, Plan(maximum=800, restore_rate=RATE)) as address,
        three_workers(database_url, address) as workers,
    ):
        _drain(address)
        began = time.monotonic()
        for worker in workers:
            worker.stdin.write("\n")  # type: ignore[union-attr]
            worker.stdin.flush()  # type: ignore[union-attr]
        waits, spent = _ask_now_and_then(address, SECONDS)
        told = [json.loads(worker.communicate(timeout=SECONDS + 60)[0]) for worker in workers]
    assert [each["throttled"] for each in told] == [0, 0, 0]
    assert max(waits) < 1
    restored = RATE * (max(each["at"] for each in told) - began)
    assert sum((each["spent"] for each in told), spent) / restored >= 0.95


@contextmanager
def three_workers(database_url: str, address: str) -> Iterator[list["subprocess.Popen[str]"]]:
    """Three processes that will read orders as fast as they are let, once they get a line."""
    environment = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "jono.settings"}
    command = [sys.executable, "-c", WORKER, address, TOKEN, str(SECONDS)]
    workers = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    try:
        for worker in workers:
            assert worker.stdout and worker.stdout.readline() == "ready\n"
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


def _drain(address: str) -> None:
    """Empty the bucket down to its reserve."""
    with Store(address, TOKEN, bucket=SharedBucket(address)) as store:
        store.shop()
        while True:
            row = CostBucket.objects.get(address=address)
            if row.level - row.reserve < 60:
                return
            next(store.orders_updated_since(page_size=1))


def _ask_now_and_then(address: str, seconds: float) -> tuple[list[float], int]:
    """How long calls took that a person waited for, and what they cost."""
    waits, ends = [], time.monotonic() + seconds
    with Store(address, TOKEN, bucket=SharedBucket(address, Priority.INTERACTIVE)) as store:
        while time.monotonic() < ends:
            began = time.monotonic()
            store.shop()
            waits.append(time.monotonic() - began)
            time.sleep(0.5)
        return waits, store.points_spent
