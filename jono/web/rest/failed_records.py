"""Failed records over REST: by their error, tried again, and what came of that."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router, Status

from jono.jobs import failures, mend
from jono.jobs.models import Retry
from jono.kit.clock import now
from jono.kit.errors import gettext_noop
from jono.web.rest.callers import allow
from jono.web.rest.documents import FailureDocument, RetryDocument
from jono.web.rest.entries import ADD
from jono.web.rest.finding import NotFound, failure_numbered
from jono.web.rest.problems import PROBLEMS

STARTED = {201: RetryDocument, **PROBLEMS}

router = Router(tags=["Failed records"])
No = Annotated[int, Path(description="Its id")]


@router.get("", response={200: list[FailureDocument], **PROBLEMS})
def list_failures(request: HttpRequest) -> list[FailureDocument]:
    """List what failed in the last seven days and is still to be mended, by its error, most frequent first."""
    allow(request, "jobs.view_failuregroup")
    return [FailureDocument.of(group) for group in failures.groups(failures.standing(now()))]


@router.post("/retry", response=STARTED)
def retry_all(request: HttpRequest) -> Status[RetryDocument]:
    """Try everything on the list again, in the background."""
    user = allow(request, ADD)
    return Status(201, RetryDocument.of(mend.retry(failures.standing(now()), user)))


@router.post("/{int:no}/retry", response=STARTED)
def retry_group(request: HttpRequest, no: No) -> Status[RetryDocument]:
    """Try the records of a group again, in the background."""
    user = allow(request, ADD)
    chosen = failures.members([failure_numbered(no)], failures.standing(now()))
    return Status(201, RetryDocument.of(mend.retry(chosen, user)))


@router.get("/retries/{int:no}", response={200: RetryDocument, **PROBLEMS})
def show_retry(request: HttpRequest, no: No) -> RetryDocument:
    """Show what has become of records tried again."""
    allow(request, "jobs.view_retry")
    found = Retry.objects.select_related("user").filter(pk=no).first()
    if found is None:
        raise NotFound(gettext_noop("There is no retry %(no)s."), no=no)
    return RetryDocument.of(found)
