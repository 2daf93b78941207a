"""One long job for crash tests: a flock is shorn page by page, and a gate holds the shearer up where a test wants."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import psycopg
from django.db import connection

from jono.jobs import registry
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.outcome import Tally
from jono.jobs.registry import Parameters, job
from jono.jobs.work import Work
from tests.jobs import books
from tests.jobs.diary import do, how_many_done
from tests.jobs.news import News

SHEAR_FLOCK = 51010
GATE = 51010  # the number of an advisory lock
PAGES, A_PAGE = 12, 5

Where = Literal["in a page", "between pages"]


class Flock(Parameters):
    """A flock of `pages` times `A_PAGE` sheep; `gate`: before which page is a gate, and whether within the page."""

    name: str = "flock"
    pages: int = PAGES
    gate: int | None = None
    where: Where = "between pages"
    seconds: float = 0.0


def learn() -> None:
    """Register the job."""
    register = job(SHEAR_FLOCK, caption="Shear a Flock", parameters=Flock, writes=("{company}/{name}/flock",))
    register(_shear)


def forget() -> None:
    """Take the job out of the registry."""
    del registry._jobs[SHEAR_FLOCK]


class Gate:
    """The gate, closed from the first until somebody opens it."""

    def __init__(self, held: psycopg.Connection) -> None:
        self._held = held
        self._held.execute("SELECT pg_advisory_lock(%s)", [GATE])

    def open(self) -> None:
        """Let everybody through."""
        self._held.execute("SELECT pg_advisory_unlock(%s)", [GATE])

    def waiting(self) -> int:
        """Return how many stand at the gate."""
        question = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
        ((count,),) = self._held.execute(question, [GATE])
        return int(count)


@contextmanager
def closed_gate(address: str) -> Iterator[Gate]:
    """Close the gate for the time of the block, or until it is opened."""
    with psycopg.connect(address, autocommit=True) as held:
        yield Gate(held)


def wait_for_the_end(news: News, entry: JobQueueEntry) -> None:
    """Wait until an entry that runs once has ended."""

    def goes_on() -> str:
        entry.refresh_from_db()
        return "" if entry.status == JobQueueEntry.Status.FINISHED else f"{entry.status} {entry.error}"

    news.wait_while(goes_on)


def assert_all_done_once(entry: JobQueueEntry, sheep: int = PAGES * A_PAGE) -> list[Run]:
    """Fail unless the entry's runs did everything once between them, and each accounts for what it did."""
    runs = list(entry.runs.order_by("id"))
    assert how_often(entry) == Counter(dict.fromkeys(range(sheep), 1))
    assert sum((run.tally for run in runs), Tally()) == Tally(done=sheep)
    assert [run.status for run in runs] == [Run.Status.ERROR] * (len(runs) - 1) + [Run.Status.SUCCESS]
    assert books.broken({**books.ALWAYS, **books.AT_REST}) == {}
    return runs


def how_often(entry: JobQueueEntry) -> Counter[int]:
    """Return how often each sheep of the entry's flock was shorn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record FROM deeds WHERE chore = %s", [entry.parameters.get("name", "flock")])
        return Counter(record for (record,) in cursor.fetchall())


def _shear(work: Work, flock: Flock) -> None:
    begin = how_many_done(flock.name) // A_PAGE
    work.expect((flock.pages - begin) * A_PAGE)
    for number in range(begin, flock.pages):
        if (number, flock.where) == (flock.gate, "between pages"):
            _pass_the_gate()
        with work.page() as page:
            for sheep in range(number * A_PAGE, (number + 1) * A_PAGE):
                do(flock.name, sheep, work.run.pk)
                page.done(str(sheep), f"Sheep {sheep}")
            if (number, flock.where) == (flock.gate, "in a page"):
                _pass_the_gate()
        work.sleep(flock.seconds)


def _pass_the_gate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [GATE])
