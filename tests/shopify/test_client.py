"""The store as flows see it, asked over HTTP at a sandbox store."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest

from jono.kit.errors import RetryLater, UserError
from jono.kit.http import Answer, Http
from jono.sandbox.bucket import Plan
from jono.sandbox.drafts import Line, OrderDraft, Person, Shipping, Tax
from jono.sandbox.orders import place, touch
from jono.sandbox.state import State
from jono.shopify.api import Orders
from jono.shopify.client import PAGE_SIZE, Store
from jono.shopify.connection import ATTEMPTS
from jono.shopify.operations import operations
from jono.shopify.throttle import Lease, LocalBucket, Pause
from tests.sandbox.callers import Caller
from tests.stores import BOUNDLESS, TOKEN, Clock, empty_store, served

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
VAT = Tax(title="ALV 25.5%", rate=Decimal("0.255"))


def order(minutes: int = 0, lines: int = 1, **more: object) -> OrderDraft:
    """An order of some mugs, placed so many minutes after noon."""
    mugs = tuple(Line(title=f"Mug {number}", price=Decimal("12.55")) for number in range(1, lines + 1))
    at = NOON + timedelta(minutes=minutes)
    return OrderDraft.model_validate({"lines": mugs, "taxes": (VAT,), "created_at": at, **more})


@pytest.fixture
def state() -> State:
    return empty_store()


@pytest.fixture
def store(state: State) -> Iterator[Store]:
    with served(state) as address, Store(address, TOKEN) as store:
        yield store


def names(
    store: Store, since: datetime | None = None, page_size: int = 3, *, open_only: bool = False
) -> list[list[str]]:
    pages = store.orders_updated_since(since, page_size, open_only=open_only)
    return [[each.name for each in page.orders] for page in pages]


def test_a_store_says_who_it_is_and_what_the_app_may_read(store: Store) -> None:
    shop = store.shop()
    assert (shop.name, shop.currency_code, shop.time_zone) == ("Kaamos & Kahvi", "EUR", "Europe/Helsinki")
    assert "read_orders" in shop.scopes


def test_pages_hold_every_order_once_the_longest_unchanged_first(state: State, store: Store) -> None:
    place(state, *[order(minutes) for minutes in (5, 1, 4, 2, 3, 0, 6)])
    assert names(store) == [["#1006", "#1002", "#1004"], ["#1005", "#1003", "#1001"], ["#1007"]]


def test_only_the_last_page_says_so(state: State, store: Store) -> None:
    place(state, *[order(minutes) for minutes in range(4)])
    assert [page.is_last for page in store.orders_updated_since(page_size=2)] == [False, True]


def test_an_empty_store_answers_one_empty_page(store: Store) -> None:
    [page] = store.orders_updated_since()
    assert (page.orders, page.is_last) == ((), True)


def test_orders_of_the_same_second_are_not_lost_between_pages_or_runs(state: State, store: Store) -> None:
    place(state, *[order(0) for _ in range(7)], order(1))
    assert list(chain(*names(store, NOON))) == [f"#{number}" for number in range(1001, 1009)]
    assert names(store, NOON + timedelta(minutes=1)) == [["#1008"]]


def test_an_order_that_changes_while_it_is_read_comes_again(state: State, store: Store) -> None:
    first, *_ = place(state, *[order(minutes) for minutes in range(4)])
    pages = store.orders_updated_since(page_size=2)
    assert [each.name for each in next(pages).orders] == ["#1001", "#1002"]
    touch(state, first, {"note": "Call first"}, NOON + timedelta(hours=1))
    rest = [each for page in pages for each in page.orders]
    assert [(each.name, each.note) for each in rest] == [
        ("#1003", None),
        ("#1004", None),
        ("#1001", "Call first"),
    ]


def test_open_orders_are_neither_archived_nor_cancelled(state: State, store: Store) -> None:
    late = NOON + timedelta(hours=1)
    place(state, order(0), order(1, closed_at=late), order(2, cancelled_at=late), order(3))
    assert list(chain(*names(store, open_only=True))) == ["#1001", "#1004"]
    assert store.count_orders(open_only=True) == 2


def test_orders_are_counted_as_they_would_be_read(state: State, store: Store) -> None:
    place(state, *[order(minutes) for minutes in range(5)])
    assert store.count_orders() == 5
    assert store.count_orders(NOON + timedelta(minutes=3)) == 2


def test_an_order_is_whole_however_many_lines_it_has(state: State, store: Store) -> None:
    charges = tuple(Shipping(title=f"Parcel {number}", price=Decimal(5)) for number in range(1, 6))
    place(state, order(lines=530, shipping=charges), order(1))
    [page] = store.orders_updated_since()
    long, short = page.orders
    assert [each.title for each in long.line_items.nodes] == [f"Mug {number}" for number in range(1, 531)]
    assert [each.title for each in long.shipping_lines.nodes] == [each.title for each in charges]
    assert long.total_price_set.shop_money.amount == 530 * Decimal("12.55") + 25
    assert len(short.line_items.nodes) == 1


def test_amounts_are_exact_and_times_have_a_zone(state: State, store: Store) -> None:
    person = Person(first_name="Aino", last_name="Korhonen", email="aino@fi.example")
    place(state, order(customer=person, presentment_currency="SEK", exchange_rate=Decimal("11.0245")))
    [page] = store.orders_updated_since()
    [read] = page.orders
    total = read.total_price_set
    assert (total.shop_money.amount, total.shop_money.currency_code) == (Decimal("12.55"), "EUR")
    assert (total.presentment_money.amount, total.presentment_money.currency_code) == (
        Decimal("138.36"),
        "SEK",
    )
    assert read.tax_lines[0].rate == Decimal("0.255")
    assert read.tax_lines[0].price_set.shop_money.amount == Decimal("2.55")
    assert read.updated_at == NOON
    assert read.customer and read.customer.default_email_address
    assert read.customer.default_email_address.email_address == "aino@fi.example"
    assert read.purchasing_entity and read.purchasing_entity.typename__ == "Customer"


def test_orders_are_found_by_their_ids(state: State, store: Store) -> None:
    first, second, gone = place(state, order(0), order(1), order(2))
    state.remove(gone["id"])
    assert [each.name for each in store.orders([second["id"], gone["id"], first["id"]])] == ["#1002", "#1001"]
    assert store.order(gone["id"]) is None
    assert store.order(first["id"]) == store.orders([first["id"]])[0]


class TwoAtATime(Http):
    """A line to a store that counts ids in its own way and finds three too expensive."""

    asked: list[int]

    def post(self, path: str, content: Any, headers: Mapping[str, str] | None = None) -> Answer:
        how_many = len(content["variables"]["ids"])
        self.asked.append(how_many)
        if how_many > 2:
            return Answer(
                200, {}, b'{"errors": [{"message": "3000", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}'
            )
        return super().post(path, content, headers)


def test_a_batch_that_is_too_expensive_is_read_in_halves(state: State, store: Store) -> None:
    gids = [each["id"] for each in place(state, *[order(minutes) for minutes in range(5)])]
    line = TwoAtATime(store.address)
    line.asked = []
    with Store(store.address, TOKEN, http=line) as strict:
        assert [each.id for each in strict.orders(gids)] == gids
    assert line.asked == [5, 2, 3, 1, 2]


def test_what_we_count_as_spent_is_what_the_store_took(state: State) -> None:
    place(state, order(lines=21))
    with served(state, clock=lambda: 0.0) as address, Store(address, TOKEN) as store:
        list(store.orders_updated_since())
        store.shop()
        store.count_orders()
        wanted = ("Orders", "LineItemsOfOrder", "Shop", "OrdersCount")
        assert 10 < store.points_spent < sum(operations()[name].cost for name in wanted)
        _, told = Caller(address).graphql({"query": "{ shop { name } }"})
    left = told["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]
    assert left == BOUNDLESS.maximum - store.points_spent - 1


def test_a_thousand_orders_cost_less_than_twenty_five_hundred_points() -> None:
    assert operations()["Orders"].cost * 1000 / PAGE_SIZE < 2500


def test_a_wrong_token_is_told(state: State) -> None:
    with served(state) as address, Store(address, "shpat_wrong") as store:
        with pytest.raises(UserError, match="does not accept the access token"):
            store.shop()


def test_a_search_that_the_store_does_not_understand_is_never_taken_for_its_answer(
    state: State, store: Store
) -> None:
    place(state, order())
    with pytest.raises(UserError, match="did not understand the search"):
        store.execute(Orders, query="updatet_at:>=2026-01-01", first=10)


def test_reading_keeps_to_the_pace_of_the_bucket(state: State) -> None:
    """It waits before it would be refused, and not a second longer than it must."""
    place(state, *[order(minutes) for minutes in range(3 * PAGE_SIZE)])
    clock, slow, asked = Clock(), Plan(maximum=600, restore_rate=100), operations()["Orders"].cost
    with served(state, slow, clock) as address:
        with Store(address, TOKEN, bucket=LocalBucket(clock), pause=clock.wait) as store:
            assert len(list(store.orders_updated_since())) == 3
            charged = store.points_spent / 3
    assert clock.seconds == pytest.approx(
        (asked + 2 * charged - 600) / 100, abs=0.02
    )  # whole points are told
    assert len(clock.pauses) == 2


def test_a_bucket_that_others_empty_makes_us_wait_and_at_last_give_up(state: State) -> None:
    place(state, order())
    clock, dry = Clock(), Plan(maximum=operations()["Orders"].cost, restore_rate=1)
    with served(state, dry, clock) as address:
        with Store(address, TOKEN, bucket=LocalBucket(lambda: 0.0), pause=clock.wait) as others:
            list(others.orders_updated_since())
        with Store(address, TOKEN, bucket=_Unaware(), pause=clock.wait) as store:
            with pytest.raises(RetryLater, match="no query points left"):
                list(store.orders_updated_since())
    assert len(clock.pauses) == ATTEMPTS - 1


class _Unaware:
    """A bucket that knows of nobody else and believes itself full."""

    @contextmanager
    def lease(self, cost: int, pause: Pause) -> Iterator[Lease]:
        yield Lease(cost)
