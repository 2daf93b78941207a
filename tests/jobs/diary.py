"""The diary that chores keep while they work, on a connection of its own: who was where, from when to when.

And the deeds: one row for each record that a chore has done, written in the transaction of its page.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import LiteralString
from uuid import uuid4

import psycopg
from django.db import connection

_TABLES: LiteralString = """
    CREATE TABLE IF NOT EXISTS diary (
        visit uuid NOT NULL,
        run_id bigint NOT NULL,
        event text NOT NULL,
        reads text[] NOT NULL,
        writes text[] NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE TABLE IF NOT EXISTS deeds (
        chore text NOT NULL,
        record integer NOT NULL,
        run_id bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
"""

_VISITS: LiteralString = """
    SELECT began.run_id, began.reads, began.writes, began.at, least(over.at, run.ended_at)
    FROM diary AS began
    LEFT JOIN diary AS over ON over.visit = began.visit AND over.event = 'leave'
    LEFT JOIN jobs_run AS run ON run.id = began.run_id
    WHERE began.event = 'enter'
"""

_kept: psycopg.Connection | None = None


@dataclass(frozen=True)
class Place:
    """What a chore reads and writes, in the diary's own words."""

    reads: frozenset[str]
    writes: frozenset[str]


@dataclass(frozen=True)
class Visit:
    """A stay at a place."""

    run_id: int
    place: Place
    began_at: datetime
    ended_at: datetime

    def collides(self, other: "Visit") -> bool:
        """Whether the two were at the same time where only one may be."""
        mine, theirs = self.place, other.place
        shared = mine.writes & (theirs.reads | theirs.writes) or theirs.writes & mine.reads
        return bool(shared) and self.began_at < other.ended_at and other.began_at < self.ended_at


def open_diary(address: str) -> None:
    """Begin an empty diary, with no deeds in it, at the database at this address."""
    keep_at(address)
    _diary().execute(_TABLES)
    clear()


def clear() -> None:
    """Begin the diary anew, and forget all deeds."""
    _diary().execute("TRUNCATE diary, deeds")


def close_diary(address: str) -> None:
    """Do away with diary and deeds, even if the server was restarted since they were begun."""
    global _kept
    _diary().close()
    _kept = None
    with psycopg.connect(address) as last:
        last.execute("DROP TABLE diary, deeds")


def keep_at(address: str) -> None:
    """Let this process write into the diary at this address."""
    global _kept
    _kept = psycopg.connect(address, autocommit=True)


@contextmanager
def visit(run_id: int, place: Place) -> Iterator[None]:
    """Note that a run comes to a place, and that it leaves."""
    number = uuid4()

    def note(event: str) -> None:
        _diary().execute(
            "INSERT INTO diary (visit, run_id, event, reads, writes) VALUES (%s, %s, %s, %s, %s)",
            [number, run_id, event, list(place.reads), list(place.writes)],
        )

    note("enter")
    try:
        yield
    finally:
        note("leave")


def do(chore: str, record: int, run_id: int) -> None:
    """Do a record of a chore, in the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deeds (chore, record, run_id) VALUES (%s, %s, %s)", [chore, record, run_id]
        )


def how_many_done(chore: str) -> int:
    """Return how many records of a chore are done: its cursor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deeds WHERE chore = %s", [chore])
        return int(cursor.fetchone()[0])


def deeds() -> Counter[tuple[str, int]]:
    """Return how often each record of each chore was done."""
    return Counter(_diary().execute("SELECT chore, record FROM deeds").fetchall())


def deeds_of_runs() -> Counter[int]:
    """Return how many records each run has done."""
    return Counter(run_id for (run_id,) in _diary().execute("SELECT run_id FROM deeds"))


def collisions() -> list[tuple[Visit, Visit]]:
    """Return the pairs of visits of different runs that should not have been at the same time.

    A run that was killed, frozen or taken over ends for us when its row says so: whoever was taken over may dawdle,
    as long as it does nothing; see `deeds_too_late`.
    """
    return [pair for pair in combinations(_visits(), 2) if _is_bad(*pair)]


def deeds_too_late() -> list[tuple[str, int]]:
    """Return the records that a run has done after it had ended."""
    question = "SELECT chore, record FROM deeds JOIN jobs_run AS run ON run.id = run_id WHERE at > ended_at"
    return _diary().execute(question).fetchall()


def _is_bad(one: Visit, other: Visit) -> bool:
    return one.run_id != other.run_id and one.collides(other)


def _visits() -> list[Visit]:
    rows = _diary().execute(_VISITS).fetchall()
    return [
        Visit(run_id, Place(frozenset(reads), frozenset(writes)), began_at, ended_at)
        for run_id, reads, writes, began_at, ended_at in rows
    ]


def _diary() -> psycopg.Connection:
    assert _kept, "no diary is kept"
    return _kept
