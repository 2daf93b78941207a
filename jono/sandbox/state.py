"""What the sandbox store remembers: records as JSON, in one SQLite file or in memory."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
CREATE TABLE IF NOT EXISTS file (name TEXT NOT NULL, part INTEGER NOT NULL, content BLOB, PRIMARY KEY (name, part));
"""
_PUT = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"
_KEPT_IN_MEMORY = 20_000
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
        clock_set = self.setting("clock")
        if clock_set and clock is None:
            self.clock.advance(clock_set["ahead"])
            self.clock.run(clock_set["speed"])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep all that is written inside, or none of it; one inside another may fail by itself."""
        with self.lock:
            inner = self._database.in_transaction
            begin, keep, undo = _INNER if inner else _OUTER
            self._database.execute(begin)
            try:
                yield
            except BaseException:
                for statement in undo:
                    self._database.execute(statement)
                self._read.clear()
                raise
            self._database.execute(keep)

    def put(self, records: Iterable[Record]) -> None:
        """Keep records, all or none; one of the same id is replaced."""
        with self.writing():
            for record in records:
                kind, number = _key(record["id"])
                times = [record.get(name) for name in ("createdAt", "updatedAt", "processedAt")]
                body = json.dumps(record, separators=(",", ":"))
                self._database.execute(_PUT, (kind, number, *times, body))
                self._read.pop(record["id"], None)

    def find(self, gid: str) -> Record | None:
        """Return the record of that id, or None. It is shared: to change it, `put` a changed copy."""
        with self.lock:
            return self._read.get(gid) or self._look_up(gid)

    def remove(self, gid: str) -> bool:
        """Forget a record; False when there was none."""
        kind, number = _key(gid)
        with self.writing():
            self._read.pop(gid, None)
            done = self._database.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, number))
            return done.rowcount > 0

    def all(self, kind: str) -> list[Record]:
        """Return every record of a kind by its id."""
        rows = self.rows("SELECT body FROM record WHERE kind = ? ORDER BY id", (kind,))
        return [self.open(kind, body) for (body,) in rows]

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows of a query on the tables."""
        with self.lock:
            return self._database.execute(query, values).fetchall()

    def count(self, kind: str) -> int:
        """How many records of a kind there are."""
        return int(self.rows("SELECT count(*) FROM record WHERE kind = ?", (kind,))[0][0])

    def take_numbers(self, series: str, first: int, how_many: int) -> range:
        """Return the next numbers of a series that begins at `first`; a number is never given twice."""
        take = "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + ? RETURNING value"
        with self.writing():
            row = self._database.execute(take, (series, first + how_many, how_many)).fetchone()
        return range(row[0] - how_many, row[0])

    def setting(self, name: str, default: Any = None) -> Any:
        """Return what was set under that name, else `default`."""
        rows = self.rows("SELECT value FROM setting WHERE name = ?", (name,))
        return json.loads(rows[0][0]) if rows else default

    def set(self, name: str, value: object) -> None:
        """Keep a setting, as JSON."""
        self.write("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    def write(self, statement: str, values: Sequence[object] = ()) -> int:
        """Carry out a statement on a table of its own; return how many rows it changed."""
        with self.writing():
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

    def _look_up(self, gid: str) -> Record | None:
        kind, number = read_gid(gid) or ("", 0)
        rows = self.rows("SELECT body FROM record WHERE kind = ? AND id = ?", (kind, number))
        if not rows:
            return None
        found = self.open(kind, rows[0][0])
        if (
            kind != "Order" and len(self._read) < _KEPT_IN_MEMORY
        ):  # orders are many, large and seldom asked twice
            self._read[gid] = found
        return found

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
