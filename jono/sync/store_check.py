"""90001, Check the Connection to Shopify: scopes and API version, webhooks, privacy requests, logs that have grown old.

The number is ours: Business Central, whose report ids jobs have, leaves those from 90000 on to nobody.
"""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry
from jono.jobs.registry import Parameters, job
from jono.jobs.work import Work
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.shopify import call_log, changes, privacy, webhooks
from jono.shopify.client import Store
from jono.shopify.models import Shop, ShopConnection
from jono.sync.connecting import examine, missing_scopes, version_problems
from jono.sync.shops import open_shop, open_store
from jono.sync.webhooks import mend_subscriptions, standing_entry

REPORT = 90001


class CheckStore(Parameters):
    """Whose connection."""

    shop: str


@job(
    REPORT,
    caption=gettext_noop("Check the Connection to Shopify"),
    parameters=CheckStore,
    writes=("{company}/{shop}/connection",),
)
def check_store(work: Work, parameters: CheckStore) -> None:
    """See to each part of the connection; what needs a person ends the run with an error, which raises an alert."""
    shop = open_shop(parameters.shop)
    work.expect(5)
    with open_store(shop, work) as store:
        parts: dict[str, Callable[[], None]] = {
            gettext_noop("Access"): lambda: _check_access(shop, store),
            gettext_noop("API Version"): lambda: _check_version(shop),
            gettext_noop("Webhooks"): lambda: _check_webhooks(shop, store),
            gettext_noop("Privacy Requests"): lambda: _answer_privacy_requests(shop),
            gettext_noop("Logs"): lambda: _clear_logs(shop),
        }
        problems = [problem for part, see_to in parts.items() if (problem := _see_to(work, part, see_to))]
    if problems:
        raise problems[0]


@transaction.atomic
def arrange(shop: Shop, user: User | None = None) -> JobQueueEntry:
    """See to it that an enabled shop's connection is checked once a day, and now."""
    no = shop.connection.check_entry_no
    entry = JobQueueEntry.objects.filter(pk=no).first() if no else None
    if entry is None:
        entry = queue.create_entry(
            REPORT,
            shop.company_code,
            {"shop": shop.code},
            user,
            description=gettext("%(shop)s: check the connection to Shopify") % {"shop": shop.code},
            next_run_date_formula="1D",
        )
        queue.set_ready(entry, user)
        ShopConnection.objects.filter(shop=shop).update(check_entry_no=entry.pk)
        shop.connection.check_entry_no = entry.pk
    queue.wake(entry.pk, now())
    return entry


def _see_to(work: Work, part: str, see_to: Callable[[], None]) -> UserError | None:
    problem = None
    try:
        see_to()
    except UserError as error:
        problem = error
    with work.page() as page:
        if problem:
            page.fail(part, part, problem)
        else:
            page.done(part, part)
    return problem


def _check_access(shop: Shop, store: Store) -> None:
    for problem in missing_scopes(examine(shop, store).store):
        raise problem


def _check_version(shop: Shop) -> None:
    """Look at the version that has answered, and at the one that is asked for, whose end is known."""
    for problem in version_problems(shop.connection, now()):
        raise problem


def _check_webhooks(shop: Shop, store: Store) -> None:
    if shop.orders_section.order_created_webhooks:
        if not shop.connection.sealed_client_secret:
            raise UserError(
                gettext_noop(
                    "Webhooks are signed with the app's client secret. Enter it on the card of shop %(shop)s."
                ),
                shop=shop.code,
            )
        standing_entry(shop)
    mend_subscriptions(shop, store)
    ShopConnection.objects.filter(shop=shop).update(webhooks_checked_at=now())


def _answer_privacy_requests(shop: Shop) -> None:
    """Forget whom the store wants forgotten; say in time what a person has not answered yet."""
    waiting = list(privacy.unanswered(shop))
    for request in waiting:
        privacy.forget(request)
    pressing = [each for each in waiting if each.answer_by_date < (now() + privacy.WARN_BEFORE).date()]
    if pressing:
        raise UserError(
            gettext_noop(
                "A request about personal data has to be answered by %(date)s. See Privacy Requests, and mark it as "
                "answered when it is."
            ),
            date=f"{pressing[0].answer_by_date}",
        )


def _clear_logs(shop: Shop) -> None:
    call_log.clear(shop, now())
    webhooks.clear(shop, now())
    changes.clear(shop, now())
