"""Changes in bulk: each record is told what became of it, and none is sent twice."""

from collections.abc import Iterator

import pytest

from jono.kit.errors import RetryLater, UserError
from jono.kit.http import Http
from jono.sandbox.state import State
from jono.shopify.api import WebhookSubscriptionCreate, WebhookSubscriptionDelete
from jono.shopify.bulk.changing import Result, prepare, results, send, settle, unanswered
from jono.shopify.bulk.operations import BulkState, is_under_way
from jono.shopify.client import Store
from jono.shopify.models import BulkLine, BulkOperation, Shop
from tests.stores import TOKEN, empty_store, served

pytestmark = pytest.mark.django_db

Deleted = Result[WebhookSubscriptionDelete]
NOBODY = "gid://shopify/WebhookSubscription/1"


@pytest.fixture
def state() -> Iterator[State]:
    state = empty_store()
    state.clock.run(0)
    yield state
    state.close()


@pytest.fixture
def store(state: State) -> Iterator[Store]:
    with served(state) as address, Store(address, TOKEN, may_change=lambda: None) as store:
        yield store


@pytest.fixture
def task(store: Store) -> BulkOperation:
    """Three subscriptions to be deleted, of which the store knows two."""
    shop = Shop.objects.create(code="kahvila", company_code="NORDIC", shopify_url=store.address)
    ids = [NOBODY, *(subscribe(store, topic) for topic in ("ORDERS_CREATE", "ORDERS_UPDATED"))]
    changes = [(id.rpartition("/")[2], {"id": id}) for id in ids]
    return prepare(shop, "subscriptions", WebhookSubscriptionDelete, changes)


def subscribe(store: Store, topic: str) -> str:
    made = store.change(
        WebhookSubscriptionCreate, topic=topic, uri="https://jono.example/hook", includeFields=["id"]
    ).webhook_subscription_create
    assert made and made.webhook_subscription
    return made.webhook_subscription.id


def carried_out(store: Store, state: State, task: BulkOperation) -> BulkState:
    """Send, and let the store get on until it has ended."""
    while True:
        told = send(store, task)
        assert told
        if not is_under_way(told):
            return told
        state.clock.advance(5)
        with Http(store.address) as back_door:
            back_door.post("/_control/work", {})


def read(store: Store, task: BulkOperation, told: BulkState) -> list[Deleted]:
    with results(store, task, told, WebhookSubscriptionDelete) as found:
        return list(found)


def test_each_record_is_told_what_became_of_it(store: Store, state: State, task: BulkOperation) -> None:
    told = carried_out(store, state, task)
    unknown, first, second = read(store, task, told)
    assert (unknown.line.record, unknown.answer) == ("1", None)
    assert unknown.error and "refused the change webhookSubscriptionDelete" in str(unknown.error)
    assert first.answer and first.answer.webhook_subscription_delete
    assert (
        first.answer.webhook_subscription_delete.deleted_webhook_subscription_id == first.line.variables["id"]
    )
    assert second.error is None
    assert state.all("WebhookSubscription") == []


def test_what_is_settled_is_not_read_again(store: Store, state: State, task: BulkOperation) -> None:
    told = carried_out(store, state, task)
    settle(task, read(store, task, told)[:2])
    task = BulkOperation.objects.get()
    [last] = read(store, task, told)
    settle(task, [last])
    assert (list(unanswered(task)), BulkLine.objects.count(), task.records) == ([], 0, 3)


def test_whoever_died_before_noting_the_answer_finds_the_operation_again(
    store: Store, state: State, task: BulkOperation
) -> None:
    first = send(store, task)
    BulkOperation.objects.update(gid="")
    again = send(store, BulkOperation.objects.get())
    assert first and again and first.id == again.id
    assert len(state.all("BulkOperation")) == 1


def test_what_a_failed_operation_did_not_tell_of_is_in_doubt(
    store: Store, state: State, task: BulkOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jono.sandbox.bulk_work.LINES", 1)
    with Http(store.address) as back_door:
        back_door.post("/_control/faults", {"fault": {"kind": "bulk_fail"}})
    told = carried_out(store, state, task)
    assert told.status == "FAILED"
    settle(task, read(store, task, told))
    left = list(unanswered(task))
    assert [line.number for line, _ in left] == [1, 2]
    assert all("said nothing of what became of this" in str(error) for _, error in left)


def test_a_file_of_results_that_breaks_off_is_read_on_later(
    store: Store, state: State, task: BulkOperation
) -> None:
    told = carried_out(store, state, task)
    with Http(store.address) as back_door:
        back_door.post("/_control/faults", {"fault": {"kind": "truncate_jsonl"}})
    with pytest.raises(RetryLater):
        read(store, task, told)
    assert len(read(store, task, told)) == 3


def test_a_shop_that_lets_nothing_out_sends_no_file(state: State, task: BulkOperation, store: Store) -> None:
    with Store(store.address, TOKEN) as closed, pytest.raises(UserError, match="only reads"):
        send(closed, task)
    assert state.all("BulkOperation") == []
