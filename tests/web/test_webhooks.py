"""Webhooks in: proved by their signature, kept once, answered at once; and one import however many there are."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.kit.clock import now
from jono.kit.http import Http
from jono.sandbox.apps import credentials
from jono.sandbox.orders import touch
from jono.shopify import records
from jono.shopify.client import Store
from jono.shopify.models import Order, PrivacyRequest, Shop, ShopConnection, WebhookInbox
from jono.sync.store_check import arrange
from jono.sync.webhooks import standing_entry
from tests.sync.conftest import Kahvila, finish, run_job
from tests.sync.test_orders import AINO, two_mugs

ADDRESS = "/webhooks/shopify/kahvila"
SECRET, FORMER_SECRET = "shpss_new", "shpss_old"
DOMAIN = "kaamos-kahvi.myshopify.com"


@pytest.fixture
def listening(shop: Shop) -> Shop:
    """The shop, with a secret that was changed a moment ago and an entry that looks into its inbox."""
    shop.connection.client_secret = FORMER_SECRET
    shop.connection.client_secret = SECRET
    shop.connection.store_domain = DOMAIN
    shop.connection.save()
    shop.orders_section.order_created_webhooks = True
    shop.orders_section.save()
    finish(standing_entry(shop))
    return shop


@cache
def sender() -> Client:
    """Who sends webhooks: it has no session, and knows no CSRF token."""
    return Client(enforce_csrf_checks=True)


def post(
    content: object,
    webhook_id: str = "w1",
    topic: str = "orders/create",
    secret: str = SECRET,
    **headers: str,
) -> HttpResponse:
    body = json.dumps(content).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    sent = {
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": DOMAIN,
        "X-Shopify-Triggered-At": "2026-11-23T10:00:00.123456789Z",
        **headers,
    }
    return sender().post(ADDRESS, body, content_type="application/json", headers=sent)  # type: ignore[return-value]


def about(gid: str) -> dict[str, Any]:
    return {"id": 1, "admin_graphql_api_id": gid, "updated_at": "2026-11-23T10:00:00Z"}


def entry_of(shop: Shop) -> JobQueueEntry:
    return JobQueueEntry.objects.get(pk=ShopConnection.objects.get(shop=shop).webhook_entry_no or 0)


def drain(shop: Shop) -> Run:
    """Let the entry run that was woken."""
    queue.start_due(now() + timedelta(seconds=10))
    return finish(entry_of(shop))


def test_an_order_that_a_webhook_tells_of_is_imported(listening: Shop, kahvila: Kahvila) -> None:
    [order] = kahvila.place(two_mugs())
    assert post(about(order["id"])).status_code == 200
    assert entry_of(listening).status == JobQueueEntry.Status.READY
    run = drain(listening)
    assert (run.done, run.failed) == (1, 0)
    assert Order.objects.get().gid == order["id"]
    assert WebhookInbox.objects.get().done_at


def test_a_webhook_that_comes_twice_is_kept_once(listening: Shop, kahvila: Kahvila) -> None:
    [order] = kahvila.place(two_mugs())
    assert [post(about(order["id"])).status_code for _ in range(3)] == [200, 200, 200]
    assert WebhookInbox.objects.count() == 1


def test_what_is_not_signed_by_the_app_is_refused(listening: Shop) -> None:
    assert post(about("gid://shopify/Order/1"), secret="wrong").status_code == 401
    assert post(about("gid://shopify/Order/1"), **{"X-Shopify-Hmac-Sha256": "no base64 ä"}).status_code == 401
    assert not WebhookInbox.objects.exists()


def test_for_an_hour_the_secret_before_is_good(listening: Shop) -> None:
    assert post(about("gid://shopify/Order/1"), secret=FORMER_SECRET).status_code == 200
    ShopConnection.objects.update(secret_changed_at=now() - timedelta(minutes=61))
    assert post(about("gid://shopify/Order/1"), "w2", secret=FORMER_SECRET).status_code == 401


def test_a_shop_without_a_secret_takes_no_webhook(shop: Shop) -> None:
    assert post(about("gid://shopify/Order/1"), secret="").status_code == 401


def test_what_is_for_another_store_is_refused(listening: Shop) -> None:
    answer = post(about("gid://shopify/Order/1"), **{"X-Shopify-Shop-Domain": "other.myshopify.com"})
    assert answer.status_code == 404
    assert (
        Client().post("/webhooks/shopify/nobody", b"{}", content_type="application/json").status_code == 404
    )
    assert Client().get(ADDRESS).status_code == 405


def test_a_topic_that_nobody_listens_to_is_answered_well_and_not_kept(listening: Shop) -> None:
    assert post(about("gid://shopify/Product/1"), topic="products/create").status_code == 200
    assert not WebhookInbox.objects.exists()


def test_a_body_that_is_no_webhook_is_refused(listening: Shop) -> None:
    assert post(["no", "object"]).status_code == 400


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
def test_privacy_requests_are_answered_and_written_down_without_personal_data(
    listening: Shop, topic: str
) -> None:
    content = {
        "shop_domain": DOMAIN,
        "customer": {"id": 191167, "email": "aino@example.fi"},
        "orders_requested": [299938],
        "data_request": {"id": 9999},
    }
    assert post(content, topic=topic).status_code == 200
    asked = PrivacyRequest.objects.get()
    assert (asked.topic, asked.customer_gid) == (topic, "gid://shopify/Customer/191167")
    assert asked.order_gids == ["gid://shopify/Order/299938"]
    assert "aino" not in json.dumps(list(PrivacyRequest.objects.values()), default=str)


def test_a_privacy_request_wakes_the_check_that_answers_it(listening: Shop) -> None:
    check = arrange(listening)
    queue.start_due(now())
    finish(check)
    post({"customer": {"id": 1}}, topic="customers/redact")
    check.refresh_from_db()
    assert check.earliest_start_at and check.earliest_start_at < now() + timedelta(minutes=2)


def test_marked_as_answered_whom_the_store_wants_forgotten_is_forgotten(
    listening: Shop, kahvila: Kahvila, pages: Client
) -> None:
    [order] = kahvila.place(two_mugs(customer=AINO, shipping_address=AINO.address))
    run_job(30104, listening)
    post({"orders_to_redact": [int(order["legacyResourceId"])]}, topic="customers/redact")
    pages.post("/privacy-requests/-/do/mark-as-answered", {"record": PrivacyRequest.objects.get().pk})
    assert PrivacyRequest.objects.get().answered_at
    assert not Order.objects.filter(addresses__isnull=False).exists()


def test_order_of_arrival_is_not_trusted_the_record_is_read_as_it_stands(
    listening: Shop, kahvila: Kahvila
) -> None:
    [order] = kahvila.place(two_mugs())
    touch(kahvila.state, order, {"note": "Second"})
    post(about(order["id"]), "later", topic="orders/updated")
    post(about(order["id"]), "earlier", topic="orders/create")
    run = drain(listening)
    assert run.done == 1
    assert Order.objects.get().work_description == "Second"


def test_a_thousand_webhooks_for_one_order_make_one_import(listening: Shop, kahvila: Kahvila) -> None:
    [order] = kahvila.place(two_mugs())
    for number in range(1000):
        assert post(about(order["id"]), f"w{number}").status_code == 200
    run = drain(listening)
    assert (run.done, run.skipped, run.failed) == (1, 0, 0)
    assert not WebhookInbox.objects.filter(done_at=None).exists()
    entry = entry_of(listening)
    assert entry.runs.count() == 2  # the first found nothing
    assert not entry.runs.filter(ended_at=None).exists()


def test_webhooks_that_come_while_an_import_reads_are_not_lost(
    listening: Shop, kahvila: Kahvila, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has a smaller number, as its transaction took longer; the other is for the next run."""
    first, second, third = kahvila.place(two_mugs(), two_mugs(), two_mugs())
    post(about(first["id"]), "w1")
    WebhookInbox.objects.update(id=1000)
    coming = {999: second["id"], 1001: third["id"]}
    read = Store.orders

    def read_and_be_told(store: Store, gids: Sequence[str]) -> list[records.Order]:
        found = read(store, gids)
        while coming:
            number, gid = coming.popitem()
            WebhookInbox.objects.create(id=number, shop=listening, webhook_id=f"w{number}", gid=gid)
        return found

    monkeypatch.setattr(Store, "orders", read_and_be_told)
    assert drain(listening).done == 2
    assert WebhookInbox.objects.get(done_at=None).gid == third["id"]
    assert run_job(30104, listening, from_webhooks=True).done == 1
    assert not WebhookInbox.objects.filter(done_at=None).exists()


def test_a_webhook_during_a_run_makes_the_entry_run_again(listening: Shop, kahvila: Kahvila) -> None:
    first, second = kahvila.place(two_mugs(), two_mugs())
    post(about(first["id"]), "w1")
    queue.start_due(now() + timedelta(seconds=10))
    run = entry_of(listening).runs.get(ended_at=None)
    assert queue.begin(run.pk, run.token)
    post(about(second["id"]), "w2")
    queue.finish(run)
    entry = entry_of(listening)
    assert entry.status == JobQueueEntry.Status.READY
    assert entry.earliest_start_at and entry.earliest_start_at < now() + timedelta(seconds=6)
    assert drain(listening).done == 2


def test_an_entry_that_a_person_has_put_on_hold_stays_so_and_nothing_is_lost(
    listening: Shop, kahvila: Kahvila
) -> None:
    [order] = kahvila.place(two_mugs())
    queue.set_on_hold(entry_of(listening))
    assert post(about(order["id"])).status_code == 200
    assert entry_of(listening).status == JobQueueEntry.Status.ON_HOLD
    queue.restart(entry_of(listening))
    assert finish(entry_of(listening)).done == 1


@pytest.mark.django_db(transaction=True)
def test_webhooks_that_come_all_at_once_are_all_answered_and_kept(listening: Shop) -> None:
    def send(number: int) -> int:
        status = post(about(f"gid://shopify/Order/{number % 5}"), f"w{number}").status_code
        connection.close()
        return status

    with ThreadPoolExecutor(8) as senders:
        assert set(senders.map(send, range(100))) == {200}
    assert WebhookInbox.objects.count() == 100


def test_what_webhooks_missed_is_counted_when_polling_finds_it(listening: Shop, kahvila: Kahvila) -> None:
    ShopConnection.objects.update(webhooks_checked_at=now() - timedelta(hours=2))
    hour_ago = now() - timedelta(hours=1)
    told, missed = kahvila.place(two_mugs(created_at=hour_ago), two_mugs(created_at=hour_ago))
    post(about(told["id"]))
    finish(queue.start_now(30104, listening.company_code, {"shop": listening.code}))
    assert ShopConnection.objects.get().webhooks_missed == 1
    assert missed


def test_the_pages_of_webhooks_and_calls_show_them(listening: Shop, pages: Client) -> None:
    post(about("gid://shopify/Order/4711"))
    assert "gid://shopify/Order/4711" in pages.get("/webhooks").text
    assert pages.get("/shopify-log-entries").status_code == 200
    assert pages.get("/privacy-requests").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_order_placed_in_the_store_reaches_the_inbox_by_itself(
    live_server: LiveServer, shop: Shop, kahvila: Kahvila
) -> None:
    """The whole way: 90001 subscribes, the store sends and signs, Jono proves and keeps, 30104 imports."""
    shop.connection.client_secret = credentials(kahvila.state).client_secret
    shop.connection.save()
    shop.orders_section.order_created_webhooks = True
    shop.orders_section.save()
    with override_settings(JONO_ADDRESS=live_server.url):
        assert run_job(90001, shop).failed == 0
    finish(entry_of(shop))
    with Http(kahvila.address) as back_door:
        back_door.post("/_control/orders", {"orders": [two_mugs().model_dump(mode="json")]})
        back_door.post("/_control/work", {})
    kept = WebhookInbox.objects.get(topic="orders/create")
    assert drain(shop).done == 1
    assert Order.objects.get().gid == kept.gid
