"""Programs read runs and their records, stop runs and have records tried again."""

from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from jono.jobs import queue, signs
from jono.jobs.models import Category, Run
from jono.jobs.perform import perform
from tests.jobs.conftest import COUNT, SHEAR, Hooks, hooks
from tests.web.callers import Program

__all__ = ["hooks"]

pytestmark = pytest.mark.django_db

RUNS, CATEGORIES = "/job-queue-log-entries", "/job-queue-categories"
FLOCK = {"pages": [["dolly", "black"], ["wild", "molly"]]}


@pytest.fixture
def program() -> Program:
    return Program("JONO EDIT")


def shear() -> Run:
    """A run that has ended: two done, one skipped, one failed."""
    entry = queue.start_now(SHEAR, "NORDIC", FLOCK)
    job = ProcrastinateJob.objects.latest("id")
    perform(job.args["run_id"], UUID(job.args["token"]))
    return entry.runs.get()


def test_a_run_shows_its_books_and_not_its_token(program: Program, hooks: Hooks) -> None:
    run = shear()
    answer = program.get(f"{RUNS}/{run.pk}")
    found = answer.json()
    assert (found["total"], found["done"], found["skipped"], found["failed"]) == (4, 2, 1, 1)
    assert (found["entry"], found["status"]) == (run.entry_id, "success")
    assert str(run.token) not in answer.text


def test_records_come_by_outcome_with_their_reason(program: Program, hooks: Hooks) -> None:
    run = shear()
    found = program.get(f"{RUNS}/{run.pk}/records", outcome=["skipped", "failed"]).json()["items"]
    assert [(record["record"], record["outcome"], record["reason"]) for record in found] == [
        ("black", "skipped", "Its wool is not wanted."),
        ("wild", "failed", "wild cannot be caught."),
    ]
    first = program.get(f"{RUNS}/{run.pk}/records", limit=3).json()
    rest = program.follow(first["next"]).json()
    labels = [record["record"] for page in (first, rest) for record in page["items"]]
    assert labels == ["dolly", "black", "wild", "molly"]


def test_failed_records_are_tried_again_all_or_some(program: Program, hooks: Hooks) -> None:
    run = shear()
    answer = program.post(f"{RUNS}/{run.pk}/retry", {})
    assert (answer.status_code, answer.json()["parameters"]["only"]) == (201, ["wild"])
    dolly = run.records.get(label="dolly")
    assert program.post(f"{RUNS}/{run.pk}/retry", {"records": [dolly.pk]}).json()["parameters"]["only"] == [
        "dolly"
    ]
    refused = program.post(f"{RUNS}/{run.pk}/retry", {"records": [dolly.pk, 7_000_000]})
    assert (refused.status_code, refused.json()["detail"]) == (
        409, f"The run {run.pk} has no record 7000000.",
    )  # fmt: skip
    assert program.post(f"{RUNS}/{run.pk}/retry", {"records": []}).status_code == 409


def test_failures_are_grouped_tried_again_and_followed(program: Program, hooks: Hooks) -> None:
    shear()
    (group,) = program.get("/failed-records").json()
    assert (group["error"], group["records"], group["example"]) == ("wild cannot be caught.", 1, "wild")
    started = program.post(f"/failed-records/{group['id']}/retry")
    assert (started.status_code, started.json()["asked"], started.json()["to_come"]) == (201, 1, 1)
    assert program.get("/failed-records").json()[0]["being_tried"] == 1
    again = program.post("/failed-records/retry")
    assert (again.status_code, "being tried again now" in again.json()["detail"]) == (409, True)
    no = started.json()["retry"]
    assert program.get(f"/failed-records/retries/{no}").json() == started.json()
    assert program.post("/failed-records/99/retry").status_code == 404
    assert program.get("/failed-records/retries/99").status_code == 404


def test_runs_are_filtered(program: Program, hooks: Hooks) -> None:
    run = shear()
    queue.start_now(COUNT, "WEST", {})
    for filters in ({"status": "success"}, {"entry": run.entry_id}, {"report": SHEAR}, {"company": "NORDIC"}):
        assert [found["run"] for found in program.get(RUNS, **filters).json()["items"]] == [run.pk]
    begun = run.started_at.isoformat()
    assert len(program.get(RUNS, started_from=begun).json()["items"]) == 2
    assert program.get(RUNS, started_before=begun).json()["items"] == []


def test_a_run_is_stopped_and_cannot_be_stopped_twice(program: Program, hooks: Hooks) -> None:
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    run = Run.objects.get()
    assert program.post(f"{RUNS}/{run.pk}/stop").json()["status"] == "stopped"
    refused = program.post(f"{RUNS}/{run.pk}/pause")
    assert (refused.status_code, refused.json()["detail"]) == (409, f"Run {run.pk} has ended already.")


def test_categories_are_made_changed_and_deleted(program: Program) -> None:
    made = program.post(CATEGORIES, {"code": "WOOL", "description": "Shearing"})
    assert (made.status_code, made.json()) == (201, {"code": "WOOL", "description": "Shearing"})
    again = program.post(CATEGORIES, {"code": "WOOL"})
    assert (again.status_code, again.json()["detail"]) == (
        409, "There is a job queue category WOOL already.",
    )  # fmt: skip
    assert program.post(CATEGORIES, {"code": "  "}).status_code == 422
    changed = program.patch(f"{CATEGORIES}/WOOL", {"description": "Sheep"})
    assert program.get(CATEGORIES).json() == [changed.json()] == [{"code": "WOOL", "description": "Sheep"}]
    assert program.delete(f"{CATEGORIES}/WOOL").status_code == 204
    assert program.get(f"{CATEGORIES}/WOOL").status_code == 404
    assert not Category.objects.exists()


def test_reports_say_what_they_want_to_be_told(program: Program) -> None:
    reports = {report["report"]: report for report in program.get("/reports").json()}
    assert reports[30104]["parameters"]["required"] == ["shop"]


def test_workers_are_listed_with_what_they_have_in_hand(program: Program) -> None:
    assert program.get("/workers").json() == []
    signs.sign(3)
    (worker,) = program.get("/workers").json()
    assert (worker["concurrency"], worker["runs"]) == (3, [])


def test_a_run_says_what_it_has_decided_and_why(program: Program, hooks: Hooks) -> None:
    hooks.before_page = lambda work: work.note("The sheep are shorn %(way)s.", way="by hand")
    found = program.get(f"{RUNS}/{shear().pk}").json()
    assert found["notes"][0] == "The sheep are shorn by hand."
