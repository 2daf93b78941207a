"""What a worker does now and then goes on whatever happens, each chore by itself."""

import threading
from datetime import datetime

import pytest

from jono.jobs import causes, chores, deliveries, engine, retention
from jono.jobs.chores import Chore


def test_a_chore_that_fails_is_tried_again_and_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopping, tried_again, stuck, done = (threading.Event() for _ in range(4))
    tries: list[datetime] = []

    def fail_first(at: datetime) -> None:
        tries.append(at)
        if len(tries) == 1:
            raise OSError("no")
        tried_again.set()

    def hang(_: datetime) -> None:
        stuck.wait(10)

    monkeypatch.setattr(
        chores,
        "CHORES",
        (
            Chore("fails", fail_first, 0.01),
            Chore("hangs", hang, 0.01),
            Chore("works", lambda _: done.set(), 0.01),
        ),
    )
    chores.start(stopping)
    assert tried_again.wait(10)
    assert done.wait(10)
    stuck.set()
    stopping.set()
    for thread in threading.enumerate():
        if thread.name in {"fails", "hangs", "works"}:
            thread.join(10)
            assert not thread.is_alive()


def test_a_worker_looks_sends_and_clears() -> None:
    assert {chore.do for chore in chores.CHORES} == {
        causes.look,
        deliveries.send_due,
        retention.clear_if_due,
        engine.forget_left_behind,
    }
