"""Failed records by their error, tried again from the page, and what came of it."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from jono.jobs.models import JobQueueEntry, Retry, Run, RunRecord
from jono.jobs.perform import perform
from jono.web.shown import address_of

PAGE = "/failed-records"


def the_group(run: Run) -> int:
    return run.records.get(stands=True).pk


def perform_all() -> None:
    for run in Run.objects.filter(ended_at=None):
        perform(run.pk, run.token)


def test_a_group_shows_its_error_its_report_and_how_many(pages: Client, imported: Run) -> None:
    text = pages.get(PAGE).text
    assert "#1002" in text
    assert "30104 Sync Orders from Shopify" in text
    card = pages.get(f"{PAGE}/{the_group(imported)}").text
    assert "#1002" in card
    assert address_of(imported) in card


def test_a_run_shows_what_failed_in_it_by_error(pages: Client, imported: Run) -> None:
    text = pages.get(address_of(imported)).text
    assert 'id="failures"' in text
    assert f'href="{PAGE}/{the_group(imported)}"' not in text


def test_trying_a_group_again_leads_to_its_outcome_with_links_to_the_runs(
    pages: Client, imported: Run, liisa: User
) -> None:
    answer = pages.post(f"{PAGE}/-/do/retry", {"record": [the_group(imported)]})
    retry = Retry.objects.get()
    assert answer.headers["Location"] == f"/retries/{retry.pk}"
    assert (retry.user, retry.records) == (liisa, 1)
    text = pages.get(f"/retries/{retry.pk}").text
    entry = retry.entries.get()
    run = entry.runs.get()
    assert f'data-live="entry:{entry.pk} run:{run.pk}"' in text
    assert "In Process" in text
    assert address_of(run) in text
    perform_all()
    assert "Still failed: 1" in pages.get(f"/retries/{retry.pk}/changes").text
    assert Run.objects.filter(pk=run.pk, failed=1).exists()


def test_one_record_or_all_can_be_tried_again(pages: Client, imported: Run) -> None:
    group = the_group(imported)
    pages.post(f"{PAGE}/{group}/do/records/retry-records", {"record": [group]})
    perform_all()
    pages.post(f"{PAGE}/-/do/retry-all")
    asked = [entry.parameters["only"] for entry in JobQueueEntry.objects.filter(retries__isnull=False)]
    key = imported.records.get(pk=group).key
    assert asked == [[key], [key]]


def test_from_the_card_of_its_run_too(pages: Client, imported: Run) -> None:
    address = f"{address_of(imported)}/do/failures/retry-groups"
    assert pages.post(address, {"record": [the_group(imported)]}).status_code == 302
    assert Retry.objects.count() == 1


def test_what_is_being_tried_is_marked_and_not_tried_twice(pages: Client, imported: Run) -> None:
    for _ in range(2):
        answer = pages.post(f"{PAGE}/-/do/retry", {"record": [the_group(imported)]}, follow=True)
    assert "being tried again now" in answer.text
    assert "Trying again: 1" in pages.get(PAGE).text
    assert Retry.objects.count() == 1


def test_who_may_not_start_jobs_may_only_look(browser_of: Callable[..., Client], imported: Run) -> None:
    matti = browser_of("jobs.view_failuregroup")
    assert matti.get(PAGE).status_code == 200
    assert matti.post(f"{PAGE}/-/do/retry-all").status_code == 403


def test_a_search_and_a_company_narrow_the_groups(pages: Client, imported: Run) -> None:
    assert "#1002" in pages.get(f"{PAGE}?q=1002").text
    assert "#1002" not in pages.get(f"{PAGE}?q=9999").text
    assert "#1002" in pages.get(f"{PAGE}?run.company_code={imported.company_code}").text


def test_an_error_that_all_share_is_shown_to_the_letter_and_dots_stand_for_what_differs(
    pages: Client, imported: Run
) -> None:
    message, values = "Tax %(rate)s is unknown.", {"rate": "19"}
    one, two = (
        RunRecord.objects.create(
            run=imported, key=key, label=key, outcome="failed", message=message, values=values, stands=True
        )
        for key in ("#1", "#2")
    )
    assert "Tax 19 is unknown." in pages.get(PAGE).text
    two.values = {"rate": "24"}
    two.save()
    assert "Tax … is unknown." in pages.get(PAGE).text
    assert "Tax … is unknown." in pages.get(f"{PAGE}/{one.pk}").text
