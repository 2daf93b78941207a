"""What an app does with orders: ships, takes and gives back money, closes, cancels; stock moves with it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from jono.sandbox.drafts import Line, OrderDraft, Shipping, Tax
from jono.sandbox.orders import place
from jono.sandbox.server import open_store
from jono.sandbox.shop import WAREHOUSE
from jono.sandbox.state import Record, State
from jono.sandbox.stock import level_at, quantity
from tests.sandbox.callers import Asker

SHIP = """mutation F($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) {
  fulfillment { id name status totalQuantity trackingInfo(first: 5) { company number url }
    fulfillmentLineItems(first: 5) { nodes { quantity lineItem { unfulfilledQuantity } } } }
  userErrors { field message } } }"""
CANCEL = """mutation C($id: ID!, $restock: Boolean!, $method: OrderCancelRefundMethodInput) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: $restock, refundMethod: $method) {
    job { id done } orderCancelUserErrors { code message } } }"""
REFUND = """mutation R($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) {
  refund { id totalRefundedSet { shopMoney { amount } } refundLineItems(first: 5) { nodes {
    quantity restockType subtotalSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } } } }
  order { displayFinancialStatus } userErrors { field message } } }"""
PAID = "mutation P($id: ID!) { orderMarkAsPaid(input: {id: $id}) { order { fullyPaid } userErrors { message } } }"


@pytest.fixture
def state() -> Iterator[State]:
    state = open_store(orders=0)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def variant(state: State) -> Record:
    """A variant whose stock is counted."""
    items = (each for each in state.all("InventoryItem") if each["tracked"])
    return state.find(next(items)["variant"]) or {}


def stock(state: State) -> dict[str, int]:
    item = state.find(variant(state)["inventoryItem"]) or {}
    level = level_at(item, WAREHOUSE) or {}
    return {name: quantity(level, name) for name in ("available", "committed", "on_hand")}


def buy(state: State, count: int = 5, **draft: Any) -> Record:
    alv = Tax(title="ALV 14%", rate=Decimal("0.14"))
    line = Line(variant=variant(state)["id"], quantity=count, price=Decimal("11.40"))
    [order] = place(state, OrderDraft(lines=(line,), taxes=(alv,), **draft))
    return order


def ship(ask: Asker, order: Record, count: int | None = None, **tracking: Any) -> Any:
    asked = ask.state.find(order["fulfillmentOrders"][0]) or {}
    lines = [{"id": asked["lineItems"][0]["id"], "quantity": count}] if count else None
    by_order = [{"fulfillmentOrderId": asked["id"], "fulfillmentOrderLineItems": lines}]
    wanted = {"lineItemsByFulfillmentOrder": by_order, "trackingInfo": tracking or None}
    return ask.data(SHIP, fulfillment=wanted)


def now(state: State, order: Record) -> Record:
    return state.find(order["id"]) or {}


def change_of_stock(state: State, before: dict[str, int]) -> tuple[int, ...]:
    return tuple(stock(state)[name] - before[name] for name in ("available", "committed", "on_hand"))


def test_an_order_sets_its_goods_aside_and_shipping_takes_them(state: State, ask: Asker) -> None:
    before = stock(state)
    order = buy(state)
    assert change_of_stock(state, before) == (-5, 5, 0)
    shipped = ship(
        ask, order, 2, company="Posti", numbers=["JJFI1", "JJFI2"], url="https://posti.example/JJFI1"
    )
    assert shipped["userErrors"] == []
    assert shipped["fulfillment"]["name"] == "#1001-F1"
    assert shipped["fulfillment"]["trackingInfo"] == [
        {"company": "Posti", "number": "JJFI1", "url": "https://posti.example/JJFI1"},
        {"company": "Posti", "number": "JJFI2", "url": None},
    ]
    assert change_of_stock(state, before) == (-5, 3, -2)
    assert now(state, order)["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    ship(ask, order)
    assert now(state, order)["displayFulfillmentStatus"] == "FULFILLED"
    assert change_of_stock(state, before) == (-5, 0, -5)
    assert (state.find(order["fulfillmentOrders"][0]) or {})["status"] == "CLOSED"


def test_an_order_that_came_shipped_has_its_fulfilment(state: State, ask: Asker) -> None:
    before = stock(state)
    order = buy(state, fulfillment_status="FULFILLED")
    assert change_of_stock(state, before) == (-5, 0, -5)
    assert len(order["fulfillments"]) == 1


@pytest.mark.parametrize(
    ("status", "asked", "left"),
    [
        ("UNFULFILLED", "OPEN", 5), ("FULFILLED", "CLOSED", 0), ("PARTIALLY_FULFILLED", "IN_PROGRESS", 3),
        ("ON_HOLD", "ON_HOLD", 5), ("SCHEDULED", "SCHEDULED", 5), ("IN_PROGRESS", "IN_PROGRESS", 5),
    ],
)  # fmt: skip
def test_orders_are_placed_in_every_state_of_fulfilment(
    state: State, status: str, asked: str, left: int
) -> None:
    order = buy(state, fulfillment_status=status)
    assert order["displayFulfillmentStatus"] == status
    assert order["lineItems"][0]["unfulfilledQuantity"] == left
    assert (state.find(order["fulfillmentOrders"][0]) or {})["status"] == asked
    with pytest.raises(ValueError, match="cannot be fulfilled in part"):
        buy(state, 1, fulfillment_status="PARTIALLY_FULFILLED")


@pytest.mark.parametrize("count", [6, -1])
def test_no_more_can_be_shipped_than_is_left(state: State, ask: Asker, count: int) -> None:
    order = buy(state)
    [error] = ship(ask, order, count)["userErrors"]
    assert error["message"] == "Invalid fulfillment order line item quantity requested."
    ship(ask, order)
    [error] = ship(ask, order)["userErrors"]
    assert "has an unfulfillable status= closed" in error["message"]


def test_a_cancelled_fulfilment_must_be_shipped_again(state: State, ask: Asker) -> None:
    order = buy(state)
    before = stock(state)
    id = ship(ask, order)["fulfillment"]["id"]
    cancel = "mutation C($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } userErrors { message } } }"
    assert ask.data(cancel, id=id)["fulfillment"] == {"status": "CANCELLED"}
    assert stock(state) == before
    assert now(state, order)["displayFulfillmentStatus"] == "UNFULFILLED"
    assert ask.refused(cancel, id=id) == ["Fulfillment is already cancelled."]
    assert ship(ask, order)["userErrors"] == []


def test_tracking_can_be_told_later(state: State, ask: Asker) -> None:
    id = ship(ask, buy(state))["fulfillment"]["id"]
    track = """mutation T($id: ID!, $tracking: FulfillmentTrackingInput!) {
      fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking) {
        fulfillment { trackingInfo(first: 1) { number } } userErrors { message } } }"""
    told = ask.data(track, id=id, tracking={"number": "JJFI9", "company": "Posti"})
    assert told["fulfillment"] == {"trackingInfo": [{"number": "JJFI9"}]}


def test_a_cancelled_order_gives_back_goods_and_money(state: State, ask: Asker) -> None:
    before = stock(state)
    order = buy(state)
    payload = ask.data(CANCEL, id=order["id"], restock=True, method={"originalPaymentMethodsRefund": True})
    assert payload == {"job": {"done": False, "id": payload["job"]["id"]}, "orderCancelUserErrors": []}
    assert now(state, order)["cancelledAt"] is None
    ask.work()
    job = "query J($id: ID!) { job(id: $id) { done } }"
    assert ask.data(job, id=payload["job"]["id"]) == {"done": True}
    cancelled = now(state, order)
    assert stock(state) == before
    assert (cancelled["cancelReason"], cancelled["displayFinancialStatus"]) == ("CUSTOMER", "REFUNDED")
    assert cancelled["transactions"][-1]["kind"] == "REFUND"
    assert [code for code, _ in ask.refused(CANCEL, id=order["id"], restock=True)] == ["INVALID"]
    assert [code for code, _ in ask.refused(CANCEL, id="gid://shopify/Order/1", restock=True)] == [
        "NOT_FOUND"
    ]


def test_an_unpaid_order_is_voided_and_a_shipped_one_not_cancelled(state: State, ask: Asker) -> None:
    unpaid = buy(state, financial_status="PENDING")
    ask.data(CANCEL, id=unpaid["id"], restock=False)
    ask.work()
    assert now(state, unpaid)["displayFinancialStatus"] == "VOIDED"
    shipped = buy(state)
    ship(ask, shipped, 1)
    assert ask.refused(CANCEL, id=shipped["id"], restock=True)


def test_an_order_is_marked_as_paid_once(state: State, ask: Asker) -> None:
    order = buy(state, financial_status="PENDING")
    assert ask.data(PAID, id=order["id"])["order"] == {"fullyPaid": True}
    assert now(state, order)["displayFinancialStatus"] == "PAID"
    assert now(state, order)["totalOutstandingSet"]["shopMoney"]["amount"] == "0.0"
    assert ask.refused(PAID, id=order["id"]) == ["Order cannot be marked as paid."]


def test_what_was_authorized_is_captured_in_parts(state: State, ask: Asker) -> None:
    order = buy(state, financial_status="AUTHORIZED")
    capture = """mutation C($input: OrderCaptureInput!) { orderCapture(input: $input) {
      transaction { kind amountSet { shopMoney { amount } } parentTransaction { id } } userErrors { message } } }"""
    wanted = {"id": order["id"], "parentTransactionId": order["transactions"][0]["id"], "amount": "20.00"}
    taken = ask.data(capture, input=wanted)["transaction"]
    assert (taken["kind"], taken["amountSet"]["shopMoney"]["amount"]) == ("CAPTURE", "20.0")
    assert now(state, order)["displayFinancialStatus"] == "PARTIALLY_PAID"
    assert ask.refused(capture, input=wanted | {"amount": "37.01"})
    ask.data(capture, input=wanted | {"amount": "37.00"})
    assert now(state, order)["displayFinancialStatus"] == "PAID"


def test_goods_that_come_back_are_refunded_and_for_sale_again(state: State, ask: Asker) -> None:
    order = buy(state, fulfillment_status="FULFILLED")
    before = stock(state)
    line = order["lineItems"][0]
    wanted = {
        "orderId": order["id"],
        "note": "too bitter",
        "refundLineItems": [
            {"lineItemId": line["id"], "quantity": 2, "restockType": "RETURN", "locationId": WAREHOUSE}
        ],
        "transactions": [
            {"orderId": order["id"], "kind": "REFUND", "gateway": "shopify_payments", "amount": "22.80",
             "parentId": order["transactions"][0]["id"]}
        ],
    }  # fmt: skip
    first = ask.data(REFUND, input=wanted, key="a")
    assert first["refund"]["totalRefundedSet"]["shopMoney"]["amount"] == "22.8"
    [back] = first["refund"]["refundLineItems"]["nodes"]
    assert (back["subtotalSet"]["shopMoney"]["amount"], back["totalTaxSet"]["shopMoney"]["amount"]) == (
        "22.8",
        "2.8",
    )
    assert ask.data(REFUND, input=wanted, key="a") == first
    changed = now(state, order)
    assert (len(changed["refunds"]), changed["displayFinancialStatus"]) == (1, "PARTIALLY_REFUNDED")
    assert changed["currentTotalPriceSet"]["shopMoney"]["amount"] == "34.2"
    assert changed["lineItems"][0]["currentQuantity"] == 3
    assert change_of_stock(state, before) == (2, 0, 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantity": 6}, "cannot refund more items than were purchased"),
        ({"restockType": "RETURN"}, "Location must be set when restock type is return"),
        ({"lineItemId": "gid://shopify/LineItem/1"}, "Line item does not exist"),
    ],
)
def test_a_refund_that_makes_no_sense_is_refused(
    state: State, ask: Asker, changes: dict[str, Any], message: str
) -> None:
    order = buy(state)
    line = {"lineItemId": order["lineItems"][0]["id"], "quantity": 1} | changes
    assert ask.refused(REFUND, input={"orderId": order["id"], "refundLineItems": [line]}, key="a") == [
        message
    ]
    too_much = {"orderId": order["id"], "kind": "REFUND", "gateway": "manual", "amount": "57.01"}
    wanted = {"orderId": order["id"], "transactions": [too_much]}
    assert ask.refused(REFUND, input=wanted, key="b") == [
        "Refund amount is greater than net payment received"
    ]


def test_shipping_is_refunded_with_its_taxes(state: State, ask: Asker) -> None:
    alv = Tax(title="ALV 25.5%", rate=Decimal("0.255"))
    order = buy(state, shipping=(Shipping(title="Posti", price=Decimal("12.55"), taxes=(alv,)),))
    ask.data(REFUND, input={"orderId": order["id"], "shipping": {"fullRefund": True}}, key="a")
    refund = state.find(now(state, order)["refunds"][0]) or {}
    [line] = refund["refundShippingLines"]
    assert line["subtotalAmountSet"]["shopMoney"]["amount"] == "12.55"
    assert line["taxAmountSet"]["shopMoney"]["amount"] == "2.55"


@pytest.mark.parametrize(
    ("status", "received", "refunded"),
    [
        ("PAID", "57.0", "0.0"), ("PENDING", "0.0", "0.0"), ("AUTHORIZED", "0.0", "0.0"), ("EXPIRED", "0.0", "0.0"),
        ("VOIDED", "0.0", "0.0"), ("PARTIALLY_PAID", "28.5", "0.0"), ("REFUNDED", "57.0", "57.0"),
        ("PARTIALLY_REFUNDED", "57.0", "57.0"),
    ],
)  # fmt: skip
def test_orders_are_placed_in_every_financial_state(
    state: State, status: str, received: str, refunded: str
) -> None:
    order = buy(state, financial_status=status)
    assert order["displayFinancialStatus"] == status
    assert order["totalReceivedSet"]["shopMoney"]["amount"] == received
    assert order["totalRefundedSet"]["shopMoney"]["amount"] == refunded


def test_orders_are_closed_opened_and_described(state: State, ask: Asker) -> None:
    order = buy(state)
    for name, closed in (("orderClose", True), ("orderOpen", False)):
        query = f"mutation M($id: ID!) {{ {name}(input: {{id: $id}}) {{ order {{ closed }} }} }}"
        assert ask.data(query, id=order["id"])["order"] == {"closed": closed}
    update = """mutation U($input: OrderInput!) { orderUpdate(input: $input) {
      order { note tags customAttributes { key value } shippingAddress { city countryCodeV2 name } }
      userErrors { message } } }"""
    wanted = {
        "id": order["id"], "note": "Ring twice", "tags": ["b", "a"],
        "customAttributes": [{"key": "BC", "value": "S-1"}],
        "shippingAddress": {"city": "Oulu", "countryCode": "FI", "firstName": "Aino"},
    }  # fmt: skip
    assert ask.data(update, input=wanted)["order"] == {
        "note": "Ring twice",
        "tags": ["a", "b"],
        "customAttributes": [{"key": "BC", "value": "S-1"}],
        "shippingAddress": {"city": "Oulu", "countryCodeV2": "FI", "name": "Aino"},
    }
    tag = 'mutation T($id: ID!) { tagsAdd(id: $id, tags: ["vip"]) { node { id } userErrors { message } } }'
    assert ask.data(tag, id=order["id"])["node"] == {"id": order["id"]}
    assert now(state, order)["tags"] == ["a", "b", "vip"]
