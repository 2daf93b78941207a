"""Whom the store wants forgotten is forgotten here: not somebody else, not half, and not in the log either."""

from datetime import timedelta

import pytest

from jono.kit.clock import now
from jono.shopify.models import Order, OrderAddress, PrivacyRequest, Shop, ShopCall
from jono.shopify.privacy import forget

AINO, OTTO = "gid://shopify/Customer/1", "gid://shopify/Customer/2"
PERSONAL = {
    "email": "aino@example.fi",
    "phone_no": "040 1",
    "work_description": "Ring twice",
    "po_number": "A 1",
}


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop.objects.create(code="kahvila", company_code="NORDIC", shopify_url="https://k.myshopify.com")


def order(shop: Shop, number: int, customer: str) -> Order:
    made = Order.objects.create(
        shop=shop, gid=f"gid://shopify/Order/{number}", shopify_order_no=f"#{number}", customer_gid=customer,
        created_at=now(), updated_at=now(), imported_at=now(), currency_code="EUR", presentment_currency_code="EUR",
        **PERSONAL,
    )  # fmt: skip
    OrderAddress.objects.create(order=made, kind="ship-to", last_name="Virtanen", address="Mannerheimintie 1")
    ShopCall.objects.create(
        shop=shop, operation="OrdersById", milliseconds=1, response=f'{{"id": "{made.gid}"}}'
    )
    return made


def asked(shop: Shop, topic: str, customer: str = "", orders: tuple[Order, ...] = ()) -> PrivacyRequest:
    gids = [each.gid for each in orders]
    by = (now() + timedelta(days=30)).date()
    return PrivacyRequest(shop=shop, topic=topic, customer_gid=customer, order_gids=gids, answer_by_date=by)


def remembered(shop: Shop) -> list[str]:
    """The orders of which something personal is known, with the log of calls about them."""
    known = Order.objects.filter(shop=shop, **PERSONAL, addresses__last_name="Virtanen").order_by("gid")
    return [each.shopify_order_no for each in known if ShopCall.objects.filter(response__contains=each.gid)]


def test_a_customers_orders_are_redacted_and_nobody_elses(shop: Shop) -> None:
    first, _, _ = order(shop, 1, AINO), order(shop, 2, AINO), order(shop, 3, OTTO)
    assert remembered(shop) == ["#1", "#2", "#3"]
    assert forget(asked(shop, "customers/redact", AINO, (first,))) == 1
    assert remembered(shop) == ["#2", "#3"]
    assert forget(asked(shop, "customers/redact", AINO)) == 2
    assert remembered(shop) == ["#3"]
    first.refresh_from_db()
    assert {name: getattr(first, name) for name in PERSONAL} == dict.fromkeys(PERSONAL, "")


def test_a_request_that_names_nobody_redacts_nobody(shop: Shop) -> None:
    order(shop, 1, "")
    assert forget(asked(shop, "customers/redact")) == 0
    assert remembered(shop) == ["#1"]


def test_a_store_that_leaves_is_forgotten_and_others_are_not(shop: Shop) -> None:
    other = Shop.objects.create(code="other", company_code="NORDIC", shopify_url="https://o.myshopify.com")
    order(shop, 1, AINO)
    order(other, 2, AINO)
    assert forget(asked(shop, "shop/redact")) == 1
    assert (remembered(shop), remembered(other)) == ([], ["#2"])
    assert not ShopCall.objects.filter(shop=shop).exists()


def test_who_asks_what_is_known_is_not_forgotten(shop: Shop) -> None:
    order(shop, 1, AINO)
    assert forget(asked(shop, "customers/data_request", AINO)) == 0
    assert remembered(shop) == ["#1"]
