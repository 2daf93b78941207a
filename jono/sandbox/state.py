"""What the sandbox store remembers: records as JSON, in one SQLite file or in memory."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from jono.sandbox.clock import StoreClock
from jono.sandbox.gids import read_gid

Record = dict[str, Any]
"""One record as the store answers it: its keys are the schema's field names, a `gid://` refers to another."""

_TABLES = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    created_at TEXT,
    updated_at TEXT,
    processed_at TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX IF NOT EXISTS record_created_at ON record (kind, created_at, id);
CREATE INDEX IF NOT EXISTS record_updated_at ON record (kind, updated_at, id);
CREATE INDEX IF NOT EXISTS record_processed_at ON record (kind, processed_at, id);
CREATE INDEX IF NOT EXISTS record_sku ON record (json_extract(body, '$.sku')) WHERE kind = 'ProductVariant';
CREATE INDEX IF NOT EXISTS record_owner ON record (json_extract(body, '$.owner')) WHERE kind = 'Metafield';
CREATE INDEX IF NOT EXISTS record_email ON record (lower(json_extract(body, '$.defaultEmailAddress.emailAddress')))
    WHERE kind = 'Customer';
CREATE INDEX IF NOT EXISTS record_phone ON record (json_extract(body, '$.defaultPhoneNumber.phoneNumber'))
    WHERE kind = 'Customer';
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, asked TEXT NOT NULL, payload TEXT, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY,
    subscription TEXT,
    topic TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    triggered_at TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    began REAL NOT NULL,
    due REAL NOT NULL,
    told TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due) WHERE status = 'waiting';
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, arguments TEXT NOT NULL, due REAL NOT NULL, done INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS file (name TEXT NOT NULL, part INTEGER NOT NULL, content BLOB, PRIMARY KEY (name, part));
"""
_PUT = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"
_TAKE = "INSERT OR REPLACE INTO counter VALUES (?, ?)"
_TIMES = ("createdAt", "updatedAt", "processedAt")
_AT_A_TIME = 500
_KEPT_IN_MEMORY = 20_000
_encode = json.JSONEncoder(separators=(",", ":")).encode
_OUTER = ("BEGIN", "COMMIT", ("ROLLBACK",))
_INNER = ("SAVEPOINT inner", "RELEASE inner", ("ROLLBACK TO inner", "RELEASE inner"))


class State:
    """The records of one sandbox store; `path` None keeps them in memory. Threads may share it."""

    def __init__(self, path: Path | None = None, clock: StoreClock | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock or StoreClock()
        self._database = sqlite3.connect(
            path or ":memory:", check_same_thread=False, isolation_level=None, timeout=1
        )
        try:
            # One process at a time: what it has read may not change behind its back.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.executescript(_TABLES)
        except sqlite3.DatabaseError:
            self._database.close()
            raise
        self._read: dict[str, Record] = {}
        self._put: dict[str, Record] = {}  # on their way to the table,
        self._kinds: set[str] = set()  # of these kinds
        self._taken: dict[str, int] = {}  # counters, likewise
        clock_set = self.setting("clock")
        if clock_set and clock is None:
            self.clock.advance(clock_set["ahead"])
            self.clock.run(clock_set["speed"])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep all that is written inside, or none of it; one inside another may fail by itself.

        Records reach their table when they are looked for there, at the latest at the end: what is put a thousand
        times, as a stock item is while orders are placed, is written once.
        """
        with self.lock:
            inner = self._database.in_transaction
            begin, keep, undo = _INNER if inner else _OUTER
            self._flush()
            self._database.execute(begin)
            try:
                yield
                self._flush()
            except BaseException:
                for statement in undo:
                    self._database.execute(statement)
                for remembered in (self._read, self._put, self._kinds, self._taken):
                    remembered.clear()
                raise
            self._database.execute(keep)

    def put(self, records: Iterable[Record]) -> None:
        """Keep records, all or none; one of the same id is replaced. What was put is not changed any more."""
        with self.lock, self._transaction():
            for record in records:
                kind, _ = _key(record["id"])
                record["__typename"] = kind
                self._kinds.add(kind)
                self._put[record["id"]] = record
                self._read.pop(record["id"], None)

    def find(self, gid: str) -> Record | None:
        """Return the record of that id, or None. It is shared: to change it, `put` a changed copy."""
        with self.lock:
            return self._put.get(gid) or self._read.get(gid) or self._look_up(gid)

    def remove(self, gid: str) -> bool:
        """Forget a record; False when there was none."""
        kind, number = _key(gid)
        with self.writing():
            self._read.pop(gid, None)
            done = self._database.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, number))
            return done.rowcount > 0

    def all(self, kind: str) -> list[Record]:
        """Return every record of a kind by its id."""
        return list(self.each(kind))

    def each(self, kind: str, condition: str = "1", values: Sequence[object] = ()) -> Iterator[Record]:
        """Yield the records of a kind that meet a condition on their table, by their id, a few at a time."""
        select = f"SELECT id, body FROM record WHERE kind = '{kind}' AND id > ? AND {condition} ORDER BY id LIMIT ?"  # noqa: S608 - own words
        last = 0
        while rows := self._rows_of(kind, select, (last, *values, _AT_A_TIME)):
            for number, body in rows:
                yield self.open(kind, body)
                last = number
            if len(rows) < _AT_A_TIME:
                return

    def first(self, kind: str, condition: str, values: Sequence[object]) -> Record | None:
        """Return the oldest record of a kind that meets a condition on its table, one that has an index."""
        select = f"SELECT body FROM record WHERE kind = '{kind}' AND {condition} ORDER BY +id LIMIT 1"  # noqa: S608 - own words
        rows = self._rows_of(kind, select, values)
        return self.open(kind, rows[0][0]) if rows else None

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows of a query on the tables."""
        with self.lock:
            self._flush()
            return self._fetch(query, values)

    def count(self, kind: str) -> int:
        """How many records of a kind there are."""
        return int(self.rows("SELECT count(*) FROM record WHERE kind = ?", (kind,))[0][0])

    def take_numbers(self, series: str, first: int, how_many: int) -> range:
        """Return the next numbers of a series that begins at `first`; a number is never given twice."""
        with self.lock, self._transaction():
            if series not in self._taken:
                rows = self._fetch("SELECT value FROM counter WHERE name = ?", (series,))
                self._taken[series] = rows[0][0] if rows else first
            begin = self._taken[series]
            self._taken[series] = begin + how_many
            return range(begin, begin + how_many)

    def setting(self, name: str, default: Any = None) -> Any:
        """Return what was set under that name, else `default`."""
        with self.lock:
            rows = self._fetch("SELECT value FROM setting WHERE name = ?", (name,))
        return json.loads(rows[0][0]) if rows else default

    def set(self, name: str, value: object) -> None:
        """Keep a setting, as JSON."""
        self.write("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    def write(self, statement: str, values: Sequence[object] = ()) -> int:
        """Carry out a statement on another table than that of the records; return how many rows it changed."""
        with self.lock:
            return self._database.execute(statement, values).rowcount

    def keep_clock(self) -> None:
        """Remember how the store's clock was set, for when the store is opened again."""
        self.set("clock", {"ahead": self.clock.ahead, "speed": self.clock.speed})

    def now(self) -> datetime:
        """Return the time at the store."""
        return self.clock.now()

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._database.close()

    def _transaction(self) -> AbstractContextManager[None]:
        """The one that is open, else one of its own."""
        return nullcontext() if self._database.in_transaction else self.writing()

    def _look_up(self, gid: str) -> Record | None:
        kind, number = read_gid(gid) or ("", 0)
        rows = self._fetch("SELECT body FROM record WHERE kind = ? AND id = ?", (kind, number))
        if not rows:
            return None
        found = self.open(kind, rows[0][0])
        if kind != "Order":  # they are many, large and seldom asked for twice
            if len(self._read) >= _KEPT_IN_MEMORY:
                self._read.clear()
            self._read[gid] = found
        return found

    def _fetch(self, query: str, values: Sequence[object]) -> list[Any]:
        return self._database.execute(query, values).fetchall()

    def _rows_of(self, kind: str, query: str, values: Sequence[object]) -> list[Any]:
        """The rows of a query on one kind of record."""
        with self.lock:
            if kind in self._kinds:
                self._flush()
            return self._fetch(query, values)

    def _flush(self) -> None:
        """Write what was put and taken into the tables."""
        self._database.executemany(_PUT, (
            (*_key(id), *map(record.get, _TIMES), _encode(record)) for id, record in self._put.items()
        ))  # fmt: skip
        self._database.executemany(_TAKE, self._taken.items())
        self._put.clear()
        self._kinds.clear()
        self._taken.clear()

    @staticmethod
    def open(kind: str, body: str) -> Record:
        """Return the record that a row's body holds, with its type's name."""
        record: Record = json.loads(body)
        record["__typename"] = kind
        return record


def _key(gid: str) -> tuple[str, int]:
    key = read_gid(gid)
    if key is None:
        raise ValueError(f"not a global id: {gid!r}")
    return key
