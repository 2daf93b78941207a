"""Runs and their records over REST: found, stopped, tried again."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, ConfigDict, Field

from jono.jobs import queue
from jono.jobs.outcome import Outcome
from jono.kit.errors import gettext_noop
from jono.web.rest.callers import allow
from jono.web.rest.documents import EntryDocument, RecordDocument, RunDocument
from jono.web.rest.entries import ADD, CHANGE_RUN
from jono.web.rest.finding import RecordQuery, RunQuery, find_records, find_runs, run_numbered
from jono.web.rest.paging import Page, page_of
from jono.web.rest.problems import PROBLEMS, Problem

VIEW = "jobs.view_run"
ONE = {200: RunDocument, **PROBLEMS}

router = Router(tags=["Job queue log entries"])
No = Annotated[int, Path(description="Run No.")]


class ChosenRecords(BaseModel):
    """Which records of a run to try again."""

    model_config = ConfigDict(extra="forbid")

    records: list[Annotated[int, Field(ge=0, lt=2**63)]] | None = Field(
        None, description="Their ids; left out: all that failed"
    )


@router.get("", response={200: Page[RunDocument], **PROBLEMS})
def list_runs(request: HttpRequest, query: Query[RunQuery]) -> Page[RunDocument]:
    """List the runs that match, newest first."""
    allow(request, VIEW)
    return page_of(request, query, find_runs(query), RunDocument.of)


@router.get("/{int:no}", response=ONE)
def show_run(request: HttpRequest, no: No) -> RunDocument:
    """Show a run."""
    allow(request, VIEW)
    return RunDocument.of(run_numbered(no))


@router.get("/{int:no}/records", response={200: Page[RecordDocument], **PROBLEMS})
def list_records(request: HttpRequest, no: No, query: Query[RecordQuery]) -> Page[RecordDocument]:
    """List what became of each record of a run, in the order it was dealt with."""
    allow(request, VIEW)
    rows = find_records(run_numbered(no), query)
    return page_of(request, query, rows, RecordDocument.of, newest_first=False)


@router.post("/{int:no}/retry", response={201: EntryDocument, **PROBLEMS})
def retry(request: HttpRequest, no: No, chosen: ChosenRecords) -> Status[EntryDocument]:
    """Try records of a run again, in the background: the entry that does so is answered."""
    user = allow(request, ADD)
    run = run_numbered(no)
    if chosen.records is None:
        records = list(run.records.filter(outcome=Outcome.FAILED.value))
    else:
        records = list(run.records.filter(pk__in=chosen.records))
        strange = sorted(set(chosen.records) - {record.pk for record in records})
        if strange:
            message = gettext_noop("The run %(run)s has no record %(records)s.")
            raise Problem(409, message, run=run.pk, records=", ".join(map(str, strange)))
    return Status(201, EntryDocument.of(queue.retry(run, records, user)))


@router.post("/{int:no}/stop", response=ONE)
def stop(request: HttpRequest, no: No) -> RunDocument:
    """Ask a run to stop at its next page or call; what it has done stays."""
    user = allow(request, CHANGE_RUN)
    return RunDocument.of(queue.request_stop(run_numbered(no), user))


@router.post("/{int:no}/pause", response=ONE)
def pause(request: HttpRequest, no: No) -> RunDocument:
    """Ask a run to pause at its next page or call; to resume its entry goes on from there."""
    user = allow(request, CHANGE_RUN)
    return RunDocument.of(queue.request_stop(run_numbered(no), user, pause=True))
