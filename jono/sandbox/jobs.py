"""What the store does after it has answered: jobs, carried out one after the other by its background work."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from jono.sandbox.state import State

Do = Callable[[str, dict[str, Any]], None]
"""Carries out a job, given its name and arguments."""


def start(state: State, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Leave a job to the background work; return it as an answer tells it."""
    id = f"gid://shopify/Job/{uuid4()}"
    due = state.clock.seconds()
    state.write("INSERT INTO job VALUES (?, ?, ?, ?, 0)", (id, name, json.dumps(arguments), due))
    return {"id": id, "done": False}


def find(state: State, id: str) -> dict[str, Any] | None:
    """Return a job as an answer tells it; None for one that the store does not know."""
    rows = state.rows("SELECT done FROM job WHERE id = ?", (id,))
    return {"id": id, "done": bool(rows[0][0])} if rows else None


def next_due(state: State) -> float | None:
    """Return when the next job is due, in seconds of the store's clock; None when none waits."""
    due = state.rows("SELECT min(due) FROM job WHERE NOT done")[0][0]
    return None if due is None else float(due)


def proceed(state: State, do: Do) -> int:
    """Carry out the jobs that are due, each whole; return how many there were."""
    waiting = state.rows(
        "SELECT id, name, arguments FROM job WHERE NOT done AND due <= ? ORDER BY due, rowid",
        (state.clock.seconds(),),
    )
    for id, name, arguments in waiting:
        with state.writing():
            do(name, json.loads(arguments))
            state.write("UPDATE job SET done = 1 WHERE id = ?", (id,))
    return len(waiting)
