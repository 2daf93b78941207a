"""Whatever people and workers do at the same time: no two runs collide, all work is done once, the books add up.

`JONO_TEST_EXAMPLES` and `JONO_TEST_STEPS` ask for more days on the farm, and longer ones; each is another then.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from jono.jobs import pulse, queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.perform import perform
from jono.kit.clock import now
from jono.kit.errors import UserError
from tests.jobs import books, diary, farm_jobs
from tests.jobs.crew import Crew
from tests.jobs.farm_jobs import FAILURE, KINDS, PASTURES, Chore
from tests.jobs.hands import BRISK
from tests.jobs.news import News, listening

Status = JobQueueEntry.Status
Priority = JobQueueEntry.Priority

EXAMPLES = int(os.environ.get("JONO_TEST_EXAMPLES", "3"))
STEPS = int(os.environ.get("JONO_TEST_STEPS", "50"))
WORKERS = 4
PATIENCE = 60.0
HOURLY: dict[str, Any] = {
    f"run_on_{day}days": True for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
} | {"no_of_minutes_between_runs": 60}
RECURRENCES = {"never": {}, "hourly": HOURLY, "hourly or at rest": HOURLY | {"rests_when_idle": True}}

Plan = dict[str, Any]
PLANS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(sorted(KINDS)),
        "chore": st.fixed_dictionaries(
            {
                "pasture": st.sampled_from(PASTURES),
                "other": st.sampled_from(PASTURES),
                "records": st.integers(0, 6),
                "failures": st.sampled_from([0, 0, 0, 1, 2]),
                "put_off": st.booleans(),
            }
        ),
        "fields": st.fixed_dictionaries(
            {
                "priority_within_category": st.sampled_from(Priority.values),
                "category_code": st.sampled_from(["", "", "WOOL", "MEAT"]),
                "maximum_no_of_attempts_to_run": st.integers(0, 2),
            }
        ),
        "recurrence": st.sampled_from(sorted(RECURRENCES)),
        "delay": st.sampled_from([0, 0, 20, 200]),  # milliseconds
    }
)

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


class Farm(RuleBasedStateMachine):
    """One day: people make entries and change their minds, workers come and go; in the evening all is looked over."""

    entries = Bundle("entries")
    crew: ClassVar[Crew]
    news: ClassVar[News]
    numbers: ClassVar[Iterator[int]]

    @initialize(target=entries, plans=st.lists(PLANS, min_size=8, max_size=15))
    def plan_the_day(self, plans: list[Plan]) -> Any:
        return multiple(*map(self._add, plans))

    @rule(target=entries, plans=st.lists(PLANS, min_size=1, max_size=4))
    def plan_more(self, plans: list[Plan]) -> Any:
        return multiple(*map(self._add, plans))

    @rule(target=entries, entry=entries)
    def copy(self, entry: JobQueueEntry) -> JobQueueEntry:
        """Two entries for one chore: neither may begin before the other has ended."""
        return queue.restart(queue.copy_entry(entry))

    @rule(entry=entries)
    def hold(self, entry: JobQueueEntry) -> None:
        with suppress(UserError):
            queue.set_on_hold(entry)

    @rule(entry=entries)
    def set_ready(self, entry: JobQueueEntry) -> None:
        with suppress(UserError):
            queue.set_ready(entry)

    @rule(entry=entries)
    def restart(self, entry: JobQueueEntry) -> None:
        with suppress(UserError):
            queue.restart(entry)

    @rule(entry=entries)
    def wake(self, entry: JobQueueEntry) -> None:
        queue.wake(entry.pk, now())

    @rule(entry=entries, priority=st.sampled_from(Priority.values))
    def set_priority(self, entry: JobQueueEntry, priority: int) -> None:
        with suppress(UserError):
            queue.set_priority(entry, priority)

    @rule(entry=entries)
    def delete(self, entry: JobQueueEntry) -> None:
        with suppress(UserError):
            queue.delete(entry)

    @rule(entry=entries)
    def run_in_the_foreground(self, entry: JobQueueEntry) -> None:
        with suppress(UserError):
            run = queue.run_once(entry)
            perform(run.pk, run.token)

    @rule(number=st.integers(0, 9), pause=st.booleans())
    def stop(self, number: int, pause: bool) -> None:
        for run in one_in_process(number):
            with suppress(UserError):
                queue.request_stop(run, pause=pause)

    @rule(number=st.integers(0, 9))
    def take_over(self, number: int) -> None:
        """As when a worker is thought dead that is not."""
        for run in one_in_process(number):
            queue.take_over(run, UserError("The worker is thought dead."))

    @rule(place=st.integers(0, WORKERS - 1))
    def kill(self, place: int) -> None:
        self.crew.kill(place)

    @rule(place=st.integers(0, WORKERS - 1))
    def relieve(self, place: int) -> None:
        self.crew.relieve(place)

    @rule(place=st.integers(0, WORKERS - 1))
    def freeze(self, place: int) -> None:
        self.crew.freeze(place)

    @rule()
    def thaw(self) -> None:
        self.crew.thaw()

    @rule(moments=st.integers(1, 20))
    def look_on(self, moments: int) -> None:
        """Let things happen."""
        for _ in range(moments):
            self.news.wait(at_most=0.02)

    @invariant()
    def the_books_are_right(self) -> None:
        assert books.broken(books.ALWAYS) == {}

    def teardown(self) -> None:
        """When all is quiet everybody is let go once more; then everything is done, and nothing waits for ever."""
        self.crew.thaw()
        self._wait_for_rest()
        for entry in JobQueueEntry.objects.all():
            queue.restart(entry)
        self._wait_for_rest()
        assert self.crew.is_whole
        assert books.broken(books.ALWAYS) == {}
        assert diary.collisions() == []
        assert diary.deeds_too_late() == []
        assert set(diary.deeds().values()) <= {1}
        assert diary.deeds_of_runs() == {run.pk: run.done for run in Run.objects.filter(done__gt=0)}
        for entry in JobQueueEntry.objects.all():
            assert_as_it_should_be(entry)
            queue.delete(entry)

    def _wait_for_rest(self) -> None:
        self.news.wait_while(lambda: books.broken(books.AT_REST), PATIENCE)

    def _add(self, plan: Plan) -> JobQueueEntry:
        """Add an entry that starts at once or after a delay."""
        chore = {"name": f"chore {next(self.numbers)}", **plan["chore"]}
        starts_at = now() + timedelta(milliseconds=plan["delay"])
        fields = {**plan["fields"], **RECURRENCES[plan["recurrence"]], "earliest_start_at": starts_at}
        return queue.set_ready(queue.create_entry(plan["kind"], "FARM", chore, **fields))


def one_in_process(number: int) -> list[Run]:
    """Return one of the runs in process, if there are any."""
    runs = list(Run.objects.filter(ended_at=None, foreground=False))
    return [runs[number % len(runs)]] if runs else []


def assert_as_it_should_be(entry: JobQueueEntry) -> None:
    """Fail unless an entry at rest has done all its records, or all but the last where that one always fails."""
    chore = Chore(**entry.parameters)
    done = diary.how_many_done(chore.name)
    if chore.records and chore.failures > entry.maximum_no_of_attempts_to_run:
        assert (entry.status, entry.error, done) == (Status.ERROR, FAILURE, chore.records - 1)
    else:
        assert done == chore.records
        assert entry.status in ((Status.READY, Status.INACTIVE) if entry.recurring else (Status.FINISHED,))


@pytest.fixture
def farm(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Farm]]:
    """A farm whose crew works on the test's database."""
    monkeypatch.setattr(pulse, "BEAT_SECONDS", BRISK.beat)
    with ExitStack() as stack:
        stack.callback(books.wipe)
        diary.open_diary(database_url)
        stack.callback(diary.close_diary, database_url)
        farm_jobs.learn()
        stack.callback(farm_jobs.forget)
        Farm.numbers = count(1)
        Farm.news = stack.enter_context(listening(database_url))
        Farm.crew = Crew(database_url, BRISK, WORKERS)
        stack.callback(Farm.crew.end_at_once)
        yield Farm


def test_four_workers_do_everything_once_and_nothing_at_the_same_time_that_collides(
    farm: type[Farm],
) -> None:
    deadlocks = books.deadlocks()
    run_state_machine_as_test(
        farm,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="JONO_TEST_EXAMPLES" not in os.environ,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    farm.crew.end()
    assert books.deadlocks() == deadlocks
