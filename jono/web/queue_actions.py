"""What people do with job queue entries and with the records of a run."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run, RunRecord
from jono.kit.errors import gettext_noop
from jono.web.notices import tell
from jono.web.pages import Do
from jono.web.shown import Link, address_of


def set_ready(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
    """Let the entries run when they are due."""
    for entry in entries:
        queue.set_ready(entry, person(request))
        tell(request, gettext_noop("Job queue entry %(no)s is ready."), no=entry.pk)


def restart(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
    """Let the entries run now, whenever they were to start."""
    for entry in entries:
        queue.restart(entry, person(request))
        tell(request, gettext_noop("Job queue entry %(no)s is started again."), no=entry.pk)


def set_on_hold(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
    """Keep the entries from starting."""
    for entry in entries:
        queue.set_on_hold(entry, person(request))
        tell(request, gettext_noop("Job queue entry %(no)s is on hold."), no=entry.pk)


def resume(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
    """Go on with the entries where their runs were paused."""
    for entry in entries:
        queue.resume(entry, person(request))
        tell(request, gettext_noop("Job queue entry %(no)s goes on where it was paused."), no=entry.pk)


def resume_run(request: HttpRequest, runs: Sequence[Run]) -> HttpResponse:
    """Go on with the entry of a paused run, and show it: another run is made for it."""
    entries = [run.entry for run in runs if run.entry]
    resume(request, entries)
    return HttpResponseRedirect(address_of(entries[0]))


def is_paused(entry: JobQueueEntry) -> bool:
    """Whether the entry's last run was paused, and nothing has been done about it since."""
    last = entry.runs.order_by("-id").first() if entry.status == JobQueueEntry.Status.ON_HOLD else None
    return last is not None and was_paused(last)


def was_paused(run: Run) -> bool:
    """Whether a run was paused, is its entry's last, and can be gone on with."""
    return (
        run.requested == Run.Request.PAUSE
        and run.status == Run.Status.STOPPED
        and run.entry is not None
        and run.entry.status == JobQueueEntry.Status.ON_HOLD
        and not run.entry.runs.filter(pk__gt=run.pk).exists()
    )


def set_priority(priority: JobQueueEntry.Priority) -> Do:
    """Return what gives entries this priority among those that wait."""

    def give(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
        for entry in entries:
            queue.set_priority(entry, priority, person(request))
            tell(request, gettext_noop("Job queue entry %(no)s has another priority now."), no=entry.pk)

    return give


def copy(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> HttpResponse:
    """Add an entry like this one and open it."""
    made = queue.copy_entry(entries[0], person(request))
    tell(
        request,
        gettext_noop("This is a copy, on hold. Change what is to be different, then set it to Ready."),
    )
    return HttpResponseRedirect(address_of(made))


def delete(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
    """Remove the entries; their runs stay in the log."""
    for entry in entries:
        number = entry.pk
        queue.delete(entry, person(request))
        tell(request, gettext_noop("Job queue entry %(no)s is deleted. Its runs stay in the log."), no=number)


def stop(request: HttpRequest, runs: Sequence[Run]) -> None:
    """Ask the runs to stop at their next page of work."""
    for run in runs:
        queue.request_stop(run, person(request))
        tell(request, gettext_noop("Run %(no)s stops as soon as its page of work is done."), no=run.pk)


def pause(request: HttpRequest, runs: Sequence[Run]) -> None:
    """Ask the runs to pause; setting the entry to Ready continues from there."""
    for run in runs:
        queue.request_stop(run, person(request), pause=True)
        tell(
            request,
            gettext_noop("Run %(no)s pauses as soon as its page of work is done. Its entry is on hold then."),
            no=run.pk,
        )


def retry(request: HttpRequest, records: Sequence[RunRecord]) -> None:
    """Start the job again for just these records of its run."""
    entry = queue.retry(records[0].run, records, person(request))
    message = gettext_noop("Trying again in the background as job queue entry %(no)s. Records: %(count)s.")
    link = Link(gettext("Show job queue entry"), address_of(entry))
    tell(request, message, link, no=entry.pk, count=len({record.key for record in records}))


def person(request: HttpRequest) -> User:
    """The signed-in user."""
    assert isinstance(request.user, User)  # noqa: S101 - every page but the sign-in asks for one
    return request.user
