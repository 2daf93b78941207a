"""Changes are written down before they are sent: who comes after an answer that never came knows of them."""

import json
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import BaseModel

from jono.kit.clock import now
from jono.kit.errors import RetryLater
from jono.kit.http import Answer, UnreachableError
from jono.shopify.answers import InDoubtError, RefusedError
from jono.shopify.changes import SPENT, Changes, clear
from jono.shopify.client import Store
from jono.shopify.models import SentChange, Shop
from jono.shopify.operations import Operation, operations
from tests.shopify.test_changes import DONE, OBJECTED, THROTTLED, allow
from tests.shopify.test_connection import BUSY, Line
from tests.stores import Clock


class SetStock(BaseModel):
    """The answer to a mutation that takes a key."""


class MoveStock(BaseModel):
    """The answer to one that takes none."""


class Shelf(Line):
    """A store that notes what it is sent."""

    def __init__(self, *answers: Answer | Exception) -> None:
        super().__init__(*answers)
        self.bodies: list[str] = []

    def post(self, path: str, content: object, headers: Mapping[str, str] | None = None) -> Answer:
        assert isinstance(content, dict)
        self.bodies.append(json.dumps(content["variables"]))
        return super().post(path, content, headers)

    @property
    def keys(self) -> list[str]:
        """The keys that came, each once."""
        return list(dict.fromkeys(json.loads(body)["key"] for body in self.bodies))


@pytest.fixture(autouse=True)
def mutations(monkeypatch: pytest.MonkeyPatch) -> None:
    activate = "inventoryActivate(inventoryItemId:$n)%s{userErrors{message}}"
    keyed = f"mutation SetStock($n:ID!,$key:String!){{{activate % '@idempotent(key:$key)'}}}"
    plain = f"mutation MoveStock($n:ID!){{{activate % ''}}}"
    monkeypatch.setitem(operations(), "SetStock", Operation("SetStock", keyed, 10))
    monkeypatch.setitem(operations(), "MoveStock", Operation("MoveStock", plain, 10))


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop.objects.create(
        code="kahvila", company_code="NORDIC", shopify_url="https://kahvila.myshopify.com"
    )


def changes_of_a_run(shop: Shop, shelf: Shelf) -> Changes:
    store = Store(shelf.origin, "t", http=shelf, pause=Clock().wait, may_change=allow)
    return Changes(shop, store, uuid4())


AWAY = [BUSY] * 5
REFUSED_BEFORE = Answer(
    200, {}, OBJECTED.body.replace(b'"message"', f'"code": "{SPENT}", "message"'.encode())
)


def test_a_change_is_written_down_when_it_is_sent_and_crossed_out_when_its_outcome_is_noted(
    shop: Shop,
) -> None:
    shelf = Shelf(DONE)
    changes = changes_of_a_run(shop, shelf)
    changes.make(SetStock, "MUG", n="1")
    assert [str(SentChange.objects.get().key)] == shelf.keys
    changes.settle()
    assert not SentChange.objects.exists()


def test_the_next_run_sends_what_is_in_doubt_under_the_same_key(shop: Shop) -> None:
    shelf = Shelf(*AWAY, DONE)
    with pytest.raises(RetryLater):
        changes_of_a_run(shop, shelf).make(SetStock, "MUG", n="1")
    changes = changes_of_a_run(shop, shelf)
    changes.make(SetStock, "MUG", n="1")
    assert len(shelf.keys) == 1


def test_what_was_answered_but_not_noted_is_sent_under_the_same_key(shop: Shop) -> None:
    """A run that is killed before its page commits does not know any more that the store has answered."""
    shelf = Shelf(DONE, DONE)
    changes_of_a_run(shop, shelf).make(SetStock, "MUG", n="1")
    changes_of_a_run(shop, shelf).make(SetStock, "MUG", n="1")
    assert len(shelf.keys) == 1


def test_another_change_and_the_same_one_later_have_keys_of_their_own(shop: Shop) -> None:
    shelf = Shelf(DONE, DONE, DONE)
    changes = changes_of_a_run(shop, shelf)
    for count in ("5", "6", "5"):
        changes.make(SetStock, "MUG", n=count)
        changes.settle()
    assert len(shelf.keys) == 3


def test_a_later_change_takes_the_place_of_one_in_doubt(shop: Shop) -> None:
    shelf = Shelf(*AWAY, DONE)
    with pytest.raises(RetryLater):
        changes_of_a_run(shop, shelf).make(SetStock, "MUG", n="5")
    changes = changes_of_a_run(shop, shelf)
    changes.make(SetStock, "MUG", n="6")
    changes.settle()
    assert not SentChange.objects.exists()


def test_a_refused_change_is_sent_under_a_new_key(shop: Shop) -> None:
    shelf = Shelf(OBJECTED, DONE)
    changes = changes_of_a_run(shop, shelf)
    with pytest.raises(RefusedError):
        changes.make(SetStock, "MUG", n="1")
    changes.settle()
    changes.make(SetStock, "MUG", n="1")
    assert len(shelf.keys) == 2


def test_a_refusal_that_nobody_heard_is_asked_for_again(shop: Shop) -> None:
    shelf = Shelf(BUSY, REFUSED_BEFORE, OBJECTED)
    with pytest.raises(RefusedError, match="is too high"):
        changes_of_a_run(shop, shelf).make(SetStock, "MUG", n="1")
    assert len(shelf.keys) == 2


def test_fields_have_one_order_however_they_are_given(shop: Shop) -> None:
    shelf = Shelf(DONE, DONE)
    changes_of_a_run(shop, shelf).make(SetStock, "MUG", n={"a": 1, "b": 2})
    changes_of_a_run(shop, shelf).make(SetStock, "MUG", n={"b": 2, "a": 1})
    assert len(set(shelf.bodies)) == 1


def test_what_takes_no_key_is_looked_for_by_the_next_run(shop: Shop) -> None:
    shelf = Shelf(BUSY)
    with pytest.raises(InDoubtError):
        changes_of_a_run(shop, shelf).make(MoveStock, "MUG", n="1")
    changes = changes_of_a_run(shop, shelf)
    changes.make(MoveStock, "MUG", dict, n="1")
    assert len(shelf.bodies) == 1
    changes.settle()
    assert not SentChange.objects.exists()


def test_what_is_looked_for_in_vain_is_sent_again(shop: Shop) -> None:
    shelf = Shelf(BUSY, DONE)
    with pytest.raises(InDoubtError):
        changes_of_a_run(shop, shelf).make(MoveStock, "MUG", n="1")
    changes_of_a_run(shop, shelf).make(MoveStock, "MUG", lambda: None, n="1")
    assert len(shelf.bodies) == 2


def test_what_only_a_person_can_see_is_told_once_and_then_sent(shop: Shop) -> None:
    shelf = Shelf(*AWAY, DONE)
    with pytest.raises(RetryLater):
        changes_of_a_run(shop, shelf).make(SetStock, "MUG", n="1")
    SentChange.objects.update(sent_at=now() - timedelta(hours=24))  # the store has forgotten the key
    with pytest.raises(InDoubtError, match="See in the store"):
        changes_of_a_run(shop, shelf).make(SetStock, "MUG", n="1")
    changes_of_a_run(shop, shelf).make(SetStock, "MUG", n="1")
    assert len(shelf.keys) == 2


@pytest.mark.parametrize("answers", [[THROTTLED] * 5, [UnreachableError("Nobody at %(a)s.", a="a")]])
def test_what_was_certainly_not_sent_is_in_no_doubt(shop: Shop, answers: list[Answer | Exception]) -> None:
    shelf = Shelf(*answers, DONE)
    with pytest.raises((RetryLater, UnreachableError)):
        changes_of_a_run(shop, shelf).make(MoveStock, "MUG", n="1")
    changes_of_a_run(shop, shelf).make(MoveStock, "MUG", n="1")
    assert shelf.answers == []


def test_changes_that_nobody_asks_for_again_are_forgotten(shop: Shop) -> None:
    changes_of_a_run(shop, Shelf(DONE)).make(SetStock, "MUG", n="1")
    assert clear(shop, now()) == 0
    assert clear(shop, now() + timedelta(days=31)) == 1
