"""`jono jobs` does what the pages and REST do, in words a person types, and says how it went."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob
from typer.testing import CliRunner, Result

from jono.cli.commands import app
from jono.jobs import queue, signs
from jono.jobs.models import Category, EntryChange, JobQueueEntry, Run
from jono.jobs.perform import perform
from jono.office.models import Company
from jono.web.rest.documents import EntryDocument
from tests.cast import nordic
from tests.jobs.conftest import COUNT, SHEAR, Hooks, hooks

__all__ = ["hooks"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company() -> Company:
    """Nordic Goods Oy, by whose clock its entries go."""
    return nordic()


FLOCK = '--parameter=pages=[["dolly"]]'
THIS = ("--report", str(SHEAR), "--company", "NORDIC")


def jobs(*words: object) -> Result:
    return CliRunner().invoke(app, ["jobs", *map(str, words)])


def told(*words: object) -> Any:
    """What a command that goes well tells programs."""
    result = jobs(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*words: object) -> str:
    """Why a command was refused."""
    result = jobs(*words, "--json")
    assert result.exit_code == 3, result.output
    return str(json.loads(result.stdout)["error"])


def shear() -> Run:
    """A run that has ended: one done, one skipped, one failed."""
    entry = queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly", "black"], ["wild"]]})
    job = ProcrastinateJob.objects.latest("id")
    perform(job.args["run_id"], UUID(job.args["token"]))
    return entry.runs.get()


def test_an_entry_is_made_of_words(hooks: Hooks) -> None:
    Category.objects.create(code="WOOL")
    User.objects.create_user("liisa")
    made = told(
        "create", *THIS, FLOCK, "--description", "Spring", "--weekdays", "mon,pe", "--every", "2h",
        "--between", "08:00-17:00", "--time-zone", "America/New_York", "--start", "2026-12-01 08:00",
        "--timeout", "90m", "--attempts", 3, "--category", "WOOL", "--priority", "high", "--service-user", "liisa",
        "--missed-slots", "run once", "--rest-when-idle", "--expect-within", "1d", "--as", "liisa",
    )  # fmt: skip
    entry = JobQueueEntry.objects.get()
    assert made == json.loads(json.dumps(EntryDocument.of(entry).model_dump(), default=str)) | {
        name: made[name] for name in made if name.endswith(("_at", "_time", "timeout", "within"))
    }
    assert (made["run_on"], made["no_of_minutes_between_runs"]) == (["monday", "friday"], 120)
    assert (made["starting_time"], made["ending_time"]) == ("08:00:00", "17:00:00")
    assert entry.earliest_start_at == datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
    assert entry.parameters == {"pages": [["dolly"]]}
    assert (entry.rests_when_idle, entry.maximum_no_of_attempts_to_run) == (True, 3)
    change = EntryChange.objects.get()
    assert (change.action, change.user and change.user.username) == ("created", "liisa")


def test_times_are_of_the_companys_clock_unless_a_zone_is_named(hooks: Hooks, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(time_zone="America/New_York")
    made = told("create", *THIS, "--start", "2026-12-01 08:00")
    assert (made["time_zone"], made["earliest_start_at"]) == ("America/New_York", "2026-12-01T13:00:00Z")
    changed = told("change", made["no"], "--start", "2026-12-01 09:00")
    assert changed["earliest_start_at"] == "2026-12-01T14:00:00Z"


def test_a_recurrence_by_date_formula_is_made_in_finnish_too(hooks: Hooks) -> None:
    assert told("create", *THIS, "--formula", "KKK+1PV")["next_run_date_formula"] == "CM+1D"


def test_all_that_is_not_right_is_told_by_its_option_and_nothing_is_made(hooks: Hooks) -> None:
    assert refused("create", *THIS, "--weekdays", "someday", "--between", "8", "--start", "soon") == (
        "The entry is not right.\n"
        "--weekdays: someday is no weekday. Write mon,tue or 12345 (Monday is 1), daily, or nothing for none.\n"
        "--between: 8 is no time of day to time of day. Write for example 08:00-17:00.\n"
        "--start: soon is no date and time. Write for example 2026-11-24 08:00."
    )
    assert refused("create", *THIS, "--priority", "urgent", "--rerun-delay", 9999) == (
        "The entry is not right.\n"
        "--rerun-delay: It must be at most 3600.\n"
        "--priority: It must be one of these: 'high', 'normal' or 'low'."
    )
    assert refused("create", *THIS, "--time-zone", "Mars", "--category", "NONE") == (
        "The entry is not right.\n"
        "--category: There is no job queue category NONE.\n"
        "--time-zone: There is no time zone Mars."
    )
    assert refused("create", "--company", "NORDIC") == "The entry is not right.\n--report: This is required."
    assert refused("create", *THIS, "--as", "nobody") == "There is no user nobody."
    assert not JobQueueEntry.objects.exists()


def test_what_is_given_is_changed_and_a_blank_takes_away(hooks: Hooks) -> None:
    no = told(
        "create", *THIS, FLOCK, "--weekdays", "daily", "--between", "08:00-", "--description", "Spring"
    )["no"]
    changed = told(
        "change", no, "--weekdays", "", "--every", 0, "--between", "", "--parameter", "pasture=south"
    )
    assert (changed["recurring"], changed["starting_time"], changed["description"]) == (False, None, "Spring")
    assert changed["parameters"] == {"pages": [["dolly"]], "pasture": "south"}
    told("ready", no)
    assert refused("change", no, "--description", "x").endswith("Set it On Hold first.")


def test_the_actions_follow_the_state_machine_and_are_remembered(hooks: Hooks) -> None:
    liisa = User.objects.create_user("liisa")
    no = told("create", *THIS, FLOCK, "--as", "liisa")["no"]
    by = ("--as", "liisa")
    assert told("ready", no, *by)["status"] == "in process"
    assert told("pause", no, *by)["status"] == "stopped"
    assert told("resume", no, *by)["status"] == "in process"
    assert told("stop", no, *by)["requested"] == "stop"
    assert refused("stop", no) == f"Job queue entry {no} is not in process."
    assert told("priority", no, "low", *by)["priority"] == "low"
    assert told("restart", no, *by)["status"] == "in process"
    assert told("hold", no, *by)["status"] == "on hold"
    copy = told("copy", no, *by)["no"]
    assert told("delete", copy, *by) == {"deleted": copy}
    assert refused("show", copy) == f"There is no job queue entry {copy}."
    actions = (
        EntryChange.objects.filter(entry_no=no, user=liisa).order_by("id").values_list("action", flat=True)
    )
    assert list(actions) == [
        "created", "ready", "paused", "continued", "stopped", "changed", "restarted", "on hold",
    ]  # fmt: skip
    assert jobs("priority", no, "urgent").exit_code == 2


def test_a_run_in_the_foreground_fails_the_command_when_a_record_fails(hooks: Hooks) -> None:
    good = queue.create_entry(SHEAR, "NORDIC", {"pages": [["dolly"]]})
    bad = queue.create_entry(SHEAR, "NORDIC", {"pages": [["wild"]]})
    assert told("run-once", good.pk)["done"] == 1
    result = jobs("run-once", bad.pk, "--json")
    assert (result.exit_code, json.loads(result.stdout)["failed"]) == (1, 1)
    assert "wild cannot be caught." in jobs("run-once", bad.pk).output


def test_runs_and_records_are_listed(hooks: Hooks) -> None:
    run = shear()
    assert [found["run"] for found in told("log", run.entry_id)] == [run.pk]
    assert told("log", "--status", "error") == []
    shown = told("run", run.pk)
    assert (shown["total"], [record["record"] for record in shown["records"]]) == (3, ["black", "wild"])
    records = told("records", run.pk, "--outcome", "failed")
    assert [(record["record"], record["reason"]) for record in records] == [
        ("wild", "wild cannot be caught.")
    ]
    assert refused("log", 99) == "There is no job queue entry 99."
    assert refused("run", 99) == "There is no run 99."


def test_failed_records_are_tried_again_all_or_some(hooks: Hooks) -> None:
    run = shear()
    assert told("retry", run.pk)["parameters"]["only"] == ["wild"]
    dolly = run.records.get(label="dolly")
    assert told("retry", run.pk, "--record", dolly.pk)["parameters"]["only"] == ["dolly"]
    assert refused("retry", run.pk, "--record", 7_000_000) == f"The run {run.pk} has no record 7000000."


def test_failures_are_tried_again_by_their_error(hooks: Hooks) -> None:
    assert refused("retry-failures").startswith("There is nothing to try again")
    shear()
    (group,) = told("failures")
    assert (group["error"], group["records"]) == ("wild cannot be caught.", 1)
    assert "cannot be caught" in jobs("failures").output
    assert refused("retry-failures", 99) == "There is no group of failed records 99."
    assert told("retry-failures", group["id"])["asked"] == 1


def test_entries_are_filtered(hooks: Hooks) -> None:
    shearing = queue.create_entry(SHEAR, "NORDIC", {}, run_on_mondays=True)
    counting = queue.create_entry(COUNT, "WEST", {})
    assert [entry["no"] for entry in told("list")] == [counting.pk, shearing.pk]
    for filters in (["--company", "WEST"], ["--report", COUNT], ["--once"]):
        assert [entry["no"] for entry in told("list", *filters)] == [counting.pk]
    assert [entry["no"] for entry in told("list", "--recurring")] == [shearing.pk]
    assert told("list", "--status", "ready", "--status", "error") == []
    assert refused("list", "--status", "redy").startswith("There is no status redy. The statuses are: ready,")


def test_the_coming_runs_are_foreseen_with_and_without_an_entry(hooks: Hooks) -> None:
    foreseen = told("preview", *THIS, "--weekdays", "12345", "--every", 15, "--between", "08:00-17:00")
    assert len(foreseen["runs"]) == 10
    assert not JobQueueEntry.objects.exists()
    no = told("create", *THIS, "--weekdays", "daily")["no"]
    assert len(told("preview", no)["runs"]) == 10
    assert "Europe/Helsinki" in jobs("preview", no).output


def test_categories_reports_and_workers_are_listed(hooks: Hooks) -> None:
    assert told("category", "create", "WOOL", "--description", "Sheep") == {
        "code": "WOOL",
        "description": "Sheep",
    }
    assert refused("category", "create", "WOOL") == "There is a job queue category WOOL already."
    assert refused("category", "create", "x" * 11).startswith("A code has 1 to 10 characters")
    assert [category["code"] for category in told("category", "list")] == ["WOOL"]
    assert told("category", "delete", "WOOL") == {"deleted": "WOOL"}
    assert {SHEAR, COUNT, 30104} <= {report["report"] for report in told("reports")}
    signs.sign(2)
    (worker,) = told("workers")
    assert worker["host"] in jobs("workers").output


@pytest.mark.parametrize("command", [["list"], ["log"], ["workers"], ["reports"], ["category", "list"]])
def test_lists_speak_to_people_too(hooks: Hooks, command: list[str]) -> None:
    shear()
    result = jobs(*command)
    assert (result.exit_code, bool(result.stdout)) == (0, True)


def test_an_entry_is_shown_whole(hooks: Hooks) -> None:
    no = told("create", *THIS, "--description", "Spring", "--weekdays", "mon")["no"]
    shown = jobs("show", no).output
    assert "Spring" in shown
    assert "monday" in shown
