"""A year of a real pizza place, where its data are installed."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from jono.sandbox import pizzaplace
from jono.sandbox.orders import place
from jono.sandbox.products import put_products
from tests.stores import empty_store

pytestmark = pytest.mark.skipif(
    not pizzaplace.is_installed(), reason="the pizza place's data come with the dependency group `data`"
)


def test_the_year_is_whole() -> None:
    orders = list(pizzaplace.pizza_orders())
    assert len(orders) == pizzaplace.ORDERS
    assert sum(len(order.lines) for order in orders) == pizzaplace.LINES
    assert sum(line.price or 0 for order in orders for line in order.lines) == Decimal("817860.05")


def test_orders_keep_their_time_and_their_number() -> None:
    [first] = pizzaplace.pizza_orders(1)
    assert first.created_at == datetime(2015, 1, 1, 11, 38, 36, tzinfo=UTC)
    assert first.attributes == {"Pizza place id": "2015-000001"}


def test_every_pizza_that_is_sold_is_a_product() -> None:
    state = empty_store()
    put_products(state, pizzaplace.pizzas(), "EUR")
    assert (state.count("Product"), state.count("ProductVariant")) == (32, 91)
    placed = place(state, *pizzaplace.pizza_orders(200))
    assert all(line["variant"] for order in placed for line in order["lineItems"])
