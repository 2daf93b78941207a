"""/metrics tells what is in the database, to whom may know."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import OperationalError
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from jono.jobs import queue, retention, signs
from jono.jobs.models import JobQueueEntry, RetentionPolicy
from jono.jobs.perform import perform
from jono.kit.clock import now
from jono.shopify.shared_bucket import SharedBucket
from jono.web import metrics
from tests.jobs.conftest import SHEAR, Hooks, hooks

__all__ = ["hooks"]

pytestmark = pytest.mark.django_db

FLOCK = {"pages": [["dolly", "black"], ["wild", "molly"]]}
Labels = dict[str, str]


def scrape(client: Client) -> dict[str, list[tuple[Labels, float]]]:
    """The samples by name, as Prometheus reads them."""
    found: dict[str, list[tuple[Labels, float]]] = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def perform_all() -> None:
    for job in ProcrastinateJob.objects.order_by("id"):
        perform(job.args["run_id"], UUID(job.args["token"]))


def test_entries_are_counted_by_status_category_and_report(client: Client, hooks: Hooks) -> None:
    queue.create_entry(SHEAR, "NORDIC", {}, category_code="WOOL")
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    found = scrape(client)
    report = {"report": str(SHEAR)}
    assert sorted(found["jono_job_queue_entries"], key=lambda sample: sample[0]["status"]) == [
        ({"status": "in process", "category": "", **report}, 1),
        ({"status": "on hold", "category": "WOOL", **report}, 1),
        ({"status": "waiting", "category": "", **report}, 1),
    ]
    assert found["jono_runs_in_process"] == [({"category": "", **report}, 1)]


def test_what_is_late_and_what_waits_shows_its_age(client: Client, hooks: Hooks) -> None:
    queue.create_entry(SHEAR, "NORDIC", {}, category_code="WOOL")
    entry = queue.create_entry(SHEAR, "NORDIC", FLOCK)
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    JobQueueEntry.objects.filter(pk=entry.pk).update(status="ready", earliest_start_at=now() - hour)
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    waiting = queue.start_now(SHEAR, "NORDIC", FLOCK)
    JobQueueEntry.objects.filter(pk=waiting.pk).update(waiting_since_at=now() - minute)
    found = scrape(client)
    due = {labels["category"]: age for labels, age in found["jono_job_queue_oldest_due_seconds"]}
    assert due == {"": pytest.approx(3600, abs=30), "WOOL": 0}
    waited = {labels["category"]: age for labels, age in found["jono_job_queue_oldest_waiting_seconds"]}
    assert waited == {"": pytest.approx(60, abs=30), "WOOL": 0}


def test_runs_and_records_stay_counted_when_the_log_is_cleared(client: Client, hooks: Hooks) -> None:
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    perform_all()
    before = scrape(client)
    cleared = retention.clear(RetentionPolicy(keep_days=1, keep_failures_days=1), now() + timedelta(days=2))
    assert cleared.runs == 1
    after = scrape(client)
    for name in (
        "jono_run_duration_seconds_count",
        "jono_run_records_total",
        "jono_run_duration_seconds_bucket",
    ):
        assert before[name] == after[name]
    assert after["jono_run_duration_seconds_count"] == [({"report": str(SHEAR), "status": "success"}, 1)]
    records = {labels["outcome"]: count for labels, count in after["jono_run_records_total"]}
    assert records == {"done": 2, "skipped": 1, "failed": 1}


def test_buckets_of_durations_rise_to_the_count(client: Client, hooks: Hooks) -> None:
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    perform_all()
    buckets = scrape(client)["jono_run_duration_seconds_bucket"]
    counts = [count for _labels, count in buckets]
    assert counts == sorted(counts)
    assert (buckets[0][0]["le"], buckets[-1][0]["le"], counts[-1]) == ("0.1", "+Inf", 1)


def test_points_a_store_charged_are_counted(client: Client) -> None:
    bucket = SharedBucket("https://wool.myshopify.com")
    for charged in (7, 5):
        with bucket.lease(10, pause=lambda _seconds: None) as lease:
            lease.charged = charged
    assert scrape(client)["jono_store_points_spent_total"] == [({"store": "https://wool.myshopify.com"}, 12)]


def test_workers_are_counted_by_host(client: Client) -> None:
    assert "jono_workers" not in scrape(client)
    signs.sign(4)
    found = scrape(client)
    assert [value for _labels, value in found["jono_workers"]] == [1]
    assert [value for _labels, value in found["jono_worker_slots"]] == [4]


def test_where_there_is_a_token_it_is_asked_for(client: Client, settings: Settings) -> None:
    settings.JONO_METRICS_TOKEN = "of wool"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer of cotton"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer of wool"}).status_code == 200


def test_a_database_that_is_away_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(metrics, "totals", fail)
    answer = client.get("/metrics")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")


def test_every_metric_is_documented(hooks: Hooks) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    known = {family.name + "_total" * (family.type == "counter") for family in metrics.registry.collect()}
    assert known
    assert set(re.findall(r"`(jono_\w+)`", documented)) == known
