"""Who writes a thing works on it alone; readers share it."""

from hypothesis import given
from hypothesis import strategies as st

from jono.jobs.conflicts import Access, Touch, may_run_beside, touches

names = st.sampled_from(["orders", "items", "customers"])
jobs = st.builds(touches, st.lists(names), st.lists(names))


def test_readers_share_and_a_writer_is_alone() -> None:
    reads, writes = touches(["orders"], []), touches([], ["orders"])
    assert may_run_beside(reads, reads)
    assert not may_run_beside(reads, writes)
    assert not may_run_beside(writes, writes)
    assert may_run_beside(writes, touches([], ["items"]))


def test_who_writes_a_thing_need_not_read_it_too() -> None:
    assert touches(["orders", "items"], ["orders"]) == (
        Touch("items", Access.READ),
        Touch("orders", Access.WRITE),
    )


@given(jobs, jobs)
def test_a_conflict_is_mutual(one: tuple[Touch, ...], other: tuple[Touch, ...]) -> None:
    assert may_run_beside(one, other) == may_run_beside(other, one)
