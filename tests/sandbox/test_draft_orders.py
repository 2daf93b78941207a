"""Draft orders: offered, changed, completed once."""

from collections.abc import Iterator

import pytest

from jono.sandbox.server import open_store
from jono.sandbox.state import State
from tests.sandbox.callers import Asker
from tests.sandbox.test_order_mutations import change_of_stock, stock, variant

_TOLD = """draftOrder { id name status totalPriceSet { shopMoney { amount } } order { id name displayFinancialStatus }
  lineItems(first: 5) { nodes { title quantity custom } } } userErrors { message }"""
CREATE = f"mutation C($input: DraftOrderInput!) {{ draftOrderCreate(input: $input) {{ {_TOLD} }} }}"
UPDATE = f"mutation U($id: ID!, $input: DraftOrderInput!) {{ draftOrderUpdate(id: $id, input: $input) {{ {_TOLD} }} }}"
COMPLETE = f"""mutation C($id: ID!, $pending: Boolean) {{
  draftOrderComplete(id: $id, paymentPending: $pending) {{ {_TOLD} }} }}"""
DELETE = "mutation D($id: ID!) { draftOrderDelete(input: {id: $id}) { deletedId userErrors { message } } }"
ENGRAVING = {"title": "Engraving", "originalUnitPrice": "10", "quantity": 1}


@pytest.fixture
def state() -> Iterator[State]:
    state = open_store(orders=0)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def test_a_draft_becomes_an_order_once(state: State, ask: Asker) -> None:
    before = stock(state)
    mugs = {
        "variantId": variant(state)["id"],
        "quantity": 2,
        "priceOverride": {"amount": "20", "currencyCode": "EUR"},
    }
    half = mugs | {"appliedDiscount": {"value": 50.0, "valueType": "PERCENTAGE"}}
    made = ask.data(CREATE, input={"lineItems": [half, ENGRAVING], "email": "anna@shop.example"})[
        "draftOrder"
    ]
    assert (made["name"], made["status"], made["totalPriceSet"]["shopMoney"]["amount"]) == (
        "#D1",
        "OPEN",
        "30.0",
    )
    assert change_of_stock(state, before) == (0, 0, 0)
    done = ask.data(COMPLETE, id=made["id"], pending=True)["draftOrder"]
    assert (done["status"], done["order"]["displayFinancialStatus"]) == ("COMPLETED", "PENDING")
    [order] = state.all("Order")
    assert (order["sourceName"], order["email"]) == ("shopify_draft_order", "anna@shop.example")
    assert order["totalPriceSet"] == {
        name: {"amount": "30.0", "currencyCode": "EUR"} for name in order["totalPriceSet"]
    }
    assert change_of_stock(state, before) == (-2, 2, 0)
    assert ask.refused(COMPLETE, id=made["id"]) == ["This order has been completed."]
    assert ask.refused(DELETE, id=made["id"]) == ["This order has been completed."]


def test_a_draft_is_changed_searched_and_deleted(state: State, ask: Asker) -> None:
    id = ask.data(CREATE, input={"lineItems": [ENGRAVING]})["draftOrder"]["id"]
    off = {"value": 4.0, "valueType": "FIXED_AMOUNT"}
    shipping = {"title": "Posti", "price": "5"}
    changed = ask.data(UPDATE, id=id, input={"appliedDiscount": off, "shippingLine": shipping})["draftOrder"]
    assert changed["totalPriceSet"]["shopMoney"]["amount"] == "11.0"
    assert [each["title"] for each in changed["lineItems"]["nodes"]] == ["Engraving"]
    found = '{ draftOrders(first: 5, query: "status:open") { nodes { id } } }'
    assert ask.data(found)["nodes"] == [{"id": id}]
    assert ask.data(DELETE, id=id)["deletedId"] == id
    assert ask.data(found)["nodes"] == []


def test_a_draft_of_nothing_or_of_what_is_not_sold_is_refused(state: State, ask: Asker) -> None:
    assert ask.refused(CREATE, input={"lineItems": []}) == ["Add at least 1 product"]
    unknown = {"variantId": "gid://shopify/ProductVariant/1", "quantity": 1}
    assert ask.refused(CREATE, input={"lineItems": [unknown]}) == ["Product with ID is no longer available."]
    assert ask.refused(CREATE, input={"lineItems": [ENGRAVING | {"title": " "}]}) == ["Title can't be blank"]
