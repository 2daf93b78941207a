"""Programs do with entries what people do on the pages, and are refused the same."""

from typing import Any

import pytest

from jono.jobs import queue
from jono.jobs.models import Category, EntryChange, JobQueueEntry
from jono.office.models import Company
from jono.shopify.models import Shop
from tests.cast import nordic
from tests.jobs.conftest import COUNT, SHEAR, Hooks, hooks
from tests.web.callers import Program

__all__ = ["hooks"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company() -> Company:
    """Nordic Goods Oy, by whose clock its entries go."""
    return nordic()


ENTRIES = "/job-queue-entries"
FLOCK = {"pages": [["dolly"]]}


@pytest.fixture
def program() -> Program:
    return Program("JONO EDIT")


def draft(**fields: Any) -> dict[str, Any]:
    return {"report": SHEAR, "company": "NORDIC", "parameters": FLOCK, **fields}


def faults(answer: Any) -> dict[str, str]:
    """What is wrong, by place."""
    assert answer.status_code == 422, answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {fault["where"]: fault["detail"] for fault in answer.json()["errors"]}


def test_an_entry_is_made_on_hold_with_all_that_was_filled_in(program: Program, hooks: Hooks) -> None:
    Category.objects.create(code="WOOL")
    filled_in = draft(
        description="Spring",
        run_on=["monday", "friday"],
        no_of_minutes_between_runs=15,
        starting_time="08:00:00",
        ending_time="17:00:00",
        time_zone="Europe/Helsinki",
        earliest_start_at="2026-12-01T08:00:00+02:00",
        job_timeout="PT2H",
        missed_slots="catch up",
        category="WOOL",
        priority="high",
        service_user=program.user.username,
    )
    answer = program.post(ENTRIES, filled_in)
    assert answer.status_code == 201
    made = answer.json()
    assert made | {"status": "on hold", "recurring": True, "user": program.user.username} == made
    echoed = filled_in | {"earliest_start_at": "2026-12-01T06:00:00Z", "job_timeout": "P0DT02H00M00S"}
    assert made | echoed == made
    assert program.get(f"{ENTRIES}/{made['no']}").json() == made
    entry = JobQueueEntry.objects.get()
    assert (sorted(entry.weekdays), entry.priority_within_category) == ([1, 5], 1000)
    assert EntryChange.objects.get().user == program.user


def test_all_that_is_not_right_is_named_at_once_and_nothing_is_made(program: Program, hooks: Hooks) -> None:
    answer = program.post(
        ENTRIES,
        draft(
            time_zone="Europe/Turku",
            category="NONE",
            next_run_date_formula="soon",
            service_user="nobody",
            parameters={"sheep": 1},
        ),
    )
    assert faults(answer) == {
        "body.category": "There is no job queue category NONE.",
        "body.service_user": "There is no user nobody.",
        "body.parameters": "The parameter sheep of report 50000 is not right: Extra inputs are not permitted.",
        "body.next_run_date_formula": "SOON is not a date formula. Write for example 14D, 1M, CM+10D or D15.",
        "body.time_zone": "There is no time zone Europe/Turku.",
    }
    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize(
    ("fields", "where", "detail"),
    [
        ({"run_on": ["someday"]}, "body.run_on[0]", "It must be one of these: 'monday', 'tuesday'"),
        ({"earliest_start_at": "2026-12-01T08:00"}, "body.earliest_start_at", "with its offset"),
        ({"earliest_start_at": "9999-12-31T23:59:59-12:00"}, "body.earliest_start_at", "2000 and 2200"),
        ({"starting_time": "25:00"}, "body.starting_time", "Write a time of day, such as 08:00."),
        ({"starting_time": "08:00+02:00"}, "body.starting_time", "of the entry's time zone"),
        ({"rerun_delay_sec": 3601}, "body.rerun_delay_sec", "It must be at most 3600."),
        (
            {"no_of_minutes_between_runs": "x"},
            "body.no_of_minutes_between_runs",
            "It must be a whole number.",
        ),
        ({"job_timeout": "-PT1H"}, "body.job_timeout", "above nought"),
        ({"description": "x" * 251}, "body.description", "It may have at most 250 characters."),
        ({"description": "\x00"}, "body.description", "cannot be stored"),
        ({"parameters": {"only": ["\ud800"]}}, "body.parameters", "cannot be stored"),
        ({"parameters": []}, "body.parameters", "It must be an object."),
        ({"colour": "red"}, "body.colour", "There is no such field. Leave it out."),
        ({"report": 99}, "body.report", "There is no report 99. The reports are: "),
        ({"company": ""}, "body.company", "Say for which company."),
    ],
)
def test_each_thing_wrong_is_told_by_its_place(
    program: Program, hooks: Hooks, fields: dict[str, Any], where: str, detail: str
) -> None:
    assert detail in faults(program.post(ENTRIES, draft(**fields)))[where]
    assert not JobQueueEntry.objects.exists()


def test_what_is_wrong_is_told_in_the_callers_language(hooks: Hooks) -> None:
    told = [
        faults(Program("JONO EDIT", language=one).post(ENTRIES, draft(time_zone="x"))) for one in ("en", "fi")
    ]
    assert told[0] == {"body.time_zone": "There is no time zone x."}
    assert told[1].keys() == told[0].keys()
    assert told[1] != told[0]


def test_a_body_that_is_no_json_is_told(program: Program) -> None:
    answer = program.post(ENTRIES, "{")
    assert (answer.status_code, answer.json()["detail"]) == (
        400, "The body of the request is not JSON that can be read.",
    )  # fmt: skip


def test_an_entry_of_a_shop_is_of_the_shops_company(program: Program) -> None:
    Shop.objects.create(code="WOOL", company_code="NORDIC", shopify_url="https://wool.myshopify.com")
    asked = {"report": 30104, "parameters": {"shop": "WOOL"}}
    assert program.post(ENTRIES, asked).json()["company"] == "NORDIC"
    assert faults(program.post(ENTRIES, asked | {"company": "OTHER"})) == {
        "body.company": "The shop WOOL belongs to the company NORDIC. Name that one, or none."
    }
    assert faults(program.post(ENTRIES, {"report": 30104, "parameters": {"shop": "x"}})) == {
        "body.parameters.shop": "There is no shop x."
    }


def test_an_entry_goes_by_its_companys_clock_unless_it_names_another(
    program: Program, hooks: Hooks, company: Company
) -> None:
    Company.objects.filter(pk=company.pk).update(time_zone="Australia/Sydney")
    assert program.post(ENTRIES, draft()).json()["time_zone"] == "Australia/Sydney"
    assert program.post(ENTRIES, draft(time_zone="UTC")).json()["time_zone"] == "UTC"
    assert "There is no company NONE." in faults(program.post(ENTRIES, draft(company="NONE")))["body.company"]


def test_just_what_is_given_is_changed_and_only_on_hold(program: Program, hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", FLOCK, description="Spring", rerun_delay_sec=5)
    answer = program.patch(f"{ENTRIES}/{entry.pk}", {"description": "Summer"})
    assert (answer.json()["description"], answer.json()["rerun_delay_sec"]) == ("Summer", 5)
    change = EntryChange.objects.filter(action="changed").get()
    assert (change.changes, change.user) == ({"description": ["Spring", "Summer"]}, program.user)
    queue.set_ready(entry)
    refused = program.patch(f"{ENTRIES}/{entry.pk}", {"description": "Winter"})
    assert (refused.status_code, refused.json()["detail"]) == (
        409, f"Job queue entry {entry.pk} is not on hold. Set it On Hold first.",
    )  # fmt: skip


def test_a_service_user_is_taken_away_by_null_or_a_blank(program: Program, hooks: Hooks) -> None:
    no = program.post(ENTRIES, draft(service_user=program.user.username)).json()["no"]
    for nobody in ("", None):
        assert program.patch(f"{ENTRIES}/{no}", {"service_user": nobody}).json()["service_user"] is None
        program.patch(f"{ENTRIES}/{no}", {"service_user": program.user.username})


def test_recurrence_is_taken_away_by_an_empty_value(program: Program, hooks: Hooks) -> None:
    made = program.post(ENTRIES, draft(run_on=["monday"], starting_time="08:00")).json()
    assert made["no_of_minutes_between_runs"] == 1440
    cleared = {"run_on": [], "no_of_minutes_between_runs": 0, "starting_time": None}
    changed = program.patch(f"{ENTRIES}/{made['no']}", cleared).json()
    assert (changed["recurring"], changed["starting_time"]) == (False, None)


def test_the_actions_follow_the_state_machine(program: Program, hooks: Hooks) -> None:
    no = program.post(ENTRIES, draft()).json()["no"]
    assert program.post(f"{ENTRIES}/{no}/ready").json()["status"] == "in process"
    assert program.post(f"{ENTRIES}/{no}/ready").status_code == 409
    assert program.delete(f"{ENTRIES}/{no}").status_code == 409
    paused = program.post(f"{ENTRIES}/{no}/pause").json()
    assert (paused["status"], paused["requested"]) == ("stopped", "pause")
    assert program.get(f"{ENTRIES}/{no}").json()["status"] == "on hold"
    assert program.post(f"{ENTRIES}/{no}/resume").json()["status"] == "in process"
    assert program.post(f"{ENTRIES}/{no}/stop").json()["requested"] == "stop"
    not_running = program.post(f"{ENTRIES}/{no}/stop")
    assert (not_running.status_code, not_running.json()["detail"]) == (
        409, f"Job queue entry {no} is not in process.",
    )  # fmt: skip
    assert program.post(f"{ENTRIES}/{no}/priority", {"priority": "high"}).json()["priority"] == "high"
    copy = program.post(f"{ENTRIES}/{no}/copy")
    assert (copy.status_code, copy.json()["priority"], copy.json()["status"]) == (201, "high", "on hold")
    assert program.post(f"{ENTRIES}/{no}/restart").json()["status"] == "in process"
    assert program.post(f"{ENTRIES}/{no}/hold").json()["status"] == "on hold"
    assert program.delete(f"{ENTRIES}/{copy.json()['no']}").status_code == 204
    assert program.get(f"{ENTRIES}/{copy.json()['no']}").status_code == 404
    actions = EntryChange.objects.filter(entry_no=no, user=program.user).order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "created", "ready", "paused", "continued", "stopped", "changed", "restarted", "on hold",
    ]  # fmt: skip


def test_run_once_answers_when_the_run_has_ended(program: Program, hooks: Hooks) -> None:
    entry = queue.create_entry(SHEAR, "NORDIC", {"pages": [["dolly", "black"], ["wild"]]})
    run = program.post(f"{ENTRIES}/{entry.pk}/run-once").json()
    assert (run["status"], run["foreground"]) == ("success", True)
    assert (run["total"], run["done"], run["skipped"], run["failed"]) == (3, 1, 1, 1)
    assert program.get(f"{ENTRIES}/{entry.pk}").json()["status"] == "on hold"


def test_run_once_is_refused_while_another_run_works_on_the_same(program: Program, hooks: Hooks) -> None:
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    entry = queue.create_entry(SHEAR, "NORDIC", FLOCK)
    answer = program.post(f"{ENTRIES}/{entry.pk}/run-once")
    assert answer.status_code == 409
    assert "is working on the same records now" in answer.json()["detail"]


def test_entries_are_filtered_and_paged_by_their_numbers(program: Program, hooks: Hooks) -> None:
    shears = [queue.create_entry(SHEAR, "NORDIC", {"pasture": str(n)}).pk for n in range(3)]
    counting = queue.create_entry(COUNT, "WEST", {}, run_on_mondays=True)
    queue.start_now(SHEAR, "NORDIC", {"pasture": "south", **FLOCK})
    page = program.get(ENTRIES, report=SHEAR, status="on hold", limit=2).json()
    assert [item["no"] for item in page["items"]] == [shears[2], shears[1]]
    queue.create_entry(SHEAR, "NORDIC", {})
    rest = program.follow(page["next"]).json()
    assert ([item["no"] for item in rest["items"]], rest["next"]) == ([shears[0]], None)
    for filters in ({"company": "WEST"}, {"recurring": True}, {"report": [COUNT, 99]}):
        assert [item["no"] for item in program.get(ENTRIES, **filters).json()["items"]] == [counting.pk]
    assert len(program.get(ENTRIES, status=["on hold", "in process"]).json()["items"]) == 6


def test_a_filter_there_is_not_is_refused(program: Program) -> None:
    assert faults(program.get(ENTRIES, statos="ready")) == {
        "query.statos": "There is no such field. Leave it out."
    }
    assert "query.status[0]" in faults(program.get(ENTRIES, status="redy"))
    assert faults(program.get(ENTRIES, limit=0)) == {"query.limit": "It must be at least 1."}


def test_the_coming_runs_are_foreseen_with_and_without_an_entry(program: Program, hooks: Hooks) -> None:
    every_day = draft(run_on=["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
    foreseen = program.post(f"{ENTRIES}/preview", every_day).json()
    assert len(foreseen["runs"]) == 10
    assert not JobQueueEntry.objects.exists()
    no = program.post(ENTRIES, every_day).json()["no"]
    assert len(program.get(f"{ENTRIES}/{no}/preview").json()["runs"]) == 10


def test_an_entry_that_is_not_there_is_told(program: Program) -> None:
    for no in (1, 10**30):
        answer = program.get(f"{ENTRIES}/{no}")
        assert (answer.status_code, answer.json()["detail"]) == (404, f"There is no job queue entry {no}.")
