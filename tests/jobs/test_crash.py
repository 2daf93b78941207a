"""Workers that die, freeze, lose their database or their way to it: all is done once, and the books add up.

Time runs about ten times as fast here: an outage of a minute takes six seconds, and so it is with all time limits.
With `JONO_TEST_OUTAGE=60` all runs as it does for Jono, and who is cut off is so for 60 seconds.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from pytest_django import DjangoDbBlocker

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry
from jono.kit.clock import now
from tests.jobs import books, databases, diary, flock
from tests.jobs.databases import Mode, Server
from tests.jobs.flock import PAGES, SHEAR_FLOCK, Where, assert_all_done_once, closed_gate, wait_for_the_end
from tests.jobs.hands import AS_SHIPPED, BRISK
from tests.jobs.line import How, Line
from tests.jobs.news import PATIENCE, News, listening
from tests.jobs.workers import worker

PACE = AS_SHIPPED if "JONO_TEST_OUTAGE" in os.environ else BRISK
OUTAGE = float(
    os.environ.get("JONO_TEST_OUTAGE", 3 * BRISK.dead_after)
)  # seconds: all time limits lie within
WHERE: tuple[Where, ...] = ("in a page", "between pages")

pytestmark = [pytest.mark.crash]


@pytest.fixture
def address(database_url: str) -> Iterator[str]:
    """The database that all tests share, while the flock is known there."""
    with a_flock_at(database_url):
        yield database_url


@pytest.fixture
def news(address: str) -> Iterator[News]:
    with listening(address) as heard:
        yield heard


@pytest.fixture(scope="module")
def own_server(django_db_blocker: DjangoDbBlocker) -> Iterator[Server]:
    """A server that nobody else uses."""
    with django_db_blocker.unblock(), databases.server() as server, a_flock_at(server.address):
        yield server


@contextmanager
def a_flock_at(address: str) -> Iterator[None]:
    with ExitStack() as stack:
        stack.callback(books.wipe)
        diary.open_diary(address)
        stack.callback(diary.close_diary, address)
        flock.learn()
        stack.callback(flock.forget)
        yield


def shear(name: str = "flock", **parameters: object) -> JobQueueEntry:
    return queue.start_now(SHEAR_FLOCK, "FARM", {"name": name, **parameters})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", WHERE)
def test_what_a_killed_worker_left_another_takes_over_within_half_a_minute(
    where: Where, address: str, news: News
) -> None:
    with closed_gate(address) as gate, worker(address, PACE) as first:
        entry = shear(gate=PAGES // 2, where=where)
        news.wait_while(lambda: gate.waiting() < 1)
        killed_at = now()
        first.kill()
        gate.open()
        with worker(address, PACE):
            wait_for_the_end(news, entry)
    dead, heir = assert_all_done_once(entry)
    assert heir.follows == dead
    assert (heir.started_at - killed_at).total_seconds() < 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", WHERE)
def test_a_worker_that_wakes_from_a_freeze_commits_nothing_and_is_of_use_again(
    where: Where, address: str, news: News
) -> None:
    with closed_gate(address) as gate, worker(address, PACE) as frozen:
        entry = shear(gate=PAGES // 2, where=where)
        news.wait_while(lambda: gate.waiting() < 1)
        frozen_at = now()
        frozen.freeze()
        gate.open()
        with worker(address, PACE) as other:
            wait_for_the_end(news, entry)
            other.stop()
        dead, heir = assert_all_done_once(entry)
        assert (heir.started_at - frozen_at).total_seconds() < 30
        frozen.thaw()
        later = shear("second flock")
        wait_for_the_end(news, later)
        assert assert_all_done_once(entry) == [dead, heir]
        frozen.stop()
    assert_all_done_once(later)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_before_the_same_page_only_the_heir_commits(address: str, news: News) -> None:
    with closed_gate(address) as gate, worker(address, PACE) as frozen, worker(address, PACE) as other:
        other.freeze()
        entry = shear(gate=PAGES // 2, where="between pages")
        news.wait_while(lambda: gate.waiting() < 1)
        frozen.freeze()
        other.thaw()
        news.wait_while(lambda: gate.waiting() < 2)
        frozen.thaw()
        gate.open()
        wait_for_the_end(news, entry)
        frozen.stop()
        other.stop()
    dead, heir = assert_all_done_once(entry)
    assert heir.follows == dead


@pytest.mark.parametrize("mode", ["fast", "immediate"])
@pytest.mark.parametrize("where", WHERE)
def test_a_run_goes_on_when_its_database_was_restarted(mode: Mode, where: Where, own_server: Server) -> None:
    address = own_server.address
    with worker(address, PACE) as shearer:
        with closed_gate(address) as gate, listening(address) as news:
            entry = shear(f"{mode} {where}", gate=PAGES // 2, where=where)
            news.wait_while(lambda: gate.waiting() < 1)
            own_server.restart(mode)
        with listening(address) as news:
            wait_for_the_end(news, entry)
        shearer.stop()
    assert_all_done_once(entry)


@pytest.mark.django_db(transaction=True)
def test_workers_that_were_cut_off_for_long_go_on_by_themselves(address: str, news: News) -> None:
    """One with a hang-up, one in silence, one in silence until its connections are taken for lost."""
    with ExitStack() as stack:
        gate = stack.enter_context(closed_gate(address))
        lines = [stack.enter_context(Line(address)) for _ in range(3)]
        cut_off = [stack.enter_context(worker(line.address, PACE)) for line in lines]
        entries = [shear(f"flock {number}", gate=PAGES // 2) for number in range(3)]
        news.wait_while(lambda: gate.waiting() < 3)
        for line in lines:
            line.cut("with a hang-up" if line is lines[0] else "in silence")
        gate.open()
        half_done = diary.deeds()
        news.let_pass(OUTAGE / 2)
        lines[-1].give_up()
        news.let_pass(OUTAGE / 2)
        assert diary.deeds() == half_done
        for line in lines:
            line.mend()
        for entry in entries:
            wait_for_the_end(news, entry)
        for each in cut_off:
            each.stop()
    for entry in entries:
        assert_all_done_once(entry)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["in silence", "with a hang-up"])
@pytest.mark.parametrize("where", WHERE)
def test_what_a_worker_had_in_hand_when_it_was_cut_off_another_takes_over(
    how: How, where: Where, address: str, news: News
) -> None:
    with Line(address) as line, closed_gate(address) as gate, worker(line.address, PACE) as cut_off:
        entry = shear(gate=PAGES // 2, where=where)
        news.wait_while(lambda: gate.waiting() < 1)
        cut_at = now()
        line.cut(how)
        gate.open()
        with worker(address, PACE) as other:
            wait_for_the_end(news, entry)
            other.stop()
        dead, heir = assert_all_done_once(entry)
        assert (heir.started_at - cut_at).total_seconds() < 30
        line.mend()
        later = shear("second flock")
        wait_for_the_end(news, later)
        assert assert_all_done_once(entry) == [dead, heir]
        cut_off.stop()
    assert_all_done_once(later)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_gets_no_connection_can_be_stopped(address: str) -> None:
    with Line(address) as line:
        line.cut("in silence")
        with worker(line.address, PACE) as caller:
            assert line.called.wait(PATIENCE)
            caller.stop()
