"""A run that changes the store, killed or cut off at any moment: what it does is done once."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel

from jono.jobs import queue, registry
from jono.jobs.models import JobQueueEntry, Run, RunRecord
from jono.jobs.registry import Parameters, job
from jono.jobs.work import Work
from jono.kit.errors import UserError
from jono.kit.http import Http
from jono.sandbox.shop import WAREHOUSE
from jono.sandbox.stock import level_at, quantity
from jono.shopify.api import WebhookSubscriptionCreate, WebhookSubscriptions
from jono.shopify.changes import Changes
from jono.shopify.connection import Connection
from jono.shopify.models import SentChange, Shop
from jono.shopify.operations import Operation, operations
from jono.sync.shops import open_shop, open_store
from tests.sync.conftest import Kahvila, finish

pytestmark = pytest.mark.django_db

RECEIVE, RECEIVED = 51020, 3
TOPICS = ("ORDERS_CREATE", "PRODUCTS_CREATE")


class AddStock(BaseModel):
    """The answer to a mutation that counts each time it is carried out, and takes a key."""


ADD_STOCK = """mutation AddStock($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { userErrors { code field message } }
}"""


class Receive(Parameters):
    """Which items came in, and which topics are to be told of."""

    shop: str
    items: list[str]


def receive(work: Work, parameters: Receive) -> None:
    """Add what came in to the stock, an item a page, and subscribe; each once, whatever happens."""
    shop = open_shop(parameters.shop)
    noted = set(RunRecord.objects.filter(run__entry=work.run.entry_id).values_list("key", flat=True))
    with open_store(shop, work) as store:
        changes = Changes(shop, store, work.run.token)

        def found(topic: str) -> dict[str, Any] | None:
            nodes = store.execute(WebhookSubscriptions).webhook_subscriptions.nodes
            return {"webhookSubscriptionCreate": None} if any(each.topic == topic for each in nodes) else None

        for key in (*parameters.items, *TOPICS):
            if key in noted:
                continue
            if key in TOPICS:
                hook = {"topic": key, "uri": "https://jono.example/hook", "includeFields": ["id"]}
                changes.make(WebhookSubscriptionCreate, key, partial(found, key), **hook)
            else:
                changes.make(AddStock, key, input=_added(key))
            with work.page() as page:
                page.done(key, key)
                changes.settle()


def _added(item: str) -> dict[str, Any]:
    change = {
        "inventoryItemId": item, "locationId": WAREHOUSE, "delta": RECEIVED, "changeFromQuantity": None,
    }  # fmt: skip
    return {"reason": "received", "name": "available", "changes": [change]}


@pytest.fixture(autouse=True)
def receiving(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The job and its mutation; and backing off costs no time."""
    job(RECEIVE, caption="Receive", parameters=Receive, writes=("{company}/{shop}/inventory",))(receive)
    monkeypatch.setitem(operations(), "AddStock", Operation("AddStock", ADD_STOCK, 10))
    monkeypatch.setattr(Work, "sleep", lambda work, _seconds: work.check())
    yield
    del registry._jobs[RECEIVE]


@pytest.fixture
def entry(shop: Shop, kahvila: Kahvila) -> JobQueueEntry:
    items = [each["id"] for each in kahvila.state.all("InventoryItem")]
    return queue.start_now(RECEIVE, shop.company_code, {"shop": shop.code, "items": items})


def in_stock(kahvila: Kahvila) -> list[int]:
    levels = [level_at(item, WAREHOUSE) for item in kahvila.state.all("InventoryItem")]
    return [quantity(level, "available") for level in levels if level]


def subscribed(kahvila: Kahvila) -> list[str]:
    return sorted(each["topic"] for each in kahvila.state.all("WebhookSubscription"))


class Killed(BaseException):
    """The process is gone from here on."""


class Death:
    """Comes with a run's change of that number."""

    def __init__(self, number: int) -> None:
        self._left = number

    def knock(self) -> None:
        """Count a change; raise Killed when it is the one."""
        self._left -= 1
        if self._left == 0:
            raise Killed


def before_it_is_sent(death: Death, monkeypatch: pytest.MonkeyPatch) -> None:
    change = Connection.change

    def die_and_change(line: Connection, *arguments: Any) -> Any:
        death.knock()
        return change(line, *arguments)

    monkeypatch.setattr(Connection, "change", die_and_change)


def after_the_effect(death: Death, monkeypatch: pytest.MonkeyPatch) -> None:
    change = Connection.change

    def change_and_die(line: Connection, *arguments: Any) -> Any:
        answer = change(line, *arguments)
        death.knock()
        return answer

    monkeypatch.setattr(Connection, "change", change_and_die)


def before_it_is_noted(death: Death, monkeypatch: pytest.MonkeyPatch) -> None:
    settle = Changes.settle

    def die_and_settle(changes: Changes) -> None:
        death.knock()
        settle(changes)

    monkeypatch.setattr(Changes, "settle", die_and_settle)


@pytest.mark.parametrize("number", [1, 4, len(TOPICS) + 5])
@pytest.mark.parametrize("moment", [before_it_is_sent, after_the_effect, before_it_is_noted])
def test_a_run_that_is_killed_has_its_changes_made_once(
    entry: JobQueueEntry,
    kahvila: Kahvila,
    moment: Callable[[Death, pytest.MonkeyPatch], None],
    number: int,
) -> None:
    before = in_stock(kahvila)
    assert len(before) == 5
    with pytest.MonkeyPatch.context() as monkeypatch:
        moment(Death(number), monkeypatch)
        with pytest.raises(Killed):
            finish(entry)
    assert SentChange.objects.exists()
    heir = queue.take_over(entry.runs.get(ended_at=None), UserError("Killed."))
    assert heir
    assert finish(entry).status == Run.Status.SUCCESS
    assert_each_is_made_once(kahvila, before)


def test_switched_off_in_mid_run_nothing_more_is_sent(
    entry: JobQueueEntry, shop: Shop, kahvila: Kahvila, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = Changes.settle

    def settle_and_switch_off(changes: Changes) -> None:
        settle(changes)
        Shop.objects.update(allow_outgoing_requests=False)

    monkeypatch.setattr(Changes, "settle", settle_and_switch_off)
    run = finish(entry)
    assert run.status == Run.Status.ERROR
    assert "Allow Data Sync to Shopify is off" in run.error
    assert sum(in_stock(kahvila)) == RECEIVED
    assert subscribed(kahvila) == []


@pytest.mark.parametrize("seed", range(5))
def test_answers_that_are_lost_or_refused_at_random_leave_each_change_made_once(
    entry: JobQueueEntry, kahvila: Kahvila, seed: int
) -> None:
    before = in_stock(kahvila)
    faults: list[dict[str, Any]] = [
        {"kind": "drop_answer", "rate": 0.4},
        {"kind": "status", "after": True, "rate": 0.3},
        {"kind": "status", "rate": 0.2},
        {"kind": "throttle", "rate": 0.1},
    ]
    with Http(kahvila.address) as back_door:
        for place, fault in enumerate(faults):
            back_door.post("/_control/faults", {"fault": {**fault, "times": None, "seed": 10 * seed + place}})
    for _ in range(40):
        if finish(entry).status == Run.Status.SUCCESS:
            break
        entry.refresh_from_db()
        queue.restart(entry)
    entry.refresh_from_db()
    assert entry.status == JobQueueEntry.Status.FINISHED
    assert_each_is_made_once(kahvila, before)


def assert_each_is_made_once(kahvila: Kahvila, before: list[int]) -> None:
    assert in_stock(kahvila) == [count + RECEIVED for count in before]
    assert subscribed(kahvila) == sorted(TOPICS)
    assert RunRecord.objects.count() == len(before) + len(TOPICS)
    assert not SentChange.objects.exists()
