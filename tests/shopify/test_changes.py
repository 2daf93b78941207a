"""Changing the store: userErrors are errors, nothing is sent twice on a suspicion, nothing without leave."""

from collections.abc import Iterator
from typing import Any

import pytest

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from jono.kit.http import Answer, Http
from jono.sandbox.state import State
from jono.shopify.answers import InDoubtError, RefusedError
from jono.shopify.api import WebhookSubscriptionCreate, WebhookSubscriptions
from jono.shopify.client import Store
from jono.shopify.connection import Connection
from jono.shopify.operations import Operation
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


def test_leave_is_asked_for_each_time_it_is_sent() -> None:
    line, leave = Line(THROTTLED, DONE), [True]

    def may_change() -> None:
        if not leave.pop():
            raise UserError("Switched off.")

    def switch_off(_seconds: float) -> None:
        leave.append(False)

    connection = Connection(line.origin, "t", line, pause=switch_off, may_change=may_change)
    with pytest.raises(UserError, match="Switched off"):
        connection.change(MUTATION, {})
    assert line.answers == [DONE]


class LateTokens:
    """Another worker is signing in: there will be a token soon."""

    def __init__(self) -> None:
        self.answers: list[str | RetryLater] = [RetryLater(now(), "Not yet."), "t"]

    def current(self) -> str:
        answer = self.answers.pop(0)
        if isinstance(answer, RetryLater):
            raise answer
        return answer

    def renewed(self, refused: str) -> None:
        return None


def test_who_has_not_signed_in_yet_has_sent_nothing() -> None:
    line = Line(DONE)
    connection = Connection(line.origin, LateTokens(), line, pause=Clock().wait, may_change=allow)
    connection.change(MUTATION, {})
    assert line.answers == []
