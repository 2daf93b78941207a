"""What the sandbox promises to serve: everything its schema has."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from graphql import OperationType, get_operation_ast, parse, print_ast, separate_operations, validate

from jono.sandbox import answering
from jono.sandbox.bucket import CostBucket
from jono.sandbox.resolvers import served_schema
from jono.sandbox.server import open_store
from jono.sandbox.state import State
from jono.shopify.cost import MAXIMUM, requested_cost
from jono.shopify.operations import Operation, operations
from tests.stores import BOUNDLESS

_TEXTS = files("jono.sandbox").joinpath("served").iterdir()
_PROMISE = parse("\n".join(each.read_text(encoding="utf-8") for each in _TEXTS))
PROMISES = {name: print_ast(document) for name, document in separate_operations(_PROMISE).items()}
QUERIES = [name for name in PROMISES if not name.endswith("Mutations")]
EARLY = datetime.now(UTC) - timedelta(days=60)


@pytest.fixture(scope="module")
def state() -> State:
    return open_store()


def ask(state: State, text: str, **variables: Any) -> dict[str, Any]:
    request = answering.Request(text, variables)
    return answering.answer(answering.Desk(state, CostBucket(BOUNDLESS)), request)


@pytest.mark.parametrize("promise", QUERIES)
@pytest.mark.parametrize("window", [{"first": 2}, {"last": 2}, {"first": 2, "reverse": True}])
def test_every_field_of_the_schema_is_served(
    state: State, promise: str, window: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MAXIMUM", 10 * MAXIMUM)  # all at once is more than a store answers
    answer = ask(state, PROMISES[promise], id="gid://shopify/Location/61000000001", key="none", **window)
    assert "errors" not in answer
    if promise == "Served":
        roots = ("orders", "products", "productVariants", "customers", "locations")
        assert [len(answer["data"][name]["edges"]) for name in roots] == [2] * 5


def is_query(operation: Operation) -> bool:
    found = get_operation_ast(parse(operation.text))
    return found is not None and found.operation is OperationType.QUERY


@pytest.mark.parametrize(
    "operation", [each for each in operations().values() if is_query(each)], ids=lambda each: str(each.name)
)
def test_every_query_is_answered_at_the_cost_it_says(state: State, operation: Operation) -> None:
    order = state.all("Order")[0]["id"]
    answer = ask(state, operation.text, id=order, ids=[order], query=f"updated_at:>='{EARLY.isoformat()}'")
    assert "errors" not in answer
    assert answer["extensions"]["cost"]["requestedQueryCost"] == operation.cost


@pytest.mark.parametrize(
    "operation",
    [each for each in operations().values() if not is_query(each)],
    ids=lambda each: str(each.name),
)
def test_every_mutation_fits_at_the_cost_it_says(operation: Operation) -> None:
    document = parse(operation.text)
    assert validate(served_schema(), document) == []
    assert requested_cost(served_schema(), document) == operation.cost


@pytest.mark.parametrize(
    ("root", "sort"),
    [
        ("orders", "PROCESSED_AT"),
        ("orders", "ORDER_NUMBER"),
        ("products", "TITLE"),
        ("productVariants", "SKU"),
        ("customers", "NAME"),
        ("locations", "NAME"),
    ],
)
def test_records_come_sorted_and_backward_when_asked(state: State, root: str, sort: str) -> None:
    window = f"first: 250, sortKey: {sort}, reverse: $reverse"
    query = f"query Q($reverse: Boolean) {{ {root}({window}) {{ nodes {{ id }} }} }}"
    forward, backward = (
        ask(state, query, reverse=reverse)["data"][root]["nodes"] for reverse in (False, True)
    )
    assert len(forward) > 1
    assert forward == backward[::-1]


def test_a_sort_key_that_is_not_served_is_refused(state: State) -> None:
    [error] = ask(state, "{ orders(first: 1, sortKey: DESTINATION) { nodes { id } } }")["errors"]
    assert error["message"] == "The sandbox store does not sort by DESTINATION."


def test_what_a_record_lacks_is_refused_and_not_answered_as_nothing(state: State) -> None:
    fresh = open_store()
    order = fresh.all("Order")[0]
    fresh.put([{name: value for name, value in order.items() if name != "note"}])
    answer = ask(fresh, f'{{ order(id: "{order["id"]}") {{ id note }} }}')
    assert answer["errors"][0]["message"] == "The sandbox store does not keep Order.note."


def test_a_removed_product_leaves_its_lines_without_one(state: State) -> None:
    fresh = open_store()
    order = next(each for each in fresh.all("Order") if each["lineItems"][0]["variant"])
    fresh.remove(order["lineItems"][0]["variant"])
    query = (
        f'{{ order(id: "{order["id"]}") {{ lineItems(first: 1) {{ nodes {{ title variant {{ id }} }} }} }} }}'
    )
    [line] = ask(fresh, query)["data"]["order"]["lineItems"]["nodes"]
    assert line == {"title": order["lineItems"][0]["title"], "variant": None}


def test_ids_are_looked_up_by_their_kind(state: State) -> None:
    order, product = state.all("Order")[0]["id"], state.all("Product")[0]["id"]
    data = ask(
        state,
        f'{{ order(id: "{product}") {{ id }} nodes(ids: ["{product}", "{order}1"]) {{ id __typename }} }}',
    )["data"]
    assert data == {"order": None, "nodes": [{"id": product, "__typename": "Product"}, None]}
    wrong = ask(state, '{ node(id: "1001") { id } line: node(id: "gid://shopify/LineItem/1") { id } }')
    assert [error["message"] for error in wrong["errors"]] == [
        "Invalid global id '1001'",
        "The sandbox store does not look up a LineItem by its id.",
    ]


def test_counts_are_capped_where_asked(state: State) -> None:
    data = ask(
        state,
        "{ few: ordersCount(limit: 5) { count precision } all: ordersCount(limit: null) { count precision } }",
    )["data"]
    assert data["few"] == {"count": 5, "precision": "AT_LEAST"}
    assert data["all"] == {"count": 120, "precision": "EXACT"}
