"""What people do with job queue entries and with the records of a run."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, RunRecord
from jono.kit.errors import gettext_noop
from jono.web.notices import tell
from jono.web.shown import Link, address_of


def set_ready(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
    """Let the entries run when they are due."""
    for entry in entries:
        queue.set_ready(entry, person(request))
        tell(request, gettext_noop("Job queue entry %(no)s is ready."), no=entry.pk)


def set_on_hold(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
    """Keep the entries from starting."""
    for entry in entries:
        queue.set_on_hold(entry)
        tell(request, gettext_noop("Job queue entry %(no)s is on hold."), no=entry.pk)


def delete(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> None:
    """Remove the entries; their runs stay in the log."""
    for entry in entries:
        number = entry.pk
        queue.delete(entry)
        tell(request, gettext_noop("Job queue entry %(no)s is deleted. Its runs stay in the log."), no=number)


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
