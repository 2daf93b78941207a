"""The log of calls: what is kept as the shop's Logging Mode says, and what never is."""

import json
from datetime import timedelta

import pytest

from jono.kit.clock import now
from jono.kit.errors import UserError
from jono.kit.http import Answer
from jono.shopify.call_log import REDACTED, CallLog, clear, redact
from jono.shopify.client import Store
from jono.shopify.models import Shop, ShopCall, ShopConnection
from tests.shopify.test_connection import GOOD, Line

REFUSED = Answer(401, {"x-request-id": "4711"}, b'{"errors": "no"}')


@pytest.fixture
def shop(db: None) -> Shop:
    shop = Shop.objects.create(
        code="kahvila", company_code="NORDIC", shopify_url="https://kahvila.myshopify.com", logging_mode="all"
    )
    ShopConnection.objects.create(shop=shop)
    return shop


def call(shop: Shop, *answers: Answer | Exception) -> None:
    """Ask the store for an order's rest of lines, whatever it answers."""
    line = Line(*answers)
    with Store(line.origin, "shpat_secret", http=line, listener=CallLog(shop)) as store:
        for _ in answers:
            try:
                store.count_orders()
            except Exception:  # noqa: BLE001 - the log is looked at
                continue


COUNTED = Answer(
    200,
    {"x-request-id": "42", "x-shopify-api-version": "2026-10"},
    b'{"data": {"ordersCount": {"count": 3, "precision": "EXACT"}},'
    b' "extensions": {"cost": {"requestedQueryCost": 10, "actualQueryCost": 10}}}',
)


def test_a_call_is_logged_with_what_it_took(shop: Shop) -> None:
    call(shop, COUNTED)
    logged = ShopCall.objects.get()
    assert (logged.operation, logged.status, logged.cost, logged.request_id) == ("OrdersCount", 200, 10, "42")
    assert not logged.has_error
    assert "precision" in logged.response


@pytest.mark.parametrize(("mode", "logged"), [("all", 2), ("error only", 1), ("disabled", 0)])
def test_what_is_logged_is_the_shops_choice(shop: Shop, mode: str, logged: int) -> None:
    shop.logging_mode = mode
    call(shop, COUNTED, REFUSED)
    assert ShopCall.objects.count() == logged
    assert ShopCall.objects.filter(has_error=True).count() == min(logged, 1)


def test_a_call_that_was_never_answered_is_logged_as_an_error(shop: Shop) -> None:
    call(shop, UserError("Nobody at %(address)s.", address="a"))
    logged = ShopCall.objects.get()
    assert (logged.status, logged.has_error, logged.error) == (None, True, "Nobody at a.")


def test_the_token_is_in_no_log(shop: Shop) -> None:
    call(shop, COUNTED, REFUSED)
    assert "shpat_secret" not in json.dumps(list(ShopCall.objects.values()), default=str)


ORDER = {
    "name": "#1001",
    "note": "Ring twice",
    "shippingAddress": {
        "name": "Aino Virtanen",
        "firstName": "Aino",
        "city": "Helsinki",
        "country": "Finland",
    },
    "customer": {
        "id": "gid://shopify/Customer/1",
        "defaultEmailAddress": {"emailAddress": "aino@example.fi"},
    },
    "access_token": "shpat_1",
}


def test_personal_data_is_not_logged_unless_asked_for() -> None:
    kept = json.dumps(redact(ORDER, personal=False))
    for word in ("Aino", "Virtanen", "Helsinki", "aino@example.fi", "Ring twice", "shpat_1"):
        assert word not in kept
    assert "#1001" in kept
    assert "gid://shopify/Customer/1" in kept


def test_an_address_in_a_search_or_an_objection_is_not_logged(shop: Shop) -> None:
    kept = json.dumps(redact({"query": "email:aino@example.fi AND tag:vip"}, personal=False))
    assert "aino" not in kept
    assert "tag:vip" in kept
    call(shop, UserError("Nobody has %(email)s.", email="aino@example.fi"))
    assert "aino" not in ShopCall.objects.get().error


def test_secrets_are_never_logged() -> None:
    assert redact(ORDER, personal=True) == {**ORDER, "access_token": REDACTED}


def test_the_version_that_answers_is_noted(shop: Shop) -> None:
    call(shop, Answer(200, {"x-shopify-api-version": "2027-01"}, GOOD.body))
    assert ShopConnection.objects.get().served_version == "2027-01"


def test_old_calls_are_cleared(shop: Shop) -> None:
    call(shop, COUNTED, COUNTED)
    old = ShopCall.objects.first()
    assert old
    ShopCall.objects.filter(pk=old.pk).update(began_at=now() - timedelta(days=31))
    assert clear(shop, now()) == 1
    assert ShopCall.objects.count() == 1
