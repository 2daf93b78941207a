"""Whatever is logged while a run is performed says which run it is."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from jono.jobs import queue
from jono.jobs.models import Run
from jono.jobs.perform import perform
from jono.jobs.work import Work
from jono.kit import logs
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


def test_every_line_of_a_run_names_run_entry_report_and_company(hooks: Hooks, written: io.StringIO) -> None:
    def grumble(_: Work) -> None:
        logging.getLogger("some.library").warning("the shears are blunt")

    hooks.before_page = grumble
    entry = queue.start_now(SHEAR, "NORDIC", {"pages": [["dolly", "black"]]})
    job = ProcrastinateJob.objects.get()
    written.truncate(0)
    written.seek(0)
    perform(job.args["run_id"], UUID(job.args["token"]))
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["message"] for line in lines] == [
        "the run has begun", "the shears are blunt", "the run has ended: 1 done, 1 skipped, 0 failed",
    ]  # fmt: skip
    about = {"run_id": Run.objects.get().pk, "entry_no": entry.pk, "report": SHEAR, "company": "NORDIC"}
    assert all(line | about == line for line in lines)
