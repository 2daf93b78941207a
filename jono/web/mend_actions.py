"""What people do with failed records: try them again, some, a group or all."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from jono.jobs import failures, mend
from jono.jobs.models import FailureGroup, RunRecord
from jono.kit.clock import now
from jono.web.queue_actions import person
from jono.web.shown import address_of


def retry_groups(request: HttpRequest, groups: Sequence[FailureGroup]) -> HttpResponse:
    """Try all records of the groups again."""
    return _retry(request, failures.members(groups, failures.standing(now())))


def retry_groups_of_run(request: HttpRequest, groups: Sequence[FailureGroup]) -> HttpResponse:
    """Try the records of the groups again that failed in the run the groups are of."""
    return _retry(request, failures.members(groups, failures.standing_of(groups[0].run)))


def retry_all(request: HttpRequest, _groups: Sequence[FailureGroup]) -> HttpResponse:
    """Try everything again that is on the list."""
    return _retry(request, failures.standing(now()))


def retry_records(request: HttpRequest, records: Sequence[RunRecord]) -> HttpResponse:
    """Try just these records again."""
    return _retry(request, failures.standing(now()).filter(pk__in=[record.pk for record in records]))


def _retry(request: HttpRequest, records: QuerySet[RunRecord]) -> HttpResponse:
    """Start trying again, and show what comes of it."""
    return HttpResponseRedirect(address_of(mend.retry(records, person(request))))
