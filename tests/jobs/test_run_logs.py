"""Whatever is logged while a run is performed says which run it is."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from jono.jobs import queue
from jono.jobs.models import Run
from jono.jobs.perform import perform
from jono.jobs.work import Work
from jono.kit import logs
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from tests.jobs.conftest import SHEAR, Hooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, as JSON lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


def log_of_a_run(written: io.StringIO, pages: list[list[str]] | None = None) -> list[dict[str, Any]]:
    """The lines logged while one run is performed."""
    queue.start_now(SHEAR, "NORDIC", {"pages": pages or [["dolly"]]})
    job = ProcrastinateJob.objects.get()
    written.truncate(0)
    written.seek(0)
    perform(job.args["run_id"], UUID(job.args["token"]))
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_every_line_of_a_run_names_run_entry_report_and_company(hooks: Hooks, written: io.StringIO) -> None:
    def grumble(_: Work) -> None:
        logging.getLogger("some.library").warning("the shears are blunt")

    hooks.before_page = grumble
    lines = log_of_a_run(written, [["dolly", "black"]])
    assert [line["message"] for line in lines] == [
        "the run has begun", "the shears are blunt", "the run has ended: 1 done, 1 skipped, 0 failed",
    ]  # fmt: skip
    run = Run.objects.get()
    about = {"run_id": run.pk, "entry_no": run.entry_id, "report": SHEAR, "company": "NORDIC"}
    assert all(line | about == line for line in lines)


def test_why_a_run_fails_is_logged_without_whose_data_it_was(hooks: Hooks, written: io.StringIO) -> None:
    def refuse(_: Work) -> None:
        raise UserError("%(buyer)s is blocked.", buyer="Aino Virtanen")

    hooks.before_page = refuse
    lines = log_of_a_run(written)
    assert [(line["level"], line["message"]) for line in lines[1:]] == [
        ("warning", "the run fails: %(buyer)s is blocked."),
        ("info", "the run has ended: 0 done, 0 skipped, 0 failed"),
    ]


def test_a_run_that_is_put_off_has_not_failed(hooks: Hooks, written: io.StringIO) -> None:
    def put_off(_: Work) -> None:
        raise RetryLater(now(), "The store is busy.")

    hooks.before_page = put_off
    lines = log_of_a_run(written)
    assert ("info", "the run is put off: The store is busy.") in [
        (each["level"], each["message"]) for each in lines
    ]


def test_an_error_in_jono_is_logged_with_its_traceback(hooks: Hooks, written: io.StringIO) -> None:
    def stumble(_: Work) -> None:
        raise KeyError("gate")

    hooks.before_page = stumble
    (line,) = [line for line in log_of_a_run(written) if line["level"] == "error"]
    assert "in stumble" in line["exception"]


def test_a_run_that_was_asked_to_stop_has_not_failed(hooks: Hooks, written: io.StringIO) -> None:
    def ask(work: Work) -> None:
        queue.request_stop(work.run)

    hooks.before_page = ask
    lines = log_of_a_run(written)
    assert "the run was asked to stop" in [line["message"] for line in lines]
    assert {line["level"] for line in lines} == {"info"}
