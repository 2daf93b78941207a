"""Rules that the schema does not tell: idempotency, what must be present, how much at once, who may."""

from collections.abc import Iterator
from typing import Any

import pytest

from jono.sandbox.access import grant
from jono.sandbox.answering import Desk, Request, answer
from jono.sandbox.bucket import PLANS, CostBucket
from jono.sandbox.server import open_store
from jono.sandbox.shop import TILL, WAREHOUSE
from jono.sandbox.state import State
from jono.sandbox.stock import level_at, quantity
from tests.sandbox.callers import Asker

SET = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason changes { name delta quantityAfterChange item { id } } }
    userErrors { code field message }
  }
}"""


@pytest.fixture
def state() -> Iterator[State]:
    state = open_store(orders=0)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def an_item(state: State, place: int = 0) -> str:
    return str(state.all("InventoryItem")[place]["id"])


def on_hand(state: State, item: str, location: str = WAREHOUSE, name: str = "on_hand") -> int:
    level = level_at(state.find(item) or {}, location)
    return quantity(level, name) if level else -1


def stock(item: str, count: int, expected: int | None = None, location: str = WAREHOUSE) -> dict[str, Any]:
    quantities = {
        "inventoryItemId": item, "locationId": location, "quantity": count, "changeFromQuantity": expected,
    }  # fmt: skip
    return {"name": "on_hand", "reason": "correction", "quantities": [quantities]}


def test_a_mutation_that_must_be_idempotent_is_refused_without_its_key(state: State, ask: Asker) -> None:
    bare = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    answered = ask(bare, input=stock(an_item(state), 5))
    [error] = answered["errors"]
    assert error["message"] == "The @idempotent directive is required for this mutation but was not provided."
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert answered["data"] == {"inventorySetQuantities": None}
    assert ask(bare, version="2026-01", input=stock(an_item(state), 5))["data"]["inventorySetQuantities"]
    assert on_hand(state, an_item(state)) == 5


def test_what_failed_is_charged_too(state: State) -> None:
    bare = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    bucket = CostBucket(PLANS["standard"], lambda: 0.0)
    cost = answer(Desk(state, bucket), Request(bare, {"input": stock(an_item(state), 5)}))["extensions"][
        "cost"
    ]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (12, 10)
    assert cost["throttleStatus"]["currentlyAvailable"] == 2_000 - 10


def test_the_same_key_does_it_once_and_tells_the_state_of_today(state: State, ask: Asker) -> None:
    item = an_item(state)
    first = ask.data(SET, input=stock(item, 7), key="a")
    ask.data(SET, input=stock(item, 3), key="b")
    again = ask.data(SET, input=stock(item, 7), key="a")
    assert again == first and first["userErrors"] == []
    assert on_hand(state, item) == 3


def test_a_key_is_for_one_thing_only(state: State, ask: Asker) -> None:
    item = an_item(state)
    ask.data(SET, input=stock(item, 7), key="a")
    [(code, _)] = ask.refused(SET, input=stock(item, 8), key="a")
    assert code == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    turned = dict(reversed(stock(item, 7).items()))  # the order of fields counts
    [(code, _)] = ask.refused(SET, input=turned, key="a")
    assert code == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    assert on_hand(state, item) == 7


def test_a_key_of_an_attempt_that_failed_is_spent(state: State, ask: Asker) -> None:
    item = an_item(state)
    [(code, _)] = ask.refused(SET, input=stock(item, 7, expected=-99), key="a")
    assert code == "CHANGE_FROM_QUANTITY_STALE"
    [(code, _)] = ask.refused(SET, input=stock(item, 7, expected=-99), key="a")
    assert code == "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"


def test_a_key_that_is_in_flight_waits(state: State, ask: Asker) -> None:
    with ask.desk.in_flight.holding({"a"}):
        [(code, _)] = ask.refused(SET, input=stock(an_item(state), 7), key="a")
    assert code == "IDEMPOTENCY_CONCURRENT_REQUEST"
    assert ask.refused(SET, input=stock(an_item(state), 7), key="a") == []


def test_a_key_is_forgotten_after_a_day(state: State, ask: Asker) -> None:
    item = an_item(state)
    ask.data(SET, input=stock(item, 7), key="a")
    ask.data(SET, input=stock(item, 3), key="b")
    state.clock.advance(24 * 3600 + 1)
    ask.data(SET, input=stock(item, 7), key="a")
    assert on_hand(state, item) == 7


def test_the_expected_quantity_must_be_present_but_may_be_null(state: State, ask: Asker) -> None:
    wanted = stock(an_item(state), 7)
    del wanted["quantities"][0]["changeFromQuantity"]
    [error] = ask(SET, input=wanted, key="a")["errors"]
    assert (
        error["message"] == "InventoryQuantityInput must include the following argument: changeFromQuantity."
    )
    assert error["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"


def test_arrays_hold_250_at_most(state: State, ask: Asker) -> None:
    wanted = stock(an_item(state), 7)
    wanted["quantities"] *= 251
    [error] = ask(SET, input=wanted, key="a")["errors"]
    assert error["message"] == "The input array size of 251 is greater than the maximum allowed of 250."
    ids = [an_item(state)] * 251
    assert ask("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)["errors"]


def test_all_quantities_are_set_or_none(state: State, ask: Asker) -> None:
    first, second = an_item(state), an_item(state, 1)
    before = on_hand(state, first)
    wanted = stock(first, before + 5)
    wanted["quantities"] += stock(second, 5, expected=-1)["quantities"]
    assert [code for code, _ in ask.refused(SET, input=wanted, key="a")] == ["CHANGE_FROM_QUANTITY_STALE"]
    assert on_hand(state, first) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": -1}, "INVALID_QUANTITY_NEGATIVE"),
        ({"quantity": 1_000_000_001}, "INVALID_QUANTITY_TOO_HIGH"),
        ({"inventoryItemId": "gid://shopify/InventoryItem/1"}, "INVALID_INVENTORY_ITEM"),
        ({"locationId": "gid://shopify/Location/1"}, "INVALID_LOCATION"),
    ],
)
def test_a_quantity_that_makes_no_sense_is_refused(
    state: State, ask: Asker, changes: dict[str, Any], code: str
) -> None:
    wanted = stock(an_item(state), 7)
    wanted["quantities"][0] |= changes
    assert [found for found, _ in ask.refused(SET, input=wanted, key="a")] == [code]


def test_available_and_on_hand_move_together(state: State, ask: Asker) -> None:
    item = an_item(state)
    before = on_hand(state, item, TILL), on_hand(state, item, TILL, "available")
    ask.data(SET, input=stock(item, before[0] + 4, location=TILL), key="a")
    assert on_hand(state, item, TILL, "available") == before[1] + 4


def test_an_adjustment_adds_and_is_compared_first(state: State, ask: Asker) -> None:
    adjust = (
        SET.replace("inventorySetQuantities", "inventoryAdjustQuantities")
        .replace("InventorySetQuantitiesInput", "InventoryAdjustQuantitiesInput")
    )  # fmt: skip
    item = an_item(state)
    there = on_hand(state, item, name="available")
    change = {"inventoryItemId": item, "locationId": WAREHOUSE, "delta": -2, "changeFromQuantity": there}
    wanted = {"name": "available", "reason": "shrinkage", "changes": [change]}
    assert ask.refused(adjust, input=wanted, key="a") == []
    assert on_hand(state, item, name="available") == there - 2
    [(code, _)] = ask.refused(adjust, input=wanted, key="b")
    assert code == "CHANGE_FROM_QUANTITY_STALE"


def test_what_the_app_has_no_scope_for_is_denied(state: State, ask: Asker) -> None:
    grant(state, ["read_products"])
    [error] = ask("{ orders(first: 1) { nodes { id } } }")["errors"]
    assert error["message"].startswith(
        "Access denied for orders field. Required access: `read_orders` access scope"
    )
    assert error["path"] == ["orders"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["extensions"]["requiredAccess"].startswith("`read_orders` access scope")
    assert error["extensions"]["documentation"] == "https://shopify.dev/api/usage/access-scopes"
    assert "errors" not in ask("{ products(first: 1) { nodes { id } } }")
    [error] = ask(SET, input=stock(an_item(state), 7), key="a")["errors"]
    assert error["extensions"]["requiredAccess"] == "`write_inventory` access scope."


def test_what_the_sandbox_would_ignore_it_refuses(state: State, ask: Asker) -> None:
    update = """mutation U($id: ID!, $input: InventoryItemInput!) {
      inventoryItemUpdate(id: $id, input: $input) { inventoryItem { sku } userErrors { message } } }"""
    codes = [{"countryCode": "FI", "harmonizedSystemCode": "0901"}]
    [error] = ask(update, id=an_item(state), input={"countryHarmonizedSystemCodes": codes})["errors"]
    assert (
        error["message"] == "The sandbox store does not take InventoryItemInput.countryHarmonizedSystemCodes."
    )
    assert ask.data(update, id=an_item(state), input={"sku": "NEW"})["inventoryItem"] == {"sku": "NEW"}


MOVE = """mutation M($input: InventoryMoveQuantitiesInput!, $key: String!) {
  inventoryMoveQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { changes { name delta quantityAfterChange } } userErrors { code message } } }"""
ON_HAND = """mutation H($input: InventorySetOnHandQuantitiesInput!, $key: String!) {
  inventorySetOnHandQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id } userErrors { code message } } }"""


def moved(item: str, count: int, **to: Any) -> dict[str, Any]:
    """So many from what can be sold to what is damaged; `to` changes where."""
    ledger = {"ledgerDocumentUri": "gid://jono/Count/1"}
    source = {"locationId": WAREHOUSE, "name": "available", "changeFromQuantity": None}
    target = source | {"name": "damaged", **ledger} | to
    return {"reason": "damaged", "referenceDocumentUri": "gid://jono/Count/1",
            "changes": [{"inventoryItemId": item, "quantity": count, "from": source, "to": target}]}  # fmt: skip


def test_quantities_move_between_states_of_one_location(state: State, ask: Asker) -> None:
    item = an_item(state)
    sellable, shelf = on_hand(state, item, name="available"), on_hand(state, item)
    ask.data(MOVE, input=moved(item, 2), key="1")
    assert on_hand(state, item, name="available") == sellable - 2
    assert on_hand(state, item, name="damaged") == 2
    assert on_hand(state, item) == shelf


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ({"name": "available"}, "SAME_QUANTITY_NAME"),
        ({"locationId": TILL}, "DIFFERENT_LOCATIONS"),
        ({"ledgerDocumentUri": None}, "INVALID_QUANTITY_DOCUMENT"),
        ({"name": "committed"}, "INVALID_QUANTITY_NAME"),
        ({"changeFromQuantity": 7}, "CHANGE_FROM_QUANTITY_STALE"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(
    state: State, ask: Asker, to: dict[str, Any], code: str
) -> None:
    [(told, _)] = ask.refused(MOVE, input=moved(an_item(state), 1, **to), key="1")
    assert told == code
    assert on_hand(state, an_item(state), name="damaged") == 0


def test_what_is_on_hand_is_set_and_compared(state: State, ask: Asker) -> None:
    item = an_item(state)
    one = {"inventoryItemId": item, "locationId": WAREHOUSE, "quantity": 77, "changeFromQuantity": None}
    ask.data(ON_HAND, input={"reason": "correction", "setQuantities": [one]}, key="1")
    assert on_hand(state, item) == 77
    stale = [one | {"changeFromQuantity": 5}]
    refused = ask.refused(ON_HAND, input={"reason": "correction", "setQuantities": stale}, key="2")
    assert [code for code, _ in refused] == ["CHANGE_FROM_QUANTITY_STALE"]


def test_a_level_is_given_up_when_nothing_is_promised_of_it(state: State, ask: Asker) -> None:
    item = an_item(state)
    give_up = "mutation D($id: ID!) { inventoryDeactivate(inventoryLevelId: $id) { userErrors { message } } }"
    till = level_at(state.find(item) or {}, TILL) or {}
    assert ask.refused(give_up, id=till["id"]) == []
    assert on_hand(state, item, TILL) == -1
    assert ask.refused(give_up, id=till["id"]) == ["The inventory level couldn't be found."]
    last = level_at(state.find(item) or {}, WAREHOUSE) or {}
    assert ask.refused(give_up, id=last["id"]) == [
        "The inventory item can't be deactivated at this location."
    ]
