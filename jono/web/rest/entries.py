"""Job queue entries over REST: found, made, changed, set in motion and stopped."""

from typing import Annotated

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, ConfigDict

from jono.jobs import outlook, queue
from jono.jobs.perform import perform
from jono.kit.clock import now
from jono.web.rest import drafts
from jono.web.rest.callers import allow
from jono.web.rest.documents import PRIORITIES, EntryDocument, PreviewDocument, Priority, RunDocument
from jono.web.rest.drafts import EntryChanges, EntryDraft
from jono.web.rest.finding import EntryQuery, entry_numbered, find_entries, run_in_process
from jono.web.rest.paging import Page, page_of
from jono.web.rest.problems import PROBLEMS

VIEW, ADD = "jobs.view_jobqueueentry", "jobs.add_jobqueueentry"
CHANGE, DELETE = "jobs.change_jobqueueentry", "jobs.delete_jobqueueentry"
CHANGE_RUN = "jobs.change_run"

ONE = {200: EntryDocument, **PROBLEMS}
MADE = {201: EntryDocument, **PROBLEMS}
RUN = {200: RunDocument, **PROBLEMS}
FORESEEN = {200: PreviewDocument, **PROBLEMS}

router = Router(tags=["Job queue entries"])
No = Annotated[int, Path(description="Entry No.")]


class NewPriority(BaseModel):
    """An entry's priority among the waiting."""

    model_config = ConfigDict(extra="forbid")

    priority: Priority


@router.get("", response={200: Page[EntryDocument], **PROBLEMS})
def list_entries(request: HttpRequest, query: Query[EntryQuery]) -> Page[EntryDocument]:
    """List the entries that match, newest first."""
    allow(request, VIEW)
    return page_of(request, query, find_entries(query), EntryDocument.of)


@router.post("", response=MADE)
def create_entry(request: HttpRequest, draft: EntryDraft) -> Status[EntryDocument]:
    """Add an entry. It is On Hold until it is set to Ready."""
    user = allow(request, ADD)
    return Status(201, EntryDocument.of(drafts.create_entry(draft, user)))


@router.post("/preview", response=FORESEEN)
def preview_draft(request: HttpRequest, draft: EntryDraft) -> PreviewDocument:
    """Foresee the runs of an entry without making it, and who would be in their way."""
    allow(request, VIEW)
    return PreviewDocument.of(outlook.foresee(drafts.preview_of(draft), now()))


@router.get("/{int:no}", response=ONE)
def show_entry(request: HttpRequest, no: No) -> EntryDocument:
    """Show an entry."""
    allow(request, VIEW)
    return EntryDocument.of(entry_numbered(no))


@router.patch("/{int:no}", response=ONE)
def change_entry(request: HttpRequest, no: No, changes: EntryChanges) -> EntryDocument:
    """Change what is given of an entry that is On Hold; the rest stays."""
    user = allow(request, CHANGE)
    return EntryDocument.of(drafts.change_entry(entry_numbered(no), changes, user))


@router.delete("/{int:no}", response={204: None, **PROBLEMS})
def delete_entry(request: HttpRequest, no: No) -> Status[None]:
    """Delete an entry that is not in process; the log of its runs stays."""
    user = allow(request, DELETE)
    queue.delete(entry_numbered(no), user)
    return Status(204, None)


@router.get("/{int:no}/preview", response=FORESEEN)
def preview_entry(request: HttpRequest, no: No) -> PreviewDocument:
    """Foresee the coming runs of an entry, and who will be in their way."""
    allow(request, VIEW)
    return PreviewDocument.of(outlook.foresee(entry_numbered(no), now()))


@router.post("/{int:no}/ready", response=ONE)
def set_ready(request: HttpRequest, no: No) -> EntryDocument:
    """Set an entry to Ready: it starts when it is due, as its service user or else as the caller."""
    user = allow(request, CHANGE)
    return EntryDocument.of(queue.set_ready(entry_numbered(no), user))


@router.post("/{int:no}/hold", response=ONE)
def set_on_hold(request: HttpRequest, no: No) -> EntryDocument:
    """Set an entry On Hold. A run in process goes on to its end."""
    user = allow(request, CHANGE)
    return EntryDocument.of(queue.set_on_hold(entry_numbered(no), user))


@router.post("/{int:no}/restart", response=ONE)
def restart(request: HttpRequest, no: No) -> EntryDocument:
    """Let an entry run now, or when its window next opens, whatever its earliest start was."""
    user = allow(request, CHANGE)
    return EntryDocument.of(queue.restart(entry_numbered(no), user))


@router.post("/{int:no}/resume", response=ONE)
def resume(request: HttpRequest, no: No) -> EntryDocument:
    """Go on with an entry whose run was paused."""
    user = allow(request, CHANGE)
    return EntryDocument.of(queue.resume(entry_numbered(no), user))


@router.post("/{int:no}/copy", response=MADE)
def copy_entry(request: HttpRequest, no: No) -> Status[EntryDocument]:
    """Add an entry like this one, On Hold."""
    user = allow(request, ADD)
    return Status(201, EntryDocument.of(queue.copy_entry(entry_numbered(no), user)))


@router.post("/{int:no}/priority", response=ONE)
def set_priority(request: HttpRequest, no: No, chosen: NewPriority) -> EntryDocument:
    """Change an entry's priority among the waiting; not while it is in process."""
    user = allow(request, CHANGE)
    return EntryDocument.of(queue.set_priority(entry_numbered(no), PRIORITIES[chosen.priority], user))


@router.post("/{int:no}/run-once", response=RUN)
def run_once(request: HttpRequest, no: No) -> RunDocument:
    """Run an entry once in the foreground: the answer comes when the run has ended. Its schedule stays."""
    user = allow(request, CHANGE)
    run = queue.run_once(entry_numbered(no), user)
    perform(run.pk, run.token)
    run.refresh_from_db()
    return RunDocument.of(run)


@router.post("/{int:no}/stop", response=RUN)
def stop(request: HttpRequest, no: No) -> RunDocument:
    """Ask the run of an entry to stop at its next page or call; what it has done stays."""
    return _ask_to_stop(allow(request, CHANGE_RUN), no, pause=False)


@router.post("/{int:no}/pause", response=RUN)
def pause(request: HttpRequest, no: No) -> RunDocument:
    """Ask the run of an entry to pause at its next page or call; resume goes on from there."""
    return _ask_to_stop(allow(request, CHANGE_RUN), no, pause=True)


def _ask_to_stop(user: User, no: int, *, pause: bool) -> RunDocument:
    return RunDocument.of(queue.request_stop(run_in_process(entry_numbered(no)), user, pause=pause))
