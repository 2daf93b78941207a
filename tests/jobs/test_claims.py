"""Claims of many threads at once: whoever gets what it wants is alone with it, and nobody waits for ever."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from jono.jobs import claims
from jono.jobs.conflicts import Access, Touch, touches
from jono.jobs.models import Claim, Run
from jono.kit.clock import now

THREADS, ROUNDS = 8, 50
PASTURES = ("FARM/north/sheep", "FARM/south/sheep", "FARM/west/sheep", "FARM//wool")

pytestmark = pytest.mark.django_db(transaction=True)


class Register:
    """Who holds what, in the words of this test: it finds out what the database let pass."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, Sequence[Touch]] = {}
        self.collisions: list[tuple[Sequence[Touch], Sequence[Touch]]] = []
        self.taken = self.refused = 0

    def enter(self, run_id: int, mine: Sequence[Touch]) -> None:
        """Note that a run has got its claims."""
        with self._lock:
            self.taken += 1
            self.collisions += [(mine, theirs) for theirs in self._held.values() if _is_bad(mine, theirs)]
            self._held[run_id] = mine

    def leave(self, run_id: int) -> None:
        """Note that it is about to give them up."""
        with self._lock:
            del self._held[run_id]

    def turn_away(self) -> None:
        """Note that a run got nothing."""
        with self._lock:
            self.refused += 1


def _is_bad(mine: Sequence[Touch], theirs: Sequence[Touch]) -> bool:
    written = {touch.resource for touch in mine if touch.access == Access.WRITE}
    read = {touch.resource for touch in mine}
    theirs_written = {touch.resource for touch in theirs if touch.access == Access.WRITE}
    return bool(written & {touch.resource for touch in theirs} or read & theirs_written)


def make_run() -> Run:
    return Run.objects.create(company_code="FARM", object_id_to_run=1, slot_at=now())


def some_touches(dice: random.Random) -> tuple[Touch, ...]:
    several = dice.sample(PASTURES, dice.randint(1, 3))
    cut = dice.randint(0, len(several))
    return touches(reads=several[:cut], writes=several[cut:])


def race(one: Callable[[random.Random], None], seed: int) -> None:
    """Let every thread do one thing again and again, all from the same moment on."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> None:
        dice = random.Random(seed * THREADS + number)
        barrier.wait(10)
        try:
            for _ in range(ROUNDS):
                one(dice)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))


@pytest.mark.parametrize("turns", [True, False], ids=["in turn", "all at once"])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_two_threads_ever_hold_what_collides(seed: int, turns: bool) -> None:
    register = Register()

    def take_and_release(dice: random.Random) -> None:
        wanted = some_touches(dice)
        with transaction.atomic():
            if turns:
                claims.take_turn(["FARM"])
            run = make_run()
            got = claims.take({run.pk: wanted})
        if not got:
            return register.turn_away()
        register.enter(run.pk, wanted)
        register.leave(run.pk)
        return _release(run)

    race(take_and_release, seed)
    assert register.collisions == []
    assert register.taken + register.refused == THREADS * ROUNDS
    assert register.taken > 0
    assert register.refused > 0
    assert not Claim.objects.exists()


@pytest.mark.parametrize("seed", [1, 2])
def test_of_several_runs_that_claim_together_none_collides_with_another(seed: int) -> None:
    register = Register()

    def take_and_release(dice: random.Random) -> None:
        with transaction.atomic():
            runs = [make_run() for _ in range(3)]
            wanted = {run.pk: some_touches(dice) for run in runs}
            got = claims.take(wanted)
        for run_id in got:
            register.enter(run_id, wanted[run_id])
        for run in runs:
            if run.pk in got:
                register.leave(run.pk)
                _release(run)

    race(take_and_release, seed)
    assert register.collisions == []
    assert register.taken > 0
    assert not Claim.objects.exists()


def test_who_may_read_together_is_never_turned_away() -> None:
    wanted = touches(reads=PASTURES, writes=())
    refused: list[int] = []

    def take_and_release(_: random.Random) -> None:
        with transaction.atomic():
            run = make_run()
            if not claims.take({run.pk: wanted}):
                refused.append(run.pk)
        _release(run)

    race(take_and_release, seed=1)
    assert refused == []


def _release(run: Run) -> None:
    with transaction.atomic():
        claims.release(run)
