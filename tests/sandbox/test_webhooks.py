"""Webhooks out: signed, retried by the store's clock, given up on, disturbed when asked."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from jono.sandbox import deliveries
from jono.sandbox.apps import credentials, set_compliance_address
from jono.sandbox.background import work
from jono.sandbox.drafts import Line, OrderDraft
from jono.sandbox.events import put_delivery, topic_of
from jono.sandbox.faults import Fault, FaultKind
from jono.sandbox.orders import place, touch
from jono.sandbox.products import remove_product
from jono.sandbox.state import State
from tests.sandbox.callers import Asker
from tests.stores import empty_store

CREATE = """mutation C($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
    webhookSubscription {
      id topic uri includeFields apiVersion { handle } endpoint { ... on WebhookHttpEndpoint { callbackUrl } } }
    userErrors { field message }
  }
}"""
MUG = Line(title="Mug", price="12.55")


class Listener:
    """Somebody who takes webhooks, and answers each with the next of `statuses`, else 200."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.got.append((dict(self.headers), body))
                self.send_response(listener.statuses.pop(0) if listener.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks"

    def names(self) -> list[str]:
        return [json.loads(body)["name"] for _, body in self.got]


@pytest.fixture
def state() -> Iterator[State]:
    state = empty_store()
    state.clock.run(0)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def subscribe(ask: Asker, listener: Listener) -> Callable[..., str]:
    def subscribe(topic: str, **wanted: Any) -> str:
        payload = ask.data(CREATE, topic=topic, input={"uri": listener.address, **wanted})
        assert payload["userErrors"] == []
        return str(payload["webhookSubscription"]["id"])

    return subscribe


def place_one(state: State) -> dict[str, Any]:
    [order] = place(state, OrderDraft(lines=(MUG,)))
    return order


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("ORDERS_CREATE", "orders/create"), ("BULK_OPERATIONS_FINISH", "bulk_operations/finish"),
        ("APP_UNINSTALLED", "app/uninstalled"), ("RETURNS_APPROVE", "returns/approve"),
        ("FULFILLMENT_ORDERS_PLACED_ON_HOLD", "fulfillment_orders/placed_on_hold"),
        ("DRAFT_ORDERS_CREATE", "draft_orders/create"), ("ORDERS_PARTIALLY_FULFILLED", "orders/partially_fulfilled"),
    ],
)  # fmt: skip
def test_topics_are_told_as_headers_tell_them(name: str, topic: str) -> None:
    assert topic_of(name) == topic


def test_a_webhook_is_signed_and_says_what_it_is(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    subscribe("ORDERS_CREATE", name="one")
    order = place_one(state)
    work(ask.desk)
    [(headers, body)] = listener.got
    digest = hmac.digest(credentials(state).client_secret.encode(), body, hashlib.sha256)
    assert headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()
    assert headers["X-Shopify-Topic"] == "orders/create"
    assert headers["X-Shopify-Shop-Domain"] == "kaamos-kahvi.myshopify.com"
    assert headers["X-Shopify-Name"] == "one"
    for name in ("Webhook-Id", "Event-Id", "Triggered-At", "API-Version"):
        assert headers[f"X-Shopify-{name}"]
    told = json.loads(body)
    assert (told["admin_graphql_api_id"], told["name"], told["total_price"]) == (
        order["id"],
        "#1001",
        "12.55",
    )
    assert (told["line_items"][0]["price"], told["financial_status"]) == ("12.55", "paid")


def test_all_webhooks_of_one_event_share_its_id(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    subscribe("ORDERS_CREATE")
    subscribe("ORDERS_CREATE", uri=f"{listener.address}/other", includeFields=["id", "name"])
    place_one(state)
    work(ask.desk)
    assert len({headers["X-Shopify-Event-Id"] for headers, _ in listener.got}) == 1
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _ in listener.got}) == 2
    assert sorted(len(json.loads(body)) for _, body in listener.got)[0] == 2


def test_what_is_not_taken_is_sent_again_as_it_was(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    subscribe("ORDERS_UPDATED")
    order = place_one(state)
    listener.statuses = [500, 302]
    touch(state, order, {"note": "first"})
    work(ask.desk)
    state.clock.advance(deliveries.FIRST_WAIT - 1)
    work(ask.desk)
    assert len(listener.got) == 1
    state.clock.advance(1)
    work(ask.desk)
    state.clock.advance(2 * deliveries.FIRST_WAIT)
    work(ask.desk)
    assert len(listener.got) == 3
    assert len({body for _, body in listener.got}) == 1
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _ in listener.got}) == 1
    assert deliveries.next_due(state) is None


def test_after_eight_retries_over_four_hours_the_subscription_is_deleted(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    subscribe("ORDERS_CREATE")
    listener.statuses = [500] * 20
    place_one(state)
    began = state.clock.seconds()
    while deliveries.next_due(state) is not None:
        work(ask.desk)
        due = deliveries.next_due(state)
        if due:
            state.clock.advance(due - state.clock.seconds())
    assert len(listener.got) == 9
    assert state.clock.seconds() - began == pytest.approx(4 * 3600)
    assert state.all("WebhookSubscription") == []
    place_one(state)
    work(ask.desk)
    assert len(listener.got) == 9


def test_a_subscription_through_which_others_came_is_kept(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    subscribe("ORDERS_CREATE")
    listener.statuses = [500]
    place_one(state)
    work(ask.desk)
    state.clock.advance(1)
    place_one(state)
    work(ask.desk)
    listener.statuses = [500] * 8
    for wait in range(8):
        state.clock.advance(deliveries.FIRST_WAIT * 2**wait)
        work(ask.desk)
    assert [each["status"] for each in deliveries.log(state, 10)] == ["delivered", "failed"]
    assert len(state.all("WebhookSubscription")) == 1


def test_nobody_listening_is_a_failure_that_is_told(state: State, ask: Asker) -> None:
    ask.data(CREATE, topic="ORDERS_CREATE", input={"uri": "http://127.0.0.1:9/"})
    place_one(state)
    work(ask.desk)
    [delivery] = deliveries.log(state, 10)
    assert (delivery["status"], delivery["attempts"]) == ("waiting", 1)
    assert "ConnectionRefusedError" in delivery["told"]


def test_faults_lose_repeat_and_delay_webhooks(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    subscribe("ORDERS_CREATE")
    ask.desk.faults.add(Fault(kind=FaultKind.WEBHOOK_LOSS))
    place_one(state)
    work(ask.desk)
    assert listener.got == []
    ask.desk.faults.add(Fault(kind=FaultKind.WEBHOOK_DUPLICATE))
    place_one(state)
    work(ask.desk)
    assert listener.names() == ["#1002", "#1002"]
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _ in listener.got}) == 1
    ask.desk.faults.add(Fault(kind=FaultKind.WEBHOOK_DELAY, seconds=2 * 86_400))
    place_one(state)
    place_one(state)
    work(ask.desk)
    assert listener.names()[2:] == ["#1004"]
    state.clock.advance(2 * 86_400)
    work(ask.desk)
    assert listener.names()[3:] == ["#1003"]


def test_faults_bring_webhooks_out_of_order(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    subscribe("ORDERS_CREATE")
    ask.desk.faults.add(Fault(kind=FaultKind.WEBHOOK_REORDER, times=None, seconds=600))
    for _ in range(6):
        place_one(state)
    work(ask.desk)
    for _ in range(600):
        state.clock.advance(1)
        if (deliveries.next_due(state) or 1e12) <= state.clock.seconds():
            work(ask.desk)
    assert sorted(listener.names()) == [f"#{1001 + index}" for index in range(6)] != listener.names()


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("http://shop.example/hooks", "Address protocol http:// is not supported"),
        ("ftp://shop.example", "Address is invalid"),
        ("", "Address can't be blank"),
    ],
)
def test_an_address_must_be_safe(ask: Asker, uri: str, message: str) -> None:
    assert ask.refused(CREATE, topic="ORDERS_CREATE", input={"uri": uri}) == [message]


def test_subscriptions_are_listed_changed_and_deleted(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    own = subscribe("ORDERS_CREATE")
    subscribe("PRODUCTS_UPDATE")
    taken = ask.refused(CREATE, topic="ORDERS_CREATE", input={"uri": listener.address})
    assert taken == ["Address for this topic has already been taken"]
    listed = "query Q($t: [WebhookSubscriptionTopic!]) { webhookSubscriptions(first: 5, topics: $t) { nodes { id } } }"
    assert ask.data(listed, t=["ORDERS_CREATE"])["nodes"] == [{"id": own}]
    update = """mutation U($id: ID!, $input: WebhookSubscriptionInput!) {
      webhookSubscriptionUpdate(id: $id, webhookSubscription: $input) {
        webhookSubscription { uri } userErrors { message } } }"""
    changed = ask.data(update, id=own, input={"uri": "https://jono.example/in"})
    assert changed["webhookSubscription"] == {"uri": "https://jono.example/in"}
    delete = """mutation D($id: ID!) {
      webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }"""
    assert ask.data(delete, id=own)["deletedWebhookSubscriptionId"] == own
    assert ask.refused(delete, id=own) == ["Webhook subscription does not exist"]


def test_compliance_goes_to_the_address_the_app_gave(state: State, ask: Asker, listener: Listener) -> None:
    put_delivery(state, "customers/redact", "1", {"shop_id": 1}, None)
    work(ask.desk)
    assert deliveries.log(state, 1)[0]["status"] == "dropped"
    set_compliance_address(state, listener.address)
    put_delivery(state, "shop/redact", "2", {"shop_id": 1}, None)
    work(ask.desk)
    assert listener.got[0][0]["X-Shopify-Topic"] == "shop/redact"


def test_products_and_their_end_are_announced(
    state: State, ask: Asker, listener: Listener, subscribe: Callable[..., str]
) -> None:
    from jono.sandbox.catalogue import read_catalogue
    from jono.sandbox.products import put_products

    for topic in ("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE"):
        subscribe(topic)
    goods = read_catalogue(b"Handle,Title,Variant Price,Variant SKU\nmug,Mug,9.90,MUG\n").products
    [product] = put_products(state, goods, "EUR")
    put_products(state, goods, "EUR")
    remove_product(state, product)
    work(ask.desk)
    topics = {headers["X-Shopify-Topic"]: json.loads(body) for headers, body in listener.got}
    assert set(topics) == {"products/create", "products/update", "products/delete"}
    assert topics["products/create"]["variants"][0]["sku"] == "MUG"
    assert list(topics["products/delete"]) == ["id"]


@pytest.mark.parametrize(
    ("text", "goes_out"),
    [
        ("total_price:>=12.55", True), ("total_price:>12.55", False), ("total_price:12.55", True),
        ("tags:gift AND -line_items.quantity:2", True), ("line_items.title:Jug OR line_items.title:'Mug'", True),
        ("NOT tags:gift", False), ("customer.id:*", False), ("nowhere:*", False),
    ],
)  # fmt: skip
def test_a_filter_lets_through_what_it_asks_for(
    state: State, ask: Asker, subscribe: Callable[..., str], text: str, goes_out: bool
) -> None:
    subscribe("ORDERS_CREATE", filter=text)
    place(state, OrderDraft(lines=(MUG,), tags=("gift", "blue")))
    assert bool(deliveries.log(state, 5)) is goes_out


def test_a_filter_that_is_not_understood_is_refused(ask: Asker) -> None:
    wanted = {"uri": "https://app.example/hook", "filter": "cheap ones, please"}
    payload = ask.data(CREATE, topic="ORDERS_CREATE", input=wanted)
    assert payload["userErrors"][0]["message"].startswith("The specified filter is invalid")


def test_metafields_come_along_when_asked_for(
    state: State, ask: Asker, subscribe: Callable[..., str]
) -> None:
    subscribe("ORDERS_UPDATED", metafieldNamespaces=["erp"], includeFields=["id", "metafields"])
    order = place_one(state)
    ask.data(
        """mutation M($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
          userErrors { message } } }""",
        metafields=[
            {"ownerId": order["id"], "namespace": each, "key": "no", "value": "S-1",
             "type": "single_line_text_field"}
            for each in ("erp", "else")
        ],
    )  # fmt: skip
    touch(state, order, {"note": "More"})
    [sent] = deliveries.log(state, 5)
    found = [{"namespace": "erp", "key": "no", "value": "S-1", "type": "single_line_text_field"}]
    assert json.loads(sent["body"])["metafields"] == found
