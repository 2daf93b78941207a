"""Requests that the store refuses, in the shapes of the real one."""

from decimal import Decimal
from typing import Any

import pytest

from jono.sandbox.answering import Desk, Request, answer
from jono.sandbox.bucket import PLANS, CostBucket, Plan
from jono.sandbox.catalogue import Product, Variant
from jono.sandbox.products import put_products
from jono.sandbox.state import State
from tests.stores import Clock, empty_store


@pytest.fixture(scope="module")
def state() -> State:
    return empty_store()


def ask(state: State, query: str, bucket: CostBucket | None = None, **variables: Any) -> dict[str, Any]:
    return answer(Desk(state, bucket or CostBucket(PLANS["standard"])), Request(query, variables))


def test_every_answer_tells_its_cost_and_the_bucket(state: State) -> None:
    answered = ask(
        state, "{ shop { name plan { publicDisplayName } } }", CostBucket(PLANS["standard"], Clock())
    )
    assert answered == {
        "data": {"shop": {"name": "Kaamos & Kahvi", "plan": {"publicDisplayName": "Basic"}}},
        "extensions": {
            "cost": {
                "requestedQueryCost": 2,
                "actualQueryCost": 2,
                "throttleStatus": {
                    "maximumAvailable": 2000.0,
                    "currentlyAvailable": 1998,
                    "restoreRate": 100.0,
                },
            }
        },
    }


@pytest.mark.parametrize(
    ("query", "message", "code"),
    [
        ("{ shop { colour } }", "Field 'colour' doesn't exist on type 'Shop'", "undefinedField"),
        ("{ shop(id: 1) { name } }", "Field 'shop' doesn't accept argument 'id'", "argumentNotAccepted"),
        ("{ order { name } }", "Field 'order' is missing required arguments: id", "missingRequiredArguments"),
        ("{ order(id: $id) { name } }", "Variable $id is used but not declared", "variableNotDefined"),
        (
            "{ shop }",
            "Field must have selections (field 'shop' returns Shop! but has no selections)",
            "selectionMismatch",
        ),
    ],
)
def test_a_query_that_does_not_fit_the_schema_is_told_as_shopify_tells_it(
    state: State, query: str, message: str, code: str
) -> None:
    answered = ask(state, query)
    [error] = answered["errors"]
    assert (error["message"], error["extensions"]["code"]) == (message, code)
    assert "data" not in answered and "locations" in error


def test_what_is_no_graphql_is_told(state: State) -> None:
    assert "Syntax Error" in ask(state, "{ shop ")["errors"][0]["message"]


def test_an_operation_must_be_named_when_there_are_several(state: State) -> None:
    assert ask(state, "query A { shop { name } } query B { shop { id } }")["errors"]


def test_a_variable_that_does_not_fit_is_told(state: State) -> None:
    answered = ask(state, "query Q($first: Int!) { orders(first: $first) { nodes { id } } }", first="many")
    [error] = answered["errors"]
    assert error["message"] == "Variable $first was provided invalid value"
    assert error["extensions"]["code"] == "INVALID_VARIABLE"


def test_a_search_that_is_not_understood_is_warned_of_beside_its_result(state: State) -> None:
    query = "query Q($q: String) { orders(first: 1, query: $q) { nodes { id } } ordersCount(query: $q) { count } }"
    answered = ask(state, query, q="updatet_at:>1")
    warning = {"field": "updatet_at", "message": "Invalid search field for this query."}
    assert "errors" not in answered
    assert answered["extensions"]["search"] == [
        {"path": [root], "query": "updatet_at:>1", "warnings": [warning]}
        for root in ("orders", "ordersCount")
    ]


def test_a_query_may_ask_for_a_thousand_points_and_no_more(state: State) -> None:
    many = "products(first: 250) { nodes { variants(first: 250) { nodes { product { id } } } } }"
    [error] = ask(state, f"{{ a: {many} b: {many} c: {many} d: {many} }}")["errors"]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert error["extensions"]["cost"] == 4 * (2 + 11 * (1 + 2 + 11 * 2))


def test_a_query_without_points_is_throttled_until_they_are_restored(state: State) -> None:
    clock = Clock()
    bucket = CostBucket(Plan(maximum=10, restore_rate=2), clock)
    count = "{ ordersCount { count } }"
    assert "data" in ask(state, count, bucket)
    throttled = ask(state, count, bucket)
    assert throttled["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert throttled["extensions"]["cost"] == {
        "requestedQueryCost": 10,
        "actualQueryCost": None,
        "throttleStatus": {"maximumAvailable": 10.0, "currentlyAvailable": 0, "restoreRate": 2.0},
    }
    clock.wait(4.9)
    assert "data" not in ask(state, count, bucket)
    clock.wait(0.1)
    assert "data" in ask(state, count, bucket)


def test_a_bucket_never_holds_more_than_its_plan_grants(state: State) -> None:
    clock = Clock()
    bucket = CostBucket(PLANS["plus"], clock)
    clock.wait(3600)
    assert bucket.status() == {
        "maximumAvailable": 20000.0,
        "currentlyAvailable": 20000,
        "restoreRate": 1000.0,
    }


def test_a_query_is_charged_for_what_it_returned_and_the_rest_is_given_back() -> None:
    state, mug = empty_store(), Variant(("Default Title",), Decimal(12))
    put_products(
        state, [Product(each, each, option_names=("Title",), variants=[mug]) for each in "ab"], "EUR"
    )
    query = "query Q($first: Int = 250) { products(first: $first) { nodes { variants(first: 100) { nodes { id } } } } }"
    cost = ask(state, query, CostBucket(PLANS["standard"], Clock()))["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 2 + 11 * (1 + 2 + 9)
    assert cost["actualQueryCost"] == 2 + 1 * (1 + 2 + 1)
    assert cost["throttleStatus"]["currentlyAvailable"] == 2_000 - cost["actualQueryCost"]


def test_what_is_not_there_costs_nothing(state: State) -> None:
    query = """{ orders(first: 250) { nodes { id } pageInfo { hasNextPage } }
        customers(first: 10) { pageInfo { hasNextPage } } order(id: "gid://shopify/Order/1") { customer { id } } }"""
    cost = ask(state, query)["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (13 + 6 + 2, 2 + 6)
