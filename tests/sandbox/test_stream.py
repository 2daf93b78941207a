"""The stream of orders: the same every time, and with all that tries a bookkeeper's patience."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from jono.sandbox.drafts import OrderDraft
from jono.sandbox.orders import place
from jono.sandbox.server import open_store
from jono.sandbox.state import Record, State
from jono.sandbox.stream import goods_of, order_stream
from jono.sandbox.values import time_text

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def state() -> State:
    return open_store()


@pytest.fixture(scope="module")
def drafts(state: State) -> list[OrderDraft]:
    return list(order_stream(goods_of(state), 400, NOON, days=30, seed=7))


@pytest.fixture(scope="module")
def orders(state: State, drafts: list[OrderDraft]) -> list[Record]:
    return place(state, *drafts)


def test_the_same_seed_gives_the_same_orders(state: State, drafts: list[OrderDraft]) -> None:
    goods = goods_of(state)
    assert list(order_stream(goods, 400, NOON, days=30, seed=7)) == drafts
    assert list(order_stream(goods, 400, NOON, days=30, seed=8)) != drafts


def test_orders_come_in_the_order_of_their_time(drafts: list[OrderDraft]) -> None:
    times = [draft.created_at for draft in drafts if draft.created_at]
    assert times == sorted(times)
    assert NOON - timedelta(days=30) <= times[0] < times[-1] < NOON


def test_nothing_has_happened_yet_that_is_still_to_come(orders: list[Record]) -> None:
    assert max(order["updatedAt"] for order in orders) < time_text(NOON)


def test_orders_of_no_days_are_placed_at_once(state: State) -> None:
    assert {draft.created_at for draft in order_stream(goods_of(state), 9, NOON, days=0)} == {NOON}


def test_people_of_four_countries_buy_in_their_own_money(orders: list[Record]) -> None:
    seen = Counter(
        (order["displayAddress"]["countryCodeV2"], order["presentmentCurrencyCode"], order["taxesIncluded"])
        for order in orders
        if order["displayAddress"]
    )
    assert set(seen) == {("FI", "EUR", True), ("SE", "SEK", True), ("DE", "EUR", True), ("US", "USD", False)}


def test_every_finnish_rate_is_charged(orders: list[Record]) -> None:
    titles = {tax["title"] for order in orders for tax in order["taxLines"]}
    assert {"ALV 25.5%", "ALV 13.5%", "ALV 10%"} <= titles


def test_what_tries_a_bookkeeper_is_there(orders: list[Record]) -> None:
    lines = [line for order in orders for line in order["lineItems"]]
    names = [order["shippingAddress"]["name"] for order in orders if order["shippingAddress"]]
    assert any(len(name) == 70 for name in names)
    assert any(line["quantity"] == 0 for line in lines)
    assert any(line["title"] == "Coffee sample" for line in lines)
    assert any(line["variant"] is None and line["name"] != "Tip" for line in lines)
    assert any(line["name"] == "Tip" for line in lines)
    assert any(line["isGiftCard"] for line in lines)
    assert any(order["customer"] is None and order["sourceName"] == "pos" for order in orders)
    assert any(order["cancelledAt"] for order in orders)
    assert any(order["risk"]["assessments"] for order in orders)
    assert any(
        Decimal(order["totalCashRoundingAdjustment"]["paymentSet"]["shopMoney"]["amount"]) for order in orders
    )
    assert {order["displayFinancialStatus"] for order in orders} == {
        "PAID",
        "PENDING",
        "AUTHORIZED",
        "VOIDED",
    }
    assert max(len(order["lineItems"]) for order in orders) >= 10


def test_customers_come_again(orders: list[Record]) -> None:
    times = Counter(order["customer"] for order in orders if order["customer"])
    assert 1 < times.most_common(1)[0][1] < len(orders) / 4
