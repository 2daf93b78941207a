"""Orders edited: staged without effect, committed with all of it: money, stock, what is still to be shipped."""

from collections.abc import Iterator
from typing import Any

import pytest

from jono.sandbox.server import open_store
from jono.sandbox.shop import WAREHOUSE
from jono.sandbox.state import Record, State
from tests.sandbox.callers import Asker
from tests.sandbox.test_order_mutations import buy, change_of_stock, now, ship, stock, variant

_TOLD = """calculatedOrder { id subtotalLineItemsQuantity totalPriceSet { shopMoney { amount } }
  totalOutstandingSet { shopMoney { amount } } lineItems(first: 5) { nodes { id quantity editableQuantity title } } }
  userErrors { message }"""
BEGIN = f"mutation B($id: ID!) {{ orderEditBegin(id: $id) {{ {_TOLD} }} }}"
SET = f"""mutation S($id: ID!, $line: ID!, $quantity: Int!, $restock: Boolean) {{
  orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: $restock) {{ {_TOLD} }} }}"""
ADD = f"""mutation A($id: ID!, $variant: ID!, $quantity: Int!, $twice: Boolean) {{
  orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity, allowDuplicates: $twice) {{ {_TOLD} }} }}"""
CUSTOM = f"""mutation A($id: ID!, $price: MoneyInput!) {{
  orderEditAddCustomItem(id: $id, title: "Engraving", price: $price, quantity: 1) {{
    calculatedLineItem {{ id }} {_TOLD} }} }}"""
COMMIT = "mutation C($id: ID!) { orderEditCommit(id: $id) { order { edited } userErrors { message } } }"


@pytest.fixture
def state() -> Iterator[State]:
    state = open_store(orders=0)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def begun(ask: Asker, order: Record) -> Any:
    return ask.data(BEGIN, id=order["id"])["calculatedOrder"]


def test_fewer_are_taken_off_the_order_and_go_back_to_the_shelf(state: State, ask: Asker) -> None:
    before, order = stock(state), buy(state)
    edit = begun(ask, order)
    [line] = edit["lineItems"]["nodes"]
    assert (line["quantity"], line["editableQuantity"]) == (5, 5)
    staged = ask.data(SET, id=edit["id"], line=line["id"], quantity=2, restock=True)["calculatedOrder"]
    assert staged["totalPriceSet"]["shopMoney"]["amount"] == "22.8"
    assert now(state, order) == order
    assert ask.data(COMMIT, id=edit["id"])["order"] == {"edited": True}
    edited = now(state, order)
    assert (edited["lineItems"][0]["quantity"], edited["lineItems"][0]["currentQuantity"]) == (5, 2)
    assert edited["currentTotalPriceSet"]["shopMoney"]["amount"] == "22.8"
    assert edited["totalPriceSet"] == order["totalPriceSet"]
    assert change_of_stock(state, before) == (-2, 2, 0)
    assert ask.refused(COMMIT, id=edit["id"]) == [
        "The calculated order does not exist or has been committed."
    ]
    ship(ask, order)
    assert now(state, order)["displayFulfillmentStatus"] == "FULFILLED"


def test_more_and_new_lines_are_owed_set_aside_and_shipped_too(state: State, ask: Asker) -> None:
    before, order = stock(state), buy(state, 1)
    edit = begun(ask, order)
    [line] = edit["lineItems"]["nodes"]
    ask.data(SET, id=edit["id"], line=line["id"], quantity=3)
    assert ask.refused(ADD, id=edit["id"], variant=variant(state)["id"], quantity=1) == [
        "The variant is already on the order. To allow duplicates, use allowDuplicates."
    ]
    ask.data(ADD, id=edit["id"], variant=variant(state)["id"], quantity=2, twice=True)
    price = {"amount": "10", "currencyCode": "EUR"}
    added = ask.data(CUSTOM, id=edit["id"], price=price)
    assert len(added["calculatedOrder"]["lineItems"]["nodes"]) == 3
    ask.data(COMMIT, id=edit["id"])
    edited = now(state, order)
    assert [each["currentQuantity"] for each in edited["lineItems"]] == [3, 2, 1]
    assert edited["displayFinancialStatus"] == "PARTIALLY_PAID"
    worth = 3 * 1140 + 2 * round(float(variant(state)["price"]) * 100) + 1000
    assert round(float(edited["totalPriceSet"]["shopMoney"]["amount"]) * 100) == worth
    owed = float(edited["totalOutstandingSet"]["shopMoney"]["amount"])
    assert round(owed * 100) == worth - 1140
    taxes = [
        float(each["priceSet"]["shopMoney"]["amount"])
        for line in edited["lineItems"]
        for each in line["taxLines"]
    ]
    assert float(edited["totalTaxSet"]["shopMoney"]["amount"]) == pytest.approx(sum(taxes), abs=0.001)
    assert change_of_stock(state, before) == (-5, 5, 0)
    for asked in edited["fulfillmentOrders"]:
        ship(ask, order | {"fulfillmentOrders": [asked]})
    assert now(state, order)["displayFulfillmentStatus"] == "FULFILLED"
    assert change_of_stock(state, before) == (-5, 0, -5)


def test_what_was_shipped_cannot_be_edited_away(state: State, ask: Asker) -> None:
    order = buy(state)
    ship(ask, order, 3)
    edit = begun(ask, order)
    [line] = edit["lineItems"]["nodes"]
    assert line["editableQuantity"] == 2
    assert ask.refused(SET, id=edit["id"], line=line["id"], quantity=2) == [
        "Quantity must be greater than or equal to 3"
    ]
    ask.data(SET, id=edit["id"], line=line["id"], quantity=3)
    ask.data(COMMIT, id=edit["id"])
    assert now(state, order)["displayFulfillmentStatus"] == "FULFILLED"
    level = (state.find(order["fulfillmentOrders"][0]) or {})["assignedLocation"]["location"]
    assert level == WAREHOUSE
    assert (state.find(order["fulfillmentOrders"][0]) or {})["status"] == "CLOSED"


def test_an_edit_without_changes_or_of_a_cancelled_order_is_refused(state: State, ask: Asker) -> None:
    assert ask.refused(COMMIT, id=begun(ask, buy(state))["id"]) == [
        "There must be at least one change to be made."
    ]
    gone = buy(state, cancelled_at="2026-03-01T12:00:00Z")
    assert ask.refused(BEGIN, id=gone["id"]) == ["The order cannot be edited."]


def test_a_product_is_set_after_the_answer_when_asked(state: State, ask: Asker) -> None:
    set_ = """mutation S($input: ProductSetInput!) { productSet(input: $input, synchronous: false) {
      product { id } productSetOperation { id } userErrors { message } } }"""
    operation = """query O($id: ID!) { productOperation(id: $id) { status product { title }
      ... on ProductSetOperation { userErrors { code } } } }"""
    option = {"name": "Size", "values": [{"name": "S"}]}
    wanted = {"title": "Jug", "productOptions": [option],
              "variants": [{"optionValues": [{"optionName": "Size", "name": "S"}], "price": "9"}]}  # fmt: skip
    told = ask.data(set_, input=wanted)
    assert told["product"] is None
    id = told["productSetOperation"]["id"]
    assert ask.data(operation, id=id) == {"status": "CREATED", "product": None, "userErrors": []}
    ask.work()
    assert ask.data(operation, id=id) == {"status": "COMPLETE", "product": {"title": "Jug"}, "userErrors": []}
    taken = ask.data(set_, input={"title": "Jug", "handle": "jug", "id": "gid://shopify/Product/1"})
    ask.work()
    told = ask.data(operation, id=taken["productSetOperation"]["id"])
    assert told["product"] is None
    assert told["userErrors"]
