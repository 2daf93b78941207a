"""Starting a sync by hand: in the background as a job queue entry, or in the foreground while the page waits."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.perform import perform
from jono.jobs.registry import caption_of
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.models import Order, Shop
from jono.web.notices import tell
from jono.web.queue_actions import person
from jono.web.shown import Link, Progress, address_of

SYNC_ORDERS = 30104
CREATE_DOCUMENTS = 30103


def sync_orders(request: HttpRequest, shops: Sequence[Shop]) -> HttpResponse | None:
    """Fetch the shop's new and changed orders."""
    return start(request, shops[0], SYNC_ORDERS)


def create_documents(request: HttpRequest, shops: Sequence[Shop]) -> HttpResponse | None:
    """Make sales documents of the shop's orders that have none yet."""
    return start(request, shops[0], CREATE_DOCUMENTS)


def sync_these_orders(request: HttpRequest, orders: Sequence[Order]) -> HttpResponse | None:
    """Fetch these orders anew."""
    return _start_for(request, orders, SYNC_ORDERS)


def create_documents_of(request: HttpRequest, orders: Sequence[Order]) -> HttpResponse | None:
    """Make sales documents of these orders."""
    waiting = [order for order in orders if not order.processed]
    if not waiting:
        raise UserError(gettext_noop("Sales documents have been made of these orders already."))
    return _start_for(request, waiting, CREATE_DOCUMENTS)


def run_once(request: HttpRequest, entries: Sequence[JobQueueEntry]) -> HttpResponse:
    """Run an entry here and now; its status and schedule stay as they are."""
    return _wait_for(request, queue.run_once(entries[0], person(request)))


def start(request: HttpRequest, shop: Shop, report_id: int, only: Sequence[str] = ()) -> HttpResponse | None:
    """Start a job for a shop: where it allows background syncs, tell which entry it is; else open what waits for it."""
    asked = {"shop": shop.code} | ({"only": list(only)} if only else {})
    if not shop.allow_background_syncs:
        return _wait_for(
            request, queue.open_in_foreground(report_id, shop.company_code, asked, person(request))
        )
    entry = queue.start_now(report_id, shop.company_code, asked, person(request))
    tell(
        request,
        gettext_noop("%(job)s was started in the background as job queue entry %(no)s."),
        Link(gettext("Show job queue entry"), address_of(entry)),
        job=caption_of(report_id),
        no=entry.pk,
    )
    return None


@require_POST
def perform_in_foreground(request: HttpRequest, run_id: int) -> HttpResponse:
    """Do the work of a run while the page waits, and answer with what came of it."""
    run = _own_run(request, run_id)
    perform(run.pk, run.token)
    run.refresh_from_db()
    return render(request, "web/foreground_end.html", {"run": run, "tally": run.tally})


@require_GET
def show_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """Answer how far a run in the foreground is."""
    run = _own_run(request, run_id)
    return render(request, "web/foreground_progress.html", {"run": run, "progress": _progress(run)})


def _start_for(request: HttpRequest, orders: Sequence[Order], report_id: int) -> HttpResponse | None:
    shops = {order.shop for order in orders}
    if len(shops) > 1:
        raise UserError(gettext_noop("Choose orders of one shop at a time."))
    return start(request, shops.pop(), report_id, [order.gid for order in orders])


def _wait_for(request: HttpRequest, run: Run) -> HttpResponse:
    return render(request, "web/foreground.html", {"run": run, "progress": _progress(run)})


def _own_run(request: HttpRequest, run_id: int) -> Run:
    run = Run.objects.filter(pk=run_id, foreground=True, user=person(request)).first()
    if run is None:
        raise Http404
    return run


def _progress(run: Run) -> Progress:
    return Progress(run.tally.total, run.expected)
