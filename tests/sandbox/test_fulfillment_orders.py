"""Fulfilment orders held, moved, split and handed to a fulfilment service; stock goes where they go."""

from collections.abc import Iterator
from typing import Any

import pytest

from jono.sandbox.server import open_store
from jono.sandbox.shop import TILL, WAREHOUSE, open_location
from jono.sandbox.state import Record, State
from jono.sandbox.stock import level_at, quantity
from tests.sandbox.callers import Asker
from tests.sandbox.test_order_mutations import buy, now, ship, variant

HOLD = """mutation H($id: ID!, $hold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
  fulfillmentHold { id reason handle } remainingFulfillmentOrder { id }
  fulfillmentOrder { status fulfillmentHolds { reason } supportedActions { action } lineItems(first: 5) { nodes {
    totalQuantity remainingQuantity } } }
  userErrors { code message } } }"""
RELEASE = """mutation R($id: ID!, $holds: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) {
  fulfillmentOrder { status } userErrors { code } } }"""
MOVE = """mutation M($id: ID!, $to: ID!, $lines: [FulfillmentOrderLineItemInput!]) {
  fulfillmentOrderMove(id: $id, newLocationId: $to, fulfillmentOrderLineItems: $lines) {
    movedFulfillmentOrder { id assignedLocation { location { id } }
      lineItems(first: 5) { nodes { remainingQuantity } } }
    originalFulfillmentOrder { id status } remainingFulfillmentOrder { id } userErrors { code message } } }"""
SPLIT = """mutation S($splits: [FulfillmentOrderSplitInput!]!) {
  fulfillmentOrderSplit(fulfillmentOrderSplits: $splits) {
  fulfillmentOrderSplits { fulfillmentOrder { id } remainingFulfillmentOrder { id lineItems(first: 5) { nodes {
    totalQuantity } } } } userErrors { code message } } }"""
SUBMIT = """mutation S($id: ID!) { fulfillmentOrderSubmitFulfillmentRequest(id: $id) {
  submittedFulfillmentOrder { requestStatus status } userErrors { message } } }"""
ASSIGNED = "{ assignedFulfillmentOrders(first: 5, assignmentStatus: FULFILLMENT_REQUESTED) { nodes { id } } }"


@pytest.fixture
def state() -> Iterator[State]:
    state = open_store(orders=0)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def asked_of(state: State, order: Record) -> Record:
    return state.find(order["fulfillmentOrders"][0]) or {}


def some(asked: Record, count: int) -> list[dict[str, Any]]:
    return [{"id": asked["lineItems"][0]["id"], "quantity": count}]


def committed(state: State, location: str) -> int:
    level = level_at(state.find(variant(state)["inventoryItem"]) or {}, location)
    return quantity(level, "committed") if level else 0


def test_what_is_held_is_not_shipped_until_every_hold_is_released(state: State, ask: Asker) -> None:
    order = buy(state)
    id = asked_of(state, order)["id"]
    first = ask.data(HOLD, id=id, hold={"reason": "INCORRECT_ADDRESS", "handle": "address"})
    assert first["fulfillmentOrder"]["status"] == "ON_HOLD"
    assert first["fulfillmentOrder"]["supportedActions"][0] == {"action": "RELEASE_HOLD"}
    [error] = ship(ask, order)["userErrors"]
    assert "unfulfillable status= on_hold" in error["message"]
    again = {"reason": "OTHER", "handle": "address"}
    assert ask.refused(HOLD, id=id, hold=again)[0][0] == "DUPLICATE_FULFILLMENT_HOLD_HANDLE"
    ask.data(HOLD, id=id, hold={"reason": "OTHER", "handle": "more"})
    released = ask.data(RELEASE, id=id, holds=[first["fulfillmentHold"]["id"]])
    assert released["fulfillmentOrder"] == {"status": "ON_HOLD"}
    assert ask.data(RELEASE, id=id)["fulfillmentOrder"] == {"status": "OPEN"}
    assert ship(ask, order)["userErrors"] == []
    assert ask.refused(HOLD, id=id, hold={"reason": "OTHER"})[0][0] == "TAKEN"


def test_some_lines_are_held_and_the_rest_can_be_shipped(state: State, ask: Asker) -> None:
    order = buy(state)
    asked = asked_of(state, order)
    hold = {"reason": "INVENTORY_OUT_OF_STOCK", "fulfillmentOrderLineItems": some(asked, 2)}
    held = ask.data(HOLD, id=asked["id"], hold=hold)
    assert held["fulfillmentOrder"]["lineItems"]["nodes"] == [{"totalQuantity": 2, "remainingQuantity": 2}]
    rest = held["remainingFulfillmentOrder"]["id"]
    assert now(state, order)["fulfillmentOrders"] == [asked["id"], rest]
    ship(ask, order | {"fulfillmentOrders": [rest]})
    assert now(state, order)["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert now(state, order)["lineItems"][0]["unfulfilledQuantity"] == 2
    [error] = ask.refused(HOLD, id=rest, hold=hold)
    assert error[0] == "TAKEN"


def test_what_is_moved_is_shipped_and_set_aside_elsewhere(state: State, ask: Asker) -> None:
    order, before = buy(state), committed(state, TILL)
    asked = asked_of(state, order)
    moved = ask.data(MOVE, id=asked["id"], to=TILL, lines=some(asked, 2))
    assert moved["movedFulfillmentOrder"]["assignedLocation"]["location"] == {"id": TILL}
    assert moved["remainingFulfillmentOrder"] == {"id": asked["id"]}
    assert (committed(state, WAREHOUSE), committed(state, TILL)) == (3, before + 2)
    ship(ask, order | {"fulfillmentOrders": [moved["movedFulfillmentOrder"]["id"]]})
    assert committed(state, TILL) == before
    whole = ask.data(MOVE, id=asked["id"], to=TILL)
    assert whole["movedFulfillmentOrder"]["id"] == asked["id"]
    assert committed(state, WAREHOUSE) == 0
    assert ask.refused(MOVE, id=asked["id"], to=TILL)[0][1].endswith("already assigned to that location.")
    nowhere = open_location(state, "Satama")["id"]
    assert ask.refused(MOVE, id=asked["id"], to=nowhere)[0][1].startswith("None of the items are stocked")


def test_what_is_left_of_one_begun_moves_as_a_new_one(state: State, ask: Asker) -> None:
    order = buy(state)
    asked = asked_of(state, order)
    ship(ask, order, 1)
    moved = ask.data(MOVE, id=asked["id"], to=TILL)
    assert moved["originalFulfillmentOrder"] == {"id": asked["id"], "status": "CLOSED"}
    assert moved["movedFulfillmentOrder"]["lineItems"]["nodes"] == [{"remainingQuantity": 4}]
    ship(ask, order | {"fulfillmentOrders": [moved["movedFulfillmentOrder"]["id"]]})
    assert now(state, order)["displayFulfillmentStatus"] == "FULFILLED"


def test_a_fulfilment_order_is_split_by_its_lines(state: State, ask: Asker) -> None:
    asked = asked_of(state, buy(state))
    splits = [{"fulfillmentOrderId": asked["id"], "fulfillmentOrderLineItems": some(asked, 2)}]
    [done] = ask.data(SPLIT, splits=splits)["fulfillmentOrderSplits"]
    assert done["remainingFulfillmentOrder"]["lineItems"]["nodes"] == [{"totalQuantity": 2}]
    for wrong in (9, 3):  # more than there are, and all that are left
        splits[0]["fulfillmentOrderLineItems"] = some(asked, wrong)
        assert ask.refused(SPLIT, splits=splits)[0][0] == "INVALID_LINE_ITEM_QUANTITY"


def test_a_fulfilment_service_is_asked_accepts_and_is_asked_to_stop(state: State, ask: Asker) -> None:
    service = open_location(state, "Satama", fulfillment_service=True)["id"]
    activate = """mutation A($item: ID!, $to: ID!, $key: String!) {
      inventoryActivate(inventoryItemId: $item, locationId: $to, available: 9) @idempotent(key: $key) {
        userErrors { message } } }"""
    ask.data(activate, item=variant(state)["inventoryItem"], to=service, key="1")
    order = buy(state)
    id = asked_of(state, order)["id"]
    assert ask.refused(SUBMIT, id=id) == ["The fulfillment order is not in a state that can be submitted."]
    ask.data(MOVE, id=id, to=service)
    submitted = ask.data(SUBMIT, id=id)["submittedFulfillmentOrder"]
    assert submitted == {"requestStatus": "SUBMITTED", "status": "OPEN"}
    assert ask.data(ASSIGNED)["nodes"] == [{"id": id}]
    told = [
        answer(ask, name, id)
        for name in ("AcceptFulfillmentRequest", "SubmitCancellationRequest", "RejectCancellationRequest")
    ]
    assert told == [
        ("ACCEPTED", "IN_PROGRESS"), ("CANCELLATION_REQUESTED", "IN_PROGRESS"),
        ("CANCELLATION_REJECTED", "IN_PROGRESS"),
    ]  # fmt: skip
    assert answer(ask, "AcceptFulfillmentRequest", id) is None
    assert ask.refused(MOVE, id=id, to=TILL)[0][1] == "Fulfillment order is not in a state that can be moved."
    assert ship(ask, order)["userErrors"] == []


def answer(ask: Asker, name: str, id: str) -> tuple[str, str] | None:
    text = f"mutation A($id: ID!) {{ fulfillmentOrder{name}(id: $id) {{ fulfillmentOrder {{ requestStatus status }}"
    found = ask.data(f"{text} userErrors {{ message }} }} }}", id=id)["fulfillmentOrder"]
    return (found["requestStatus"], found["status"]) if found else None
