"""What comes from a bulk file: the same records as from pages, whole and typed alike, however its pieces fall."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from jono.kit.errors import RetryLater, UserError
from jono.sandbox.drafts import Line, OrderDraft, Person, Shipping, Tax
from jono.sandbox.orders import place
from jono.sandbox.state import State
from jono.shopify.bulk import files
from jono.shopify.bulk.files import ExpiredError, open_lines
from jono.shopify.bulk.form import BulkForm, bulk_form
from jono.shopify.bulk.operations import BulkState, cancel, find, is_under_way, look, start_query
from jono.shopify.bulk.reading import UnreadableFileError, open_records, put_together
from jono.shopify.client import Store
from jono.shopify.operations import Operation, operations
from jono.shopify.records import Order
from jono.shopify.schema import admin_schema
from tests.stores import TOKEN, empty_store, served

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = uuid.UUID(int=7)
VAT = Tax(title="ALV 25.5%", rate=Decimal("0.255"))
FORM = BulkForm("", "Order", {"Order": {"LineItem": "lineItems", "ShippingLine": "shippingLines"}})


@pytest.fixture
def state() -> Iterator[State]:
    state = empty_store()
    yield state
    state.close()


@pytest.fixture
def store(state: State) -> Iterator[Store]:
    with served(state) as address, Store(address, TOKEN, may_change=lambda: None) as store:
        yield store


def orders() -> list[OrderDraft]:
    """One of each kind: short, longer than a page has room for, with and without what may be missing."""
    aino = Person(first_name="Aino", last_name="Virtanen", email="aino.virtanen@example.fi")
    mug = Line(title="Mug", price=Decimal("12.55"))
    posti = Shipping(title="Posti", price=Decimal("5.90"))
    return [
        OrderDraft(lines=(mug,), taxes=(VAT,), created_at=NOON),
        OrderDraft(lines=(mug,) * 23, taxes=(VAT,), created_at=NOON, customer=aino),
        OrderDraft(lines=(mug,), taxes=(VAT,), created_at=NOON, shipping=(posti,) * 4, tip=Decimal("2.00")),
    ]


def form_of_orders() -> BulkForm:
    return bulk_form(operations()["Orders"], {"query": "status:open"}, KEY)


def prepared(store: Store, state: State) -> BulkState:
    """The store's file of all its orders."""
    told = start_query(store, form_of_orders().text, KEY, datetime.now(UTC))
    state.clock.advance(60)
    while is_under_way(told):
        told = look(store, told.id) or told
    return told


def test_orders_are_the_same_from_a_file_from_pages_and_by_their_ids(state: State, store: Store) -> None:
    place(state, *orders())
    told = prepared(store, state)
    with open_records(form_of_orders(), Order, told, store.address) as records:
        from_file = [each.record for each in records]
    pages = [order for page in store.orders_updated_since() for order in page.orders]
    singly = [order for page in store.single_orders_updated_since(page_size=2) for order in page.orders]
    assert from_file == pages == singly
    assert [order.model_dump_json() for order in from_file] == [order.model_dump_json() for order in singly]
    assert [len(order.line_items.nodes) for order in from_file] == [1, 23, 2]


def test_a_bulk_form_fits_the_schema_and_says_its_key() -> None:
    form = form_of_orders()
    assert validate(admin_schema(), parse(form.text)) == []
    assert (KEY.hex in form.text, form.root, form.nests) == (True, FORM.root, FORM.nests)
    assert 'query: "status:open"' in form.text
    assert "first" not in form.text.split("{", 2)[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("query A { shop { name } }", "0 connections"),
        ("query A { orders(first: 1) { nodes { customer { addressesV2(first: 1) { nodes { city } } } } } }", "plain"),
        ("query A { orders(first: 1) { nodes { id a: lineItems(first: 1) { nodes { id } } "
         "b: lineItems(first: 1) { nodes { id } } } } }", "told from others"),
    ],
)  # fmt: skip
def test_what_has_no_bulk_form_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        bulk_form(Operation("A", text, 1), {}, KEY)


def test_an_operation_is_found_by_its_key(store: Store) -> None:
    asked_at = datetime.now(UTC)
    assert find(store, KEY, asked_at) is None
    begun = start_query(store, form_of_orders().text, KEY, asked_at)
    found = find(store, KEY, asked_at)
    assert found and found.id == begun.id
    assert find(store, uuid.uuid4(), asked_at) is None


def test_what_has_ended_needs_no_cancelling(state: State, store: Store) -> None:
    told = prepared(store, state)
    cancel(store, told.id)
    ended = look(store, told.id)
    assert ended and ended.status == "COMPLETED"


def test_an_address_that_holds_no_longer_is_told_from_a_bad_line(state: State, store: Store) -> None:
    place(state, *orders())
    told = prepared(store, state)
    state.clock.advance(timedelta(days=8).total_seconds())
    with pytest.raises(ExpiredError), open_lines(told.url or "", store.address, 0, None):
        pass


def test_a_file_at_an_address_that_is_not_encrypted_is_left_alone() -> None:
    with (
        pytest.raises(UserError, match="not encrypted"),
        open_lines("http://x.test/f", "https://y.test", 0, 1),
    ):
        pass


def line(id: str, kind: str, parent: str | None = None) -> dict[str, Any]:
    return {"id": id, "__typename": kind} | ({"__parentId": parent} if parent else {})


records_of_lines = st.lists(
    st.lists(st.sampled_from(["LineItem", "ShippingLine"]), max_size=4), min_size=1, max_size=6
)


def file_of(records: list[list[str]]) -> bytes:
    lines = []
    for number, children in enumerate(records):
        lines.append(line(f"o{number}", "Order"))
        lines += [line(f"o{number}c{place}", kind, f"o{number}") for place, kind in enumerate(children)]
    return b"".join(json.dumps(each).encode() + b"\n" for each in lines)


def read(
    content: bytes, cuts: list[int], start: int = 0, size: int | None = None
) -> list[tuple[Any, int, int]]:
    """Put records together from a file that arrives in pieces cut there, from `start` on."""
    edges = sorted({start, len(content), *(cut for cut in cuts if start < cut < len(content))})
    pieces = (content[a:b] for a, b in pairwise(edges))
    whole = len(content) if size is None else size
    return list(put_together(files._lines(pieces, start, whole, ""), FORM, start))


@given(records_of_lines, st.lists(st.integers(0, 2000)))
def test_records_come_whole_however_the_pieces_fall(records: list[list[str]], cuts: list[int]) -> None:
    found = read(file_of(records), cuts)
    assert [
        [len(root["lineItems"]["nodes"]), len(root["shippingLines"]["nodes"])] for root, _, _ in found
    ] == [[children.count("LineItem"), children.count("ShippingLine")] for children in records]
    assert [lines for _, _, lines in found] == [1 + len(children) for children in records]


@given(records_of_lines, st.lists(st.integers(0, 2000)), st.integers(0, 5))
def test_reading_on_from_a_position_gives_the_rest(
    records: list[list[str]], cuts: list[int], read_before: int
) -> None:
    content = file_of(records)
    found = read(content, cuts)
    position = found[min(read_before, len(found)) - 1][1] if read_before else 0
    assert read(content, cuts, position) == found[min(read_before, len(found)) :]


@given(records_of_lines, st.data())
def test_a_file_cut_anywhere_yields_no_half_record_and_is_never_taken_for_whole(
    records: list[list[str]], data: st.DataObject
) -> None:
    content = file_of(records)
    cut = data.draw(st.integers(0, len(content) - 1))
    whole = read(content, [])
    found = []
    with pytest.raises(RetryLater):
        pieces = iter([content[:cut]])
        for each in put_together(files._lines(pieces, 0, len(content), ""), FORM):
            found.append(each)  # noqa: PERF402 - what came before the break counts
    assert found == whole[: len(found)]


@pytest.mark.parametrize(
    "content",
    [b"{oops\n", b"[1]\n", json.dumps(line("c", "LineItem", "nobody")).encode() + b"\n"],
    ids=["no JSON", "no object", "an orphan"],
)
def test_what_no_bulk_operation_writes_is_said_to_be_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(content, [])


def test_of_a_partial_file_the_last_record_and_a_cut_line_are_left_out() -> None:
    content = file_of([["LineItem"], ["LineItem"]])[:-5]
    lines = files._lines(iter([content]), 0, None, "")
    assert [root["id"] for root, _, _ in put_together(lines, FORM, partial=True)] == ["o0"]
