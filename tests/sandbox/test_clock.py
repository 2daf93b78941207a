"""The store's own time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from jono.sandbox.bucket import CostBucket, Plan
from jono.sandbox.clock import StoreClock
from jono.sandbox.state import State
from tests.stores import Clock


def test_time_runs_as_fast_as_it_is_told() -> None:
    real = Clock()
    clock = StoreClock(real)
    clock.run(3600)
    real.wait(2)
    assert clock.seconds() == 7200
    clock.run(0)
    real.wait(5)
    assert clock.seconds() == 7200
    clock.advance(60)
    clock.run(1)
    real.wait(1)
    assert clock.seconds() == 7261


def test_time_can_be_set_and_shown_wrong() -> None:
    clock = StoreClock(Clock())
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    clock.set(noon)
    clock.show_wrong(90)
    assert clock.now() == noon + timedelta(seconds=90)
    assert clock.seconds() == noon.timestamp()


def test_a_bucket_fills_by_the_stores_clock_and_bears_its_being_set_back() -> None:
    clock = StoreClock(Clock())
    bucket = CostBucket(Plan(100, 10), clock.seconds)
    assert bucket.spend(100)
    clock.advance(3)
    assert bucket.spend(30) and not bucket.spend(1)
    clock.advance(-1_000)
    assert not bucket.spend(1)
    clock.advance(1)
    assert bucket.spend(10)


def test_a_store_opened_again_keeps_its_time(tmp_path: Path) -> None:
    state = State(tmp_path / "store.sqlite3")
    state.clock.advance(86_400)
    state.keep_clock()
    state.close()
    again = State(tmp_path / "store.sqlite3")
    assert 86_399 < again.clock.ahead < 86_401
    again.close()
