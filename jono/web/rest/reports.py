"""What can be run, and who runs it: reports and workers over REST."""

from django.http import HttpRequest
from ninja import Router

from jono.jobs.registry import jobs
from jono.jobs.signs import living_workers
from jono.web.rest.callers import allow
from jono.web.rest.documents import ReportDocument, WorkerDocument
from jono.web.rest.entries import VIEW
from jono.web.rest.problems import PROBLEMS

router = Router(tags=["Reports and workers"])


@router.get("/reports", response={200: list[ReportDocument], **PROBLEMS})
def list_reports(request: HttpRequest) -> list[ReportDocument]:
    """List the reports that can be run, and the parameters that each wants."""
    allow(request, VIEW)
    return [ReportDocument.of(job) for job in jobs()]


@router.get("/workers", response={200: list[WorkerDocument], **PROBLEMS})
def list_workers(request: HttpRequest) -> list[WorkerDocument]:
    """List the workers that live, where, and the runs they have in hand."""
    allow(request, "jobs.view_workersign")
    return [WorkerDocument.of(worker) for worker in living_workers()]
