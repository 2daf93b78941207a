"""90001: scopes, webhook subscriptions, old logs; what needs a person ends the run with an error they are told of."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings

from jono.jobs import queue
from jono.jobs.models import Alert, JobQueueEntry, Run
from jono.kit.clock import now
from jono.sandbox.access import grant
from jono.sandbox.apps import credentials
from jono.shopify.api import WebhookSubscriptionCreate, WebhookSubscriptions
from jono.shopify.models import Order, PrivacyRequest, Shop, ShopCall, ShopConnection, WebhookInbox
from jono.sync import connecting
from jono.sync.shops import store_of
from jono.sync.store_check import arrange
from tests.sync.conftest import Kahvila, finish, run_job
from tests.sync.test_orders import AINO, two_mugs

CHECK = 90001
PUBLIC = "https://jono.example"


@pytest.fixture
def listening(shop: Shop, kahvila: Kahvila) -> Iterator[Shop]:
    """The shop, which wants webhooks and can be reached."""
    shop.connection.client_secret = credentials(kahvila.state).client_secret
    shop.connection.save()
    shop.orders_section.order_created_webhooks = True
    shop.orders_section.save()
    with override_settings(JONO_ADDRESS=PUBLIC):
        yield shop


def subscriptions(shop: Shop) -> list[tuple[str, str]]:
    with store_of(shop) as store:
        nodes = store.execute(WebhookSubscriptions).webhook_subscriptions.nodes
    return sorted((each.topic, each.uri) for each in nodes)


def subscribe(shop: Shop, topic: str, uri: str) -> None:
    with store_of(shop) as store:
        store.change(WebhookSubscriptionCreate, topic=topic, uri=uri, includeFields=["id"])


WANTED = [
    ("BULK_OPERATIONS_FINISH", f"{PUBLIC}/webhooks/shopify/kahvila"),
    ("ORDERS_CREATE", f"{PUBLIC}/webhooks/shopify/kahvila"),
    ("ORDERS_UPDATED", f"{PUBLIC}/webhooks/shopify/kahvila"),
]


def test_a_shop_that_wants_webhooks_gets_its_subscriptions_and_its_entry(listening: Shop) -> None:
    run = run_job(CHECK, listening)
    assert (run.status, run.done, run.failed) == (Run.Status.SUCCESS, 5, 0)
    assert subscriptions(listening) == WANTED
    entry = JobQueueEntry.objects.get(pk=ShopConnection.objects.get().webhook_entry_no or 0)
    assert entry.parameters == {"shop": "kahvila", "from_webhooks": True}


def test_checked_again_nothing_changes(listening: Shop) -> None:
    run_job(CHECK, listening)
    run_job(CHECK, listening)
    assert subscriptions(listening) == WANTED
    assert JobQueueEntry.objects.filter(object_id_to_run=30104).count() == 1


def test_subscriptions_that_lead_astray_are_mended_and_those_of_others_stay(listening: Shop) -> None:
    others = ("ORDERS_CREATE", "https://other.example/hook")
    subscribe(listening, *others)
    subscribe(listening, "ORDERS_CREATE", "https://old.example/webhooks/shopify/kahvila")
    subscribe(listening, "PRODUCTS_CREATE", f"{PUBLIC}/webhooks/shopify/kahvila")
    run_job(CHECK, listening)
    assert subscriptions(listening) == sorted([others, *WANTED])


def test_switched_off_the_subscriptions_go(listening: Shop) -> None:
    run_job(CHECK, listening)
    listening.orders_section.order_created_webhooks = False
    listening.orders_section.save()
    run_job(CHECK, listening)
    assert subscriptions(listening) == []


def test_a_shop_that_sends_nothing_out_subscribes_to_nothing_and_says_so(listening: Shop) -> None:
    Shop.objects.update(allow_outgoing_requests=False)
    run = run_job(CHECK, listening)
    assert run.status == Run.Status.ERROR
    assert "Allow Data Sync to Shopify is off" in run.error
    assert subscriptions(listening) == []


def test_a_missing_scope_is_recorded_and_raises_an_alert(shop: Shop, kahvila: Kahvila) -> None:
    grant(kahvila.state, {"read_orders", "read_products", "read_locations"})
    run = run_job(CHECK, shop)
    assert (run.done, run.failed) == (4, 1)
    assert "read_customers" in run.error
    assert "read_customers" in str(Alert.objects.get().message % Alert.objects.get().values)


def test_a_version_that_ends_raises_an_alert_whatever_else_is_wrong(
    shop: Shop, kahvila: Kahvila, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(kahvila.state, {"read_orders"})
    monkeypatch.setattr(connecting, "accessible_until", lambda _: now() + timedelta(days=59))
    run = run_job(CHECK, shop)
    told = " ".join(str(each) for each in run.records.filter(outcome="failed"))
    assert "stops answering as API version" in told
    assert "read_products" in told or "read_customers" in told


def test_jono_without_a_public_address_cannot_be_sent_webhooks(listening: Shop) -> None:
    with override_settings(JONO_ADDRESS=""):
        run = run_job(CHECK, listening)
    assert "JONO_ADDRESS" in run.error


def test_webhooks_need_the_secret_they_are_signed_with(listening: Shop) -> None:
    ShopConnection.objects.update(sealed_client_secret="")
    assert "client secret" in run_job(CHECK, listening).error


def test_old_calls_and_webhooks_are_cleared(shop: Shop) -> None:
    long_ago = now() - timedelta(days=31)
    ShopCall.objects.create(shop=shop, operation="Shop", milliseconds=1, began_at=long_ago)
    WebhookInbox.objects.create(shop=shop, webhook_id="w1", topic="orders/create", gid="1", done_at=long_ago)
    run_job(CHECK, shop)
    assert not ShopCall.objects.exists()
    assert not WebhookInbox.objects.exists()


def test_an_enabled_shop_is_checked_at_once_and_daily_by_one_entry(shop: Shop) -> None:
    entry = arrange(shop)
    queue.start_due(now())
    assert finish(entry).status == Run.Status.SUCCESS
    assert arrange(shop) == entry
    entry.refresh_from_db()
    assert entry.recurring


def asked_to_redact(shop: Shop, order: Order, days: int) -> PrivacyRequest:
    by = (now() + timedelta(days=days)).date()
    return PrivacyRequest.objects.create(
        shop=shop, topic="customers/redact", webhook_id="w1", order_gids=[order.gid], answer_by_date=by
    )


def test_whom_the_store_wants_forgotten_is_forgotten(shop: Shop, kahvila: Kahvila) -> None:
    kahvila.place(two_mugs(customer=AINO, shipping_address=AINO.address))
    run_job(30104, shop)
    order = Order.objects.get(email=AINO.email)
    asked_to_redact(shop, order, days=30)
    assert run_job(CHECK, shop).failed == 0
    order.refresh_from_db()
    assert order.email == ""
    assert not order.addresses.exists()


def test_a_privacy_request_that_nobody_answers_is_told_in_time(shop: Shop, kahvila: Kahvila) -> None:
    kahvila.place(two_mugs())
    run_job(30104, shop)
    asked = asked_to_redact(shop, Order.objects.get(), days=6)
    assert "has to be answered by" in run_job(CHECK, shop).error
    asked.answered_at = now()
    asked.save()
    assert run_job(CHECK, shop).error == ""
