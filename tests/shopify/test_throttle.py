"""How long a query waits for the store's bucket."""

from hypothesis import given
from hypothesis import strategies as st

from jono.shopify.throttle import LocalBucket, ThrottleStatus, local_bucket
from tests.stores import Clock


def bucket(available: float, clock: Clock | None = None) -> LocalBucket:
    made = LocalBucket(clock or Clock())
    tell(made, ThrottleStatus(2000, available, 100))
    return made


def tell(shared: LocalBucket, status: ThrottleStatus, cost: int = 0) -> None:
    with shared.lease(cost, Clock().wait) as lease:
        lease.told = status


def wait_for(shared: LocalBucket, cost: int) -> float:
    """How long a query of that cost waits."""
    clock = Clock()
    with shared.lease(cost, clock.wait):
        return clock.seconds


def test_a_query_that_fits_does_not_wait() -> None:
    assert wait_for(bucket(552), 552) == 0


def test_a_query_waits_until_the_missing_points_are_restored() -> None:
    assert wait_for(bucket(52), 552) == 5.0


def test_queries_on_their_way_count() -> None:
    shared = bucket(1000)
    with shared.lease(552, Clock().wait):
        assert wait_for(shared, 552) == (552 + 552 - 1000) / 100


def test_time_restores_points_but_not_beyond_the_brim() -> None:
    clock = Clock()
    shared = bucket(0, clock)
    clock.seconds = 3
    assert wait_for(shared, 400) == 1.0
    clock.seconds = 3600
    assert wait_for(shared, 2000) == 0


def test_what_the_store_tells_replaces_what_was_thought() -> None:
    shared = bucket(2000)
    tell(shared, ThrottleStatus(2000, 10, 50), cost=100)
    assert wait_for(shared, 110) == 2.0


def test_a_bucket_that_was_never_told_is_taken_for_the_smallest() -> None:
    unknown = LocalBucket(Clock())
    with unknown.lease(1000, Clock().wait):
        assert wait_for(unknown, 50) == 1.0


def test_those_who_talk_to_one_store_share_its_bucket() -> None:
    assert local_bucket("https://a.myshopify.com") is local_bucket("https://a.myshopify.com")
    assert local_bucket("https://a.myshopify.com") is not local_bucket("https://b.myshopify.com")


@given(st.lists(st.integers(min_value=1, max_value=1000), max_size=20))
def test_waiting_as_told_never_overdraws_the_bucket(costs: list[int]) -> None:
    clock = Clock()
    shared, level, before = bucket(2000, clock), 2000.0, 0.0
    for cost in costs:
        with shared.lease(cost, clock.wait) as lease:
            level = min(2000.0, level + (clock.seconds - before) * 100) - cost
            before = clock.seconds
            assert level >= -1e-6
            lease.told = ThrottleStatus(2000, level, 100)
