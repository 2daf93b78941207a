"""What an entry's card says of what is coming: whom its runs will meet; and which runs are slow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from jono.jobs.foresight import Collision
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.outlook import foresee, is_slow, usual_duration
from jono.jobs.registry import job_of
from jono.kit.clock import now
from jono.kit.errors import UserError
from jono.shopify.models import Shop
from jono.web.entries import EntryForm
from jono.web.pages import CardForm
from jono.web.shown import Badge, Link, address_of, moment
from jono.web.waiting_words import resource_in_words

MOST_SHOWN = 10


@dataclass(frozen=True)
class Meeting:
    """A collision as it is told: who, over what, when first and how often."""

    entry: Link
    resource: str
    at: str
    times: int


def collisions_of(entry: JobQueueEntry, form: CardForm | None) -> Mapping[str, Any]:
    """What the group of the collisions shows: of the entry, or of what is being filled in."""
    draft = _draft(form) if isinstance(form, EntryForm) else entry
    if draft is None or not draft.object_id_to_run:
        return {"unclear": True}
    seen = foresee(draft, now())
    shown = seen.collisions[:MOST_SHOWN]
    others = JobQueueEntry.objects.in_bulk([one.entry_no for one in shown])
    meetings = [_meeting(one, others[one.entry_no]) for one in shown if one.entry_no in others]
    return {
        "meetings": meetings,
        "more": len(seen.collisions) - len(shown),
        "until": moment(seen.until),
        "left_out": seen.neighbours - seen.looked_at,
    }


def duration(run: Run) -> object:
    """How long a run took or takes; with a word when that is far longer than usual."""
    return [run.duration, Badge(gettext("Slow"), "warn")] if is_slow(run) else run.duration


def duration_so_far(run: Run) -> object:
    """The same for a list, where only runs in process are asked about."""
    return duration(run) if run.active else run.duration


def usually(record: Run | JobQueueEntry) -> timedelta | None:
    """How long runs like it usually take."""
    return usual_duration(record)


def _meeting(collision: Collision, other: JobQueueEntry) -> Meeting:
    link = Link(f"{other.pk} {other.caption}", address_of(other))
    return Meeting(link, resource_in_words(collision.resource), moment(collision.at), collision.times)


def _draft(form: EntryForm) -> JobQueueEntry | None:
    """The entry as it is being filled in; None while that is not right."""
    recurrence = form.recurrence
    if recurrence.is_bound and not recurrence.is_valid():
        return None
    draft: JobQueueEntry = recurrence.instance
    try:
        wanted = job_of(draft.object_id_to_run).parameters.model_fields
    except UserError:
        return None
    draft.parameters = {name: value for name, value in form.asked.initial.items() if name in wanted and value}
    shop = Shop.objects.filter(pk=draft.parameters.get("shop")).first()
    draft.company_code = shop.company_code if shop else draft.company_code
    return draft
