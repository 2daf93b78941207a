"""Changing the store: userErrors are errors, nothing is sent twice on a suspicion, nothing without leave."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from jono.kit.errors import UserError
from jono.kit.http import Answer, Http
from jono.sandbox.state import State
from jono.shopify.answers import InDoubtError, RefusedError
from jono.shopify.api import WebhookSubscriptionCreate, WebhookSubscriptions
from jono.shopify.changes import key_of
from jono.shopify.client import Store
from jono.shopify.connection import Connection
from jono.shopify.models import SentChange, Shop
from jono.shopify.operations import Operation, operations
from jono.shopify.throttle import LocalBucket
from tests.shopify.test_connection import BUSY, Line
from tests.stores import TOKEN, Clock, empty_store, served

HOOK: dict[str, Any] = {
    "topic": "ORDERS_CREATE",
    "uri": "https://jono.example/webhooks/shopify/kahvila",
    "includeFields": ["id"],
}
MUTATION = Operation(
    "Set", "mutation Set($n:Int){inventoryActivate(inventoryItemId:$n){userErrors{message}}}", 10
)
KEYED = Operation(
    "Keyed",
    "mutation Keyed($k:String!){webhookSubscriptionDelete(id:$k)@idempotent(key:$k){userErrors{message}}}",
    10,
)
DONE = Answer(200, {}, b'{"data": {"inventoryActivate": {"userErrors": []}}}')
THROTTLED = Answer(200, {}, b'{"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}')
OBJECTED = Answer(
    200,
    {},
    b'{"data": {"inventoryActivate": {"userErrors": [{"field": ["input", "onHand"], "message": "is too high"}]}}}',
)


def allow() -> None:
    """Let changes be sent."""


def connect(*answers: Answer | Exception) -> tuple[Connection, Line]:
    line = Line(*answers)
    bucket = LocalBucket(lambda: 0.0)
    return Connection(line.origin, "t", line, bucket=bucket, pause=Clock().wait, may_change=allow), line


@pytest.fixture
def state() -> State:
    return empty_store()


@pytest.fixture
def store(state: State) -> Iterator[Store]:
    with served(state) as address, Store(address, TOKEN, may_change=allow, pause=Clock().wait) as store:
        yield store


def hooks(store: Store) -> list[str]:
    return [each.topic for each in store.execute(WebhookSubscriptions).webhook_subscriptions.nodes]


def test_a_change_is_made_and_answered(store: Store) -> None:
    made = store.change(WebhookSubscriptionCreate, **HOOK).webhook_subscription_create
    assert made and made.webhook_subscription and made.webhook_subscription.id
    assert hooks(store) == ["ORDERS_CREATE"]


def test_what_the_store_objects_to_is_an_error_that_names_the_field() -> None:
    connection, _ = connect(OBJECTED)
    with pytest.raises(RefusedError, match=r"input\.onHand: is too high"):
        connection.change(MUTATION, {})


def test_the_sandbox_store_objects_as_the_real_one_does(store: Store) -> None:
    with pytest.raises(RefusedError, match="webhookSubscriptionCreate"):
        store.change(WebhookSubscriptionCreate, **{**HOOK, "uri": "ftp://jono.example"})


def test_without_leave_nothing_is_sent() -> None:
    line = Line()
    with pytest.raises(UserError, match="only reads"):
        Connection(line.origin, "t", line).change(MUTATION, {})


def test_a_change_is_never_sent_as_a_query(store: Store) -> None:
    with pytest.raises(ValueError, match="changes the store"):
        store.execute(WebhookSubscriptionCreate, **HOOK)


@pytest.mark.parametrize("refusal", [THROTTLED, Answer(429, {}, b"")])
def test_what_was_certainly_not_carried_out_is_sent_again(refusal: Answer) -> None:
    connection, line = connect(refusal, DONE)
    connection.change(MUTATION, {})
    assert line.answers == []


def test_what_may_have_been_carried_out_is_not_sent_again() -> None:
    connection, line = connect(BUSY, DONE)
    with pytest.raises(InDoubtError, match="See in the store"):
        connection.change(MUTATION, {})
    assert line.answers == [DONE]


def test_what_may_have_been_carried_out_is_looked_up_first() -> None:
    connection, line = connect(BUSY, DONE)
    assert connection.change(MUTATION, {}, found=lambda: {"there": True}) == {"there": True}
    assert line.answers == [DONE]
    connection, line = connect(BUSY, DONE)
    connection.change(MUTATION, {}, found=lambda: None)
    assert line.answers == []


def test_what_is_idempotent_is_sent_again_under_its_key() -> None:
    connection, line = connect(BUSY, DONE)
    connection.change(KEYED, {"k": "1"})
    assert line.answers == []


def test_an_answer_that_is_lost_after_the_effect_makes_no_second_one(store: Store) -> None:
    with Http(store.address) as back_door:
        fault = {"kind": "drop_answer", "operation": "webhookSubscriptionCreate"}
        back_door.post("/_control/faults", {"fault": fault})

    def found() -> dict[str, object] | None:
        there = store.execute(WebhookSubscriptions).webhook_subscriptions.nodes
        made = [{"webhookSubscription": {"id": each.id}, "userErrors": []} for each in there]
        return {"webhookSubscriptionCreate": made[0]} if made else None

    store.change(WebhookSubscriptionCreate, found, **HOOK)
    assert hooks(store) == ["ORDERS_CREATE"]


CHANGES = [pytest.param(each, id=each.name) for each in operations().values() if each.changes]


@pytest.mark.parametrize("operation", CHANGES)
def test_every_mutation_asks_what_the_store_objects_to(operation: Operation) -> None:
    assert "userErrors{field message" in operation.text.replace("UserErrors", "userErrors")


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop.objects.create(
        code="kahvila", company_code="NORDIC", shopify_url="https://kahvila.myshopify.com"
    )


def key_sent(shop: Shop, quantity: int, error: Exception | None = None) -> str:
    """The key under which a run sends a stock, and how that ends."""
    with key_of(shop, uuid4(), "Set", "gid://1", {"quantity": quantity}) as key:
        assert str(SentChange.objects.get(key=key).key) == key
        if error:
            raise error
    return key


def test_a_key_is_stored_while_the_change_is_on_its_way_and_forgotten_when_it_is_made(shop: Shop) -> None:
    assert key_sent(shop, 5) != key_sent(shop, 5)
    assert not SentChange.objects.exists()


def test_another_run_sends_a_change_of_unknown_end_under_the_same_key(shop: Shop) -> None:
    with pytest.raises(TimeoutError):
        key_sent(shop, 5, TimeoutError())
    [stored] = SentChange.objects.all()
    assert key_sent(shop, 6) != str(stored.key) == key_sent(shop, 5)


def test_a_refused_change_is_sent_under_a_new_key(shop: Shop) -> None:
    with pytest.raises(RefusedError):
        key_sent(shop, 5, RefusedError("No."))
    assert not SentChange.objects.exists()
