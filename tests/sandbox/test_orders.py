"""Placing orders in the sandbox store: what a Shopify store would then answer."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from jono.sandbox.catalogue import Product, Variant
from jono.sandbox.drafts import Address, Line, OrderDraft, Person, Shipping, Tax
from jono.sandbox.orders import place, place_all, touch
from jono.sandbox.products import put_products
from jono.sandbox.state import Record, State
from tests.stores import empty_store

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MUG = Line(title="Mug", price=Decimal("12.55"))
AINO = Person(first_name="Aino", last_name="Korhonen", email="aino@fi.example", phone="+358 40 123")


@pytest.fixture
def state() -> State:
    store = empty_store()
    coffee = Product("coffee", "Coffee", vendor="Paahtimo", option_names=("Grind",))
    coffee.variants += [
        Variant(("Beans",), Decimal("9.90"), sku="BEANS"),
        Variant(("Ground",), Decimal("8.90")),
    ]
    put_products(store, [coffee], "EUR")
    return store


def shop(bag: Record) -> str:
    return str(bag["shopMoney"]["amount"])


def test_orders_are_numbered_in_turn(state: State) -> None:
    first, second = place(state, OrderDraft(lines=(MUG,)), OrderDraft(lines=(MUG,)))
    [third] = place(state, OrderDraft(lines=(MUG,)))
    assert [each["name"] for each in (first, second, third)] == ["#1001", "#1002", "#1003"]
    assert len({each["id"] for each in (first, second, third)}) == 3


def test_a_line_of_a_known_variant_is_sold_at_its_price(state: State) -> None:
    [order] = place(state, OrderDraft(lines=(Line(sku="BEANS", quantity=2),)))
    [line] = order["lineItems"]
    assert (line["name"], line["variantTitle"], line["vendor"]) == ("Coffee - Beans", "Beans", "Paahtimo")
    assert (shop(line["originalUnitPriceSet"]), line["quantity"]) == ("9.9", 2)
    variant = state.find(line["variant"])
    assert variant and variant["sku"] == "BEANS"


def test_goods_that_nobody_knows_are_refused_and_nothing_is_placed(state: State) -> None:
    for line in (Line(sku="TEA"), Line(title="Tea"), Line(variant="gid://shopify/ProductVariant/1")):
        with pytest.raises(ValueError, match="the line gives no title and price of its own"):
            place(state, OrderDraft(lines=(MUG,)), OrderDraft(lines=(line,)))
    assert state.count("Order") == 0
    assert place(state, OrderDraft(lines=(MUG,)))[0]["name"] == "#1001"


def test_a_tip_is_a_line_that_sells_nothing(state: State) -> None:
    [order] = place(state, OrderDraft(lines=(MUG,), tip=Decimal(2)))
    tip = order["lineItems"][-1]
    assert (tip["name"], tip["product"], shop(tip["originalUnitPriceSet"])) == ("Tip", None, "2.0")
    assert (shop(order["totalPriceSet"]), shop(order["subtotalPriceSet"])) == ("14.55", "12.55")
    assert order["subtotalLineItemsQuantity"] == 1


def test_both_currencies_are_told(state: State) -> None:
    draft = OrderDraft(lines=(MUG,), presentment_currency="SEK", exchange_rate=Decimal("11.0245"))
    [order] = place(state, draft)
    assert order["totalPriceSet"] == {
        "shopMoney": {"amount": "12.55", "currencyCode": "EUR"},
        "presentmentMoney": {"amount": "138.36", "currencyCode": "SEK"},
    }


def test_discounts_stand_on_the_lines_they_are_taken_off(state: State) -> None:
    draft = OrderDraft(
        lines=(MUG.model_copy(update={"discount": Decimal(1)}), MUG),
        discount=Decimal(4),
        discount_codes=("KEVÄT",),
        shipping=(Shipping(title="Posti", price=Decimal(5), discount=Decimal(5)),),
    )
    [order] = place(state, draft)
    allocated = [
        [shop(each["allocatedAmountSet"]) for each in line["discountAllocations"]]
        for line in (*order["lineItems"], *order["shippingLines"])
    ]
    assert allocated == [["1.0", "1.92"], ["2.08"], ["5.0"]]
    assert (shop(order["totalDiscountsSet"]), shop(order["totalPriceSet"])) == ("10.0", "20.1")
    assert (order["discountCode"], shop(order["totalShippingPriceSet"])) == ("KEVÄT", "5.0")


def test_taxes_are_told_by_line_and_by_order(state: State) -> None:
    alv = Tax(title="ALV 25.5%", rate=Decimal("0.255"))
    [order] = place(state, OrderDraft(lines=(MUG, MUG), taxes=(alv,)))
    assert [shop(line["taxLines"][0]["priceSet"]) for line in order["lineItems"]] == ["2.55", "2.55"]
    [tax] = order["taxLines"]
    assert (tax["title"], tax["rate"], tax["ratePercentage"], shop(tax["priceSet"])) == (
        "ALV 25.5%",
        0.255,
        25.5,
        "5.1",
    )


def test_a_cash_sale_is_paid_in_coins(state: State) -> None:
    [order] = place(
        state,
        OrderDraft(lines=(MUG.model_copy(update={"price": Decimal("12.57")}),), cash=True, gateway="cash"),
    )
    assert shop(order["totalPriceSet"]) == "12.57"
    assert shop(order["totalCashRoundingAdjustment"]["paymentSet"]) == "-0.02"
    [paid] = order["transactions"]
    assert (shop(paid["amountSet"]), shop(paid["amountRoundingSet"]), paid["gateway"]) == (
        "12.55",
        "-0.02",
        "cash",
    )


def test_a_cancelled_order_keeps_what_it_was_and_owes_nothing(state: State) -> None:
    draft = OrderDraft(
        lines=(MUG,), created_at=NOON, cancelled_at=NOON + timedelta(hours=2), financial_status="VOIDED"
    )
    [order] = place(state, draft)
    assert (shop(order["totalPriceSet"]), shop(order["currentTotalPriceSet"])) == ("12.55", "0.0")
    assert (order["lineItems"][0]["quantity"], order["lineItems"][0]["currentQuantity"]) == (1, 0)
    assert order["updatedAt"] == order["cancelledAt"] == "2026-03-01T14:00:00Z"
    assert order["unpaid"] and not order["fullyPaid"]


def test_a_customer_who_comes_again_is_the_same(state: State) -> None:
    again = AINO.model_copy(update={"email": "AINO@fi.example"})
    first, second = place(
        state,
        OrderDraft(lines=(MUG,), customer=AINO, created_at=NOON),
        OrderDraft(lines=(MUG,), customer=again, created_at=NOON + timedelta(days=1)),
    )
    [third] = place(state, OrderDraft(lines=(MUG,), customer=Person(phone="+358 40 123"), created_at=NOON))
    assert first["customer"] == second["customer"] == third["customer"]
    customer = state.find(first["customer"])
    assert customer and (customer["numberOfOrders"], customer["amountSpent"]["amount"]) == ("3", "37.65")
    assert customer["updatedAt"] == "2026-03-02T12:00:00Z"


def test_a_sale_to_nobody_in_particular_has_no_customer(state: State) -> None:
    [order] = place(state, OrderDraft(lines=(MUG,), source_name="pos"))
    assert (order["customer"], order["email"], order["displayAddress"]) == (None, None, None)
    assert order["attribution"] == {"handle": "pos", "displayName": "Point of Sale"}


def test_addresses_are_kept_apart(state: State) -> None:
    home, office = Address(city="Turku"), Address(city="Salo")
    [order] = place(state, OrderDraft(lines=(MUG,), shipping_address=home, billing_address=office))
    towns = [order[name]["city"] for name in ("shippingAddress", "billingAddress", "displayAddress")]
    assert towns == ["Turku", "Salo", "Turku"]


def test_touching_an_order_updates_it(state: State) -> None:
    [order] = place(state, OrderDraft(lines=(MUG,), created_at=NOON))
    touch(state, order, {"note": "Ring twice"}, NOON + timedelta(hours=1))
    found = state.find(order["id"])
    assert found and (found["note"], found["updatedAt"]) == ("Ring twice", "2026-03-01T13:00:00Z")
    with pytest.raises(ValueError, match="An order has no colour"):
        touch(state, order, {"colour": "blue"})


def test_orders_placed_a_few_at_a_time_are_the_same_and_all_or_none(state: State) -> None:
    anna = Person(first_name="Anna", email="anna@shop.example")
    drafts = [OrderDraft(lines=(MUG,), customer=anna, created_at=NOON) for _ in range(501)]
    place_all(state, drafts)
    assert state.count("Order") == 501
    [customer] = state.all("Customer")
    assert customer["numberOfOrders"] == "501"
    with pytest.raises(ValueError, match="No variant"):
        place_all(state, [*drafts, OrderDraft(lines=(Line(sku="NOTHING"),))])
    assert state.count("Order") == 501
