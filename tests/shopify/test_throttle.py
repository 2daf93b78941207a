"""How long a query waits for the store's bucket."""

from hypothesis import given
from hypothesis import strategies as st

from jono.shopify.throttle import LocalBucket, ThrottleStatus, local_bucket
from tests.stores import Clock


def bucket(available: float, clock: Clock | None = None) -> LocalBucket:
    made = LocalBucket(clock or Clock())
    made.take(0)
    made.settle(0, ThrottleStatus(2000, available, 100))
    return made


def test_a_query_that_fits_does_not_wait() -> None:
    assert bucket(552).take(552) == 0


def test_a_query_waits_until_the_missing_points_are_restored() -> None:
    assert bucket(52).take(552) == 5.0


def test_queries_on_their_way_count() -> None:
    shared = bucket(1000)
    assert shared.take(552) == 0
    assert shared.take(552) == (552 + 552 - 1000) / 100


def test_time_restores_points_but_not_beyond_the_brim() -> None:
    clock = Clock()
    shared = bucket(0, clock)
    clock.seconds = 3
    assert shared.take(400) == 1.0
    shared.settle(400, None)
    clock.seconds = 3600
    assert shared.take(2000) == 0


def test_what_the_store_tells_replaces_what_was_thought() -> None:
    shared = bucket(2000)
    shared.take(100)
    shared.settle(100, ThrottleStatus(2000, 10, 50))
    assert shared.take(110) == 2.0


def test_a_bucket_that_was_never_told_is_taken_for_the_smallest() -> None:
    unknown = LocalBucket(Clock())
    assert unknown.take(1000) == 0
    assert unknown.take(50) == 1.0


def test_those_who_talk_to_one_store_share_its_bucket() -> None:
    assert local_bucket("https://a.myshopify.com") is local_bucket("https://a.myshopify.com")
    assert local_bucket("https://a.myshopify.com") is not local_bucket("https://b.myshopify.com")


@given(st.lists(st.integers(min_value=1, max_value=1000), max_size=20))
def test_waiting_as_told_never_overdraws_the_bucket(costs: list[int]) -> None:
    clock = Clock()
    shared, level = bucket(2000, clock), 2000.0
    for cost in costs:
        wait = shared.take(cost)
        clock.seconds += wait
        level = min(2000.0, level + wait * 100) - cost
        assert level >= -1e-6
        shared.settle(cost, ThrottleStatus(2000, level, 100))
