"""Connections: every record once, forward and backward, whatever comes and goes meanwhile."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from jono.sandbox.drafts import Line, OrderDraft
from jono.sandbox.kinds import ORDER
from jono.sandbox.orders import place
from jono.sandbox.paging import page_of_list, page_of_records, read_window
from jono.sandbox.search import read_search
from jono.sandbox.state import Record, State
from tests.stores import empty_store

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MUG = (Line(title="Mug", price=Decimal(10)),)
LINES: list[Record] = [{"id": f"gid://shopify/LineItem/{number}"} for number in range(10, 17)]


@pytest.fixture(scope="module")
def state() -> State:
    """Seven orders, of which several share a second."""
    store = empty_store()
    place(
        store,
        *[OrderDraft(lines=MUG, created_at=NOON + timedelta(seconds=each)) for each in (3, 1, 1, 2, 1, 0, 3)],
    )
    return store


def page(state: State, **window: Any) -> Record:
    return page_of_records(state, ORDER, "updated_at", read_search(None, ORDER), read_window(**window))


def names(connection: Record) -> list[str]:
    return [each["name"] for each in connection["nodes"]]


IN_ORDER = ["#1006", "#1002", "#1003", "#1005", "#1004", "#1001", "#1007"]


@pytest.mark.parametrize("size", range(1, 9))
@pytest.mark.parametrize("reverse", [False, True])
def test_forward_pages_hold_every_record_once(state: State, size: int, reverse: bool) -> None:
    met, after, more = [], None, True
    while more:
        found = page(state, first=size, after=after, reverse=reverse)
        met += names(found)
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert met == (IN_ORDER[::-1] if reverse else IN_ORDER)


@pytest.mark.parametrize("size", range(1, 9))
def test_backward_pages_hold_every_record_once(state: State, size: int) -> None:
    met: list[str] = []
    before, more = None, True
    while more:
        found = page(state, last=size, before=before)
        met = names(found) + met
        before, more = found["pageInfo"]["startCursor"], found["pageInfo"]["hasPreviousPage"]
    assert met == IN_ORDER


def test_a_page_knows_its_neighbours(state: State) -> None:
    first = page(state, first=3)["pageInfo"]
    assert (first["hasPreviousPage"], first["hasNextPage"]) == (False, True)
    middle = page(state, first=3, after=first["endCursor"])["pageInfo"]
    assert (middle["hasPreviousPage"], middle["hasNextPage"]) == (True, True)
    back = page(state, last=3, before=middle["startCursor"])["pageInfo"]
    assert (back["hasPreviousPage"], back["hasNextPage"]) == (False, True)


def test_a_cursor_outlives_its_record() -> None:
    state = empty_store()
    orders = place(
        state, *[OrderDraft(lines=MUG, created_at=NOON + timedelta(seconds=each)) for each in range(4)]
    )
    cursor = page(state, first=2)["pageInfo"]["endCursor"]
    state.remove(orders[1]["id"])
    assert names(page(state, first=2, after=cursor)) == ["#1003", "#1004"]


@given(st.integers(min_value=1, max_value=9), st.booleans())
def test_records_in_their_parent_are_paged_alike(size: int, reverse: bool) -> None:
    met, after, more = [], None, True
    while more:
        found = page_of_list(LINES, read_window(first=size, after=after, reverse=reverse))
        met += found["nodes"]
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert met == (LINES[::-1] if reverse else LINES)


def test_the_last_of_a_list_come_in_their_order() -> None:
    last = page_of_list(LINES, read_window(last=2))
    assert last["nodes"] == LINES[-2:]
    assert (
        page_of_list(LINES, read_window(last=9, before=last["pageInfo"]["startCursor"]))["nodes"]
        == LINES[:-2]
    )


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({}, "you must provide one of first or last"),
        ({"first": 1, "last": 1}, "both first and last"),
        ({"first": 251}, "first must be between"),
        ({"last": -1}, "last must be between"),
        ({"first": 1, "after": "!"}, "Invalid cursor"),
        ({"first": 1, "after": "e30="}, "Invalid cursor"),
        ({"first": 1, "after": "eyJsYXN0X2lkIjoxLCJsYXN0X3ZhbHVlIjpbXX0="}, "Invalid cursor"),
    ],
)
def test_windows_that_make_no_sense_are_refused(window: dict[str, Any], words: str) -> None:
    with pytest.raises(GraphQLError, match=words):
        read_window(**window)


def test_a_cursor_of_another_list_is_refused() -> None:
    cursor = page_of_list(LINES, read_window(first=1))["pageInfo"]["endCursor"]
    with pytest.raises(GraphQLError, match="Invalid cursor"):
        page_of_list(LINES[3:], read_window(first=1, after=cursor))
