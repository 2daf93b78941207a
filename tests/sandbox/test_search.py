"""Search texts as the real store reads them, also where it reads them wrong."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from jono.sandbox.drafts import Line, OrderDraft, Person
from jono.sandbox.kinds import CUSTOMER, ORDER
from jono.sandbox.orders import place
from jono.sandbox.search import read_search
from jono.sandbox.state import State
from tests.stores import empty_store

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def state() -> State:
    """Three orders: an open one of Aino's, an archived one of Eero's, a cancelled one of nobody's."""
    store = empty_store()
    mug = (Line(title="Mug", price=Decimal(10)),)
    hour = timedelta(hours=1)
    aino, eero = (
        Person(first_name="Aino", email="Aino@fi.example"),
        Person(first_name="Eero", email="eero@fi.example"),
    )
    place(
        store,
        OrderDraft(lines=mug, created_at=NOON, customer=aino),
        OrderDraft(lines=mug, created_at=NOON + hour, closed_at=NOON + 2 * hour, customer=eero),
        OrderDraft(
            lines=mug, created_at=NOON + 3 * hour, cancelled_at=NOON + 3 * hour, financial_status="VOIDED"
        ),
    )
    return store


def found(state: State, text: str | None) -> Sequence[str]:
    condition = read_search(text, ORDER)
    assert condition.warnings == ()
    select = f"SELECT json_extract(body, '$.name') FROM record WHERE kind = 'Order' AND ({condition.sql}) ORDER BY id"
    return [row[0] for row in state.rows(select, condition.values)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (None, ["#1001", "#1002", "#1003"]),
        ("", ["#1001", "#1002", "#1003"]),
        ("updated_at:>'2026-03-01T12:00:00Z'", ["#1002", "#1003"]),
        ("updated_at:>='2026-03-01T12:00:00Z'", ["#1001", "#1002", "#1003"]),
        ("updated_at:>='2026-03-01T15:00:00+02:00'", ["#1002", "#1003"]),
        ('updated_at:<"2026-03-01T14:00:00Z"', ["#1001"]),
        ("created_at:<=2026-03-01T13:00:00Z", ["#1001", "#1002"]),
        ("updated_at:>2026-03-01", ["#1001", "#1002", "#1003"]),
        ("status:open", ["#1001"]),
        ("status:closed", ["#1002"]),
        ("status:cancelled", ["#1003"]),
        ("status:not_closed", ["#1001", "#1003"]),
        ("-status:open", ["#1002", "#1003"]),
        ("NOT status:open", ["#1002", "#1003"]),
        ("status:open OR status:closed", ["#1001", "#1002"]),
        ("status:any AND updated_at:>'2026-03-01T14:30:00Z'", ["#1003"]),
        ("name:1002", ["#1002"]),
        ("name:#1002", ["#1002"]),
        ("name:100*", ["#1001", "#1002", "#1003"]),
        ("email:AINO@fi.example", ["#1001"]),
        ("id:5500000002", ["#1002"]),
        ("id:>5500000001", ["#1002", "#1003"]),
        ("financial_status:voided", ["#1003"]),
        ("1003", ["#1003"]),
    ],
)
def test_a_search_finds_what_it_says(state: State, text: str | None, names: list[str]) -> None:
    assert found(state, text) == names


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("updatet_at:>2026-03-01", "updatet_at"),
        ("updated_at:>yesterday", "updated_at"),
        ("status:openish", "status"),
        ("id:>many", "id"),
        ("name:>1001", "name"),
    ],
)
def test_a_term_that_is_not_understood_is_left_out_with_a_warning(
    state: State, text: str, field: str
) -> None:
    condition = read_search(f"{text} status:open", ORDER)
    assert [warning[0] for warning in condition.warnings] == [field]
    assert condition.sql == read_search("status:open", ORDER).sql


def test_what_is_searched_never_reaches_the_database_as_sql(state: State) -> None:
    assert found(state, "name:'x\"; DROP TABLE record; --'") == []
    assert len(found(state, None)) == 3


def test_customers_are_found_by_their_address(state: State) -> None:
    condition = read_search("email:aino@fi.example", CUSTOMER)
    rows = state.rows(
        f"SELECT id FROM record WHERE kind = 'Customer' AND ({condition.sql})", condition.values
    )
    assert len(rows) == 1
