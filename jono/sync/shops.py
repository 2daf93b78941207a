"""Opens a shop for a flow: its row with all sections, and its store to talk to."""

import time
from functools import partial

from django.conf import settings

from jono.jobs.work import Work
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.address import store_address
from jono.shopify.call_log import CallLog
from jono.shopify.client import Store
from jono.shopify.connection import NotAllowedError
from jono.shopify.models import Shop
from jono.shopify.shared_bucket import SharedBucket
from jono.shopify.sign_in import tokens_of
from jono.shopify.throttle import Pause, Priority


def open_shop(code: str) -> Shop:
    """Return the shop with its sections; raise UserError when there is none or it is not enabled."""
    sections = ("connection", "orders_section", "customers_section", "products_section")
    shop = Shop.objects.select_related(*sections).filter(code=code).first()
    if shop is None:
        raise UserError(gettext_noop("There is no Shopify shop %(shop)s."), shop=code)
    if not shop.enabled:
        raise UserError(
            gettext_noop("Shop %(shop)s is not enabled. Switch on Enabled on its card."), shop=code
        )
    return shop


def open_store(shop: Shop, work: Work, priority: Priority | None = None) -> Store:
    """Return the shop's store, to talk to; raise UserError when its address or token is missing or wrong.

    Its cost bucket is shared with everybody who talks to that store, those who are awaited first. Waiting for it,
    the run notices when it is asked to stop.
    """
    if priority is None:
        priority = Priority.INTERACTIVE if work.awaited else Priority.SCHEDULED
    return store_of(shop, priority, work.sleep)


def store_of(shop: Shop, priority: Priority = Priority.INTERACTIVE, pause: Pause = time.sleep) -> Store:
    """Return the shop's store as `open_store` does, for who is not in a run."""
    address = store_address(shop.shopify_url, sandbox_allowed=settings.JONO_SANDBOX_ALLOWED)
    return Store(
        address,
        tokens_of(shop, address, pause),
        bucket=SharedBucket(address, priority),
        pause=pause,
        may_change=partial(allow_outgoing_requests, shop),
        listener=CallLog(shop),
    )


def allow_outgoing_requests(shop: Shop) -> None:
    """Raise NotAllowedError while the shop lets nothing be changed in its store; asked before each change."""
    if not Shop.objects.filter(pk=shop.pk, allow_outgoing_requests=True).exists():
        raise NotAllowedError(
            gettext_noop(
                "Shop %(shop)s changes nothing in its store: Allow Data Sync to Shopify is off on its card."
            ),
            shop=shop.code,
        )
