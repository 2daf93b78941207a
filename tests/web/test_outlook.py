"""An entry's card warns of collisions, also while it is being filled in; a run's says when it is slow."""

from datetime import timedelta
from typing import Any

from django.test import Client

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.kit.clock import now
from jono.shopify.models import Shop
from jono.web.shown import address_of

EVERY_DAY: dict[str, Any] = {
    f"run_on_{day}": True
    for day in ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
}
HOUR = timedelta(hours=1)


def nightly(shop: Shop) -> JobQueueEntry:
    entry = queue.create_entry(
        30104, shop.company_code, {"shop": shop.code}, description="Nightly", **EVERY_DAY
    )
    JobQueueEntry.objects.filter(pk=entry.pk).update(status="ready", earliest_start_at=now() + HOUR)
    return entry


def test_the_card_names_who_will_be_in_the_way(pages: Client, shop: Shop) -> None:
    first, second = nightly(shop), nightly(shop)
    text = pages.get(address_of(first)).text
    assert "These entries will want the same at the same time." in text
    assert f'<a href="{address_of(second)}">{second.pk} Nightly</a>' in text
    assert "customers (NORDIC)" in text


def test_what_is_being_filled_in_is_looked_at_as_it_stands(pages: Client, shop: Shop) -> None:
    other = nightly(shop)
    other.refresh_from_db()
    given = {
        "object_id_to_run": "30104",
        "parameters-shop": shop.code,
        "weekdays": ["mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"],
        "no_of_minutes_between_runs": "1",
        "priority_within_category": "2000",
        "time_zone": "Europe/Helsinki",
        "missed_slots": "skip",
        "count_from": "schedule",
        "after_last_failure": "next slot",
        "maximum_no_of_attempts_to_run": "0",
        "rerun_delay_sec": "0",
        "job_timeout": "12:00:00",
        "inactivity_timeout_period": "5",
        "preview": "yes",
    }
    assert f'href="{address_of(other)}"' in pages.post("/job-queue-entries/-/new", given).text
    alone = {**given, "object_id_to_run": ""}
    assert "once the report and the times are right" in pages.post("/job-queue-entries/-/new", alone).text


def test_a_run_that_takes_far_longer_than_usual_is_called_slow(pages: Client, shop: Shop) -> None:
    entry = nightly(shop)
    at = now()

    def ran(minutes: int, **fields: Any) -> Run:
        fields = {"status": "success", "ended_at": at} | fields
        started = at - timedelta(minutes=minutes)
        return Run.objects.create(
            entry=entry, object_id_to_run=30104, company_code="X", slot_at=at, started_at=started, **fields
        )

    for _ in range(10):
        usual = ran(2)
    slow, going_on = ran(7), ran(30, status="in process", ended_at=None)
    assert "Slow" not in pages.get(address_of(usual)).text
    assert "Slow" in pages.get(address_of(slow)).text
    assert "2 min 0 s" in pages.get(address_of(slow)).text
    assert pages.get("/job-queue-log-entries").text.count("Slow") == 1
    assert "Slow" in pages.get(address_of(going_on)).text
