"""Why an entry waits: for which run, over what, since when, and what would free it; and what resources are called."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jono.jobs.conflicts import Access, Touch, collide
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.outlook import usual_duration
from jono.kit.clock import now
from jono.web.pages import Caption

Status = JobQueueEntry.Status

RESOURCES: Mapping[str, Caption] = {
    "orders": _("orders"),
    "customers": _("customers"),
    "items": _("items"),
    "sales documents": _("sales documents"),
    "connection": _("connection"),
}


def resource_in_words(resource: str) -> str:
    """What people call a resource, and whose it is: `NORDIC/sandbox/orders` is orders (NORDIC, sandbox)."""
    company, _slash, rest = resource.partition("/")
    shop, _slash, name = rest.partition("/")
    if name.startswith("category/"):
        name = gettext("category %(code)s") % {"code": name.removeprefix("category/")}
    owners = ", ".join(owner for owner in (company, shop) if owner)
    return f"{RESOURCES.get(name, name)} ({owners})"


def is_waiting(entry: JobQueueEntry | None) -> bool:
    """Whether there is something to tell."""
    return entry is not None and entry.status == Status.WAITING and entry.waits_for is not None


def over(entry: JobQueueEntry) -> str:
    """What both the entry and the run it waits for work on; nothing when others wait before it for the same."""
    held = [Touch(claim.resource, Access(claim.access)) for claim in _holder(entry).claims.all()]
    wanted = [Touch(want.resource, Access(want.access)) for want in entry.wants.all()]
    shared = {mine.resource for mine in wanted if any(collide(mine, theirs) for theirs in held)}
    return ", ".join(sorted(map(resource_in_words, shared)))


def since(entry: JobQueueEntry) -> object:
    """Since when the entry waits, and how long that is."""
    began = entry.waiting_since_at
    return [began, now() - began] if began else None


def usually_left(entry: JobQueueEntry) -> timedelta | str | None:
    """How much longer the run that is in the way will take, judged by those before it; None when none is known."""
    run = _holder(entry)
    usual = usual_duration(run)
    if usual is None:
        return None
    return usual - run.duration if usual > run.duration else gettext("It takes longer than usual.")


def ahead(entry: JobQueueEntry) -> list[JobQueueEntry]:
    """Who waits for the same run and has its turn first: by priority, then by who has waited longer."""
    earlier = Q(priority_within_category__lt=entry.priority_within_category) | Q(
        priority_within_category=entry.priority_within_category,
        waiting_since_at__lt=entry.waiting_since_at,
    )
    waiting = JobQueueEntry.objects.filter(earlier, status=Status.WAITING, waits_for=entry.waits_for_id)
    return list(waiting.order_by("priority_within_category", "waiting_since_at", "pk"))


def what_frees(entry: JobQueueEntry) -> str:
    """What lets the entry start."""
    if _holder(entry).requested:
        return gettext("That run has been asked to stop; then it starts by itself.")
    if ahead(entry):
        return gettext(
            "It starts by itself when its turn comes. Stop or pause that run to let the next start now; a higher "
            "priority lets this one pass the others."
        )
    return gettext(
        "It starts by itself when that run ends. Stop or pause that run to let this one start now."
    )


def _holder(entry: JobQueueEntry) -> Run:
    return entry.waits_for or Run()
