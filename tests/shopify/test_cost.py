"""What a query asks for, by the formula that real stores' costs were fitted with."""

import pytest
from graphql import GraphQLSchema, build_schema, parse
from hypothesis import given
from hypothesis import strategies as st

from jono.shopify.cost import page_growth, requested_cost
from jono.shopify.schema import admin_schema

SCHEMA = build_schema(
    """
    type QueryRoot { shop: Shop, name: String, things(first: Int, last: Int): ThingConnection!, any: Any,
                     thingsCount: Count, node: Node }
    type Mutation { thingCreate(name: String): ThingCreatePayload, refundCreate: ThingCreatePayload }
    schema { query: QueryRoot, mutation: Mutation }
    interface Node { id: ID! }
    union Any = Thing | Shop
    type Shop implements Node { id: ID!, plan: Shop, lists: [Thing!]!, price: MoneyBag }
    type Thing implements Node { id: ID!, parent: Thing, shop: Shop, things(first: Int): ThingConnection! }
    type MoneyBag { shopMoney: MoneyV2! }
    type MoneyV2 { amount: String! }
    type Count { count: Int! }
    type ThingConnection { nodes: [Thing!]!, edges: [ThingEdge!]!, pageInfo: PageInfo! }
    type ThingEdge { cursor: String!, node: Thing! }
    type PageInfo { hasNextPage: Boolean! }
    type ThingCreatePayload { thing: Thing, userErrors: [UserError!]! }
    type UserError { message: String! }
    """
)


def cost(query: str, schema: GraphQLSchema = SCHEMA, **variables: object) -> int:
    return requested_cost(schema, parse(query), variables)


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ shop { id } }", 1),
        ("{ name }", 1),  # the least that anything costs
        ("{ shop { plan { plan { id } } } }", 3),
        ("{ shop { lists { id } } }", 2),  # a list of objects costs as one
        ("{ shop { price { shopMoney { amount } } } }", 1),
        ("{ thingsCount { count } }", 10),
        ("{ shop { id } again: shop { id } }", 2),
        ("{ shop { id } shop { plan { id } } }", 2),  # asked in two places, answered once
    ],
)
def test_objects_cost_one_and_scalars_and_money_nothing(query: str, points: int) -> None:
    assert cost(query) == points


@pytest.mark.parametrize(
    ("size", "growth"),
    [(1, 1), (5, 3), (10, 4), (20, 5), (25, 6), (50, 7), (100, 9), (150, 10), (200, 10), (250, 11)],
)
def test_a_connection_grows_with_the_logarithm_of_its_page(size: int, growth: int) -> None:
    assert page_growth(size) == growth
    assert cost(f"{{ things(first: {size}) {{ nodes {{ id }} }} }}") == 2 + growth


def test_nodes_edges_and_page_info_cost_the_same_or_nothing() -> None:
    nodes = cost("{ things(first: 10) { nodes { shop { id } } pageInfo { hasNextPage } } }")
    edges = cost("{ things(last: 10) { edges { cursor node { shop { id } } } } }")
    assert nodes == edges == 2 + 4 * (1 + 1)


def test_a_connection_in_a_connection_is_multiplied() -> None:
    inner = 2 + 3 * (1 + 1)
    assert cost("{ things(first: 10) { nodes { things(first: 5) { nodes { shop { id } } } } } }") == 2 + 4 * (
        1 + inner
    )


def test_the_page_size_may_be_a_variable_or_its_default() -> None:
    query = "query Things($first: Int = 250) { things(first: $first) { nodes { id } } }"
    assert cost(query) == 2 + 11
    assert cost(query, first=5) == 2 + 3
    assert cost(query, first=0) == 2 + 1


def test_of_several_types_the_dearest_counts() -> None:
    both = "{ any { ... on Shop { plan { id } } ... on Thing { shop { plan { id } } } } }"
    assert cost(both) == 1 + 2
    assert cost("{ node { id ... on Thing { shop { id } } ... on Shop { id } } }") == 1 + 1


def test_fragments_cost_what_they_select() -> None:
    assert (
        cost(
            "{ shop { ...Own ...Own } } fragment Own on Shop { plan { ...Inner } } fragment Inner on Node { id }"
        )
        == 2
    )


def test_a_mutation_costs_ten_and_its_payload_nothing() -> None:
    assert cost("mutation { thingCreate { thing { id } userErrors { message } } }") == 10
    assert cost("mutation { thingCreate { thing { shop { id } } } }") == 11
    assert cost("mutation { refundCreate { userErrors { message } } }") == 20


def test_a_cost_recorded_at_a_real_store() -> None:
    query = "{ product(id: 1) { variants(first: 250) { nodes { inventoryItem { id tracked } } } } }"
    assert cost(query, admin_schema()) == 25


def test_a_document_of_several_operations_needs_a_name() -> None:
    document = parse("query A { name } query B { thingsCount { count } }")
    assert requested_cost(SCHEMA, document, operation_name="B") == 10
    with pytest.raises(ValueError, match="no single operation"):
        requested_cost(SCHEMA, document)


@given(st.integers(min_value=1, max_value=250))
def test_a_larger_page_never_costs_less_and_never_more_than_its_records(size: int) -> None:
    assert 1 <= page_growth(size) <= page_growth(size + 1) <= size + 1
