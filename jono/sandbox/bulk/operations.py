"""Bulk operations from their start to their end, by the store's clock; five of a kind may run at once."""

from collections.abc import Callable
from typing import Any

from jono.sandbox import stored_files
from jono.sandbox.events import announce
from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

AT_ONCE = 5
URL_SECONDS = 7 * 24 * 3600
STARTING_SECONDS = 0.5
OBJECTS_A_SECOND = 10_000
FIRST_OPERATION_ID = 4_400_000_001
_RUNNING = ("CREATED", "RUNNING", "CANCELING")

Work = Callable[[State, Record], Record]
"""Does a piece of an operation's work and returns it changed; `_whole` once nothing is left."""


def running(state: State, kind: str) -> list[Record]:
    """Return the operations of a kind (QUERY or MUTATION) that have not ended."""
    return [
        each for each in state.all("BulkOperation") if each["type"] == kind and each["status"] in _RUNNING
    ]


def start(state: State, kind: str, text: str, **own: Any) -> Record:
    """Make a new operation; `own` is what its work will need to know, by names with an underscore."""
    [number] = state.take_numbers("BulkOperation", FIRST_OPERATION_ID, 1)
    operation = {
        "id": gid("BulkOperation", number),
        "type": kind,
        "status": "CREATED",
        "errorCode": None,
        "query": text,
        "objectCount": "0",
        "rootObjectCount": "0",
        "fileSize": None,
        "createdAt": time_text(state.now()),
        "completedAt": None,
        "_file": f"bulk-{number}.jsonl",
        "_began": state.clock.seconds(),
        "_whole": False,
        **own,
    }
    state.put([operation])
    return operation


def cancel(state: State, operation: Record) -> Record:
    """Ask an operation to stop."""
    canceling = operation | {"status": "CANCELING"}
    state.put([canceling])
    return canceling


def proceed(state: State, work: dict[str, Work]) -> float | None:
    """Go on with all operations; return when the next one is due, in seconds of the store's clock."""
    due: list[float] = []
    for operation in state.all("BulkOperation"):
        if operation["status"] in _RUNNING:
            ends_at = _go_on(state, operation, work[operation["type"]])
            due += [] if ends_at is None else [ends_at]
        elif operation["status"] == "COMPLETED" and _is_old(state, operation):
            stored_files.remove(state, operation["_file"])
            state.put([operation | {"status": "EXPIRED"}])
    return min(due, default=None)


def file_of(state: State, operation: Record, status: str) -> str | None:
    """Return the name of an operation's file while it can be fetched, if its status is that."""
    fetchable = operation["status"] == status and operation["fileSize"] not in (None, "0")
    return operation["_file"] if fetchable and not _is_old(state, operation) else None


def _go_on(state: State, operation: Record, work: Work) -> float | None:
    if operation["status"] == "CANCELING":
        _end(state, operation, "CANCELED")
        return None
    if not operation["_whole"]:
        with state.lock:  # it may have been cancelled meanwhile
            current = state.find(operation["id"]) or operation
            if current["status"] == "CANCELING":
                return state.clock.seconds()
            with state.writing():
                operation = work(state, current | {"status": "RUNNING"})
                state.put([operation])
        if not operation["_whole"]:
            return state.clock.seconds()
    ends_at = operation["_began"] + STARTING_SECONDS + int(operation["objectCount"]) / OBJECTS_A_SECOND
    if state.clock.seconds() < ends_at:
        return float(ends_at)
    _end(state, operation, "FAILED" if operation["errorCode"] else "COMPLETED")
    return None


def _end(state: State, operation: Record, status: str) -> None:
    size = stored_files.size(state, operation["_file"])
    ended = operation | {
        "status": status,
        "completedAt": time_text(state.now()),
        "fileSize": str(size) if size else None,
        "_until": state.clock.seconds() + URL_SECONDS,
    }
    with state.writing():
        state.put([ended])
        announce(state, "BULK_OPERATIONS_FINISH", ended)


def _is_old(state: State, operation: Record) -> bool:
    return bool(state.clock.seconds() >= operation.get("_until", 0))
