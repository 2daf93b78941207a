"""The choice of a way: never dearer than another, steady as orders and points grow."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jono.shopify.ways import Points, Prices, Way, choose, estimate

PRICES = Prices(page=552, page_size=244, ids=13, by_id=55, ids_size=250, file=20)
STANDARD, PLUS = Points(2000, 100), Points(20_000, 1000)
counts = st.integers(1, 1_000_000)
points = st.builds(Points, available=st.floats(0, 40_000), restore_rate=st.floats(1, 2000))


def chosen(orders: int, points: Points, prices: Prices = PRICES) -> Way:
    return choose(estimate(orders, points, prices))


@pytest.mark.parametrize(
    ("orders", "points", "way"),
    [(200, STANDARD, Way.SINGLE), (2000, STANDARD, Way.SINGLE), (3000, STANDARD, Way.BULK),
     (50_000, STANDARD, Way.BULK), (2500, PLUS, Way.SINGLE), (50_000, PLUS, Way.BULK)],
)  # fmt: skip
def test_few_orders_are_read_by_their_ids_and_many_from_a_file(orders: int, points: Points, way: Way) -> None:
    assert chosen(orders, points) is way


def test_one_order_is_a_small_page() -> None:
    assert chosen(1, STANDARD, Prices(57, 244, 3, 55, 250, 20)) is Way.PAGES


def test_where_the_store_asks_more_for_ids_pages_are_read() -> None:
    assert chosen(1000, STANDARD, Prices(552, 244, 13, 800, 250, 20)) is not Way.SINGLE


@given(counts, points)
def test_no_other_way_is_lighter(orders: int, points: Points) -> None:
    estimates = estimate(orders, points, PRICES)
    way = choose(estimates)
    assert all(estimates[way].weight <= other.weight for other in estimates.values())


@given(counts, points, st.sets(st.sampled_from(Way), min_size=1))
def test_only_what_is_allowed_is_chosen(orders: int, points: Points, allowed: set[Way]) -> None:
    assert choose(estimate(orders, points, PRICES), allowed) in allowed


@given(counts, counts, points)
def test_more_orders_are_never_lighter(one: int, other: int, points: Points) -> None:
    fewer, more = (estimate(orders, points, PRICES) for orders in sorted((one, other)))
    assert all(fewer[way].weight <= more[way].weight for way in Way)


@given(counts, points, st.floats(0, 40_000))
def test_a_fuller_bucket_is_never_slower(orders: int, points: Points, more: float) -> None:
    fuller = Points(points.available + more, points.restore_rate)
    now, then = (estimate(orders, each, PRICES) for each in (points, fuller))
    assert all(then[way].seconds <= now[way].seconds for way in Way)


@given(counts, points)
def test_a_file_costs_the_same_however_much_it_holds(orders: int, points: Points) -> None:
    estimates = estimate(orders, points, PRICES)
    assert estimates[Way.BULK].points == PRICES.file
    assert estimates[Way.PAGES].points == math.ceil(orders / PRICES.page_size) * PRICES.page
