"""Returns asked for, approved, declined, exchanged; no more comes back than was shipped."""

from collections.abc import Iterator
from typing import Any

import pytest

from jono.sandbox.server import open_store
from jono.sandbox.state import Record, State
from tests.sandbox.callers import Asker
from tests.sandbox.test_order_mutations import buy, now, ship, variant

_TOLD = "return { id status totalQuantity name decline { reason } } userErrors { code message }"
CREATE = f"mutation C($input: ReturnInput!) {{ returnCreate(returnInput: $input) {{ {_TOLD} }} }}"
REQUEST = f"mutation R($input: ReturnRequestInput!) {{ returnRequest(input: $input) {{ {_TOLD} }} }}"
DECLINE = f"""mutation D($id: ID!) {{
  returnDeclineRequest(input: {{id: $id, declineReason: FINAL_SALE}}) {{ {_TOLD} }} }}"""
APPROVE = f"mutation A($id: ID!) {{ returnApproveRequest(input: {{id: $id}}) {{ {_TOLD} }} }}"
EXCHANGED = """query E($id: ID!) { return(id: $id) { exchangeLineItems(first: 5) { nodes {
  quantity variantId lineItems { id unfulfilledQuantity } } } } }"""


@pytest.fixture
def state() -> Iterator[State]:
    state = open_store(orders=0)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def back(state: State, order: Record, count: int, **more: Any) -> dict[str, Any]:
    """What an app says to have some of an order's first parcel come back."""
    shipped = state.find(now(state, order)["fulfillments"][0]) or {}
    line = {"fulfillmentLineItemId": shipped["fulfillmentLineItems"][0]["id"], "quantity": count}
    return {"orderId": order["id"], "returnLineItems": [line], **more}


def step(ask: Asker, name: str, id: str) -> Any:
    return ask.data(f"mutation S($id: ID!) {{ {name}(id: $id) {{ {_TOLD} }} }}", id=id)


def test_no_more_comes_back_than_was_shipped(state: State, ask: Asker) -> None:
    order = buy(state)
    ship(ask, order, 3)
    returned = ask.data(CREATE, input=back(state, order, 2))["return"]
    assert returned | {"id": ""} == {
        "id": "", "status": "OPEN", "totalQuantity": 2, "name": "#1001-R1", "decline": None,
    }  # fmt: skip
    assert ask.refused(CREATE, input=back(state, order, 2))[0][0] == "INVALID"
    assert now(state, order)["returnStatus"] == "IN_PROGRESS"
    assert step(ask, "returnCancel", returned["id"])["return"]["status"] == "CANCELED"
    assert now(state, order)["returnStatus"] == "NO_RETURN"
    assert ask.refused(CREATE, input=back(state, order, 3)) == []


def test_a_request_is_approved_or_declined_once(state: State, ask: Asker) -> None:
    order = buy(state)
    ship(ask, order)
    first, second = (ask.data(REQUEST, input=back(state, order, 1))["return"] for _ in range(2))
    assert now(state, order)["returnStatus"] == "RETURN_REQUESTED"
    assert ask.data(APPROVE, id=first["id"])["return"]["status"] == "OPEN"
    assert ask.data(DECLINE, id=second["id"])["return"]["decline"] == {"reason": "FINAL_SALE"}
    for again in (APPROVE, DECLINE):
        assert ask.refused(again, id=first["id"])[0][0] == "INVALID_STATE"
    assert step(ask, "returnClose", first["id"])["return"]["status"] == "CLOSED"
    assert now(state, order)["returnStatus"] == "RETURNED"
    assert step(ask, "returnReopen", first["id"])["return"]["status"] == "OPEN"


def test_what_is_given_in_exchange_is_sold_and_shipped(state: State, ask: Asker) -> None:
    order = buy(state, 1)
    ship(ask, order)
    exchange = [{"variantId": variant(state)["id"], "quantity": 1}]
    id = ask.data(CREATE, input=back(state, order, 1, exchangeLineItems=exchange))["return"]["id"]
    [line] = ask.data(EXCHANGED, id=id)["exchangeLineItems"]["nodes"]
    assert line["variantId"] == variant(state)["id"]
    assert [each["unfulfilledQuantity"] for each in line["lineItems"]] == [1]
    changed = now(state, order)
    assert changed["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert len(changed["fulfillmentOrders"]) == 2
    ship(ask, order | {"fulfillmentOrders": changed["fulfillmentOrders"][1:]})
    assert now(state, order)["displayFulfillmentStatus"] == "FULFILLED"
