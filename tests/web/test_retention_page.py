"""The retention policy: changed on its page, which shows beforehand what that would delete."""

from datetime import timedelta

import pytest
from django.test import Client

from jono.jobs.models import EntryChange, RetentionPolicy, Run
from jono.kit.clock import now

PAGE = "/retention-policies/1"


@pytest.fixture(autouse=True)
def policy(db: None) -> RetentionPolicy:
    return RetentionPolicy.objects.get_or_create(table="log")[0]


@pytest.fixture
def old_run() -> Run:
    return Run.objects.create(
        object_id_to_run=30104,
        company_code="NORDIC",
        status="success",
        slot_at=now(),
        ended_at=now() - timedelta(days=20),
        done=17,
    )


def test_the_page_says_what_would_be_deleted_as_the_days_are_filled_in(pages: Client, old_run: Run) -> None:
    assert "<dd>17</dd>" not in pages.get(PAGE).text
    given = {"enabled": "on", "keep_days": "10", "keep_failures_days": "365"}
    answer = pages.post(f"{PAGE}/edit", {**given, "preview": "yes"})
    assert "<dd>17</dd>" in answer.text
    assert RetentionPolicy.objects.get(table="log").keep_days == 90
    assert pages.post(f"{PAGE}/edit", given).status_code == 302
    assert RetentionPolicy.objects.get(table="log").keep_days == 10
    assert "<dd>17</dd>" in pages.get(PAGE).text


@pytest.mark.parametrize("days", ["0", "-1", "ten", ""])
def test_days_that_are_none_are_refused(pages: Client, days: str) -> None:
    given = {"enabled": "on", "keep_days": days, "keep_failures_days": "365"}
    assert "once the days are right" in pages.post(f"{PAGE}/edit", {**given, "preview": "yes"}).text
    assert pages.post(f"{PAGE}/edit", given).status_code == 422


def test_switched_off_it_deletes_nothing_and_says_so(pages: Client) -> None:
    pages.post(f"{PAGE}/edit", {"keep_days": "90", "keep_failures_days": "365"})
    assert "It is off: nothing is deleted." in pages.get(PAGE).text


def test_the_history_of_changes_has_a_policy_without_failures(pages: Client) -> None:
    history = RetentionPolicy.objects.get(table="history")
    address = f"/retention-policies/{history.pk}"
    EntryChange.objects.create(entry_no=1, action="ready", at=now() - timedelta(days=20))
    shown = pages.get(address).text
    assert "Job Queue Entry Changes" in shown
    assert "Keep Failed Runs" not in shown
    assert "<dd>1</dd>" in pages.post(f"{address}/edit", {"keep_days": "10", "preview": "yes"}).text
    assert pages.post(f"{address}/edit", {"enabled": "on", "keep_days": "10"}).status_code == 302
    history.refresh_from_db()
    assert (history.keep_days, history.keep_failures_days) == (10, 365)
