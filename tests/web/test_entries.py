"""Job queue entries are filled in, watched and steered on their pages."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jono.jobs import queue
from jono.jobs.models import EntryChange, JobQueueEntry, Run
from jono.office.models import Company
from jono.shopify.models import Shop
from tests.sync.conftest import finish

Status = JobQueueEntry.Status
NEW = "/job-queue-entries/-/new"
WEEKLY: dict[str, Any] = {
    "object_id_to_run": "30104",
    "description": "Orders of the week",
    "parameters-shop": "kahvila",
    "weekdays": ["mondays", "fridays"],
    "no_of_minutes_between_runs": "90",
    "starting_time": "08:00",
    "ending_time": "17:00",
    "next_run_date_formula": "",
    "time_zone": "Europe/Helsinki",
    "priority_within_category": "2000",
    "missed_slots": "skip",
    "count_from": "schedule",
    "maximum_no_of_attempts_to_run": "3",
    "rerun_delay_sec": "0",
    "job_timeout": "12:00:00",
    "inactivity_timeout_period": "5",
    "after_last_failure": "next slot",
}


@pytest.fixture
def weekly(pages: Client, shop: Shop) -> JobQueueEntry:
    """An entry made on the page: on Mondays and Fridays, every ninety minutes of the working day."""
    answer = pages.post(NEW, WEEKLY)
    entry = JobQueueEntry.objects.get()
    assert answer.headers["Location"] == f"/job-queue-entries/{entry.pk}"
    return entry


def test_a_new_entry_is_on_hold_and_as_it_was_filled_in(weekly: JobQueueEntry, liisa: object) -> None:
    assert (weekly.status, weekly.company_code) == (Status.ON_HOLD, "NORDIC")
    assert weekly.weekdays == {1, 5}
    assert (weekly.parameters, weekly.no_of_minutes_between_runs) == ({"shop": "kahvila"}, 90)
    assert (weekly.user, weekly.maximum_no_of_attempts_to_run) == (liisa, 3)


def test_an_entry_goes_by_the_clock_of_its_company_unless_another_is_chosen(
    pages: Client, shop: Shop, company: Company
) -> None:
    Company.objects.filter(pk=company.pk).update(time_zone="Europe/Stockholm")
    pages.post(NEW, {**WEEKLY, "time_zone": ""})
    assert JobQueueEntry.objects.get().time_zone == "Europe/Stockholm"


def test_what_is_wrong_stands_beside_its_field(pages: Client, shop: Shop) -> None:
    wrong = {**WEEKLY, "weekdays": [], "parameters-shop": "", "rerun_delay_sec": "9999"}
    answer = pages.post(NEW, wrong)
    assert answer.status_code == 422
    recurrence, asked = answer.context["form"].recurrence, answer.context["form"].asked
    assert recurrence.errors["rerun_delay_sec"] == ["Ensure this value is less than or equal to 3600."]
    assert asked.errors["shop"] == ["This field is required."]
    assert 'aria-invalid="true"' in answer.text
    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize(
    ("field", "given", "problem"),
    [
        ("weekdays", [], "Only a job that recurs has this. Choose the days it runs on first."),
        ("expiration_at", "2020-01-01T08:00", "The expiration must be later than the earliest start."),
        (
            "next_run_date_formula",
            "soon",
            "soon is not a date formula. Write for example 14D, 1M, CM+10D or D15.",
        ),
        ("earliest_start_at", "0001-01-01T00:00", "Choose a time between the years 2000 and 2200."),
        ("expiration_at", "9999-12-31T23:59", "Choose a time between the years 2000 and 2200."),
        ("job_timeout", "99999999 00:00:00", "Choose a time above nought and of at most 366 days."),
        ("expected_within", "-1 00:00:00", "Choose a time above nought and of at most 366 days."),
        ("alert_when_waiting", "2147483647", "Enter a number from 0 to 527040."),
        ("inactivity_timeout_period", "2147483647", "Enter a number from 0 to 527040."),
        ("object_id_to_run", "4711", "Select a valid choice. 4711 is not one of the available choices."),
    ],
)
def test_each_problem_says_what_to_do(
    pages: Client, shop: Shop, field: str, given: Any, problem: str
) -> None:
    answer = pages.post(NEW, {**WEEKLY, "earliest_start_at": "2030-01-01T08:00", field: given})
    errors = answer.context["form"].recurrence.errors
    assert problem.lower() in " ".join(each for texts in errors.values() for each in texts).lower()


def test_the_next_ten_runs_follow_what_is_being_filled_in(pages: Client, shop: Shop) -> None:
    asked = {**WEEKLY, "preview": "yes", "earliest_start_at": "2030-01-07T08:00"}
    answer = pages.post(NEW, asked, headers={"HX-Request": "true"})
    for run in ("7 Jan 2030 08:00", "7 Jan 2030 09:30", "7 Jan 2030 14:00"):
        assert f"Monday {run}" in answer.text.replace("\u00a0", " ")
    assert answer.text.count("<li>") == 10
    assert not JobQueueEntry.objects.exists()


def test_while_the_times_are_wrong_no_runs_are_foretold(pages: Client, shop: Shop) -> None:
    answer = pages.post(NEW, {**WEEKLY, "preview": "yes", "starting_time": "noon"})
    assert "once the report and the times are right" in answer.text


def test_choosing_the_report_brings_its_parameters_without_blame(pages: Client, shop: Shop) -> None:
    assert "Choose the report first." in pages.get(NEW).text
    answer = pages.post(NEW, {"object_id_to_run": "30103", "preview": "yes"})
    assert 'name="parameters-shop"' in answer.text
    assert "This field is required." not in answer.text


def test_each_parameter_has_an_input_of_its_kind(pages: Client, shop: Shop) -> None:
    pages.post(NEW, {**WEEKLY, "parameters-from_webhooks": "on"})
    entry = JobQueueEntry.objects.get()
    assert entry.parameters == {"shop": "kahvila", "from_webhooks": True}
    shown = pages.get(f"/job-queue-entries/{entry.pk}").text
    assert "Shop: kahvila, Only What Webhooks Have Told Of: Yes" in shown
    pages.post(f"/job-queue-entries/{entry.pk}/edit", WEEKLY)
    entry.refresh_from_db()
    assert entry.parameters == {"shop": "kahvila"}


def test_an_entry_is_edited_only_on_hold(pages: Client, weekly: JobQueueEntry) -> None:
    address = f"/job-queue-entries/{weekly.pk}"
    pages.post(f"{address}/edit", {**WEEKLY, "description": "Orders", "weekdays": ["sundays"]})
    weekly.refresh_from_db()
    assert weekly.description == "Orders"
    assert weekly.weekdays == {7}
    queue.set_ready(weekly)
    assert pages.get(f"{address}/edit").headers["Location"] == address
    assert "Press Set On Hold first" in pages.get(address).text
    pages.post(f"{address}/edit", {**WEEKLY, "description": "Late"})
    weekly.refresh_from_db()
    assert weekly.description == "Orders"


def test_a_formula_is_read_and_shown_in_the_readers_language(pages: Client, shop: Shop) -> None:
    finnish = {"accept-language": "fi"}
    by_formula = {
        **WEEKLY,
        "weekdays": [],
        "no_of_minutes_between_runs": "0",
        "next_run_date_formula": "kkk+1pv",
    }
    pages.post(NEW, by_formula, headers=finnish)
    entry = JobQueueEntry.objects.get()
    assert entry.next_run_date_formula == "CM+1D"
    assert "KKK+1PV" in pages.get(f"/job-queue-entries/{entry.pk}", headers=finnish).text
    assert "CM+1D" in pages.get(f"/job-queue-entries/{entry.pk}").text


def test_an_entry_is_set_ready_held_copied_and_deleted(pages: Client, weekly: JobQueueEntry) -> None:
    address = f"/job-queue-entries/{weekly.pk}"
    told = pages.post(f"{address}/do/set-ready", {"back": address}, follow=True)
    assert f"Job queue entry {weekly.pk} is ready." in told.text
    weekly.refresh_from_db()
    assert weekly.status in {Status.READY, Status.IN_PROCESS}
    if weekly.status == Status.IN_PROCESS:
        finish(weekly)
    pages.post(f"{address}/do/set-on-hold")
    copied = pages.post(f"{address}/do/copy")
    assert JobQueueEntry.objects.count() == 2
    assert copied.headers["Location"] != address
    deleted = pages.post(f"{address}/do/delete", follow=True)
    assert deleted.redirect_chain[-1][0] == "/job-queue-entries"
    assert "Its runs stay in the log." in deleted.text
    assert not JobQueueEntry.objects.filter(pk=weekly.pk).exists()


def test_actions_of_a_list_are_for_the_chosen_lines(pages: Client, weekly: JobQueueEntry) -> None:
    other = queue.copy_entry(weekly)
    nothing = pages.post("/job-queue-entries/-/do/delete", {"back": "/job-queue-entries"}, follow=True)
    assert "Choose one or more lines first." in nothing.text
    pages.post("/job-queue-entries/-/do/delete", {"record": [weekly.pk]})
    assert list(JobQueueEntry.objects.values_list("pk", flat=True)) == [other.pk]


def test_what_cannot_be_done_is_told_on_the_page(pages: Client, shop: Shop) -> None:
    entry = queue.start_now(30104, "NORDIC", {"shop": "kahvila"})
    address = f"/job-queue-entries/{entry.pk}"
    answer = pages.post(f"{address}/do/delete", {"back": address}, follow=True)
    assert 'role="alert"' in answer.text
    assert f"You cannot delete job queue entry {entry.pk} while it is in process." in answer.text
    finish(entry)


def test_a_row_shows_itself_anew_and_goes_when_its_record_goes(pages: Client, weekly: JobQueueEntry) -> None:
    row = f"/job-queue-entries/-/row/{weekly.pk}"
    assert "On Hold" in pages.get(row).text
    assert f'data-live="entry:{weekly.pk}"' in pages.get(row).text
    queue.delete(weekly)
    assert pages.get(row).text == ""


def test_a_run_accounts_for_its_records_and_retries_just_the_failed(pages: Client, imported: Run) -> None:
    address = f"/job-queue-log-entries/{imported.pk}"
    page = pages.get(address)
    assert [page.context["record"].tally.total, imported.done, imported.failed] == [2, 1, 1]
    assert "VAT Posting Setup" in page.text
    only_failed = pages.get(f"{address}?records.outcome=failed", headers={"HX-Target": "records"}).text
    assert "#1002" in only_failed
    assert "#1001" not in only_failed
    failed = imported.records.get(outcome="failed")
    told = pages.post(f"{address}/do/records/retry", {"record": failed.pk, "back": address}, follow=True)
    assert "Trying again in the background as job queue entry" in told.text
    again = finish(JobQueueEntry.objects.latest("pk"))
    assert (again.tally.total, again.failed) == (1, 1)


def test_a_stored_error_is_read_in_the_readers_language(pages: Client, imported: Run) -> None:
    address = f"/job-queue-log-entries/{imported.pk}"
    assert (
        "Lisää sellainen ALV-kirjausasetuksiin." in pages.get(address, headers={"accept-language": "fi"}).text
    )
    assert "Add one in VAT Posting Setup." in pages.get(address).text


def test_a_paused_entry_is_continued_from_its_card_or_its_run(pages: Client, weekly: JobQueueEntry) -> None:
    address = f"/job-queue-entries/{weekly.pk}"
    weekly.starting_time = weekly.ending_time = None  # whatever the time of day is
    weekly.save()
    assert 'data-action="continue"' not in pages.get(address).text
    for page in ("entry", "run"):
        queue.restart(weekly)
        run = weekly.runs.get(ended_at=None)
        queue.request_stop(run, pause=True)
        its_page = address if page == "entry" else f"/job-queue-log-entries/{run.pk}"
        assert 'data-action="continue"' in pages.get(its_page).text
        told = pages.post(f"{its_page}/do/continue", {"back": address}, follow=True)
        assert "goes on where it was paused" in told.text
        assert told.redirect_chain[-1][0] == address
        assert 'data-action="continue"' not in pages.get(f"/job-queue-log-entries/{run.pk}").text
        finish(weekly)
    assert EntryChange.objects.filter(entry_no=weekly.pk, action="continued").count() == 2


def test_why_an_entry_waits_is_told_and_a_priority_lets_it_pass(pages: Client, shop: Shop) -> None:
    running, first, second = (queue.start_now(30104, "NORDIC", {"shop": "kahvila"}) for _ in range(3))
    run = running.runs.get()
    address = f"/job-queue-entries/{second.pk}"
    text = pages.get(address).text
    for told in (
        f'<a href="/job-queue-log-entries/{run.pk}">{run.pk} Sync Orders from Shopify</a>',
        "customers (NORDIC), orders (NORDIC, kahvila), sales documents (NORDIC)",
        f'<a href="/job-queue-entries/{first.pk}">',
        "It starts by itself when its turn comes.",
    ):
        assert told in text
    assert "Odottaa ajoa" in pages.get(address, headers={"accept-language": "fi"}).text
    pages.post(f"{address}/do/priority-high")
    assert f'<a href="/job-queue-entries/{first.pk}">' not in pages.get(address).text
    finish(running)
    second.refresh_from_db()
    assert second.status == Status.IN_PROCESS
    assert pages.get(f"{address}/changes").text.count("What Would Free It") == 0
    finish(second)


def test_a_group_that_comes_later_finds_its_place(pages: Client, weekly: JobQueueEntry) -> None:
    address = f"/job-queue-entries/{weekly.pk}"
    assert '<details class="group" id="group-0" hidden' in pages.get(address).text
    JobQueueEntry.objects.update(error_message="The store is closed.")
    changed = pages.get(f"{address}/changes").text
    assert '<details class="group" id="group-0" open hx-swap-oob="true">' in changed
    assert "The store is closed." in changed


def test_the_history_is_in_the_readers_words(pages: Client, weekly: JobQueueEntry, liisa: User) -> None:
    changed = {
        **WEEKLY,
        "priority_within_category": "1000",
        "missed_slots": "run once",
        "service_user": liisa.pk,
        "job_timeout": "02:00:00",
        "expiration_at": "2030-01-31T16:00",
        "rests_when_idle": "on",
    }
    address = f"/job-queue-entries/{weekly.pk}"
    pages.post(f"{address}/edit", changed)
    text = pages.get(address).text.replace("\u00a0", " ")
    for line in (
        "Priority: Normal → High",
        "Missed Slots: Skip → Run once",
        "Service User: - → liisa",
        "Job Timeout: 12:00:00 → 2:00:00",
        "Expiration Date/Time: - → 31 Jan 2030 16:00",
        "Rest When There Is Nothing to Do: No → Yes",
    ):
        assert line in text
