"""Failed records by their error: who is on the list, what trying again asks for, and what came of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st

from jono.jobs import failures, mend, queue
from jono.jobs.mend import RetryOutcome
from jono.jobs.models import JobQueueEntry, Run, RunRecord
from jono.jobs.perform import perform
from jono.kit.clock import now
from jono.kit.errors import UserError
from jono.kit.language import say_in_general
from tests.jobs.conftest import COUNT, SHEAR, Hooks

pytestmark = pytest.mark.django_db
CANNOT = "%(name)s cannot be caught."
DAY = timedelta(days=1)


def perform_all() -> None:
    while runs := list(Run.objects.filter(ended_at=None)):
        for run in runs:
            perform(run.pk, run.token)


def a_run(report_id: int = SHEAR, pasture: str = "north", **fields: Any) -> Run:
    return Run.objects.create(
        **{
            "object_id_to_run": report_id,
            "company_code": "NORDIC",
            "parameters": {} if pasture == "north" else {"pasture": pasture},
            "status": "success",
            "slot_at": now(),
            "ended_at": now(),
        }
        | fields
    )


def say(run: Run, key: str, outcome: str = "failed", message: str = CANNOT, days: float = 0) -> RunRecord:
    record = RunRecord(
        run=run,
        key=key,
        label=f"#{key}",
        outcome=outcome,
        message=message if outcome == "failed" else "",
        values={"name": key},
        at=now() - days * DAY,
    )
    failures.write(run, [record])
    return record


def listed() -> set[RunRecord]:
    return set(RunRecord.objects.filter(pk__in=failures.standing(now()).values("pk")))


def grouped() -> list[tuple[str, int, int]]:
    return [
        (group.message, group.run.object_id_to_run, group.failures)
        for group in failures.groups(failures.standing(now()))
    ]


def test_failures_of_a_week_are_listed_and_older_ones_are_not() -> None:
    run = a_run()
    young = say(run, "1", days=6.9)
    say(run, "2", days=7.1)
    say(run, "3", "done")
    assert listed() == {young}


@pytest.mark.parametrize("outcome", ["done", "skipped"])
def test_what_a_later_run_has_dealt_with_is_off_the_list(outcome: str) -> None:
    first = a_run()
    say(first, "1")
    still = say(first, "2")
    say(a_run(), "1", outcome)
    assert listed() == {still}
    assert set(failures.standing_of(first)) == {still}


def test_what_another_report_company_or_pasture_says_does_not_count() -> None:
    failed = say(a_run(), "1")
    for other in (a_run(COUNT), a_run(company_code="SUOMI"), a_run(pasture="south")):
        say(other, "1", "done")
    assert listed() == {failed}


def test_a_retry_speaks_of_the_same_record_though_it_is_asked_for_just_some() -> None:
    say(a_run(), "1")
    say(a_run(parameters={"only": ["1"]}), "1", "done")
    assert listed() == set()


def test_what_fails_again_is_listed_once_by_its_last_error() -> None:
    first, second = a_run(), a_run()
    say(first, "1", message="The gate is shut.")
    last = say(second, "1")
    assert listed() == {last}
    assert not failures.standing_of(first)
    assert grouped() == [(CANNOT, SHEAR, 1)]


def test_what_failed_before_it_was_done_and_after_is_still_failed() -> None:
    say(a_run(), "1")
    say(a_run(), "1", "done")
    again = say(a_run(), "1")
    assert listed() == {again}


def test_groups_are_by_company_report_and_error_most_frequent_first() -> None:
    north, south, count = a_run(), a_run(pasture="south"), a_run(COUNT)
    for key in ("1", "2"):
        say(north, key)
    say(south, "1")
    say(north, "3", message="The gate is shut.")
    say(count, "1")
    assert grouped()[0] == (CANNOT, SHEAR, 3)
    assert set(grouped()[1:]) == {("The gate is shut.", SHEAR, 1), (CANNOT, COUNT, 1)}
    first, *_ = failures.groups(failures.standing(now()))
    assert failures.members([first], failures.standing(now())).count() == 3
    assert failures.members([first], failures.standing_of(north)).count() == 2


def test_the_words_of_a_group_have_dots_for_what_differs() -> None:
    assert say_in_general(CANNOT) == "… cannot be caught."
    assert say_in_general("100 % wool") == "100 % wool"


def fail_two(hooks: Hooks, **fields: Any) -> Run:
    parameters = {"pages": [["dolly", "wild"], ["wild", "molly"]]}
    entry = queue.start_now(SHEAR, "NORDIC", parameters, **fields)
    perform_all()
    return entry.runs.get()


def test_retry_asks_for_each_failed_record_once_with_the_same_question(hooks: Hooks) -> None:
    maija = User.objects.create_user("maija")
    run = fail_two(hooks, description="Spring")
    made = mend.retry(failures.standing_of(run), maija)
    entry = made.entries.get()
    assert entry.parameters == {"pages": [["dolly", "wild"], ["wild", "molly"]], "only": ["wild"]}
    assert (entry.user, entry.description, made.records) == (maija, "Spring", 1)
    assert (made.message, entry.status) == (CANNOT, "in process")


def test_many_are_tried_again_in_pages_that_wait_for_one_another(hooks: Hooks) -> None:
    run = a_run()
    for number in range(mend.KEYS_AT_ONCE + 10):
        say(run, str(number))
    made = mend.retry(failures.standing(now()))
    asked = [entry.parameters["only"] for entry in made.entries.order_by("id")]
    assert [len(keys) for keys in asked] == [mend.KEYS_AT_ONCE, 10]
    assert made.records == len({key for keys in asked for key in keys}) == mend.KEYS_AT_ONCE + 10
    assert set(made.entries.values_list("status", flat=True)) == {"in process", "waiting"}
    assert set(made.entries.values_list("alert_when_waiting", flat=True)) == {None}


def test_reports_and_pastures_are_asked_apart(hooks: Hooks) -> None:
    for run in (a_run(), a_run(pasture="south"), a_run(COUNT)):
        say(run, "1")
    say(a_run(COUNT), "2", message="The gate is shut.")
    made = mend.retry(failures.standing(now()))
    asked = {
        (entry.object_id_to_run, entry.parameters.get("pasture", "north"), tuple(entry.parameters["only"]))
        for entry in made.entries.all()
    }
    assert asked == {(SHEAR, "north", ("1",)), (SHEAR, "south", ("1",)), (COUNT, "north", ("1", "2"))}
    assert (made.records, made.message) == (4, "")


def test_what_is_being_tried_again_is_not_tried_twice(hooks: Hooks) -> None:
    run = a_run()
    say(run, "1")
    mend.retry(failures.standing(now()))
    (group,) = failures.groups(failures.standing(now()))
    assert (group.failures, group.trying) == (1, 1)
    with pytest.raises(UserError, match="being tried again now"):
        mend.retry(failures.standing(now()))
    say(run, "2")
    assert [entry.parameters["only"] for entry in mend.retry(failures.standing(now())).entries.all()] == [
        ["2"]
    ]


def test_the_outcome_accounts_for_every_record_asked_for() -> None:
    open_entry = JobQueueEntry.objects.create(
        object_id_to_run=SHEAR, company_code="NORDIC", status="waiting", parameters={"only": ["1", "2"]}
    )
    ended = JobQueueEntry.objects.create(
        object_id_to_run=SHEAR,
        company_code="NORDIC",
        status="finished",
        parameters={"only": ["1", "2", "3", "4"]},
    )
    first, second = a_run(entry=ended), a_run(entry=ended)
    say(first, "1")
    say(first, "2")
    say(first, "9", "done")
    say(second, "1", "done")
    say(second, "3", "skipped")
    assert mend.outcome_of([ended]) == RetryOutcome(4, done=1, skipped=1, failed=1, untouched=1)
    assert mend.outcome_of([ended, open_entry]) == RetryOutcome(
        6, done=1, skipped=1, failed=1, to_come=2, untouched=1
    )
    assert mend.outcome_of([]) == RetryOutcome()


def test_from_failure_to_mended_through_the_queue(hooks: Hooks) -> None:
    run = fail_two(hooks)
    made = mend.retry(failures.standing(now()))
    assert mend.outcome_of(made.entries.all()) == RetryOutcome(1, to_come=1)
    perform_all()
    assert mend.outcome_of(made.entries.all()) == RetryOutcome(1, failed=1)
    say(a_run(parameters=run.parameters), "wild", "done")
    assert listed() == set()


@settings(max_examples=40)
@given(
    said=st.lists(
        st.tuples(
            st.sampled_from(["1", "2"]),
            st.sampled_from(["done", "skipped", "failed"]),
            st.sampled_from([SHEAR, COUNT]),
        ),
        max_size=10,
    )
)
def test_a_record_is_listed_just_when_its_last_word_is_a_failure(said: list[tuple[str, str, int]]) -> None:
    Run.objects.all().delete()
    last: dict[tuple[str, int], RunRecord] = {}
    for key, outcome, report_id in said:
        last[key, report_id] = say(a_run(report_id), key, outcome)
    assert listed() == {record for record in last.values() if record.outcome == "failed"}
