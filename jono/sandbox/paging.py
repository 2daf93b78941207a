"""Shopify's connections: forward and backward, with opaque cursors that stay good while records come and go."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from jono.sandbox.gids import read_gid
from jono.sandbox.kinds import Kind
from jono.sandbox.search import Condition
from jono.sandbox.state import Record, State

PAGE_LIMIT = 250


@dataclass(frozen=True)
class Window:
    """The part of a connection that a query asks for."""

    size: int
    backward: bool
    cursor: tuple[int, Any] | None  # the id and sort value to begin after; going backward, before
    reverse: bool

    @property
    def descending(self) -> bool:
        """Whether records are read from the end of their order."""
        return self.backward != self.reverse


def read_window(
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    reverse: bool | None = None,
) -> Window:
    """Return what a connection's arguments mean; GraphQLError in the store's words when they contradict."""
    if (first is None) == (last is None):
        raise GraphQLError(
            "you must provide one of first or last"
            if first is None
            else "providing both first and last is not supported"
        )
    size = first if first is not None else last or 0
    if not 0 <= size <= PAGE_LIMIT:
        raise GraphQLError(f"{'first' if last is None else 'last'} must be between 0 and {PAGE_LIMIT}")
    cursor = after if first is not None else before
    return Window(size, first is None, read_cursor(cursor) if cursor else None, bool(reverse))


def cursor_of(number: int, value: object) -> str:
    """Return the cursor of a record: its id, and the value it was sorted by."""
    text = json.dumps({"last_id": number, "last_value": value}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def read_cursor(cursor: str) -> tuple[int, Any]:
    """Return the id and sort value in a cursor."""
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor))
        number, value = int(found["last_id"]), found["last_value"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise _wrong_cursor() from None
    if not isinstance(value, str | int | float):
        raise _wrong_cursor()
    return number, value


def page_of_records(state: State, kind: Kind, sort: str, condition: Condition, window: Window) -> Record:
    """Return the page of a root connection: the records of a kind that meet a condition, sorted."""
    where = f"kind = ? AND ({condition.sql})"
    values: list[object] = [kind.name, *condition.values]
    began = ""
    if window.cursor:
        number, value = window.cursor
        began = f" AND ({sort}, id) {'<' if window.descending else '>'} (?, ?)"
        values += [value, number]
    direction = "DESC" if window.descending else "ASC"
    select = (
        f"SELECT id, {sort}, body FROM record WHERE {where}{began} "  # noqa: S608 - values are bound
        f"ORDER BY {sort} {direction}, id {direction} LIMIT ?"
    )
    rows = state.rows(select, [*values, window.size + 1])
    nodes = [state.open(kind.name, body) for _, _, body in rows[: window.size]]
    cursors = [cursor_of(number, value) for number, value, _ in rows[: window.size]]
    return _page(nodes, cursors, window, more=len(rows) > window.size)


def page_of_list(records: Sequence[Record], window: Window) -> Record:
    """Return the page of a connection whose records stand in their parent."""
    ordered = list(reversed(records)) if window.descending else list(records)
    numbers = [_number(record) for record in ordered]
    start = 0
    if window.cursor:
        if window.cursor[0] not in numbers:
            raise _wrong_cursor()
        start = numbers.index(window.cursor[0]) + 1
    end = start + window.size
    cursors = [cursor_of(number, number) for number in numbers[start:end]]
    return _page(ordered[start:end], cursors, window, more=end < len(ordered))


def _page(nodes: list[Record], cursors: list[str], window: Window, more: bool) -> Record:
    """The connection itself. A page that begins at a cursor has a neighbour on that side: the cursor's record."""
    if window.backward:
        nodes, cursors = nodes[::-1], cursors[::-1]
    begun = window.cursor is not None
    return {
        "nodes": nodes,
        "cursors": cursors,
        "pageInfo": {
            "hasNextPage": begun if window.backward else more,
            "hasPreviousPage": more if window.backward else begun,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _number(record: Record) -> int:
    _, number = read_gid(record["id"]) or ("", 0)
    return number


def _wrong_cursor() -> GraphQLError:
    return GraphQLError("Invalid cursor for current pagination sort.")
